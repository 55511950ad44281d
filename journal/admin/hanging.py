"""What hangs on a row: for its page, and for the question before it is deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import func, select

from journal.access import guard
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.kit.text import kebab
from journal.schema import Entity, entities
from journal.schema.base import columns, target


@dataclass(frozen=True)
class Hanging:
    """Rows of another entity that point at a row by one column."""

    entity: type[Entity]
    column: str
    label: str
    count: int
    blocks: bool
    goes_along: bool

    @property
    def url(self) -> str:
        return f"/admin/{kebab(self.entity.__name__)}/"


@cache
def pointing_at(entity: type[Entity]) -> list[tuple[type[Entity], str, str]]:
    """(entity, column, delete rule) of every reference to an entity; authorship is no hanging."""
    found = []
    for other in entities():
        for name, column in columns(other).items():
            if target(column) is entity and name not in ("written_by_id", "changed_by_id"):
                rule = next(key.ondelete or "" for key in column.foreign_keys if len(key.constraint.elements) == 1)  # type: ignore[union-attr]
                found.append((other, name, rule))
    return found


def related(session: PolicySession, row: Entity) -> list[Hanging]:
    """What of other entities points at a row, as far as this person may see and filter it."""
    return [
        hanging
        for hanging in _count(session, row)
        if hanging.count and hanging.column in guard.wholly_readable(hanging.entity, session.actor)
    ]


def on_delete(session: PolicySession, row: Entity) -> list[Hanging]:
    """What would block, go along or lose its reference."""
    return [hanging for hanging in _count(session, row) if hanging.count]


def _count(session: PolicySession, row: Entity) -> Iterator[Hanging]:
    """One query for all counts: a column each."""
    seen = [
        (other, name, rule)
        for other, name, rule in pointing_at(type(row))
        if guard.may_ever(other, session.principal, Verb.VIEW)
    ]
    if not seen:
        return
    counts: Any = session.execute(
        select(
            *(
                select(func.count(other.id)).where(getattr(other, name) == row.id).scalar_subquery()
                for other, name, _ in seen
            )
        )
        .select_from(type(row))
        .where(type(row).id == row.id)
    ).one()
    for (other, name, rule), count in zip(seen, counts, strict=True):
        yield Hanging(other, name, columns(other)[name].info["label"], count, rule == "RESTRICT", rule == "CASCADE")
