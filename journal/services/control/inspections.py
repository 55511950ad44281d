"""Checks of journals: what was looked at, when, by whom, what was found; the plan of checks and who is due."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AcademicYear, Account, GradeLevel, JournalCheck, JournalRemark, SchoolClass
from journal.services import records, settings
from journal.services.refusals import Invalid, Missing, said


@dataclass(frozen=True)
class Inspection:
    """A check as a list shows it."""

    row: JournalCheck
    class_name: str | None
    author: str | None
    remarks: int
    open_remarks: int


def listed(session: PolicySession, *conditions: Any, limit: int = 200) -> list[Inspection]:
    """Checks, the newest first. One query."""
    remarks = select(func.count(JournalRemark.id)).where(JournalRemark.journal_check_id == JournalCheck.id)
    found = session.execute(
        select(
            JournalCheck,
            SchoolClass.name,
            Account.name,
            remarks.scalar_subquery(),
            remarks.where(JournalRemark.state == "open").scalar_subquery(),
        )
        .outerjoin(SchoolClass, SchoolClass.id == JournalCheck.school_class_id)
        .outerjoin(Account, Account.id == JournalCheck.written_by_id)
        .where(*conditions)
        .order_by(JournalCheck.checked_on.desc(), JournalCheck.id.desc())
        .limit(limit)
    )
    return [Inspection(*row) for row in found]


def get(session: PolicySession, check_id: int) -> Inspection:
    """One check. Raises `Missing`."""
    found = listed(session, JournalCheck.id == check_id)
    if not found:
        raise Missing
    return found[0]


def begin(session: PolicySession, subject: str, begins_on: date, ends_on: date, class_id: int | None) -> JournalCheck:
    """A new check of the lessons between two dates, made today."""
    if ends_on > clock.today():
        raise Invalid({"ends_on": said(N_("Lessons that have not been held can't be checked."))})
    values = {
        "subject": subject.strip(),
        "begins_on": begins_on,
        "ends_on": ends_on,
        "school_class_id": class_id,
        "checked_on": clock.today(),
    }
    return records.create(session, JournalCheck, values)


def conclude(session: PolicySession, check_id: int, conclusion: str) -> JournalCheck:
    """Write the conclusion."""
    return records.change(session, get(session, check_id).row, {"conclusion": conclusion.strip() or None})


@dataclass(frozen=True)
class Due:
    """A class with its last check. `is_due`: the plan asks for one."""

    school_class_id: int
    class_name: str
    last_on: date | None
    is_due: bool


def plan(session: PolicySession) -> list[Due]:
    """Every class of the current year with its last check against the plan of checks. Two queries."""
    every = settings.whole(session, "checks_every_days")
    last = (
        select(func.max(JournalCheck.checked_on))
        .where(or_(JournalCheck.school_class_id == SchoolClass.id, JournalCheck.school_class_id.is_(None)))
        .scalar_subquery()
    )
    found = session.execute(
        select(SchoolClass.id, SchoolClass.name, last)
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .where(AcademicYear.is_current)
        .order_by(GradeLevel.number, SchoolClass.letter)
    )
    limit = clock.today() - timedelta(days=every)
    return [Due(id_, name, on, on is None or on < limit) for id_, name, on in found]
