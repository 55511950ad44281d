"""All marks of a pupil in a period or a year, by subject; and how many marks would lift an average to a wanted one."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select

from journal.access.session import PolicySession
from journal.schema import (
    Absence,
    AbsenceReason,
    AcademicYear,
    Enrolment,
    FinalMark,
    GradeLevel,
    GradingPeriod,
    Lesson,
    Mark,
    SchoolClass,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services import calendar, formulas
from journal.services.diary import Given, given_of
from journal.services.membership import overlaps


@dataclass
class Line:
    """A subject: marks with the day of their lesson, and what comes of them."""

    subject: str
    threshold: Decimal
    marks: list[tuple[date, Given]] = field(default_factory=list)
    final: str | None = None
    missed: int = 0

    @property
    def average(self) -> Decimal | None:
        return formulas.average(given.value for _, given in self.marks)

    @property
    def weighted(self) -> Decimal | None:
        return formulas.weighted((given.value, given.weight) for _, given in self.marks)

    @property
    def proposal(self) -> int | None:
        """The final mark that the marks ask for now."""
        return formulas.proposal(self.weighted, self.threshold)

    def needed(self, target: int, with_value: int) -> int | None:
        """How many marks of a value, at weight 1, make the target the final mark; 0 when it is so, None when they can't."""
        return formulas.needed([(given.value, given.weight) for _, given in self.marks], target, with_value, self.threshold)


@dataclass(frozen=True)
class Period:
    """A pupil's period."""

    period: GradingPeriod
    lines: list[Line]
    lessons_missed: int
    by_reason: list[tuple[str, int]]
    """Name of the reason -> lessons, late ones too."""

    @property
    def average(self) -> Decimal | None:
        return formulas.weighted((given.value, given.weight) for line in self.lines for _, given in line.marks)


