"""What a teacher writes about a lesson: topic, kind of work, homework, attendance."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, tuple_

from journal.access.session import PolicySession, changed_fields
from journal.kit.text import N_
from journal.schema import Attachment, Homework, Lesson, PlannedLesson, SchemeOfWork, TeachingAssignment
from journal.services import locks, records
from journal.services.plans import laying
from journal.services.refusals import Invalid, Missing, Stale, said
from journal.services.rules import rule

ACCEPTED_DAYS = 30
FIELDS = frozenset({"topic", "work_type_id", "homework", "attendance_taken", "planned_lesson_id"})


def get(session: PolicySession, lesson_id: int) -> Lesson:
    """A lesson that this person may see. Raises `Missing`."""
    lesson = session.get(Lesson, lesson_id)
    if lesson is None:
        raise Missing
    return lesson


def write(
    session: PolicySession,
    lesson_id: int,
    values: dict[str, Any],
    *,
    seen: dict[str, Any] | None = None,
    operation: str | None = None,
) -> Lesson:
    """Set fields of a lesson. `seen` are the values the person saw: a field that changed since raises `Stale`."""
    unknown = set(values) - FIELDS
    if unknown:
        raise Invalid({name: said(N_("This field can't be written.")) for name in unknown})
    lesson = get(session, lesson_id)
    _require_seen(session, lesson, seen or {}, values)
    own = {name: value for name, value in values.items() if name != "homework"}
    if own:
        records.change(session, lesson, own, operation=operation)
    if "homework" in values:
        put_homework(session, lesson, values["homework"] or "", operation=None if own else operation)
    return lesson


def _require_seen(session: PolicySession, lesson: Lesson, seen: dict[str, Any], values: dict[str, Any]) -> None:
    for name, value in seen.items():
        given = homework_of(session, lesson.id) if name == "homework" else None
        present = (given.text if given else "") if name == "homework" else getattr(lesson, name)
        if present not in (value, values.get(name)):
            raise Stale


def homework_of(session: PolicySession, lesson_id: int) -> Homework | None:
    """The homework given to everybody in a lesson."""
    return session.scalar(
        select(Homework).where(Homework.lesson_id == lesson_id, Homework.student_id.is_(None)).order_by(Homework.id)
    )


def put_homework(
    session: PolicySession,
    lesson: Lesson,
    text: str,
    *,
    more: Mapping[str, Any] | None = None,
    operation: str | None = None,
) -> None:
    """Set, change or take back the homework of a lesson; `more` are its day and the minutes it takes."""
    values = {"text": text.strip(), **(more or {})}
    present = homework_of(session, lesson.id)
    if present and values["text"]:
        records.change(session, present, values, operation=operation)
    elif present:
        records.delete(session, present, operation=operation)
    elif values["text"]:
        records.create(session, Homework, {"lesson_id": lesson.id, **values}, operation=operation)


def neighbours(session: PolicySession, lesson: Lesson) -> tuple[int | None, int | None]:
    """The lessons of the journal before and after this one. One query."""
    place = tuple_(Lesson.held_on, Lesson.number)
    own = select(Lesson.id).where(Lesson.assignment_id == lesson.assignment_id, ~Lesson.is_cancelled).limit(1)
    here = (lesson.held_on, lesson.number)
    before = own.where(place < here).order_by(Lesson.held_on.desc(), Lesson.number.desc()).scalar_subquery()
    after = own.where(place > here).order_by(Lesson.held_on, Lesson.number).scalar_subquery()
    row = session.execute(select(before, after).select_from(Lesson).where(Lesson.id == lesson.id)).one()
    return row[0], row[1]


def planned(session: PolicySession, lesson: Lesson) -> PlannedLesson | None:
    """The row of the plan that falls on a lesson which has taken none."""
    return laying.of_journal(session, lesson.assignment_id).get(lesson.id)


def take_planned(session: PolicySession, lesson_id: int, row_id: int, *, operation: str | None = None) -> Lesson:
    """Take a row of the journal's plan: its topic; kind of work and homework where the lesson has none yet.

    Raises `Missing` when the row is of no plan of this journal.
    """
    lesson = get(session, lesson_id)
    row = session.scalar(
        select(PlannedLesson)
        .join(SchemeOfWork, SchemeOfWork.id == PlannedLesson.scheme_of_work_id)
        .where(PlannedLesson.id == row_id, SchemeOfWork.assignment_id == lesson.assignment_id)
    )
    if row is None:
        raise Missing
    values: dict[str, Any] = {"topic": row.topic, "planned_lesson_id": row.id}
    if row.work_type_id and not lesson.work_type_id:
        values["work_type_id"] = row.work_type_id
    if row.homework and homework_of(session, lesson_id) is None:
        values["homework"] = row.homework
    return write(session, lesson_id, values, operation=operation)


def accept_planned(session: PolicySession, staff_id: int, until: date) -> int:
    """Take the rows of the plans into a teacher's lessons without a topic, the oldest first; gives how many took one.

    Lessons that are locked, or for which the plan has no row, stay as they are.
    """
    found = session.scalars(
        select(Lesson)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .where(TeachingAssignment.staff_id == staff_id, Lesson.substitute_id.is_(None), ~Lesson.is_cancelled)
        .where(Lesson.topic == "", Lesson.held_on <= until, Lesson.held_on >= until - timedelta(days=ACCEPTED_DAYS))
        .order_by(Lesson.assignment_id, Lesson.held_on, Lesson.number)
    ).all()
    laid: dict[int, dict[int, PlannedLesson]] = {}
    taken = 0
    for lesson in found:
        if lesson.assignment_id not in laid:
            laid[lesson.assignment_id] = laying.of_journal(session, lesson.assignment_id)
        row = laid[lesson.assignment_id].get(lesson.id)
        if row is not None and locks.lock(session, lesson) is None:
            take_planned(session, lesson.id, row.id)
            taken += 1
    return taken


@rule(Lesson)
def _what_was_taught_is_open(session: PolicySession, lesson: Lesson, act: str) -> None:
    """What a teacher writes about a lesson is locked with its marks; the timetable may still move it."""
    changed = changed_fields(lesson) & FIELDS
    if act != "change" or not changed:
        return
    if "attendance_taken" in changed:
        locks.require_unlocked(session, lesson)
    else:
        locks.require_open(session, lesson)


@rule(Homework, Attachment)
def _homework_is_open(session: PolicySession, row: Homework | Attachment, act: str) -> None:
    homework = session.get(Homework, row.homework_id) if isinstance(row, Attachment) else row
    if homework is not None:
        locks.require_open(session, get(session, homework.lesson_id), homework.student_id)
