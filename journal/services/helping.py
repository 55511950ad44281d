"""Somebody helps by looking at the journal as another person: noted under the helper's name, told to the person."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.schema import Account, TrailEntry
from journal.services import database, records


def begin(session: PolicySession, account: Account) -> None:
    """Note it in the trail, under the name of the helper."""
    records.note(session, "view-as", Account, row_id=account.id, title=account.name)


def looks(engine: Engine, account_id: int, most: int = 10) -> list[tuple[datetime, str]]:
    """When, and who, looked at the journal as this person: theirs to know, though the trail of others is not."""
    with database.reading(engine, System("accounts")) as session:
        wanted = (
            select(TrailEntry.happened_at, TrailEntry.actor)
            .where(TrailEntry.act == "view-as", TrailEntry.entity == "Account", TrailEntry.row_id == account_id)
            .order_by(TrailEntry.id.desc())
            .limit(most)
        )
        rows: list[Any] = list(session.execute(wanted))
        return [(happened_at, name) for happened_at, name in rows]
