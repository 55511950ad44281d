"""Schema to panel: which columns a person sees in a list, their labels, and values as text."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, String, Time

from journal.access import guard
from journal.access.actor import Actor
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import titles
from journal.web import show

ByRow = Callable[[PolicySession, Collection[int]], Mapping[int, str]]
BY_ROW: dict[Any, ByRow] = {}
"""Columns whose text is told by other columns of the row too: id of a row -> its text. `exceptions.py` says which."""
MOST_LISTED = 8
MOST_CHOSEN = 30


def label(column: Column[Any]) -> str:
    """The column's name in the reader's language."""
    return str(_(column.info["label"]))


@dataclass(frozen=True)
class Shown:
    """A column of a list: the entity's own, or one of the row at which its reference `through` points."""

    column: Column[Any]
    through: Column[Any] | None = None

    @property
    def key(self) -> str:
        """How an address names it."""
        return self.column.key if self.through is None else f"{self.through.key}.{self.column.key}"

    @property
    def label(self) -> str:
        """Its head."""
        return label(self.column) if self.through is None else f"{label(self.through)}: {label(self.column)}"

    @property
    def is_number(self) -> bool:
        """Whether values line up to the right."""
        return is_number(self.column)

    @property
    def look(self) -> str:
        """The class of its cells: numbers stand at the right, days are not parted, nor are the words of few values."""
        if self.is_number:
            return "num"
        if self.column.info.get("choices") or self.column.info.get("names"):
            return "few"
        return "when" if isinstance(self.column.type, Date | DateTime | Time) else ""


def listed(entity: type[Entity], actor: Actor, chosen: Sequence[str] = ()) -> list[Shown]:
    """The columns of the list: the chosen ones in their order, else the declared ones that the person may see."""
    named = _named(entity, actor, chosen)
    return [named[name] for name in known(entity, actor, chosen)] or [
        each for each in choosable(entity, actor) if each.column.info.get("listed", True)
    ][:MOST_LISTED]


def known(entity: type[Entity], actor: Actor, chosen: Sequence[str]) -> tuple[str, ...]:
    """Of some names of columns those that the person may see, each once."""
    named = _named(entity, actor, chosen)
    return tuple(name for name in dict.fromkeys(chosen) if name in named)[:MOST_CHOSEN]


def _named(entity: type[Entity], actor: Actor, chosen: Sequence[str]) -> dict[str, Shown]:
    """The columns by name; those of related rows where one is asked for."""
    named = {each.key: each for each in choosable(entity, actor)}
    if any("." in name for name in chosen):
        named |= {each.key: each for group in related(entity, actor).values() for each in group}
    return named


def choosable(entity: type[Entity], actor: Actor) -> list[Shown]:
    """The entity's own columns that a list can show: what the person may see in some row, and what has a text."""
    return [Shown(column) for column in detailed(entity, actor) if not isinstance(column.type, JSON) or column in BY_ROW]


def related(entity: type[Entity], actor: Actor) -> dict[str, list[Shown]]:
    """The columns of the rows that references point at, by the reference's label."""
    found: dict[str, list[Shown]] = {}
    for each in choosable(entity, actor):
        pointed = target(each.column)
        if pointed is not None and guard.may_ever(pointed, actor, Verb.VIEW):
            there = [Shown(own.column, each.column) for own in choosable(pointed, actor)]
            found[each.label] = [own for own in there if own.column.info.get("listed", True)]
    return {name: group for name, group in found.items() if group}


def moved_ahead(shown: Sequence[Shown], index: int) -> str:
    """The columns of a list as its address names them, one of them a place nearer to the beginning."""
    names = [each.key for each in shown]
    names[index - 1 : index + 1] = reversed(names[index - 1 : index + 1])
    return ",".join(names)


def detailed(entity: type[Entity], actor: Actor) -> list[Column[Any]]:
    """Every column that the person may see."""
    return [columns(entity)[name] for name in guard.readable(entity, actor)]


def is_number(column: Column[Any]) -> bool:
    """Whether values line up to the right."""
    if column.foreign_keys or column.info.get("choices") or column.info.get("names") or isinstance(column.type, Boolean):
        return False
    return column.type.python_type.__name__ in ("int", "Decimal") if not isinstance(column.type, JSON) else False


def texts(
    session: PolicySession, shown: Sequence[Column[Any]], rows: Iterable[Sequence[Any]], ids: Sequence[int] = ()
) -> list[list[str]]:
    """The values of rows as people read them; references are looked up by one query a column. `ids`: those of the rows,
    where they are rows of the database and not what somebody typed."""
    rows = list(rows)
    if not rows:
        return []
    read = []
    for column, values in zip(shown, zip(*rows, strict=True), strict=True):
        if ids and column in BY_ROW:
            told = BY_ROW[column](session, ids)
            read.append([told.get(number, "") for number in ids])
            continue
        pointed = target(column)
        names = titles.many(session, pointed, values) if pointed else None
        said = reader(column, names)
        read.append(["" if value is None else said(value) for value in values])
    return [list(row) for row in zip(*read, strict=True)]


def reader(column: Column[Any], names: Mapping[int, str] | None = None) -> Callable[[Any], str]:
    """How the values of a column are put as people read them; `names`: the titles of the rows that it points at."""
    if names is not None:
        return lambda value: names.get(value, "…")
    if column.info.get("names_entity"):
        return titles.entity_name
    few = column.info.get("choices") or column.info.get("names")
    if few:
        return cache(lambda value: str(_(few[value])) if value in few else str(value))
    if isinstance(column.type, JSON):
        return lambda _value: ""
    return str if isinstance(column.type, String) else show.plain
