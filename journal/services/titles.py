"""The names of rows as people read them, many at once: a fixed number of queries however long the list is.

A title is put together from those of the rows that it points at: a lesson's from a class, a subject and a teacher. Rows of
entities that the principal sees wholly come by the same query, joined, and their titles are remembered for the transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Column, Select, select
from sqlalchemy.orm import aliased

from journal.access import guard
from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.within import within
from journal.schema import Entity, entities
from journal.schema.base import columns, entity_called, target

Known = defaultdict[type[Entity], dict[int, str | None]]
_say: Callable[[str], str] = str


def speak(function: Callable[[str], str]) -> None:
    """Say how labels are put into the reader's language; the web does, since services know no languages."""
    global _say
    _say = function


def shown(column: Column[Any], value: Any) -> str:
    """A plain value inside a title: a choice by its label, an entity by its name."""
    labels = column.info.get("choices") or column.info.get("names")
    if labels:
        return _say(labels.get(value, str(value)))
    if column.info.get("names_entity"):
        return entity_name(value)
    if isinstance(value, datetime):
        value = clock.local(value)
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def entity_name(name: str) -> str:
    """What people call an entity, by its class's name."""
    found = entity_called(name)
    return _say(found.label[0]) if found else name


def codes_named(column: Column[Any], text: str, *, exactly: bool = False) -> list[str]:
    """The values of a column that people know by other words, of those whose words have a text in them."""
    if column.info.get("names_entity"):
        names = {entity.__name__: entity_name(entity.__name__).lower() for entity in entities()}
    else:
        told = column.info.get("names") or column.info.get("choices") or {}
        names = {code: _say(name).lower() for code, name in told.items()}
    return [key for key, name in names.items() if (name == text.lower() if exactly else text.lower() in name)]


def many(session: PolicySession, entity: type[Entity], ids: Iterable[int | None]) -> dict[int, str]:
    """Row id -> title, for those of the rows that the session's principal may see."""
    return _many(session, entity, ids, _known(session))


def _many(session: PolicySession, entity: type[Entity], ids: Iterable[int | None], known: Known) -> dict[int, str]:
    wanted = {i for i in ids if i is not None}
    missing = sorted(wanted - known[entity].keys())
    if missing:
        statement, asked = _asked(entity, guard.eyes(session.principal))
        found = [row for chunk in _chunks(missing) for row in session.execute(statement, {"ids": chunk})]
        known[entity].update(dict.fromkeys(missing))
        for each in asked:
            known[each.entity].update(_titled(session, each, found, known))
    return {key: title for key in wanted if (title := known[entity][key]) is not None}


@dataclass(frozen=True)
class _Asked:
    """An entity whose titles a query asks for: its id and the columns of its title begin at a place of each row."""

    entity: type[Entity]
    place: int


@cache
def _asked(entity: type[Entity], roles: frozenset[Role] | None) -> tuple[Select[Any], list[_Asked]]:
    """The query for the titles of rows with some `ids`, and the entities that it asks for, the furthest first."""
    selected = _parts(entity, entity)
    asked, joins = [_Asked(entity, 0)], []
    for pointed, there, on in _along(entity, entity, roles):
        asked.insert(0, _Asked(pointed, len(selected)))
        selected += _parts(pointed, there)
        joins.append((there, on))
    statement = select(*selected)
    for there, on in joins:
        statement = statement.outerjoin(there, on)
    return statement.where(within(entity.id, "ids")), asked


def _parts(entity: type[Entity], at: Any) -> list[Any]:
    """The key of an entity, or of an alias of it, and the columns of its title."""
    return [at.id, *(getattr(at, name) for name in entity.title)]


def _along(entity: type[Entity], at: Any, roles: frozenset[Role] | None) -> Iterator[tuple[type[Entity], Any, Any]]:
    """The entities that titles point at, nearer ones first, with what to join them by; those that hide rows stay out."""
    for name in entity.title:
        pointed = target(columns(entity)[name])
        if pointed is not None and guard.all_seen(pointed, roles):
            there = aliased(pointed)
            yield pointed, there, getattr(at, name) == there.id
            yield from _along(pointed, there, roles)


def _titled(session: PolicySession, asked: _Asked, rows: Sequence[Any], known: Known) -> dict[int, str]:
    """Row id -> title, of one of the entities in the rows of a query."""
    first, last = asked.place + 1, asked.place + 1 + len(asked.entity.title)
    there = {row[asked.place]: row[first:last] for row in rows if row[asked.place] is not None}
    return dict(zip(there, _composed(session, asked.entity, list(there.values()), known), strict=True))


def _known(session: PolicySession) -> Known:
    """The titles that a reading transaction has asked for already; None for a row that is hidden or gone."""
    transaction, made = session.get_transaction(), defaultdict[type[Entity], dict[int, str | None]](dict)
    if session.writing or transaction is None:
        return made
    held = session.info.get(_known)
    if held is None or held[0] is not transaction:
        held = session.info[_known] = transaction, made
    return held[1]  # type: ignore[no-any-return]


def compose(session: PolicySession, entity: type[Entity], values: list[Any]) -> list[str]:
    """Titles from the values of their columns; references are looked up by one query an entity."""
    return _composed(session, entity, values, _known(session))


def _composed(session: PolicySession, entity: type[Entity], values: list[Any], known: Known) -> list[str]:
    named: list[Mapping[Any, str] | None] = []
    for index, name in enumerate(entity.title):
        pointed = target(columns(entity)[name])
        named.append(_many(session, pointed, (row[index] for row in values), known) if pointed else None)
    return [
        entity.title_joint.join(
            names.get(value, "…") if names is not None else shown(columns(entity)[part], value)
            for part, names, value in zip(entity.title, named, row, strict=True)
            if value is not None and value != ""
        )
        for row in values
    ]


def of(session: PolicySession, row: Entity) -> str:
    """The title of one row."""
    return compose(session, type(row), [tuple(getattr(row, name) for name in row.title)])[0]


def _chunks(ids: list[int], size: int = 500) -> Iterable[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
