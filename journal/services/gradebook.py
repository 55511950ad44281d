"""The journal page of one assignment and period: pupils by lessons, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Row, Select, or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import (
    Absence,
    AbsenceReason,
    AcademicYear,
    AssessmentSchedule,
    Enrolment,
    FinalMark,
    GradeLevel,
    GradingPeriod,
    Homework,
    Lesson,
    LessonWork,
    Mark,
    PendingMark,
    PlannedLesson,
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
from journal.services.cells import POINT
from journal.services.membership import overlaps
from journal.services.plans import laying
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
    bell_schedule_id: int | None


Place = tuple[int, int | None]
"""Where a cell stands among the columns: the lesson, and the work of it; None is the lesson itself."""


@dataclass(frozen=True)
class Column:
    """A lesson as a column, or one more work of it."""

    lesson: Lesson
    homework: str
    locked: Said | None
    unlocked: frozenset[int] = frozenset()
    """Pupils whose single cell was unlocked by a granted request."""
    work: LessonWork | None = None
    planned: PlannedLesson | None = None
    """The row of the plan that falls on the lesson, when it has taken none."""

    @property
    def place(self) -> Place:
        return self.lesson.id, self.work.id if self.work else None

    @property
    def work_type_id(self) -> int | None:
        return self.work.work_type_id if self.work else self.lesson.work_type_id


@dataclass
class Line:
    """A pupil as a row: cells by place, as codes (see `cells`)."""

    id: int
    name: str
    since: date
    until: date | None
    cells: dict[Place, str] = field(default_factory=dict)
    comments: dict[Place, str] = field(default_factory=dict)
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
    since: date
    until: date
    works_planned_on: frozenset[date] = frozenset()
    """The days for which the schedule has a control work of this journal."""


def course(session: PolicySession, assignment_id: int) -> Course:
    """The head of a page. Raises `Missing`."""
    found = session.execute(_heads().where(TeachingAssignment.id == assignment_id)).one_or_none()
    if found is None:
        raise Missing
    return _course(found)


def courses(session: PolicySession, *, staff_id: int | None = None, year_id: int | None = None) -> list[Course]:
    """Every journal of the current year, or of another, that a person may open, or those of one teacher: by classes."""
    asked = (
        _heads()
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .where(AcademicYear.is_current if year_id is None else AcademicYear.id == year_id)
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
            SchoolClass.bell_schedule_id,
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


def load(
    session: PolicySession,
    assignment_id: int,
    period_id: int | None,
    on: date | None = None,
    span: tuple[date, date] | None = None,
) -> Gradebook:
    """The page of a period, of the one with a date, or of any dates of the year.

    Raises `Missing` when it is not one of this person's.
    """
    head = course(session, assignment_id)
    periods = calendar.periods(session, head.year_id, head.period_kind)
    chosen = [period for period in periods if period.id == period_id]
    if period_id is not None and not chosen:
        raise Missing
    period = None if span else chosen[0] if chosen else calendar.period_at(periods, on or clock.today())
    since, until = span or ((period.begins_on, period.ends_on) if period else (clock.today(), clock.today()))
    columns = _columns(session, head, since, until)
    lines = _lines(session, head, since, until)
    reasons = list(session.scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
    work_types = work_types_of(session, head.staff_id)
    given = _Given(session, head, since, until)
    given.put_marks(columns, lines, {kind.id: kind.weight for kind in work_types})
    given.put_debts()
    given.put_absences(lines, {reason.id for reason in reasons if reason.is_absence})
    given.join(lines)
    if period:
        _finals(session, head, period, lines)
    works = session.scalars(select(AssessmentSchedule.planned_on).where(AssessmentSchedule.assignment_id == head.id))
    return Gradebook(
        head, periods, period, columns, list(lines.values()), reasons, work_types, since, until, frozenset(works)
    )


def work_types_of(session: PolicySession, staff_id: int) -> list[WorkType]:
    """The kinds of work that a teacher chooses from: the school's, and the own ones."""
    own = or_(WorkType.staff_id.is_(None), WorkType.staff_id == staff_id)
    return list(session.scalars(select(WorkType).where(own).order_by(WorkType.position, WorkType.name)))


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
    works: dict[int, list[LessonWork]] = defaultdict(list)
    for work in session.scalars(select(LessonWork).where(LessonWork.assignment_id == head.id).order_by(LessonWork.position)):
        works[work.lesson_id].append(work)
    planned = laying.of_journal(session, head.id)
    columns = []
    for lesson, *facts, pupils in found:
        why, opened = locks.why_locked(session, lesson, *facts), _pupils(pupils)
        text = texts.get(lesson.id, "")
        columns.append(Column(lesson, text, why, opened, None, planned.get(lesson.id)))
        columns += [Column(lesson, text, why, opened, work) for work in works[lesson.id]]
    return columns


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


