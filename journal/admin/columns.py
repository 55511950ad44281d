"""Schema to panel: which columns a person sees in a list, their labels, and values as text."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, Boolean, Column

from journal.access import guard
from journal.access.actor import Actor
from journal.access.session import PolicySession
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import titles
from journal.web import show

MOST_LISTED = 8


def label(column: Column[Any]) -> str:
    """The column's name in the reader's language."""
    return str(_(column.info["label"]))


def listed(entity: type[Entity], actor: Actor, chosen: Sequence[str] = ()) -> list[Column[Any]]:
    """The columns of the list: the chosen ones in their order, else the declared ones that the person may see."""
    open_columns = {column.key: column for column in choosable(entity, actor)}
    kept = [open_columns[name] for name in dict.fromkeys(chosen) if name in open_columns]
    return kept or [column for column in open_columns.values() if column.info.get("listed", True)][:MOST_LISTED]


def choosable(entity: type[Entity], actor: Actor) -> list[Column[Any]]:
    """The columns that a list can show: what the person may see in some row, and what has a text."""
    return [column for column in detailed(entity, actor) if not isinstance(column.type, JSON)]


def moved_ahead(shown: Sequence[Column[Any]], index: int) -> str:
    """The columns of a list as its address names them, one of them a place nearer to the beginning."""
    names = [column.key for column in shown]
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


def texts(session: PolicySession, shown: Sequence[Column[Any]], rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """The values of rows as people read them; references are looked up by one query a column."""
    rows = list(rows)
    known: list[dict[int, str] | None] = []
    for index, column in enumerate(shown):
        pointed = target(column)
        known.append(titles.many(session, pointed, (row[index] for row in rows)) if pointed else None)
    return [[text(column, value, names) for column, value, names in zip(shown, row, known, strict=True)] for row in rows]


def text(column: Column[Any], value: Any, names: dict[int, str] | None = None) -> str:
    """One value."""
    if value is None:
        return ""
    if names is not None:
        return names.get(value, "…")
    choices = column.info.get("choices") or column.info.get("names")
    if column.info.get("names_entity"):
        return titles.entity_name(value)
    if choices:
        return str(_(choices.get(value, value)))
    if isinstance(column.type, JSON):
        return ""
    return show.plain(value)
