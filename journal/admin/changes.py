"""What the trail says of rows, as people read it: whose row by its name, and each changed field before and after.

Of a row that the reader does not see nothing is said; of one that is gone only where the reader sees all rows of its kind.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, Column, select

from journal.access import guard
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin import columns as shown_columns
from journal.kit.text import N_
from journal.kit.within import within
from journal.schema import Entity, TrailEntry
from journal.schema.base import columns, entity_called, target
from journal.services import records, titles, trail

COUNTS = {
    "count": N_("Rows"),
    "rows": N_("Rows"),
    "new": N_("New ones"),
    "changed": N_("Changed ones"),
    "gone": N_("Gone ones"),
}
"""What an entry tells of many rows at once."""


@dataclass(frozen=True)
class Change:
    """A field that an entry tells of; `before` and `after` are None where there was nothing."""

    name: str
    label: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """In one line."""
        if self.before is None:
            return f"{self.label}: {self.after}"
        return f"{self.label}: {self.before} → {'—' if self.after is None else self.after}"


def who(entry: Any) -> str:
    """Who did it: a person by name, the product by what it was doing."""
    return shown_columns.reader(columns(TrailEntry)["actor"])(entry.actor)


def of_entity(
    session: PolicySession, entity: type[Entity], entries: Sequence[Any], open_columns: Collection[str]
) -> list[list[Change]]:
    """What each of some entries about rows of an entity tells, of the columns that are open to the reader."""
    own = columns(entity)
    told: dict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        for name, (before, after) in _pairs(entry, open_columns):
            told[name] += [before, after]
    said = {name: _reader(session, own[name], values) for name, values in told.items()}
    return [
        [
            Change(name, shown_columns.label(own[name]), said[name](before), said[name](after))
            for name, (before, after) in _pairs(entry, said)
        ]
        + _counts(entry)
        for entry in entries
    ]


def _pairs(entry: Any, names: Collection[str]) -> list[tuple[str, Any]]:
    """The fields of these names with what was before and what is after."""
    return [(name, pair) for name, pair in (entry.changes or {}).items() if name in names and len(pair) == 2]


def _reader(session: PolicySession, column: Column[Any], values: Iterable[Any]) -> Callable[[Any], str | None]:
    """How the kept values of a column are read: as those of a row are; of another type, as they stand."""
    pointed = target(column)
    names = titles.many(session, pointed, [v for v in values if isinstance(v, int)]) if pointed is not None else None
    said = shown_columns.reader(column, names)

    def read(value: Any) -> str | None:
        if value is None:
            return None
        if value == records.UNSAID or isinstance(column.type, JSON):
            return records.UNSAID
        try:
            return said(trail.untold(column, value))
        except (ValueError, TypeError, ArithmeticError):
            return str(value)

    return read


def _counts(entry: Any) -> list[Change]:
    """How many rows an entry about many rows tells of."""
    told = {name: next((n for n in pair if n), 0) for name, pair in (entry.changes or {}).items() if name in COUNTS}
    return [Change(name, str(_(COUNTS[name])), None, str(count)) for name, count in told.items()] if not entry.row_id else []


def of_entries(session: PolicySession, entries: Sequence[Any]) -> dict[int, list[Change]]:
    """Id of an entry -> what it tells this reader, about rows of any kind."""
    found: dict[int, list[Change]] = {}
    for entity, some in _by_entity(entries).items():
        if guard.may_ever(entity, session.actor, Verb.VIEW):
            whole = guard.sees_all(entity, session.actor)
            there = {} if whole else titles.many(session, entity, [entry.row_id for entry in some])
            seen = [entry for entry in some if whole or entry.row_id in there]
            told = of_entity(session, entity, seen, guard.wholly_readable(entity, session.actor))
            found |= {entry.id: changes for entry, changes in zip(seen, told, strict=True)}
    return found


def names_of(session: PolicySession, entries: Sequence[Any]) -> dict[int, str]:
    """Id of an entry -> the name of its row: as it is called now, else as it was called when it went."""
    found = {entry.id: entry.row_title or "" for entry in entries}
    for entity, some in _by_entity(entries).items():
        if guard.may_ever(entity, session.actor, Verb.VIEW):
            there = titles.many(session, entity, [entry.row_id for entry in some])
            found |= {entry.id: there[entry.row_id] for entry in some if entry.row_id in there and not entry.row_title}
    return found


def _by_entity(entries: Iterable[Any]) -> dict[type[Entity], list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        found[entry.entity].append(entry)
    return {entity: some for name, some in found.items() if (entity := entity_called(name)) is not None}


def _of_rows(session: PolicySession, ids: Collection[int]) -> Sequence[Any]:
    return session.scalars(select(TrailEntry).where(within(TrailEntry.id, ids))).all()


def told_of(session: PolicySession, ids: Collection[int]) -> dict[int, str]:
    """Id of an entry -> what it tells, a field a line."""
    told = of_entries(session, _of_rows(session, ids))
    return {id_: ";\n".join(map(str, changes)) for id_, changes in told.items()}


def names_by_id(session: PolicySession, ids: Collection[int]) -> dict[int, str]:
    """The names of the rows of entries, by the ids of the entries."""
    return names_of(session, _of_rows(session, ids))
