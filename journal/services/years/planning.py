"""The calendar of a new year: three breaks divide it into quarters and half-years; public holidays stand on their dates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import AcademicYear, GradingPeriod, Holiday
from journal.services import records, reference
from journal.services.refusals import Invalid, Said, said

BREAKS = ("autumn", "winter", "spring")
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Break:
    """School holidays: `code` is one of `BREAKS`."""

    code: str
    first: date
    last: date


def monday_from(day: date) -> date:
    """The first Monday on or after a date."""
    return day + timedelta(days=-day.weekday() % 7)


def proposed(begins: int) -> list[Break]:
    """The three breaks of a year that begins in September: from a Monday to a Sunday."""
    autumn, winter = monday_from(date(begins, 10, 25)), monday_from(date(begins, 12, 27))
    spring = monday_from(date(begins + 1, 3, 22))
    return [
        Break("autumn", autumn, autumn + timedelta(days=6)),
        Break("winter", winter, winter + timedelta(days=13)),
        Break("spring", spring, spring + timedelta(days=6)),
    ]


def require(begins_on: date, ends_on: date, breaks: Sequence[Break]) -> None:
    """Raises `Invalid` beside the first day of each break that is not in its place."""
    errors: dict[str, Said] = {}
    before = begins_on
    for one in breaks:
        if one.last < one.first:
            errors[f"{one.code}_to"] = said(N_("The end is before the beginning."))
        elif one.first <= before or one.last >= ends_on:
            errors[f"{one.code}_from"] = said(N_("The breaks stand inside the year, one after another."))
        before = max(before, one.last)
    if errors:
        raise Invalid(errors)


def periods(
    first: date, last: date, breaks: Sequence[Break], names: Mapping[str, Any]
) -> Iterator[tuple[str, str, date, date]]:
    """The quarters, the half-years and the year."""
    autumn, winter, spring = breaks
    starts = [first, autumn.last + ONE, winter.last + ONE, spring.last + ONE]
    ends = [autumn.first - ONE, winter.first - ONE, spring.first - ONE, last]
    for name, begins, until in zip(names["quarter"], starts, ends, strict=True):
        yield name, "quarter", begins, until
    yield names["half"][0], "half", first, winter.first - ONE
    yield names["half"][1], "half", winter.last + ONE, last
    yield names["year"], "year", first, last


def days_off(
    first: date, last: date, breaks: Sequence[Break], names: Mapping[str, str]
) -> Iterator[tuple[str, str, date, date]]:
    """(name, kind, first, last) of the breaks and of the public holidays inside the year."""
    for one in breaks:
        yield names[one.code], "break", one.first, one.last
    for year in range(first.year, last.year + 1):
        for name, (month, day) in PUBLIC.items():
            on = date(year, month, day)
            if first <= on <= last:
                yield names[name], "holiday", on, on


PUBLIC = {"defender": (2, 23), "women": (3, 8), "labour": (5, 1), "victory": (5, 9), "unity": (11, 4)}
"""The public holidays inside a school year that no break covers."""


def lay(session: PolicySession, year: AcademicYear, breaks: Sequence[Break]) -> None:
    """Make the periods and the days off of a year."""
    words = reference.read("reference.toml")["calendar"]
    for entity, found in (
        (GradingPeriod, periods(year.begins_on, year.ends_on, breaks, words["periods"])),
        (Holiday, days_off(year.begins_on, year.ends_on, breaks, words["days_off"])),
    ):
        for name, kind, first, last in found:
            values = {"academic_year_id": year.id, "name": name, "kind": kind, "begins_on": first, "ends_on": last}
            records.create(session, entity, values)
