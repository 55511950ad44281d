"""The school's calendar: the current year, its periods, weeks, days off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import AcademicYear, GradingPeriod, Holiday


def current_year(session: PolicySession) -> AcademicYear | None:
    """The year that is marked as current."""
    return session.scalar(select(AcademicYear).where(AcademicYear.is_current))


def years(session: PolicySession) -> list[AcademicYear]:
    """Every year that has begun or is current, the newest first."""
    found = session.scalars(select(AcademicYear).order_by(AcademicYear.begins_on.desc()))
    return [year for year in found if year.is_current or year.begins_on <= clock.today()]


def chosen(every: Iterable[AcademicYear], year_id: int | None) -> AcademicYear | None:
    """The year asked for, else the current one."""
    known = list(every)
    asked = next((year for year in known if year.id == year_id), None)
    return asked or next((year for year in known if year.is_current), None)


def periods(session: PolicySession, year_id: int, kind: str) -> list[GradingPeriod]:
    """The periods of a kind with the whole year after them."""
    found = session.scalars(
        select(GradingPeriod)
        .where(GradingPeriod.academic_year_id == year_id, GradingPeriod.kind.in_([kind, "year"]))
        .order_by(GradingPeriod.kind == "year", GradingPeriod.begins_on)
    )
    return list(found)


def period_at(found: Iterable[GradingPeriod], on: date) -> GradingPeriod | None:
    """The period of a date; in the holidays the one before them, before the year its first; else the year itself."""
    every = list(found)
    parts = [period for period in every if period.kind != "year"] or every
    begun = [period for period in parts if period.begins_on <= on]
    return begun[-1] if begun else (parts[0] if parts else None)


def after(on: date) -> date:
    """The next day."""
    return on + timedelta(days=1)


def monday(on: date) -> date:
    """The first day of the week."""
    return on - timedelta(days=on.weekday())


def parity(on: date, year_begins_on: date) -> str:
    """Whether a week is odd or even; the year's first week is odd."""
    weeks = (monday(on) - monday(year_begins_on)).days // 7
    return "even" if weeks % 2 else "odd"


@dataclass(frozen=True)
class DaysOff:
    """When there are no lessons, for the school and for single grade levels."""

    spans: tuple[tuple[date, date, int | None, str], ...]

    def name(self, on: date, grade_level_id: int | None = None) -> str | None:
        """What the day off is called, or None on a school day."""
        for begins, ends, grade, title in self.spans:
            if begins <= on <= ends and grade in (None, grade_level_id):
                return title
        return None


def days_off(session: PolicySession, since: date, until: date) -> DaysOff:
    """The days off between two dates."""
    found = session.execute(
        select(Holiday.begins_on, Holiday.ends_on, Holiday.grade_level_id, Holiday.name).where(
            Holiday.begins_on <= until, Holiday.ends_on >= since
        )
    )
    return DaysOff(tuple((row[0], row[1], row[2], row[3]) for row in found))


def school_day(session: PolicySession) -> date:
    """Today; out of the year the nearest day inside it."""
    year, today = current_year(session), clock.today()
    if year is None:
        return today
    return min(max(today, year.begins_on), year.ends_on)
