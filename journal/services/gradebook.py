"""The journal page of one assignment and period: pupils by lessons, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Row, Select, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import (
    Absence,
    AbsenceReason,
    AcademicYear,
    Enrolment,
    FinalMark,
    GradeLevel,
    GradingPeriod,
    Homework,
    Lesson,
    Mark,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
    WorkType,
)
from journal.services import calendar, formulas, locks
from journal.services.membership import overlaps
from journal.services.refusals import Missing, Said


@dataclass(frozen=True)
class Course:
    """The head of a journal page."""

    id: int
    class_id: int
    class_name: str
    subject: str
    subgroup: str | None
    teacher: str
    staff_id: int
    year_id: int
    period_kind: str
    has_marks: bool
    subgroup_id: int | None
    threshold: Decimal


@dataclass(frozen=True)
class Column:
    """A lesson as a column."""

    lesson: Lesson
    homework: str
    locked: Said | None
    unlocked: frozenset[int] = frozenset()
    """Pupils whose single cell was unlocked by a granted request."""

    @property
    def is_filled(self) -> bool:
        return bool(self.lesson.topic)


@dataclass
class Line:
    """A pupil as a row: cells by lesson id, as codes (see `marks`)."""

    id: int
    name: str
    since: date
    until: date | None
    cells: dict[int, str] = field(default_factory=dict)
    weights: list[tuple[str, Decimal]] = field(default_factory=list)
    missed: int = 0
    final: str | None = None

    @property
    def average(self) -> Decimal | None:
        return formulas.weighted(self.weights)

    def is_in(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Gradebook:
    """All that the page shows."""

    course: Course
    periods: list[GradingPeriod]
    period: GradingPeriod | None
    columns: list[Column]
    lines: list[Line]
    reasons: list[AbsenceReason]
    work_types: list[WorkType]


def course(session: PolicySession, assignment_id: int) -> Course:
    """The head of a page. Raises `Missing`."""
    found = session.execute(_heads().where(TeachingAssignment.id == assignment_id)).one_or_none()
    if found is None:
        raise Missing
    return _course(found)


def courses(session: PolicySession, *, staff_id: int | None = None) -> list[Course]:
    """Every journal that a person may open, or those of one teacher: in the order of classes."""
    asked = (
        _heads()
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .where(AcademicYear.is_current)
        .order_by(GradeLevel.number, SchoolClass.letter, Subject.name, Subgroup.name)
    )
    if staff_id is not None:
        asked = asked.where(TeachingAssignment.staff_id == staff_id)
    return [_course(row) for row in session.execute(asked)]


def _heads() -> Select[Any]:
    heads: Any = (
        select(
            TeachingAssignment.id,
            SchoolClass.id,
            SchoolClass.name,
            Subject.name,
            Subgroup.name,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
            Staff.id,
            SchoolClass.academic_year_id,
            GradeLevel.period_kind,
            GradeLevel.has_marks,
            TeachingAssignment.subgroup_id,
            Subject.final_threshold,
        )
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
    )
    return cast(Select[Any], heads)


def _course(row: Row[Any]) -> Course:
    values: list[Any] = list(row)
    id_, class_id, class_name, subject, subgroup, last, first, middle, *rest = values
    return Course(id_, class_id, class_name, subject, subgroup, short_name(last, first, middle), *rest)


def load(session: PolicySession, assignment_id: int, period_id: int | None, on: date | None = None) -> Gradebook:
    """The page of a period, or of the one with a date. Raises `Missing` when it is not one of this person's."""
    head = course(session, assignment_id)
    periods = calendar.periods(session, head.year_id, head.period_kind)
    chosen = [period for period in periods if period.id == period_id]
    if period_id is not None and not chosen:
        raise Missing
    period = chosen[0] if chosen else calendar.period_at(periods, on or clock.today())
    since, until = (period.begins_on, period.ends_on) if period else (clock.today(), clock.today())
    columns = _columns(session, head, since, until)
    lines = _lines(session, head, since, until)
    reasons = list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
    work_types = list(session.scalars(select(WorkType).order_by(WorkType.position, WorkType.name)))
    _fill(session, head, columns, lines, reasons, work_types, since, until)
    if period:
        _finals(session, head, period, lines)
    return Gradebook(head, periods, period, columns, list(lines.values()), reasons, work_types)


