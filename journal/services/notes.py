"""Notes in the diary: praise and remarks for a lesson or a day, and that a guardian has seen them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account, BehaviourNote, Lesson, NoteReceipt, Student, Subject, TeachingAssignment
from journal.services import records
from journal.services.class_room import years
from journal.services.membership import in_lesson
from journal.services.records import derives
from journal.services.refusals import Invalid, Missing, said
from journal.services.rules import rule


@dataclass(frozen=True)
class Noted:
    """A note with its names."""

    row: BehaviourNote
    student: str
    author: str
    subject: str | None
    seen: int
    """How many guardians have seen it."""


@derives(BehaviourNote)
def _on_the_day_of_its_lesson(session: PolicySession, note: BehaviourNote) -> None:
    lesson = session.get(Lesson, note.lesson_id) if note.lesson_id else None
    if lesson is not None:
        note.noted_on = lesson.held_on


@derives(NoteReceipt)
def _seen_now(_: PolicySession, receipt: NoteReceipt) -> None:
    receipt.seen_at = receipt.seen_at or clock.now()


@rule(BehaviourNote)
def _about_somebody_who_was_there(session: PolicySession, note: BehaviourNote, act: str) -> None:
    if act == "delete":
        return
    if not note.text.strip():
        raise Invalid({"text": said(N_("This field is required."))})
    if note.noted_on > clock.today():
        raise Invalid({"noted_on": said(N_("This day has not come yet."))})
    years.require_in_any(session, noted_on=note.noted_on)
    if note.lesson_id is None:
        return
    there = session.scalar(
        select(Student.id)
        .select_from(Lesson)
        .join(Student, Student.id == note.student_id)
        .where(Lesson.id == note.lesson_id, in_lesson())
    )
    if there is None:
        raise Invalid({"student_id": said(N_("The pupil is not in this lesson."))})


def write(session: PolicySession, student_ids: Collection[int], values: dict[str, Any]) -> list[BehaviourNote]:
    """The same note to some pupils. `values`: kind, text, and lesson_id or noted_on. Raises `Missing`, `Invalid`."""
    if not student_ids:
        raise Invalid({"student_id": said(N_("Choose the pupils first."))})
    made = []
    for student_id in dict.fromkeys(student_ids):
        if session.get(Student, student_id) is None:
            raise Missing
        made.append(records.create(session, BehaviourNote, {"student_id": student_id, **values}))
    return made


def remove(session: PolicySession, note_id: int) -> None:
    """Take a note back. Raises `Missing`, `Forbidden`."""
    found = session.get(BehaviourNote, note_id)
    if found is None:
        raise Missing
    records.delete(session, found)


def confirm(session: PolicySession, note_id: int) -> None:
    """A guardian has seen a note; saying it twice is one receipt. Raises `Missing`."""
    if session.get(BehaviourNote, note_id) is None:
        raise Missing
    guardian_id = session.actor.guardian_id
    mine = select(NoteReceipt.id).where(NoteReceipt.note_id == note_id, NoteReceipt.guardian_id == guardian_id)
    if session.scalar(mine) is None:
        records.create(session, NoteReceipt, {"note_id": note_id, "guardian_id": guardian_id})


def listed(session: PolicySession, *conditions: Any, most: int = 100) -> list[Noted]:
    """Notes with names, the newest first. One query."""
    by = Account.__table__
    author = select(by.c.name).where(by.c.id == BehaviourNote.written_by_id).scalar_subquery()
    seen = select(func.count(NoteReceipt.id)).where(NoteReceipt.note_id == BehaviourNote.id).scalar_subquery()
    subject = (
        select(Subject.name)
        .join(TeachingAssignment, TeachingAssignment.subject_id == Subject.id)
        .join(Lesson, Lesson.assignment_id == TeachingAssignment.id)
        .where(Lesson.id == BehaviourNote.lesson_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(BehaviourNote, Student.last_name, Student.first_name, author, subject, seen)
        .join(Student, Student.id == BehaviourNote.student_id)
        .where(*conditions)
        .order_by(BehaviourNote.noted_on.desc(), BehaviourNote.id.desc())
        .limit(most)
    )
    return [Noted(row[0], f"{row[1]} {row[2]}", row[3] or "", row[4], row[5]) for row in rows]


def of_lesson(session: PolicySession, lesson_id: int) -> list[Noted]:
    """The notes of a lesson that the person may see."""
    return listed(session, BehaviourNote.lesson_id == lesson_id)


def of_pupil(session: PolicySession, student_id: int, since: date, until: date) -> list[Noted]:
    """The notes of a pupil between two dates."""
    return listed(
        session,
        BehaviourNote.student_id == student_id,
        BehaviourNote.noted_on >= since,
        BehaviourNote.noted_on <= until,
    )
