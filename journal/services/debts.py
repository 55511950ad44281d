"""Points: work that a pupil owes until a day. A debt reminds; only a teacher's act makes it a mark."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Lesson, PendingMark, SchoolClass, Student, Subject, TeachingAssignment
from journal.services import records
from journal.services.refusals import Invalid, Missing, said


@dataclass(frozen=True)
class Debt:
    """A debt with its names."""

    row: PendingMark
    student: str
    class_name: str
    subject: str
    assignment_id: int
    held_on: date

    @property
    def is_overdue(self) -> bool:
        """Whether its day is over."""
        return self.row.due_on < clock.today()


def listed(session: PolicySession, *conditions: Any, most: int = 200) -> list[Debt]:
    """Debts that are not settled, the most urgent first. One query."""
    found = session.execute(
        select(
            PendingMark,
            Student.last_name,
            Student.first_name,
            SchoolClass.name,
            Subject.name,
            Lesson.assignment_id,
            Lesson.held_on,
        )
        .join(Lesson, Lesson.id == PendingMark.lesson_id)
        .join(Student, Student.id == PendingMark.student_id)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(~PendingMark.is_settled, *conditions)
        .order_by(PendingMark.due_on, SchoolClass.name, Student.last_name)
        .limit(most)
    )
    return [Debt(row[0], f"{row[1]} {row[2]}", row[3], row[4], row[5], row[6]) for row in found]


def of_teacher(session: PolicySession, staff_id: int, most: int = 30) -> list[Debt]:
    """The debts in a teacher's journals."""
    return listed(session, TeachingAssignment.staff_id == staff_id, most=most)


def of_lesson(session: PolicySession, lesson_id: int) -> list[Debt]:
    """The debts for work of one lesson."""
    return listed(session, PendingMark.lesson_id == lesson_id)


def set_due(session: PolicySession, lesson_id: int, student_id: int, due_on: date, note: str) -> PendingMark:
    """Until when, and what. Raises `Missing`, and `Invalid` for a day before the lesson."""
    found = session.scalar(
        select(PendingMark).where(PendingMark.lesson_id == lesson_id, PendingMark.student_id == student_id)
    )
    lesson = session.get(Lesson, lesson_id)
    if found is None or lesson is None or found.is_settled:
        raise Missing
    if due_on < lesson.held_on:
        raise Invalid({f"due-{student_id}": said(N_("The end is before the beginning."))})
    return records.change(session, found, {"due_on": due_on, "note": note.strip() or None})
