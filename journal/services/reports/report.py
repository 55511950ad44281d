"""What a standard report is: for whom, what it asks, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.schema import AcademicYear, GradingPeriod
from journal.services.reports.document import Document

OFFICE = frozenset({Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL})
CLASS = OFFICE | {Role.CLASS_TEACHER}
TEACHERS = OFFICE | {Role.TEACHER}
FAMILIES = CLASS | {Role.STUDENT, Role.GUARDIAN}
STAFF = OFFICE | {Role.CLASS_TEACHER, Role.TEACHER}


@dataclass(frozen=True)
class Given:
    """What a person chose. A report reads only what it asks for; ids are of rows that the person may choose."""

    year: AcademicYear
    today: date
    since: date
    until: date
    period: GradingPeriod | None = None
    school_class_id: int | None = None
    subject_id: int | None = None
    staff_id: int | None = None
    student_id: int | None = None
    assignment_id: int | None = None
    reason_ids: tuple[int, ...] = ()
    least: int = 1


@dataclass(frozen=True)
class Report:
    """A standard report. `asks` are names of `Given` in the order of the form; those in `needs` must be chosen."""

    code: str
    label: str
    help: str
    to: frozenset[Role]
    asks: tuple[str, ...]
    make: Callable[[PolicySession, Given], Document]
    needs: frozenset[str] = field(default_factory=frozenset)
    order: int = 0
