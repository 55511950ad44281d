"""What a substitution does to its lesson, and what it must be: a lesson that was held is not changed any more."""

from datetime import date

from sqlalchemy import exists, or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Lesson, Mark, Staff, StaffAbsence, Substitution, TeachingAssignment
from journal.services import records
from journal.services.records import derives, then
from journal.services.refusals import Invalid, Missing, said
from journal.services.rules import rule
from journal.services.timetable import absent

TAKEN = frozenset({"teacher", "merge"})
"""Kinds after which somebody else answers for the lesson."""


@derives(Substitution)
def _remember_where(session: PolicySession, change: Substitution) -> None:
    """A moved lesson remembers the slot that it came from, so that nothing is laid there again."""
    lesson = session.get(Lesson, change.lesson_id) if change.lesson_id else None
    if lesson is None:
        raise Invalid({"lesson_id": said(N_("Choose one of the list."))})
    if change.was_on is None:
        change.was_on, change.was_number = lesson.held_on, lesson.number


@rule(Substitution)
def _possible(session: PolicySession, change: Substitution, act: str) -> None:
    """The lesson was not held yet, the substitute is there and free, the other slot is free."""
    lesson = session.get(Lesson, change.lesson_id)
    if lesson is None:
        return
    held = select(Lesson.id).where(
        Lesson.id == lesson.id, or_(Lesson.attendance_taken, exists().where(Mark.lesson_id == Lesson.id))
    )
    if session.scalar(held) is not None and (act == "delete" or change.kind not in TAKEN):
        raise Invalid({"": said(N_("This lesson was held already: it has attendance or marks."))})
    if act == "delete":
        return
    if change.kind == "teacher":
        _is_free(session, lesson, change.staff_id, lesson.held_on, lesson.number)
    elif change.kind == "move" and change.moved_to_on is not None:
        _has_room(session, change, lesson)


def _is_free(session: PolicySession, lesson: Lesson, staff_id: int | None, on: date, number: int) -> None:
    if staff_id is None:
        return
    away = select(StaffAbsence.id).where(
        StaffAbsence.staff_id == staff_id, StaffAbsence.begins_on <= on, StaffAbsence.ends_on >= on
    )
    if session.scalar(away.limit(1)) is not None:
        raise Invalid({"staff_id": said(N_("This teacher is away on that day."))})
    taught = (
        select(Lesson.id)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .where(Lesson.held_on == on, Lesson.number == number, Lesson.id != lesson.id, ~Lesson.is_cancelled)
        .where(
            or_(
                Lesson.substitute_id == staff_id,
                (TeachingAssignment.staff_id == staff_id) & Lesson.substitute_id.is_(None),
            )
        )
    )
    if session.scalar(taught.limit(1)) is not None:
        raise Invalid({"staff_id": said(N_("This teacher has a lesson then."))})


def _has_room(session: PolicySession, change: Substitution, lesson: Lesson) -> None:
    """The class and the teacher have nothing else in the slot that a lesson is moved to."""
    on, number = change.moved_to_on, change.moved_to_number
    number = change.was_number if number is None else number
    assert on is not None and number is not None
    assignment = session.get(TeachingAssignment, lesson.assignment_id)
    assert assignment is not None
    same = select(Lesson.id).join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
    same = same.where(
        Lesson.held_on == on,
        Lesson.number == number,
        Lesson.id != lesson.id,
        ~Lesson.is_cancelled,
        Lesson.school_class_id == lesson.school_class_id,
    )
    if assignment.subgroup_id is not None:
        whole = TeachingAssignment.subgroup_id.is_(None)
        same = same.where(or_(whole, TeachingAssignment.subgroup_id == assignment.subgroup_id))
    if session.scalar(same.limit(1)) is not None:
        raise Invalid({"moved_to_on": said(N_("The class has a lesson then."))})
    try:
        _is_free(session, lesson, assignment.staff_id, on, number)
    except Invalid as busy:
        raise Invalid({"moved_to_on": busy.errors["staff_id"]}) from None


@then(Substitution)
def _apply(session: PolicySession, change: Substitution, act: str) -> None:
    lesson = session.get(Lesson, change.lesson_id)
    if lesson is None:
        return
    values: dict[str, object] = {"held_on": change.was_on, "number": change.was_number}
    undone = act == "delete"
    if change.kind == "move" and not undone:
        values["held_on"] = change.moved_to_on
        values["number"] = change.was_number if change.moved_to_number is None else change.moved_to_number
    values["is_cancelled"] = change.kind == "cancel" and not undone
    values["substitute_id"] = change.staff_id if change.kind in TAKEN and not undone else None
    if change.room_id and not undone:
        values["room_id"] = change.room_id
    records.change(session, lesson, values)


# --- the deputy's verbs


def give(session: PolicySession, lesson_id: int, staff_id: int) -> Substitution:
    """Another teacher takes the lesson. Raises `Missing`, `Invalid`, `Forbidden`."""
    if session.get(Staff, staff_id) is None:
        raise Missing
    return _put(session, lesson_id, {"kind": "teacher", "staff_id": staff_id})


def cancel(session: PolicySession, lesson_id: int) -> Substitution:
    """The lesson does not take place. Raises `Missing`, `Invalid`, `Forbidden`."""
    return _put(session, lesson_id, {"kind": "cancel", "staff_id": None})


def merge(session: PolicySession, lesson_id: int, other_id: int) -> Substitution:
    """The pupils join another subgroup of the class, whose teacher answers for both. Raises `Missing`, `Invalid`."""
    lesson = session.get(Lesson, lesson_id)
    if lesson is None:
        raise Missing
    day = absent.day(session, lesson.held_on)
    mine = next((one for one in day if one.id == lesson_id), None)
    other = next((one for one in absent.merging(mine, day) if one.id == other_id), None) if mine else None
    if other is None:
        raise Invalid({"": said(N_("These two can't be merged: choose another subgroup of the class at that time."))})
    return _put(session, lesson_id, {"kind": "merge", "staff_id": other.taught_by})


def move(session: PolicySession, lesson_id: int, on: date, number: int) -> Substitution:
    """The lesson takes place at another time. Raises `Missing`, `Invalid`, `Forbidden`."""
    return _put(session, lesson_id, {"kind": "move", "staff_id": None, "moved_to_on": on, "moved_to_number": number})


def undo(session: PolicySession, lesson_id: int) -> None:
    """The lesson is as the timetable has it. Raises `Missing`, `Invalid`, `Forbidden`."""
    found = session.scalar(select(Substitution).where(Substitution.lesson_id == lesson_id))
    if found is None:
        raise Missing
    records.delete(session, found)


def _put(session: PolicySession, lesson_id: int, values: dict[str, object]) -> Substitution:
    """A lesson has one substitution: another one changes it."""
    if session.get(Lesson, lesson_id) is None:
        raise Missing
    found = session.scalar(select(Substitution).where(Substitution.lesson_id == lesson_id))
    if found is None:
        return records.create(session, Substitution, {"lesson_id": lesson_id, **values})
    blank = {"moved_to_on": None, "moved_to_number": None}
    return records.change(session, found, {**blank, **values})