def class_of(session: PolicySession, student_id: int, year: AcademicYear) -> tuple[int, str, str] | None:
    """The pupil's class of a year, the last one: id, name, kind of periods."""
    row = session.execute(
        select(SchoolClass.id, SchoolClass.name, GradeLevel.period_kind)
        .join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .where(Enrolment.student_id == student_id, SchoolClass.academic_year_id == year.id)
        .where(overlaps(Enrolment.starts_on, Enrolment.ends_on, year.begins_on, year.ends_on))
        .order_by(Enrolment.starts_on.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def of_period(session: PolicySession, student_id: int, class_id: int, period: GradingPeriod) -> Period:
    """A pupil's subjects with all marks of a period. Four queries."""
    lines = _subjects(session, student_id, class_id, period)
    for subject_id, on, *given in session.execute(
        select(
            TeachingAssignment.subject_id,
            Lesson.held_on,
            Mark.value,
            WorkType.code,
            Mark.comment,
            func.coalesce(WorkType.weight, 1),
            WorkType.name,
        )
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Mark.assignment_id)
        .outerjoin(WorkType, WorkType.id == func.coalesce(Mark.work_type_id, Lesson.work_type_id))
        .where(Mark.student_id == student_id, Lesson.held_on >= period.begins_on, Lesson.held_on <= period.ends_on)
        .order_by(Lesson.held_on, Lesson.number, Mark.position)
    ):
        if subject_id in lines:
            lines[subject_id].marks.append((on, given_of(given)))
    kind = "year" if period.kind == "year" else "period"
    for subject_id, value in session.execute(
        select(TeachingAssignment.subject_id, FinalMark.value)
        .join(TeachingAssignment, TeachingAssignment.id == FinalMark.assignment_id)
        .where(FinalMark.student_id == student_id, FinalMark.period_id == period.id, FinalMark.kind == kind)
    ):
        if subject_id in lines:
            lines[subject_id].final = value
    reasons: dict[str, int] = defaultdict(int)
    missed = 0
    for subject_id, reason, is_absence, count in session.execute(
        select(TeachingAssignment.subject_id, AbsenceReason.name, AbsenceReason.is_absence, func.count(Absence.id))
        .join(TeachingAssignment, TeachingAssignment.id == Absence.assignment_id)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .where(Absence.student_id == student_id, Lesson.held_on >= period.begins_on, Lesson.held_on <= period.ends_on)
        .group_by(TeachingAssignment.subject_id, AbsenceReason.name, AbsenceReason.is_absence)
    ):
        reasons[reason] += count
        if is_absence:
            missed += count
            if subject_id in lines:
                lines[subject_id].missed += count
    every = sorted(lines.values(), key=lambda line: line.subject)
    return Period(period, every, missed, sorted(reasons.items(), key=lambda pair: -pair[1]))


def _subjects(session: PolicySession, student_id: int, class_id: int, period: GradingPeriod) -> dict[int, Line]:
    """The subjects that the pupil is taught: by the class, or by the own subgroups."""
    member = select(SubgroupMember.subgroup_id).where(
        SubgroupMember.student_id == student_id,
        overlaps(SubgroupMember.starts_on, SubgroupMember.ends_on, period.begins_on, period.ends_on),
    )
    rows = session.execute(
        select(Subject.id, Subject.name, Subject.final_threshold)
        .join(TeachingAssignment, TeachingAssignment.subject_id == Subject.id)
        .where(TeachingAssignment.school_class_id == class_id)
        .where(or_(TeachingAssignment.subgroup_id.is_(None), TeachingAssignment.subgroup_id.in_(member)))
    )
    return {row[0]: Line(row[1], row[2] or formulas.HALF) for row in rows}


@dataclass(frozen=True)
class Year:
    """A pupil's year: subjects by periods. `cells`: (subject, period id) -> (average, final mark)."""

    periods: list[GradingPeriod]
    subjects: list[str]
    cells: dict[tuple[str, int], tuple[Decimal | None, str | None]]
    extra: dict[tuple[str, str], str]
    """(subject, kind) -> exam and final marks."""


def of_year(session: PolicySession, student_id: int, year: AcademicYear, class_id: int, period_kind: str) -> Year:
    """Averages and final marks of a pupil by subject and period. Four queries."""
    periods = calendar.periods(session, year.id, period_kind)
    whole = next((one for one in periods if one.kind == "year"), periods[-1] if periods else None)
    subjects = sorted(line.subject for line in _subjects(session, student_id, class_id, whole).values()) if whole else []
    marks: dict[tuple[str, int], list[tuple[str, Decimal]]] = defaultdict(list)
    for subject, on, value, weight in session.execute(
        select(Subject.name, Lesson.held_on, Mark.value, func.coalesce(WorkType.weight, 1))
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .join(TeachingAssignment, TeachingAssignment.id == Mark.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .outerjoin(WorkType, WorkType.id == func.coalesce(Mark.work_type_id, Lesson.work_type_id))
        .where(Mark.student_id == student_id, Lesson.held_on >= year.begins_on, Lesson.held_on <= year.ends_on)
    ):
        for period in periods:
            if period.begins_on <= on <= period.ends_on:
                marks[subject, period.id].append((value, Decimal(weight)))
    finals: dict[tuple[str, int], str] = {}
    extra: dict[tuple[str, str], str] = {}
    for subject, period_id, kind, value in session.execute(
        select(Subject.name, FinalMark.period_id, FinalMark.kind, FinalMark.value)
        .join(TeachingAssignment, TeachingAssignment.id == FinalMark.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(FinalMark.student_id == student_id, FinalMark.period_id.in_([one.id for one in periods]))
    ):
        if kind in ("period", "year"):
            finals[subject, period_id] = value
        else:
            extra[subject, kind] = value
    cells = {
        (subject, period.id): (formulas.weighted(marks[subject, period.id]), finals.get((subject, period.id)))
        for subject in subjects
        for period in periods
    }
    return Year(periods, subjects, cells, extra)
