"""Marks were written at night."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Date, DateTime, Select, and_, column, func, select, values

from journal.kit.text import N_
from journal.schema import Account, TrailEntry
from journal.services.control.check import Asked, Check, Parameter, finding

LOOK_BACK = 60
WRITTEN = ("Mark", "FinalMark", "Absence")


def find(asked: Asked) -> Select[Any]:
    """Accounts by night with more entries about marks and absences than the threshold."""
    begin, end = asked.given.whole("from"), asked.given.whole("to")
    since = max(asked.year.begins_on, asked.today - timedelta(days=LOOK_BACK))
    span = [since + timedelta(days=n) for n in range((asked.today - since).days + 1)] or [since]
    table = values(
        column("day", Date()),
        column("from_at", DateTime(timezone=True)),
        column("to_at", DateTime(timezone=True)),
        name="nights_of",
    ).data([(on, *_night(on, begin, end, asked.zone)) for on in span])
    nights = table.cte("nights")
    count = func.count(TrailEntry.id)
    return (
        select(*finding(staff=Account.staff_id, since=nights.c.day, amount=count))
        .select_from(TrailEntry)
        .join(Account, Account.id == TrailEntry.account_id)
        .join(nights, and_(nights.c.from_at <= TrailEntry.happened_at, nights.c.to_at > TrailEntry.happened_at))
        .where(TrailEntry.entity.in_(WRITTEN), Account.staff_id.is_not(None))
        .group_by(Account.staff_id, nights.c.day)
        .having(count > asked.given.whole("changes"))
    )


def _night(on: Any, begin: int, end: int, zone: Any) -> tuple[datetime, datetime]:
    """The night of a day: from an hour of it to an hour of the next, or of the same where it begins after midnight."""
    first = datetime.combine(on, time(begin), zone)
    last = datetime.combine(on + timedelta(days=begin >= end), time(end), zone)
    return first.astimezone(UTC), last.astimezone(UTC)


CHECK = Check(
    "night-edits",
    N_("Marks written at night"),
    N_("Entries about marks and absences between two hours of the night: was it the teacher?"),
    "alarm",
    N_("entries at night: %(amount)s"),
    "trail",
    find,
    (
        Parameter("changes", N_("Entries a night, at most"), 5, 0, 999),
        Parameter("from", N_("Night begins, hour"), 23, 0, 23),
        Parameter("to", N_("Night ends, hour"), 5, 0, 23),
    ),
    order=190,
)
