"""The names of rows as people read them, many at once: a fixed number of queries however long the list is."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from functools import cache
from typing import Any

from sqlalchemy import Column, Select, bindparam, select

from journal.access.session import PolicySession
from journal.schema import Entity, entities
from journal.schema.base import columns, target

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
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def entity_name(name: str) -> str:
    """What people call an entity, by its class's name."""
    found = {entity.__name__: entity for entity in entities()}.get(name)
    return _say(found.label[0]) if found else name


def many(session: PolicySession, entity: type[Entity], ids: Iterable[int | None]) -> dict[int, str]:
    """Row id -> title, for those of the rows that the session's principal may see."""
    wanted = {i for i in ids if i is not None}
    known = _known(session, entity)
    found: list[Any] = []
    for chunk in _chunks(sorted(wanted - known.keys())):
        found.extend(session.execute(_parts(entity), {"ids": chunk}).all())
        known.update(dict.fromkeys(chunk))
    known.update(zip([row[0] for row in found], compose(session, entity, [row[1:] for row in found]), strict=True))
    return {key: title for key in wanted if (title := known[key]) is not None}


@cache
def _parts(entity: type[Entity]) -> Select[Any]:
    """The columns of an entity's titles, of the rows with some `ids`."""
    parts = [getattr(entity, name) for name in entity.title]
    return select(entity.id, *parts).where(entity.id.in_(bindparam("ids", expanding=True)))


def _known(session: PolicySession, entity: type[Entity]) -> dict[int, str | None]:
    """The titles that a reading transaction has asked for already; None for a row that is hidden or gone."""
    transaction = session.get_transaction()
    if session.writing or transaction is None:
        return {}
    held = session.info.get(_known)
    if held is None or held[0] is not transaction:
        held = session.info[_known] = transaction, dict[type[Entity], dict[int, str | None]]()
    return held[1].setdefault(entity, {})  # type: ignore[no-any-return]


def compose(session: PolicySession, entity: type[Entity], values: list[Any]) -> list[str]:
    """Titles from the values of their columns; references are looked up by one query an entity."""
    known: list[Mapping[Any, str] | None] = []
    for index, name in enumerate(entity.title):
        column = columns(entity)[name]
        pointed = target(column)
        if pointed:
            known.append(many(session, pointed, (row[index] for row in values)))
        else:
            known.append(None)
    return [
        entity.title_joint.join(
            names.get(value, "…") if names is not None else shown(columns(entity)[part], value)
            for part, names, value in zip(entity.title, known, row, strict=True)
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
