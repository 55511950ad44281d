"""The filters of control, kept in the address so that a link can be sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request
from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.numbers import number_of
from journal.schema import AcademicYear, GradingPeriod, Subject
from journal.services import calendar, directory
from journal.services.control.listing import Filter


@dataclass
class Choices:
    """What the filters offer, and what is chosen."""

    teachers: list[tuple[int, str]]
    classes: list[tuple[int, str]]
    subjects: list[tuple[int, str]]
    periods: list[GradingPeriod]
    staff_id: int | None
    school_class_id: int | None
    subject_id: int | None
    since: date
    until: date
    period: GradingPeriod | None

    def address(self, **more: Any) -> dict[str, Any]:
        """The filters as a query."""
        own = {
            "period": self.period.id if self.period else None,
            "since": None if self.period else self.since.isoformat(),
            "until": None if self.period else self.until.isoformat(),
            "staff_id": self.staff_id,
            "school_class_id": self.school_class_id,
            "subject_id": self.subject_id,
        }
        return {name: value for name, value in {**own, **more}.items() if value is not None}


def choices(session: PolicySession) -> Choices:
    """Read the filters of the address; what can't be read counts as not chosen."""
    year = calendar.current_year(session)
    today = calendar.school_day(session)
    periods = _periods(session, year)
    period = next((one for one in periods if str(one.id) == request.args.get("period")), None)
    dated = request.args.get("since") or request.args.get("until")
    if period is None and not dated:
        period = _present(periods, today)
    since, until = (period.begins_on, min(period.ends_on, today)) if period else _span(year, today)
    return Choices(
        directory.teachers(session, year),
        directory.classes(session, year),
        [(row[0], row[1]) for row in session.execute(select(Subject.id, Subject.name).order_by(Subject.name))],
        periods,
        request.args.get("staff_id", type=_id),
        request.args.get("school_class_id", type=_id),
        request.args.get("subject_id", type=_id),
        since,
        max(since, until),
        period,
    )


def _id(text: str) -> int:
    found = number_of(text)
    if found is None:
        raise ValueError(text)
    return found


def _periods(session: PolicySession, year: AcademicYear | None) -> list[GradingPeriod]:
    asked = select(GradingPeriod).where(
        GradingPeriod.academic_year_id == (year.id if year else 0), GradingPeriod.begins_on <= clock.today()
    )
    return list(session.scalars(asked.order_by(GradingPeriod.begins_on, GradingPeriod.kind)))


def _present(periods: list[GradingPeriod], today: date) -> GradingPeriod | None:
    """The period of today; in the holidays the one before."""
    parts = (
        [one for one in periods if one.kind in ("quarter", "trimester")]
        or [one for one in periods if one.kind != "year"]
        or periods
    )
    begun = [one for one in parts if one.begins_on <= today]
    return begun[-1] if begun else None


def _span(year: AcademicYear | None, today: date) -> tuple[date, date]:
    first = year.begins_on if year else today - timedelta(days=365)
    since, until = day_of("since") or max(first, today - timedelta(days=30)), day_of("until") or today
    until = min(until, today)
    return max(min(since, until), until - timedelta(days=400)), until


def day_of(name: str) -> date | None:
    """A date of the address, or None."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def filter_of(chosen: Choices, *, whole: bool = False) -> Filter:
    """The filters as findings are asked for; `whole` leaves the dates open."""
    return Filter(
        rule=request.args.get("rule") or None,
        severity=request.args.get("severity") or None,
        staff_id=chosen.staff_id,
        school_class_id=chosen.school_class_id,
        subject_id=chosen.subject_id,
        since=None if whole else chosen.since,
        until=None if whole else chosen.until,
    )
