"""How the journals are filled: lessons held, filled, filled late and not filled, by teacher, week and grade level."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import Absence, GradeLevel, Homework, Lesson, SchoolClass, Staff, TeachingAssignment, WorkType
from journal.services.control.check import TAUGHT_BY
from journal.services.control.days import days

OVERDUE_DAYS = 3


@dataclass
class Tally:
    """Counts of lessons. `late`: filled, but not on the day of the lesson; `missing`: something is not filled."""

    held: int = 0
    no_topic: int = 0
    no_attendance: int = 0
    no_homework: int = 0
    missing: int = 0
    late: int = 0
    overdue: int = 0

    def add(self, other: "Tally") -> None:
        """Put another tally into this one."""
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def in_time(self) -> int:
        """Lessons filled on their day."""
        return self.held - self.no_topic - self.late

    @property
    def share(self) -> int | None:
        """Lessons filled on their day, per cent; None without lessons."""
        return round(100 * self.in_time / self.held) if self.held else None


@dataclass
class Keeper:
    """A teacher with the weeks."""

    staff_id: int
    name: str
    weeks: dict[date, Tally] = field(default_factory=dict)
    total: Tally = field(default_factory=Tally)


@dataclass
class Filling:
    """What `/control/` shows of the lessons of a span."""

    weeks: list[date]
    keepers: list[Keeper]
    by_week: dict[date, Tally]
    by_grade: dict[int, Tally]
    total: Tally


@dataclass(frozen=True)
class Span:
    """Which lessons: dates, and narrower where asked."""

    since: date
    until: date
    staff_id: int | None = None
    school_class_id: int | None = None
    subject_id: int | None = None

    def conditions(self) -> list[Any]:
        """The filters on `Lesson` and `TeachingAssignment`."""
        found: list[Any] = [Lesson.held_on >= self.since, Lesson.held_on <= self.until, ~Lesson.is_cancelled]
        if self.staff_id is not None:
            found.append(self.staff_id == TAUGHT_BY)
        if self.school_class_id is not None:
            found.append(Lesson.school_class_id == self.school_class_id)
        if self.subject_id is not None:
            found.append(TeachingAssignment.subject_id == self.subject_id)
        return found


def missing_parts() -> dict[str, Any]:
    """What may be missing in a lesson, as conditions on `Lesson` and `WorkType`."""
    given = exists().where(Homework.lesson_id == Lesson.id, Homework.student_id.is_(None))
    return {
        "no_topic": Lesson.topic == "",
        "no_attendance": and_(~Lesson.attendance_taken, ~exists().where(Absence.lesson_id == Lesson.id)),
        "no_homework": and_(~given, or_(WorkType.id.is_(None), ~WorkType.is_control)),
    }


def load(session: PolicySession, span: Span) -> Filling:
    """The filling of the lessons held in a span; those of today have time until its end. Two queries."""
    until = min(span.until, clock.today() - timedelta(days=1))
    span = replace(span, since=min(span.since, until), until=until)
    weeks, keepers = _weeks(span), dict[int, Keeper]()
    by_week: dict[date, Tally] = {week: Tally() for week in weeks}
    by_grade: dict[int, Tally] = defaultdict(Tally)
    total = Tally()
    rows = session.execute(_counted(span)).all()
    names = _names(session, {row[0] for row in rows})
    for staff_id, week, grade, *numbers in rows:
        tally = Tally(*(int(number or 0) for number in numbers))
        keeper = keepers.setdefault(staff_id, Keeper(staff_id, names.get(staff_id, "…")))
        keeper.weeks.setdefault(week, Tally()).add(tally)
        for place in (keeper.total, by_week[week], by_grade[grade], total):
            place.add(tally)
    ranked = sorted(keepers.values(), key=lambda one: (-one.total.missing, one.name))
    return Filling(weeks, ranked, by_week, dict(sorted(by_grade.items())), total)


def _weeks(span: Span) -> list[date]:
    first = span.since - timedelta(days=span.since.weekday())
    return [first + timedelta(days=7 * n) for n in range((span.until - first).days // 7 + 1)]


def _counted(span: Span) -> Select[Any]:
    calendar = days(span.since, span.until, span.since, clock.zone(), "week", "ends_at")
    parts = missing_parts()
    lacking = or_(*parts.values())
    sums = [
        *(func.sum(case((condition, 1), else_=0)) for condition in parts.values()),
        func.sum(case((lacking, 1), else_=0)),
        func.sum(case((and_(Lesson.topic != "", Lesson.filled_at >= calendar.c.ends_at), 1), else_=0)),
        func.sum(case((and_(lacking, Lesson.held_on < clock.today() - timedelta(days=OVERDUE_DAYS)), 1), else_=0)),
    ]
    keys = (TAUGHT_BY, calendar.c.week, GradeLevel.number)
    return (
        select(*keys, func.count(Lesson.id), *sums)
        .select_from(Lesson)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .outerjoin(WorkType, WorkType.id == Lesson.work_type_id)
        .join(calendar, calendar.c.day == Lesson.held_on)
        .where(*span.conditions())
        .group_by(*keys)
    )


def _names(session: PolicySession, ids: Iterable[int]) -> dict[int, str]:
    asked = select(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name).where(Staff.id.in_(list(ids)))
    return {row[0]: short_name(row[1], row[2], row[3]) for row in session.execute(asked)}
