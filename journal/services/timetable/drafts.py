"""Drafts of the timetable: made, thrown away, published from a date; two versions compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Lesson, PlannedLesson, SchemeOfWork, Timetable, TimetableEntry
from journal.services import calendar, records
from journal.services.refusals import Invalid, Missing, said
from journal.services.timetable import board as boards
from journal.services.timetable import laying
from journal.services.timetable.board import Placed
from journal.services.timetable.conflicts import anywhere

COPIED = ("weekday", "number", "parity", "assignment_id", "room_id", "is_locked")


def listed(session: PolicySession, year_id: int) -> list[Timetable]:
    """The versions of a year, the published ones first."""
    asked = select(Timetable).where(Timetable.academic_year_id == year_id)
    return list(session.scalars(asked.order_by(Timetable.state.desc(), Timetable.valid_from.desc(), Timetable.id.desc())))


def in_force(session: PolicySession, on: date) -> Timetable | None:
    """The published version in force on a date."""
    return session.scalar(
        select(Timetable).where(Timetable.valid_from <= on, Timetable.valid_to >= on, Timetable.state == "published")
    )


def new(session: PolicySession, name: str, since: date, source: Timetable | None = None) -> Timetable:
    """A draft, empty or a copy of a version. Raises `Forbidden`, `Invalid`."""
    year = calendar.current_year(session)
    if year is None or not year.begins_on <= since <= year.ends_on:
        raise Invalid({"since": said(N_("This date is outside the academic year."))})
    values = {"academic_year_id": year.id, "name": name, "valid_from": since, "valid_to": year.ends_on, "state": "draft"}
    made = records.create(session, Timetable, values)
    if source is not None:
        copy(session, source.id, made.id)
    return made


def copy(session: PolicySession, source_id: int, target_id: int) -> None:
    """The entries of one version into another: a consequence of the making of the other."""
    entries = session.scalars(select(TimetableEntry).where(TimetableEntry.timetable_id == source_id)).all()
    rows = [{"timetable_id": target_id, **{name: getattr(entry, name) for name in COPIED}} for entry in entries]
    with session.consequent():
        records.create_many(session, TimetableEntry, rows)


def draft(session: PolicySession, timetable_id: int) -> Timetable:
    """A draft by its id. Raises `Missing`."""
    found = session.get(Timetable, timetable_id)
    if found is None or found.state != "draft":
        raise Missing
    return found


def throw_away(session: PolicySession, timetable_id: int) -> None:
    """Delete a draft with its entries. Raises `Missing`, `Forbidden`."""
    version = draft(session, timetable_id)
    with session.consequent():
        entries = session.scalars(select(TimetableEntry).where(TimetableEntry.timetable_id == version.id)).all()
        records.delete_many(session, entries)
    records.delete(session, version)


def publish(session: PolicySession, timetable_id: int, since: date) -> laying.Laid:
    """A draft becomes the timetable from a date to the end of the year; lessons follow, filled ones stay.

    The version in force ends the day before; versions that were to begin later become drafts again, so nothing of them is
    lost. Raises `Missing`, `Invalid`, `Forbidden`.
    """
    version = draft(session, timetable_id)
    year = calendar.current_year(session)
    if year is None or not year.begins_on <= since <= year.ends_on:
        raise Invalid({"since": said(N_("This date is outside the academic year."))})
    if since < clock.today():
        raise Invalid({"since": said(N_("The timetable can be changed from today on, not for days gone by."))})
    board = boards.load(session, version.id)
    if not board:
        raise Invalid({"": said(N_("This draft is empty: there is nothing to publish."))})
    clash = next(iter(anywhere(board)), None)
    if clash is not None:
        raise Invalid({"": clash.why})
    of_year = (Timetable.academic_year_id == year.id, Timetable.state == "published")
    for later in session.scalars(select(Timetable).where(*of_year, Timetable.valid_from >= since)).all():
        records.change(session, later, {"state": "draft"})
    for before in session.scalars(select(Timetable).where(*of_year, Timetable.valid_to >= since)).all():
        records.change(session, before, {"valid_to": since - timedelta(days=1)})
    records.change(session, version, {"state": "published", "valid_from": since, "valid_to": year.ends_on})
    with session.consequent():
        return laying.lay(session, since)


# --- what a change does


@dataclass(frozen=True)
class Moving:
    """A prepared lesson to come that gets another date or number."""

    assignment_id: int
    was: tuple[date, int]
    is_at: tuple[date, int]
    topic: str


@dataclass(frozen=True)
class Shift:
    """A journal whose count of lessons to come changes, beside the rows of its plan that are left."""

    assignment_id: int
    before: int
    after: int
    planned: int | None


@dataclass(frozen=True)
class Preview:
    """What a change would do to lessons that are not held yet."""

    laid: laying.Laid
    moving: list[Moving]
    shifts: list[Shift]


def preview(session: PolicySession, timetable_id: int, since: date) -> Preview:
    """What publishing would do. It is done and taken back: the session must not be committed. Raises as `publish`."""
    before = _to_come(session, since)
    counts = _counts(before)
    ready = set(session.scalars(select(Lesson.id).where(Lesson.held_on >= since, or_(*laying.prepared()))))
    kept = {row.id: (row.held_on, row.number) for row in before if row.id in ready}
    laid = publish(session, timetable_id, since)
    after = _to_come(session, since)
    moving = []
    for row in after:
        was = kept.get(row.id)
        if was is not None and was != (row.held_on, row.number):
            moving.append(Moving(row.assignment_id, was, (row.held_on, row.number), row.topic))
    changed = _counts(after)
    plans = _planned(session, {key for key in counts | changed if counts.get(key) != changed.get(key)})
    shifts = [
        Shift(key, counts.get(key, 0), changed.get(key, 0), plans.get(key))
        for key in sorted(counts | changed)
        if counts.get(key) != changed.get(key)
    ]
    session.rollback()
    return Preview(laid, sorted(moving, key=lambda one: one.was), shifts)


def _to_come(session: PolicySession, since: date) -> list[Lesson]:
    return list(session.scalars(select(Lesson).where(Lesson.held_on >= since)).all())


def _counts(lessons: Iterable[Lesson]) -> dict[int, int]:
    found: dict[int, int] = {}
    for lesson in lessons:
        found[lesson.assignment_id] = found.get(lesson.assignment_id, 0) + 1
    return found


def _planned(session: PolicySession, assignments: set[int]) -> dict[int, int]:
    """Assignment -> hours of its plan that no lesson has taken yet."""
    taken = select(Lesson.planned_lesson_id).where(Lesson.planned_lesson_id.is_not(None), Lesson.topic != "")
    rows = session.execute(
        select(SchemeOfWork.assignment_id, PlannedLesson.id)
        .join(PlannedLesson, PlannedLesson.scheme_of_work_id == SchemeOfWork.id)
        .where(SchemeOfWork.assignment_id.in_(assignments), SchemeOfWork.version_of_id.is_(None))
        .where(PlannedLesson.id.not_in(taken))
    )
    found: dict[int, int] = {}
    for assignment_id, _ in rows:
        if assignment_id is not None:
            found[assignment_id] = found.get(assignment_id, 0) + 1
    return found


# --- comparing


@dataclass(frozen=True)
class Difference:
    """Lessons of one assignment that stand elsewhere: those of the first version, and those of the second."""

    before: list[Placed]
    after: list[Placed]


def compare(session: PolicySession, first_id: int, second_id: int) -> list[Difference]:
    """What differs between two versions, by assignment."""
    known = boards.courses(session)
    sides = [boards.load(session, one, known) for one in (first_id, second_id)]
    of: dict[int, tuple[list[Placed], list[Placed]]] = {}
    for side, board in enumerate(sides):
        for placed in board:
            of.setdefault(placed.course.assignment_id, ([], []))[side].append(placed)
    found = []
    for first, second in of.values():
        keys = [{(p.weekday, p.number, p.parity, p.room_id) for p in side} for side in (first, second)]
        gone = [p for p in first if (p.weekday, p.number, p.parity, p.room_id) not in keys[1]]
        come = [p for p in second if (p.weekday, p.number, p.parity, p.room_id) not in keys[0]]
        if gone or come:
            found.append(Difference(gone, come))
    return sorted(found, key=lambda one: _order((one.before or one.after)[0]))


def _order(placed: Placed) -> tuple[int, str, str]:
    return (placed.course.grade, placed.course.class_name, placed.course.subject)
