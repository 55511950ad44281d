"""The days of a span as a table that a statement can join: what a database can't work out alike on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CTE, Date, DateTime, Integer, String, column, values

from journal.services import calendar


def days(since: date, until: date, year_begins_on: date, zone: Any, *names: str, at: str = "15:00") -> CTE:
    """One row a date, with the columns asked for: `weekday` (Monday is 1), `parity`, `week` (its Monday), and moments:
    `begins_at` and `ends_at` (the school's midnights), `school_ends_at` (the end of lessons, `at`)."""
    moment: Callable[[date, time], datetime] = lambda on, hour: datetime.combine(on, hour, zone).astimezone(UTC)  # noqa: E731
    known: dict[str, tuple[Any, Callable[[date], Any]]] = {
        "weekday": (Integer(), lambda on: on.isoweekday()),
        "parity": (String(5), lambda on: calendar.parity(on, year_begins_on)),
        "week": (Date(), calendar.monday),
        "begins_at": (DateTime(timezone=True), lambda on: moment(on, time())),
        "ends_at": (DateTime(timezone=True), lambda on: moment(on + timedelta(days=1), time())),
        "school_ends_at": (DateTime(timezone=True), lambda on: moment(on, time.fromisoformat(at))),
    }
    chosen = [known[name] for name in names]
    head = [column("day", Date()), *(column(name, known[name][0]) for name in names)]
    span = [since + timedelta(days=n) for n in range((until - since).days + 1)] or [since]
    table = values(*head, name="days_of").data([(on, *(make(on) for _, make in chosen)) for on in span])
    return table.cte("days")
