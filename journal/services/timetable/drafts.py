"""Drafts of the timetable: made, thrown away, published from a date; two versions compared."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from journal.access import guard
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, Lesson, PlannedLesson, SchemeOfWork, Timetable, TimetableEntry
from journal.services import calendar, database, jobs, records
from journal.services.refusals import Forbidden, Invalid, Missing, said
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
    version, year = _publishable(session, timetable_id, since)
    of_year = (Timetable.academic_year_id == year.id, Timetable.state == "published")
    for later in session.scalars(select(Timetable).where(*of_year, Timetable.valid_from >= since)).all():
        records.change(session, later, {"state": "draft"})
    for before in session.scalars(select(Timetable).where(*of_year, Timetable.valid_to >= since)).all():
        records.change(session, before, {"valid_to": since - timedelta(days=1)})
    records.change(session, version, {"state": "published", "valid_from": since, "valid_to": year.ends_on})
    return laying.lay(session, since)


@jobs.kind("publish-timetable")
def publish_by_job(task: jobs.Task) -> dict[str, Any]:
    """Publish on behalf of whoever asked, in one transaction."""
    since = date.fromisoformat(task.facts["since"])
    with database.work(task.engine, task.actor) as session:
        laid = publish(session, int(task.facts["timetable"]), since)
    return {"made": laid.made, "removed": laid.removed, "address": f"/timetable/?on={since.isoformat()}"}


def _publishable(session: PolicySession, timetable_id: int, since: date) -> tuple[Timetable, AcademicYear]:
    """A draft that may hold from a date. Raises `Missing`, `Invalid`, `Forbidden`."""
    version = draft(session, timetable_id)
    allowed = guard.rows(Timetable, session.principal, Verb.CHANGE)
    if session.scalar(select(Timetable.id).where(Timetable.id == version.id, allowed)) is None:
        raise Forbidden
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
    return version, year


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

    change: laying.Change
    moving: list[Moving]
    shifts: list[Shift]

    @property
    def rows(self) -> int:
        """How many lessons would be written."""
        return len(self.change.new) + len(self.change.gone) + len(self.change.moved)


def preview(session: PolicySession, timetable_id: int, since: date) -> Preview:
    """What publishing would do: the very change that it carries out, only read. Raises as `publish`."""
    version, year = _publishable(session, timetable_id, since)
    change = laying.foreseen(session, since, versions=[laying.Span(version.id, since, year.ends_on)])
    moving = [
        Moving(one.assignment_id, (one.held_on, one.number), (slot.held_on, slot.number), one.topic)
        for one, slot in sorted(change.moved, key=lambda pair: (pair[0].held_on, pair[0].number))
    ]
    of = Lesson.assignment_id
    before = dict(session.execute(select(of, func.count()).where(Lesson.held_on >= since).group_by(of)).tuples().all())
    after = Counter(before)
    after.update(one.assignment_id for one in change.new)
    after.subtract(one.assignment_id for one in change.gone)
    differs = {key for key, count in after.items() if count != before.get(key, 0)}
    plans = _planned(session, differs)
    shifts = [Shift(key, before.get(key, 0), after[key], plans.get(key)) for key in sorted(differs)]
    return Preview(change, moving, shifts)


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
