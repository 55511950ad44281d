"""What a rule of journal keeping is: a name, a weight, thresholds, and one query that finds who did not keep to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Label, Numeric, Select, cast, func, null

from journal.kit.text import N_
from journal.schema import AcademicYear, Lesson, TeachingAssignment
from journal.services.control.thresholds import Thresholds

SEVERITIES = {"gap": N_("gap"), "flaw": N_("flaw"), "alarm": N_("alarm")}
"""A gap is to be filled, a flaw is to be looked at, an alarm is to be cleared up."""


@dataclass(frozen=True)
class Parameter:
    """A threshold of a rule; the school may set its own, by grade level or subject too."""

    name: str
    label: str
    default: int
    low: int
    high: int


@dataclass(frozen=True)
class Asked:
    """When and with which thresholds a rule looks."""

    year: AcademicYear
    today: date
    given: Thresholds
    zone: Any
    day_ends_at: str
    """When the school day ends, HH:MM."""


Find = Callable[[Asked], Select[Any]]


@dataclass(frozen=True)
class Check:
    """A rule of journal keeping.

    `find` gives a statement whose columns are those of `finding`. `says` is a phrase about one finding with `%(amount)s`
    where it has one. `place` is where it is mended: lesson, cell, journal, plan, trail.
    """

    code: str
    label: str
    help: str
    severity: str
    says: str
    place: str
    find: Find
    parameters: tuple[Parameter, ...] = ()
    calls_for_remark: bool = False
    """Whether the weekly remarks speak of it: only what a teacher has not filled."""
    order: int = 0


def finding(
    *,
    staff: Any,
    since: Any,
    assignment: Any = None,
    school_class: Any = None,
    lesson: Any = None,
    student: Any = None,
    period: Any = None,
    amount: Any = None,
) -> list[Label[Any]]:
    """The columns of a finding: whose, where, since when, how much."""
    parts = {
        "staff_id": staff,
        "assignment_id": assignment,
        "school_class_id": school_class,
        "lesson_id": lesson,
        "student_id": student,
        "period_id": period,
    }
    ids = [(cast(null(), Integer) if part is None else part).label(name) for name, part in parts.items()]
    since = cast(since, Date) if isinstance(since, date) else since
    return [*ids, since.label("since_on"), (cast(null(), Numeric) if amount is None else amount).label("amount")]


TAUGHT_BY = func.coalesce(Lesson.substitute_id, TeachingAssignment.staff_id)
"""Who answers for a lesson: the substitute, if one took it."""


def of_lesson(**more: Any) -> list[Label[Any]]:
    """The columns of a finding about a lesson, or about a pupil's cell of it."""
    place = {"assignment": Lesson.assignment_id, "school_class": Lesson.school_class_id, "lesson": Lesson.id}
    return finding(staff=TAUGHT_BY, since=Lesson.held_on, **place, **more)


def of_journal(*, since: Any, **more: Any) -> list[Label[Any]]:
    """The columns of a finding about a journal, or about a pupil in it."""
    place = {"assignment": TeachingAssignment.id, "school_class": TeachingAssignment.school_class_id}
    return finding(staff=TeachingAssignment.staff_id, since=since, **place, **more)
