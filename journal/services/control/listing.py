"""Findings for people: filtered, with names, and where each can be mended; who most of them are about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Select, func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import Finding, GradingPeriod, Lesson, SchoolClass, Staff, Student, Subgroup, Subject, TeachingAssignment
from journal.services.control import registry
from journal.services.control.check import Check

PAGE = 100


@dataclass(frozen=True)
class Filter:
    """Which findings: each part narrows, None leaves open."""

    rule: str | None = None
    severity: str | None = None
    staff_id: int | None = None
    school_class_id: int | None = None
    subject_id: int | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[Any]:
        """As conditions on `Finding`."""
        found: list[Any] = []
        if self.rule is not None:
            found.append(Finding.rule == self.rule)
        if self.severity is not None:
            found.append(Finding.rule.in_([check.code for check in registry.every() if check.severity == self.severity]))
        if self.staff_id is not None:
            found.append(Finding.staff_id == self.staff_id)
        if self.school_class_id is not None:
            found.append(Finding.school_class_id == self.school_class_id)
        if self.subject_id is not None:
            own = select(TeachingAssignment.id).where(TeachingAssignment.subject_id == self.subject_id)
            found.append(Finding.assignment_id.in_(own))
        if self.since is not None:
            found.append(Finding.since_on >= self.since)
        if self.until is not None:
            found.append(Finding.since_on <= self.until)
        return found


@dataclass(frozen=True)
class Shown:
    """A finding with its names."""

    row: Finding
    check: Check
    teacher: str | None
    class_name: str | None
    subject: str | None
    subgroup: str | None
    student: str | None
    lesson: tuple[date, int] | None
    period: str | None

    @property
    def age(self) -> int:
        """Days since the gap is there."""
        return (clock.today() - self.row.since_on).days


def load(session: PolicySession, wanted: Filter, *, page: int = 1, limit: int = PAGE) -> list[Shown]:
    """A page of findings, the newest first: they are the easiest to mend. One query."""
    order = (Finding.since_on.desc(), Finding.id)
    rows = session.execute(_rows().where(*wanted.conditions()).order_by(*order).limit(limit).offset((page - 1) * limit))
    known = registry.by_code()
    return [_shown(known[row[0].rule], row) for row in rows if row[0].rule in known]


def of_ids(session: PolicySession, ids: Sequence[int]) -> list[Finding]:
    """Findings by their ids, as many as this person may see."""
    return list(session.scalars(select(Finding).where(Finding.id.in_(list(ids)[:PAGE])).order_by(Finding.since_on)))


def count(session: PolicySession, wanted: Filter) -> int:
    """How many findings there are."""
    return session.scalar(select(func.count(Finding.id)).where(*wanted.conditions())) or 0


def _rows() -> Select[Any]:
    rows: Any = (
        select(
            Finding,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
            SchoolClass.name,
            Subject.name,
            Subgroup.name,
            Student.last_name,
            Student.first_name,
            Lesson.held_on,
            Lesson.number,
            GradingPeriod.name,
        )
        .outerjoin(Staff, Staff.id == Finding.staff_id)
        .outerjoin(SchoolClass, SchoolClass.id == Finding.school_class_id)
        .outerjoin(TeachingAssignment, TeachingAssignment.id == Finding.assignment_id)
        .outerjoin(Subject, Subject.id == TeachingAssignment.subject_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .outerjoin(Student, Student.id == Finding.student_id)
        .outerjoin(Lesson, Lesson.id == Finding.lesson_id)
        .outerjoin(GradingPeriod, GradingPeriod.id == Finding.period_id)
    )
    return cast(Select[Any], rows)


def _shown(check: Check, row: Any) -> Shown:
    finding, last, first, middle, class_name, subject, subgroup, pupil, name, held_on, number, period = row
    teacher = short_name(last, first, middle) if last else None
    student = f"{pupil} {name}" if pupil else None
    return Shown(
        finding, check, teacher, class_name, subject, subgroup, student, (held_on, number) if held_on else None, period
    )


@dataclass
class Attention:
    """A teacher with gaps: how many by rule, and since when."""

    staff_id: int
    name: str
    since_on: date
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def heavy(self) -> int:
        """The gaps besides homework."""
        return sum(number for rule, number in self.counts.items() if rule != "no-homework")

    @property
    def age(self) -> int:
        """Days since the oldest."""
        return (clock.today() - self.since_on).days


def attention(session: PolicySession, wanted: Filter) -> list[Attention]:
    """Whom the gaps of the remarks' rules are about, the most and the oldest first. One query.

    Homework is the least of them: it counts only after the rest.
    """
    codes = [check.code for check in registry.every() if check.calls_for_remark]
    found: dict[int, Attention] = {}
    for staff_id, last, first, middle, rule, number, since in session.execute(
        select(
            Staff.id,
            Staff.last_name,
            Staff.first_name,
            Staff.middle_name,
            Finding.rule,
            func.count(Finding.id),
            func.min(Finding.since_on),
        )
        .join(Staff, Staff.id == Finding.staff_id)
        .where(Finding.rule.in_(codes), *wanted.conditions())
        .group_by(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name, Finding.rule)
    ):
        one = found.setdefault(staff_id, Attention(staff_id, short_name(last, first, middle), since))
        one.counts[rule] = number
        one.since_on = min(one.since_on, since)
    return sorted(found.values(), key=lambda one: (-one.heavy, -sum(one.counts.values()), one.since_on, one.name))


def by_rule(session: PolicySession, wanted: Filter) -> list[tuple[Check, int]]:
    """Every rule with the number of its findings. One query."""
    numbers: dict[str, int] = defaultdict(int)
    asked = select(Finding.rule, func.count(Finding.id)).where(*wanted.conditions()).group_by(Finding.rule)
    numbers.update({rule: number for rule, number in session.execute(asked)})
    return [(check, numbers[check.code]) for check in registry.every()]