def _columns(session: PolicySession, head: Course, since: date, until: date) -> list[Column]:
    window, closed, granted = locks.lock_facts()
    found = session.execute(
        select(Lesson, window, closed, granted, locks.unlocked_pupils())
        .where(Lesson.assignment_id == head.id, Lesson.held_on >= since, Lesson.held_on <= until)
        .where(~Lesson.is_cancelled)
        .order_by(Lesson.held_on, Lesson.number)
    ).all()
    texts: dict[int, str] = dict(
        session.execute(  # type: ignore[arg-type]
            select(Homework.lesson_id, Homework.text)
            .join(Lesson, Lesson.id == Homework.lesson_id)
            .where(Homework.assignment_id == head.id, Homework.student_id.is_(None))
            .where(Lesson.held_on >= since, Lesson.held_on <= until)
        )
        .tuples()
        .all()
    )
    return [
        Column(lesson, texts.get(lesson.id, ""), locks.why_locked(session, lesson, *facts), _pupils(pupils))
        for lesson, *facts, pupils in found
    ]


def _pupils(text: str | None) -> frozenset[int]:
    return frozenset(int(part) for part in (text or "").split(",") if part)


def _lines(session: PolicySession, head: Course, since: date, until: date) -> dict[int, Line]:
    """The pupils who were in the class, or in the subgroup, at any time of the period; leavers too."""
    asked = (
        select(Student.id, Student.last_name, Student.first_name, Enrolment.starts_on, Enrolment.ends_on)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .where(Enrolment.school_class_id == head.class_id)
        .where(overlaps(Enrolment.starts_on, Enrolment.ends_on, since, until))
        .order_by(Student.last_name, Student.first_name, Student.middle_name, Student.id)
    )
    if head.subgroup_id:
        asked = asked.join(SubgroupMember, SubgroupMember.student_id == Student.id).where(
            SubgroupMember.subgroup_id == head.subgroup_id,
            overlaps(SubgroupMember.starts_on, SubgroupMember.ends_on, since, until),
        )
        asked = asked.with_only_columns(
            Student.id, Student.last_name, Student.first_name, SubgroupMember.starts_on, SubgroupMember.ends_on
        )
    return {row[0]: Line(row[0], f"{row[1]} {row[2]}", row[3], row[4]) for row in session.execute(asked)}


def _fill(
    session: PolicySession,
    head: Course,
    columns: Iterable[Column],
    lines: Mapping[int, Line],
    reasons: Iterable[AbsenceReason],
    work_types: Iterable[WorkType],
    since: date,
    until: date,
) -> None:
    """Put the marks and absences into the cells: two queries."""
    in_period = (Lesson.held_on >= since, Lesson.held_on <= until)
    weight = {kind.id: kind.weight for kind in work_types}
    kind_of = {column.lesson.id: column.lesson.work_type_id for column in columns}
    given: dict[tuple[int, int], list[str]] = defaultdict(list)
    for student_id, lesson_id, value, work_type_id in session.execute(
        select(Mark.student_id, Mark.lesson_id, Mark.value, Mark.work_type_id)
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .where(Mark.assignment_id == head.id, *in_period)
        .order_by(Mark.lesson_id, Mark.position)
    ):
        given[student_id, lesson_id].append(value)
        if student_id in lines:
            own = weight.get(work_type_id or kind_of.get(lesson_id) or 0, Decimal(1))
            lines[student_id].weights.append((value, own))
    missed = {reason.id for reason in reasons if reason.is_absence}
    for student_id, lesson_id, reason_id in session.execute(
        select(Absence.student_id, Absence.lesson_id, Absence.reason_id)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .where(Absence.assignment_id == head.id, *in_period)
    ):
        given[student_id, lesson_id].append(f"a{reason_id}")
        if student_id in lines:
            lines[student_id].missed += reason_id in missed
    for (student_id, lesson_id), parts in given.items():
        if student_id in lines:
            lines[student_id].cells[lesson_id] = "/".join(parts)


def _finals(session: PolicySession, head: Course, period: GradingPeriod, lines: Mapping[int, Line]) -> None:
    for student_id, value in session.execute(
        select(FinalMark.student_id, FinalMark.value).where(
            FinalMark.assignment_id == head.id, FinalMark.period_id == period.id
        )
    ):
        if student_id in lines:
            lines[student_id].final = value
