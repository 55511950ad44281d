"""Homework: for everybody or for one pupil, until when, how long it takes; and how much a class has for a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import (
    Attachment,
    GradeLevel,
    Homework,
    Lesson,
    SchoolClass,
    Student,
    Subject,
    TeachingAssignment,
)
from journal.services import records, settings
from journal.services.refusals import Invalid, said


@dataclass
class Given:
    """Homework of a lesson: for everybody (`student` None) or for one pupil, with its files."""

    row: Homework
    student: str | None
    files: list[Attachment] = field(default_factory=list)


def of_lesson(session: PolicySession, lesson_id: int) -> list[Given]:
    """All homework given in a lesson, that for everybody first. Two queries."""
    found = {
        row.id: Given(row, f"{last} {first}" if last else None)
        for row, last, first in session.execute(
            select(Homework, Student.last_name, Student.first_name)
            .outerjoin(Student, Student.id == Homework.student_id)
            .where(Homework.lesson_id == lesson_id)
            .order_by(Homework.student_id.is_not(None), Student.last_name, Homework.id)
        )
    }
    for file in session.scalars(
        select(Attachment)
        .join(Homework, Homework.id == Attachment.homework_id)
        .where(Homework.lesson_id == lesson_id)
        .order_by(Attachment.id)
    ):
        if file.homework_id in found:
            found[file.homework_id].files.append(file)
    return list(found.values())


def put_own(session: PolicySession, lesson_id: int, student_id: int, text: str) -> Homework | None:
    """Homework for one pupil of a lesson; an empty text takes it back. Raises `Missing`."""
    present = session.scalar(select(Homework).where(Homework.lesson_id == lesson_id, Homework.student_id == student_id))
    text = text.strip()
    if present is not None and text:
        return records.change(session, present, {"text": text})
    if present is not None:
        records.delete(session, present)
        return None
    if not text:
        raise Invalid({"own_text": said(N_("Say what is to be done."))})
    return records.create(session, Homework, {"lesson_id": lesson_id, "student_id": student_id, "text": text})


# --- how much there is to do


@dataclass(frozen=True)
class Load:
    """What a class has to do for a day: minutes by subject, and the most that the norm allows."""

    on: date
    parts: Sequence[tuple[str, int]]
    most: int | None

    @property
    def minutes(self) -> int:
        return sum(minutes for _, minutes in self.parts)

    @property
    def is_heavy(self) -> bool:
        return self.most is not None and self.minutes > self.most


def due_on(session: PolicySession, lesson: Lesson, homework: Homework | None) -> date | None:
    """The day for which homework of a lesson is: its own, else that of the next lesson of the journal."""
    if homework is not None and homework.due_on is not None:
        return homework.due_on
    return session.scalar(
        select(func.min(Lesson.held_on)).where(
            Lesson.assignment_id == lesson.assignment_id, Lesson.held_on > lesson.held_on, ~Lesson.is_cancelled
        )
    )


def load(session: PolicySession, class_id: int, on: date) -> Load:
    """What a class has to do for a day, as far as teachers said how long it takes. Three queries.

    The norm's source is the domain description, section 3; it is a setting.
    """
    given_in = aliased(Lesson)
    following = (
        select(func.min(Lesson.held_on))
        .where(Lesson.assignment_id == Homework.assignment_id, ~Lesson.is_cancelled, Lesson.held_on > given_in.held_on)
        .correlate(Homework, given_in)
        .scalar_subquery()
    )
    parts = session.execute(
        select(Subject.name, func.sum(Homework.minutes))
        .select_from(Homework)
        .join(given_in, given_in.id == Homework.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Homework.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(TeachingAssignment.school_class_id == class_id, Homework.student_id.is_(None), Homework.minutes.is_not(None))
        .where(func.coalesce(Homework.due_on, following) == on)
        .group_by(Subject.name)
        .order_by(Subject.name)
    )
    grade = session.scalar(
        select(GradeLevel.number)
        .join(SchoolClass, SchoolClass.grade_level_id == GradeLevel.id)
        .where(SchoolClass.id == class_id)
    )
    return Load(on, [(name, int(minutes or 0)) for name, minutes in parts], _most(session, grade))


def _most(session: PolicySession, grade: int | None) -> int | None:
    pairs = dict(part.split(":", 1) for part in settings.value(session, "homework_minutes").split() if ":" in part)
    text = pairs.get(str(grade), "")
    return int(text) if text.isdigit() else None


# --- from the parallel class


@dataclass(frozen=True)
class Source:
    """A lesson of a parallel class whose topic and homework may be copied."""

    lesson_id: int
    class_name: str
    held_on: date
    topic: str
    homework: str | None


def parallel(session: PolicySession, lesson: Lesson, most: int = 5) -> list[Source]:
    """The newest filled lessons of the same subject and grade in the person's other journals. One query."""
    own = select(TeachingAssignment.subject_id, SchoolClass.grade_level_id).join(
        SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id
    )
    subject_id, grade_id = session.execute(own.where(TeachingAssignment.id == lesson.assignment_id)).one()
    text = (
        select(Homework.text)
        .where(Homework.lesson_id == Lesson.id, Homework.student_id.is_(None))
        .limit(1)
        .scalar_subquery()
    )
    found = session.execute(
        select(Lesson.id, SchoolClass.name, Lesson.held_on, Lesson.topic, text)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .where(TeachingAssignment.subject_id == subject_id, SchoolClass.grade_level_id == grade_id)
        .where(Lesson.assignment_id != lesson.assignment_id, Lesson.topic != "")
        .order_by(Lesson.held_on.desc(), Lesson.number.desc())
        .limit(most)
    )
    return [Source(*row) for row in found]
