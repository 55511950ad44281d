"""Filters from the schema by type, and the search over names."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    String,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy import Text as LongText
from werkzeug.datastructures import MultiDict

from journal.access import guard
from journal.access.actor import Actor
from journal.kit import clock
from journal.kit.text import like
from journal.schema import Entity
from journal.schema.base import columns, target

MOST_FILTERS = 12


@dataclass
class Filter:
    """One column's filter: its kind decides the inputs, `values` are what was typed, by input name."""

    name: str
    label: str
    kind: str
    attribute: Any
    values: dict[str, str]
    choices: list[tuple[str, str]] = field(default_factory=list)
    pointed: type[Entity] | None = None
    title: str = ""
    error: str = ""
    parsed: dict[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What is asked, in words."""
        if self.kind in ("choice", "flag"):
            return dict(self.choices).get(self.values.get("", ""), "")
        if self.kind == "reference":
            return self.title or self.values.get("text", "") or (f"№ {self.values['']}" if self.values.get("") else "")
        return " – ".join(value for value in self.values.values() if value)

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The filter as SQL; nothing for one that could not be read."""
        if self.error:
            return
        for operator, value in self.parsed.items():
            yield self._condition(operator, value)

    def _condition(self, operator: str, value: Any) -> ColumnElement[bool]:
        attribute: Any = self.attribute
        conditions: dict[str, Callable[[], Any]] = {
            "": lambda: attribute == value,
            "from": lambda: attribute >= value,
            "to": lambda: attribute <= value,
            "has": lambda: func.lower(attribute).like(like(value.lower()), escape="\\"),
            "text": lambda: attribute.in_(matching(self.pointed, value) if self.pointed else []),
            "empty": lambda: attribute.is_(None),
        }
        made: ColumnElement[bool] = conditions[operator]()
        return made


def filters_of(entity: type[Entity], actor: Actor, args: MultiDict[str, str]) -> list[Filter]:
    """The filters that a person may use on an entity, with what the address says of them."""
    open_columns = guard.wholly_readable(entity, actor)
    found: list[Filter] = []
    for name, column in columns(entity).items():
        if name not in open_columns or isinstance(column.type, LongText | JSON):
            continue
        if len(found) < MOST_FILTERS or any(key.split(".")[0] == name for key in args):
            found.append(_filter(entity, name, column, args))
    return found


def _filter(entity: type[Entity], name: str, column: Column[Any], args: MultiDict[str, str]) -> Filter:
    kind = _kind(column)
    values = {op: args.get(f"{name}.{op}" if op else name, "").strip()[:200] for op in OPERATORS[kind]}
    made = Filter(name, str(_(column.info["label"])), kind, getattr(entity, name), values, pointed=target(column))
    if kind == "choice":
        made.choices = [(str(code), str(_(text))) for code, text in column.info["choices"].items()]
    elif kind == "flag":
        made.choices = [("1", _("yes")), ("0", _("no"))]
    for operator, text in values.items():
        if not text:
            continue
        try:
            made.parsed[operator] = _parse(made, operator, text, column)
        except (ValueError, InvalidOperation, OverflowError):
            made.error = _("This value can't be read: %(text)s", text=text[:40])
    return made


OPERATORS = {
    "reference": ("", "text"),
    "choice": ("",),
    "flag": ("",),
    "date": ("from", "to"),
    "moment": ("from", "to"),
    "number": ("from", "to"),
    "text": ("has",),
}


def _kind(column: Column[Any]) -> str:
    if column.foreign_keys:
        return "reference"
    if column.info.get("choices"):
        return "choice"
    kinds = [(Boolean, "flag"), (DateTime, "moment"), (Date, "date"), (Integer, "number"), (Numeric, "number")]
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")


def _parse(made: Filter, operator: str, text: str, column: Column[Any]) -> Any:
    if operator in ("has", "text"):
        return text
    if made.kind == "reference":
        return _id(text)
    if made.kind == "choice":
        if text not in dict(made.choices):
            raise ValueError(text)
        return text
    if made.kind == "flag":
        return {"1": True, "0": False}[text] if text in ("0", "1") else _fail(text)
    if made.kind == "date":
        return date.fromisoformat(text)
    if made.kind == "moment":
        return _moment(text, operator)
    return _number(text, column)


def _fail(text: str) -> Any:
    raise ValueError(text)


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else _fail(text)


def _number(text: str, column: Column[Any]) -> Any:
    value = Decimal(text.replace(",", "."))
    if not value.is_finite() or abs(value) > 2_000_000_000:
        raise ValueError(text)
    return int(value) if isinstance(column.type, Integer) else value


def _moment(text: str, operator: str) -> datetime:
    """The begin of a day on the school's clock; the end of a span holds its whole day."""
    day = date.fromisoformat(text) + timedelta(days=operator == "to")
    return datetime(day.year, day.month, day.day, tzinfo=clock.zone())


def search(entity: type[Entity], open_columns: Collection[str], q: str) -> ColumnElement[bool]:
    """Every word is in some searched column, or in the title of a row that this one points at."""
    return and_(*(_word(entity, open_columns, word) for word in q.lower().split()[:6]))


def _word(entity: type[Entity], open_columns: Collection[str], word: str) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    for name, column in columns(entity).items():
        if name not in open_columns:
            continue
        if column.info.get("search"):
            found.append(func.lower(getattr(entity, name)).like(like(word), escape="\\"))
        pointed = target(column)
        if pointed is not None and name in entity.title:
            found.append(getattr(entity, name).in_(matching(pointed, word)))
    return or_(*found) if found else entity.id == _whole(word)


def _whole(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else -1


def matching(entity: type[Entity], text: str) -> Any:
    """The ids of the rows whose searched columns hold every word; narrowed by the policy like any statement."""
    names = {name for name, column in columns(entity).items() if column.info.get("search")}
    conditions = [
        or_(*(func.lower(getattr(entity, name)).like(like(word), escape="\\") for name in names))
        if names
        else _through_title(entity, word)
        for word in text.lower().split()[:6]
    ]
    return select(entity.id).where(*conditions)


def _through_title(entity: type[Entity], word: str) -> ColumnElement[bool]:
    """An entity without searched columns is found by what its title points at."""
    found = []
    for name in entity.title:
        column = columns(entity)[name]
        pointed = target(column)
        if pointed is not None:
            found.append(getattr(entity, name).in_(matching(pointed, word)))
        elif isinstance(column.type, String):
            found.append(func.lower(getattr(entity, name)).like(like(word), escape="\\"))
        elif isinstance(column.type, Integer):
            found.append(getattr(entity, name) == _whole(word))
    return or_(*found)
