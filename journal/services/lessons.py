"""What a teacher writes about a lesson: topic, kind of work, homework, attendance."""

from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Attachment, Homework, Lesson, PlannedLesson, SchemeOfWork
from journal.services import locks, records
from journal.services.refusals import Invalid, Missing, Stale, said
from journal.services.rules import rule

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


def put_homework(session: PolicySession, lesson: Lesson, text: str, *, operation: str | None = None) -> None:
    """Set, change or take back the homework of a lesson."""
    text = text.strip()
    present = homework_of(session, lesson.id)
    if present and text:
        records.change(session, present, {"text": text}, operation=operation)
    elif present:
        records.delete(session, present, operation=operation)
    elif text:
        records.create(session, Homework, {"lesson_id": lesson.id, "text": text}, operation=operation)


def next_planned(session: PolicySession, lesson: Lesson) -> PlannedLesson | None:
    """The first row of the plan bound to the lesson's journal that no lesson has taken yet."""
    taken = select(Lesson.planned_lesson_id).where(
        Lesson.assignment_id == lesson.assignment_id, Lesson.planned_lesson_id.is_not(None)
    )
    return session.scalars(
        select(PlannedLesson)
        .join(SchemeOfWork, SchemeOfWork.id == PlannedLesson.scheme_of_work_id)
        .where(SchemeOfWork.assignment_id == lesson.assignment_id, PlannedLesson.id.not_in(taken))
        .order_by(PlannedLesson.number)
        .limit(1)
    ).first()


@rule(Lesson)
def _what_was_taught_is_open(session: PolicySession, lesson: Lesson, act: str) -> None:
    """What a teacher writes about a lesson is locked with its marks; the timetable may still move it."""
    changed = changed_fields(lesson) & FIELDS
    if act == "change" and changed:
        _require_open(session, lesson, ahead="attendance_taken" not in changed)


@rule(Homework, Attachment)
def _homework_is_open(session: PolicySession, row: Homework | Attachment, act: str) -> None:
    homework = session.get(Homework, row.homework_id) if isinstance(row, Attachment) else row
    if homework is not None:
        _require_open(session, get(session, homework.lesson_id), homework.student_id)


def _require_open(session: PolicySession, lesson: Lesson, student_id: int | None = None, *, ahead: bool = True) -> None:
    """What can be prepared is open also before the lesson."""
    if ahead and lesson.held_on > clock.today():
        locks.require_open_ahead(lesson)
    else:
        locks.require_unlocked(session, lesson, student_id)
