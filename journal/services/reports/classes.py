"""What the reports know of classes: their pupils on a date, their journals, who is in each, the final marks."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import short_name
from journal.schema import (
    AcademicYear,
    Enrolment,
    FinalMark,
    GradeLevel,
    GradingPeriod,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
)
from journal.services import calendar
from journal.services.formulas import Distribution, distribution
from journal.services.membership import covers
from journal.services.refusals import Missing
from journal.services.reports.report import Given


@dataclass(frozen=True)
class Klass:
    """A class with its head."""

    id: int
    name: str
    grade: int
    period_kind: str
    has_marks: bool
    teacher: str


@dataclass(frozen=True)
class Pupil:
    """A pupil in a class."""

    id: int
    name: str
    class_id: int


@dataclass(frozen=True)
class Journal:
    """A journal: one teaching assignment."""

    id: int
    class_id: int
    class_name: str
    subject_id: int
    subject: str
    subgroup_id: int | None
    subgroup: str | None
    staff_id: int
    teacher: str
    has_marks: bool

    @property
    def name(self) -> str:
        """The subject, with the subgroup where there is one."""
        return f"{self.subject} ({self.subgroup})" if self.subgroup else self.subject


def classes(session: PolicySession, year: AcademicYear, class_id: int | None = None) -> list[Klass]:
    """The classes of a year in their order, or one. Raises `Missing` when the one is not there."""
    asked = (
        select(
            SchoolClass.id,
            SchoolClass.name,
            GradeLevel.number,
            GradeLevel.period_kind,
            GradeLevel.has_marks,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
        )
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .outerjoin(Staff, Staff.id == SchoolClass.class_teacher_id)
        .where(SchoolClass.academic_year_id == year.id)
        .order_by(GradeLevel.number, SchoolClass.letter)
    )
    if class_id is not None:
        asked = asked.where(SchoolClass.id == class_id)
    found = [Klass(*row[:5], short_name(*row[5:]) if row[5] else "") for row in session.execute(asked)]
    if class_id is not None and not found:
        raise Missing
    return found


def pupils(session: PolicySession, on: date, class_ids: Collection[int]) -> list[Pupil]:
    """Who is in the classes on a date, by name."""
    asked = (
        select(Student.id, Student.last_name, Student.first_name, Student.middle_name, Enrolment.school_class_id)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .where(Enrolment.school_class_id.in_(list(class_ids)), covers(Enrolment.starts_on, Enrolment.ends_on, on))
        .order_by(Student.last_name, Student.first_name, Student.middle_name, Student.id)
    )
    return [Pupil(row[0], f"{row[1]} {row[2]}", row[4]) for row in session.execute(asked)]


def journals(
    session: PolicySession,
    year: AcademicYear,
    *,
    class_id: int | None = None,
    staff_id: int | None = None,
    subject_id: int | None = None,
) -> list[Journal]:
    """The journals of a year, of a class, a teacher or a subject, in the order of classes and subjects."""
    asked: Any = (
        select(
            TeachingAssignment.id,
            SchoolClass.id,
            SchoolClass.name,
            Subject.id,
            Subject.name,
            Subgroup.id,
            Subgroup.name,
            Staff.id,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
            GradeLevel.has_marks,
        )
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .where(SchoolClass.academic_year_id == year.id)
        .order_by(GradeLevel.number, SchoolClass.letter, Subject.name, Subgroup.name, TeachingAssignment.id)
    )
    if class_id is not None:
        asked = asked.where(SchoolClass.id == class_id)
    if staff_id is not None:
        asked = asked.where(Staff.id == staff_id)
    if subject_id is not None:
        asked = asked.where(Subject.id == subject_id)
    found: list[list[Any]] = [list(row) for row in session.execute(asked)]
    return [Journal(*[*row[:8], short_name(*row[8:11]), row[11]]) for row in found]


def rolls(session: PolicySession, found: Collection[Journal], on: date) -> dict[int, list[int]]:
    """Journal id -> the pupils in it on a date: of the class, or of the subgroup. Two queries."""
    in_class: dict[int, list[int]] = defaultdict(list)
    for pupil in pupils(session, on, {journal.class_id for journal in found}):
        in_class[pupil.class_id].append(pupil.id)
    members: dict[int, set[int]] = defaultdict(set)
    groups = {journal.subgroup_id for journal in found if journal.subgroup_id}
    for group_id, student_id in session.execute(
        select(SubgroupMember.subgroup_id, SubgroupMember.student_id).where(
            SubgroupMember.subgroup_id.in_(groups), covers(SubgroupMember.starts_on, SubgroupMember.ends_on, on)
        )
    ):
        members[group_id].add(student_id)
    return {
        journal.id: [
            student
            for student in in_class[journal.class_id]
            if journal.subgroup_id is None or student in members[journal.subgroup_id]
        ]
        for journal in found
    }


Finals = dict[tuple[int, int, int, str], str]
"""(journal, pupil, period, kind) -> value."""


def finals(session: PolicySession, assignment_ids: Collection[int]) -> Finals:
    """Every final mark of some journals."""
    found: Finals = {}
    ids = sorted(assignment_ids)
    for start in range(0, len(ids), 500):
        asked = select(
            FinalMark.assignment_id, FinalMark.student_id, FinalMark.period_id, FinalMark.kind, FinalMark.value
        ).where(FinalMark.assignment_id.in_(ids[start : start + 500]))
        found.update({(row[0], row[1], row[2], row[3]): row[4] for row in session.execute(asked)})
    return found


def periods(session: PolicySession, year: AcademicYear) -> dict[str, list[GradingPeriod]]:
    """Kind -> its periods of the year in their order; a kind's list ends with the year itself."""
    return {kind: calendar.periods(session, year.id, kind) for kind in ("quarter", "trimester", "half")}


def last_day(period: GradingPeriod, given: Given) -> date:
    """The day on which those are counted who belong into a report: who left before it is out."""
    return min(period.ends_on, given.today)


def spread(roll: list[int], marks: Finals, journal: Journal, period: GradingPeriod, kind: str = "period") -> Distribution:
    """How the final marks of one journal and period are spread over the pupils in it."""
    return distribution(marks.get((journal.id, student, period.id, kind)) for student in roll)


def kind_of(period: GradingPeriod) -> str:
    """The kind of final mark that a period has."""
    return "year" if period.kind == "year" else "period"