def names_on(session: PolicySession, head: Course, on: date) -> list[str]:
    """Who is in the journal on a day, by name."""
    return [line.name for line in _lines(session, head, on, on).values()]


class _Given:
    """What was given in the lessons of a span, gathered by pupil and place before it becomes the cells' texts."""

    def __init__(self, session: PolicySession, head: Course, since: date, until: date) -> None:
        self.session, self.head = session, head
        self.in_span = (Lesson.held_on >= since, Lesson.held_on <= until)
        self.parts: dict[tuple[int, Place], list[str]] = defaultdict(list)

    def put_marks(self, columns: Iterable[Column], lines: Mapping[int, Line], weights: Mapping[int, Decimal]) -> None:
        kind_of = {column.place: column.work_type_id for column in columns}
        for student_id, lesson_id, work_id, value, kind, comment in self.session.execute(
            select(Mark.student_id, Mark.lesson_id, Mark.work_id, Mark.value, Mark.work_type_id, Mark.comment)
            .join(Lesson, Lesson.id == Mark.lesson_id)
            .where(Mark.assignment_id == self.head.id, *self.in_span)
            .order_by(Mark.lesson_id, Mark.position)
        ):
            place = lesson_id, work_id
            self.parts[student_id, place].append(value)
            line = lines.get(student_id)
            if line is not None:
                line.weights.append((value, weights.get(kind or kind_of.get(place) or 0, Decimal(1))))
                if comment:
                    line.comments[place] = comment

    def put_debts(self) -> None:
        for student_id, lesson_id in self.session.execute(
            select(PendingMark.student_id, PendingMark.lesson_id)
            .join(Lesson, Lesson.id == PendingMark.lesson_id)
            .where(Lesson.assignment_id == self.head.id, *self.in_span, ~PendingMark.is_settled)
        ):
            self.parts[student_id, (lesson_id, None)].append(POINT)

    def put_absences(self, lines: Mapping[int, Line], missed: Collection[int]) -> None:
        for student_id, lesson_id, reason_id in self.session.execute(
            select(Absence.student_id, Absence.lesson_id, Absence.reason_id)
            .join(Lesson, Lesson.id == Absence.lesson_id)
            .where(Absence.assignment_id == self.head.id, *self.in_span)
        ):
            self.parts[student_id, (lesson_id, None)].append(f"a{reason_id}")
            if student_id in lines:
                lines[student_id].missed += reason_id in missed

    def join(self, lines: Mapping[int, Line]) -> None:
        for (student_id, place), parts in self.parts.items():
            if student_id in lines:
                lines[student_id].cells[place] = "/".join(parts)


def _finals(session: PolicySession, head: Course, period: GradingPeriod, lines: Mapping[int, Line]) -> None:
    for student_id, value in session.execute(
        select(FinalMark.student_id, FinalMark.value).where(
            FinalMark.assignment_id == head.id, FinalMark.period_id == period.id
        )
    ):
        if student_id in lines:
            lines[student_id].final = value
