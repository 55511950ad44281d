"""What the database takes away with a row: read before it goes, so that the trail has it and it can come back."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import Entity, entities
from journal.schema.base import columns, target

MOST = 500
"""Rows of one entity that are read; more than these belong to things that have a way of their own to go."""


@cache
def pointing(entity: type[Entity]) -> tuple[tuple[type[Entity], str], ...]:
    """(entity, column) whose rows go along with a row of this entity."""
    found = []
    for other in entities():
        for name, column in columns(other).items():
            if target(column) is entity and any(key.ondelete == "CASCADE" for key in column.foreign_keys):
                found.append((other, name))
    return tuple(found)


def along(session: PolicySession, entity: type[Entity], row_id: int) -> Iterator[tuple[type[Entity], dict[str, Any]]]:
    """The rows that go along, parents before children, with the values of all their columns."""
    for other, name in pointing(entity):
        table: Any = other.__table__
        with session.ledger() as ledger:
            found = ledger.execute(select(table).where(table.c[name] == row_id).limit(MOST)).mappings().all()
        for row in found:
            yield other, dict(row)
            yield from along(session, other, row["id"])
