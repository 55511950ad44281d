"""Logins by a rule: the last name in Latin letters and the first letters of the other names, with a number where taken."""

from collections.abc import Iterable

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.schema import Account
from journal.services import database
from journal.services.accounts import letters


def proposed(last: str, first: str, middle: str | None = None) -> str:
    """`ivanov.pm` for Ivanov Pyotr Maksimovich."""
    initials = "".join(letters.latin(name)[:1] for name in (first, middle) if name)
    return ".".join(part for part in (letters.latin(last)[:40], initials) if part) or "user"


def unique(wanted: str, taken: Iterable[str]) -> str:
    """The wanted login, or the first free one with a number."""
    used = set(taken)
    if wanted not in used:
        return wanted
    return next(name for n in range(2, 10_000) if (name := f"{wanted}{n}") not in used)


def taken(engine: Engine) -> set[str]:
    """Every login there is, also those that the asker may not see."""
    with database.reading(engine, System("accounts")) as session:
        return set(session.scalars(select(Account.login)))
