"""The only place that asks what time it is."""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Europe/Moscow"


def now() -> datetime:
    """The present moment: aware, UTC; on the product's own day when `JOURNAL_TODAY` sets one."""
    moment = datetime.now(UTC)
    pinned = os.environ.get("JOURNAL_TODAY")
    if pinned:
        day = date.fromisoformat(pinned)
        local = moment.astimezone(zone())
        moment = (local + timedelta(days=(day - local.date()).days)).astimezone(UTC)
    return moment


def seconds() -> int:
    """Seconds since 1970 as the whole world counts them, for codes that a telephone makes: never a day of our own."""
    return int(datetime.now(UTC).timestamp())


def zone() -> ZoneInfo:
    """The school's time zone (`JOURNAL_ZONE`)."""
    return ZoneInfo(os.environ.get("JOURNAL_ZONE", DEFAULT_ZONE))


def today() -> date:
    """The product's "today" in the school's time zone."""
    return now().astimezone(zone()).date()


def local(moment: datetime) -> datetime:
    """A stored moment as the school's clock shows it; SQLite gives it back naive, in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(zone())


def at(day: date, hour: time) -> datetime:
    """The moment when the school's clock shows an hour of a day: aware, UTC."""
    return datetime.combine(day, hour, zone()).astimezone(UTC)


def day_begins_at(day: date) -> datetime:
    """The school's midnight at the beginning of a day: aware, UTC."""
    return at(day, time())


def day_ends_at(day: date) -> datetime:
    """The school's midnight at the end of a day."""
    return day_begins_at(day + timedelta(days=1))
