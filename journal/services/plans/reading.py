"""What a plan says: the journals with their plans, one plan with dates, its versions, and whom it may be copied from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import (
    AcademicYear,
    GradeLevel,
    Lesson,
    PlannedLesson,
    SchemeOfWork,
    SchoolClass,
    Staff,
    Subgroup,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services.plans import laying
from journal.services.refusals import Missing


@dataclass
class Line:
    """A journal with the plan that is bound to it, if one is. Hours are lessons."""

    assignment_id: int
    class_name: str
    subject: str
    subgroup: str | None
    teacher: str
    staff_id: int
    scheme_id: int | None
    state: str | None
    hours: int
    lessons: int = 0
    """That the journal has in the year."""
    held: int = 0
    taken: int = 0
    """Held lessons that took a row."""

    @property
    def short(self) -> int:
        """Hours of the plan for which the year has no lesson; below zero lessons are left over."""
        return self.hours - self.lessons

    @property
    def behind(self) -> int:
        """Lessons held without a row of the plan."""
        return self.held - self.taken if self.scheme_id and self.hours else 0


@dataclass(frozen=True)
class Row:
    """A row of a plan with the date of the lesson that took it, or that its hours lead to."""

    row: PlannedLesson
    work_type: str | None
    is_control: bool
    on: date | None
    is_taken: bool


@dataclass(frozen=True)
class Version:
    """A plan as it was approved."""

    id: int
    approved_on: date | None
    hours: int


@dataclass(frozen=True)
class Plan:
    """A plan with its journal."""

    scheme: SchemeOfWork
    subject: str
    grade: int
    author: str
    journal: str | None
    rows: list[Row]
    lessons: int
    held: int
    taken: int
    versions: list[Version] = field(default_factory=list)

    @property
    def hours(self) -> int:
        """Hours of all rows."""
        return sum(one.row.hours for one in self.rows)

    @property
    def short(self) -> int:
        """Hours for which the year has no lesson."""
        return self.hours - self.lessons if self.journal else 0

    @property
    def is_version(self) -> bool:
        """Whether this is a copy of how a plan was approved."""
        return self.scheme.version_of_id is not None


def journals(session: PolicySession, *conditions: Any) -> list[Line]:
    """The journals of the current year, each with its plan. Two queries."""
    found = [_line(row) for row in session.execute(_lines().where(AcademicYear.is_current, *conditions))]
    is_held = Lesson.held_on < clock.today()
    counts = session.execute(
        select(
            Lesson.assignment_id,
            func.count(Lesson.id),
            func.sum(case((is_held, 1), else_=0)),
            func.sum(case((is_held & Lesson.planned_lesson_id.is_not(None), 1), else_=0)),
        )
        .where(Lesson.assignment_id.in_([line.assignment_id for line in found]), ~Lesson.is_cancelled)
        .group_by(Lesson.assignment_id)
    )
    by_journal = {row[0]: row[1:] for row in counts}
    for line in found:
        line.lessons, line.held, line.taken = by_journal.get(line.assignment_id, (0, 0, 0))
    return found


def _lines() -> Select[Any]:
    hours = select(func.sum(PlannedLesson.hours)).where(PlannedLesson.scheme_of_work_id == SchemeOfWork.id).scalar_subquery()
    asked: Any = select(
        TeachingAssignment.id,
        SchoolClass.name,
        Subject.name,
        Subgroup.name,
        Staff.last_name,
        Staff.first_name,
        Staff.middle_name,
        Staff.id,
        SchemeOfWork.id,
        SchemeOfWork.state,
        hours,
    )
    asked = (
        asked.join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .outerjoin(
            SchemeOfWork,
            (SchemeOfWork.assignment_id == TeachingAssignment.id) & SchemeOfWork.version_of_id.is_(None),
        )
        .order_by(GradeLevel.number, SchoolClass.letter, Subject.name, Subgroup.name, SchemeOfWork.id)
    )
    found: Select[Any] = asked
    return found


def _line(row: Any) -> Line:
    id_, class_name, subject, subgroup, last, first, middle, staff_id, scheme_id, state, hours = row
    teacher = short_name(last, first, middle)
    return Line(id_, class_name, subject, subgroup, teacher, staff_id, scheme_id, state, int(hours or 0))


def get(session: PolicySession, scheme_id: int) -> SchemeOfWork:
    """A plan that this person may see. Raises `Missing`."""
    found = session.get(SchemeOfWork, scheme_id)
    if found is None:
        raise Missing
    return found


def rows_of(session: PolicySession, scheme_id: int) -> Sequence[PlannedLesson]:
    """The rows of a plan in order."""
    return session.scalars(
        select(PlannedLesson).where(PlannedLesson.scheme_of_work_id == scheme_id).order_by(PlannedLesson.number)
    ).all()


def load(session: PolicySession, scheme_id: int) -> Plan:
    """A plan with its rows laid on the lessons. Raises `Missing`. Six queries."""
    scheme = get(session, scheme_id)
    subject, grade, last, first, middle = session.execute(
        select(Subject.name, GradeLevel.number, Staff.last_name, Staff.first_name, Staff.middle_name)
        .select_from(Subject)
        .join(GradeLevel, GradeLevel.id == scheme.grade_level_id)
        .join(Staff, Staff.id == scheme.staff_id)
        .where(Subject.id == scheme.subject_id)
    ).one()
    found = session.execute(
        select(PlannedLesson, WorkType.name, WorkType.is_control)
        .outerjoin(WorkType, WorkType.id == PlannedLesson.work_type_id)
        .where(PlannedLesson.scheme_of_work_id == scheme_id)
        .order_by(PlannedLesson.number)
    ).all()
    journal_id = scheme.assignment_id
    lessons = laying.slots(session, [journal_id])[journal_id] if journal_id else []
    dates = laying.lay([row[0] for row in found], lessons).dates
    taken = {slot.row_id for slot in lessons}
    rows = [Row(row, kind, bool(control), dates.get(row.id), row.id in taken) for row, kind, control in found]
    past = [slot for slot in lessons if slot.on < clock.today()]
    return Plan(
        scheme,
        subject,
        grade,
        short_name(last, first, middle),
        _journal_name(session, journal_id),
        rows,
        len(lessons),
        len(past),
        sum(slot.row_id is not None for slot in past),
        _versions(session, scheme.version_of_id or scheme.id),
    )


def _journal_name(session: PolicySession, assignment_id: int | None) -> str | None:
    if assignment_id is None:
        return None
    row = session.execute(
        select(SchoolClass.name, Subject.name, Subgroup.name)
        .select_from(TeachingAssignment)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .where(TeachingAssignment.id == assignment_id)
    ).one_or_none()
    return " · ".join(part for part in row if part) if row else None


def _versions(session: PolicySession, scheme_id: int) -> list[Version]:
    hours = select(func.sum(PlannedLesson.hours)).where(PlannedLesson.scheme_of_work_id == SchemeOfWork.id).scalar_subquery()
    found = session.execute(
        select(SchemeOfWork.id, SchemeOfWork.approved_on, hours)
        .where(SchemeOfWork.version_of_id == scheme_id)
        .order_by(SchemeOfWork.id.desc())
    )
    return [Version(row[0], row[1], int(row[2] or 0)) for row in found]


@dataclass(frozen=True)
class Difference:
    """What became of a topic since a version: `was` or `now` is None when it is new or gone."""

    topic: str
    was: int | None
    now: int | None


def differences(session: PolicySession, version_id: int, scheme_id: int) -> list[Difference]:
    """Topics that a plan has otherwise than a version of it: new, gone, or of other hours; in the plan's order."""
    before = {row.topic: row.hours for row in rows_of(session, version_id)}
    after = {row.topic: row.hours for row in rows_of(session, scheme_id)}
    names = [*after, *(topic for topic in before if topic not in after)]
    return [
        Difference(topic, before.get(topic), after.get(topic)) for topic in names if before.get(topic) != after.get(topic)
    ]


def sources(session: PolicySession, assignment_id: int) -> list[tuple[int, str, str, int]]:
    """Plans of the same subject that may be copied: (id, name, author, hours), those of the same grade first."""
    row = session.execute(
        select(TeachingAssignment.subject_id, SchoolClass.grade_level_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .where(TeachingAssignment.id == assignment_id)
    ).one_or_none()
    if row is None:
        raise Missing
    hours = func.sum(PlannedLesson.hours)
    found = session.execute(
        select(SchemeOfWork.id, SchemeOfWork.name, Staff.last_name, Staff.first_name, Staff.middle_name, hours)
        .join(Staff, Staff.id == SchemeOfWork.staff_id)
        .join(PlannedLesson, PlannedLesson.scheme_of_work_id == SchemeOfWork.id)
        .where(SchemeOfWork.subject_id == row[0], SchemeOfWork.version_of_id.is_(None))
        .group_by(
            SchemeOfWork.id,
            SchemeOfWork.name,
            SchemeOfWork.grade_level_id,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
        )
        .order_by(SchemeOfWork.grade_level_id != row[1], SchemeOfWork.id.desc())
        .limit(100)
    )
    return [(id_, name, short_name(last, first, middle), int(total)) for id_, name, last, first, middle, total in found]
