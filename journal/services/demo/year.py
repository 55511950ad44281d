"""The academic years of the demo school: periods, breaks, public holidays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from journal.access.session import PolicySession
from journal.schema import AcademicYear, GradingPeriod, Holiday
from journal.services import records, reference


@dataclass(frozen=True)
class Year:
    """A year in the database with the first days of its breaks."""

    row: AcademicYear
    begins: int

    @property
    def first(self) -> date:
        return self.row.begins_on

    @property
    def last(self) -> date:
        return self.row.ends_on


def first_year(today: date) -> int:
    """The calendar year in which the academic year of a date began; summer belongs to the year that ended."""
    return today.year if today.month >= 9 else today.year - 1


def monday_from(day: date) -> date:
    """The first Monday on or after a date."""
    return day + timedelta(days=-day.weekday() % 7)


def make(session: PolicySession, begins: int, *, current: bool) -> Year:
    """A year with its periods and days off."""
    row = records.create(
        session,
        AcademicYear,
        {
            "name": f"{begins}/{(begins + 1) % 100:02}",
            "begins_on": date(begins, 9, 1),
            "ends_on": date(begins + 1, 5, 26),
            "is_current": current,
        },
    )
    year = Year(row, begins)
    for name, kind, first, last in _periods(year):
        records.create(
            session,
            GradingPeriod,
            {
                "academic_year_id": row.id,
                "name": name,
                "kind": kind,
                "begins_on": first,
                "ends_on": last,
            },
        )
    for name, kind, first, last in _days_off(year):
        records.create(
            session,
            Holiday,
            {
                "academic_year_id": row.id,
                "name": name,
                "kind": kind,
                "begins_on": first,
                "ends_on": last,
            },
        )
    return year


def _breaks(year: Year) -> list[tuple[str, date, date]]:
    """The three breaks: from a Monday to a Sunday."""
    autumn = monday_from(date(year.begins, 10, 25))
    winter = monday_from(date(year.begins, 12, 27))
    spring = monday_from(date(year.begins + 1, 3, 22))
    return [
        ("autumn", autumn, autumn + timedelta(days=6)),
        ("winter", winter, winter + timedelta(days=13)),
        ("spring", spring, spring + timedelta(days=6)),
    ]


def _periods(year: Year) -> Iterator[tuple[str, str, date, date]]:
    names = reference.read("demo.toml")["periods"]
    autumn, winter, spring = _breaks(year)
    one = timedelta(days=1)
    starts = [year.first, autumn[2] + one, winter[2] + one, spring[2] + one]
    ends = [autumn[1] - one, winter[1] - one, spring[1] - one, year.last]
    for name, first, last in zip(names["quarter"], starts, ends, strict=True):
        yield name, "quarter", first, last
    yield names["half"][0], "half", year.first, winter[1] - one
    yield names["half"][1], "half", winter[2] + one, year.last
    yield names["year"], "year", year.first, year.last


def _days_off(year: Year) -> Iterator[tuple[str, str, date, date]]:
    names = reference.read("demo.toml")["breaks"]
    for name, first, last in _breaks(year):
        yield names[name], "break", first, last
    later = year.begins + 1
    days = {
        "unity": date(year.begins, 11, 4),
        "defender": date(later, 2, 23),
        "women": date(later, 3, 8),
        "labour": date(later, 5, 1),
        "victory": date(later, 5, 9),
    }
    for name, day in days.items():
        yield names[name], "holiday", day, day
