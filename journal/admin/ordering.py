"""The order of a list: one key or several, and a place in that order from which a page goes on."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import JSON, BindParameter, ColumnElement, and_, case, func, literal, or_, tuple_

from journal.access import guard
from journal.access.actor import Actor
from journal.access.line import Verb
from journal.kit import clock
from journal.schema import Entity
from journal.schema.base import columns, target

MOST_KEYS = 3
LARGEST = 2**62
NEWEST_FIRST = ("happened_at", "sent_at", "made_at")


@dataclass(frozen=True)
class Join:
    """A table that a key is taken from; `is_sure` where every row has one, so that the planner may begin there."""

    table: Any
    on: ColumnElement[bool]
    is_sure: bool


@dataclass(frozen=True)
class Key:
    """What a list is ordered by: an expression that is never NULL, its type and its direction."""

    name: str
    expression: Any
    kind: type
    descends: bool
    joins: tuple[Join, ...] = ()

    @property
    def asked(self) -> str:
        """The key as an address names it; nothing for one that only keeps the rows of a reference together."""
        return f"-{self.name}" if self.descends and self.name else self.name


Order = tuple[Key, ...]
Token = tuple[int, list[Any]]


def sortable(entity: type[Entity], actor: Actor) -> frozenset[str]:
    """What a list can be sorted by: columns that the person may see in every row, of the entity or of a reference's row."""
    own, open_columns = columns(entity), guard.wholly_readable(entity, actor)
    found = {name for name in open_columns if not isinstance(own[name].type, JSON)}
    for name in open_columns:
        pointed = target(own[name])
        if pointed is not None and guard.sees_all(pointed, actor):
            there = columns(pointed)
            found |= {
                f"{name}.{other}"
                for other in guard.wholly_readable(pointed, actor)
                if not isinstance(there[other].type, JSON)
            }
    return frozenset(found)


def understood(entity: type[Entity], actor: Actor, given: Sequence[str]) -> tuple[str, ...]:
    """The keys of an address, the first of each column; what the person may not see is ignored."""
    open_columns = sortable(entity, actor)
    kept: dict[str, str] = {}
    for key in (key for text in given for key in text[:400].split(",")):
        if key.removeprefix("-") in open_columns:
            kept.setdefault(key.removeprefix("-"), key)
    return tuple(kept.values())[:MOST_KEYS]


def order_of(entity: type[Entity], actor: Actor, asked: Sequence[str] = ()) -> Order:
    """The order asked for, else the entity's own."""
    if asked:
        return tuple(made for key in asked for made in _keys(entity, actor, key.removeprefix("-"), key.startswith("-")))
    open_columns = guard.wholly_readable(entity, actor)
    name = next((name for name in entity.sort or entity.title if name in open_columns), "id")
    return _keys(entity, actor, name, name in NEWEST_FIRST)


def _keys(entity: type[Entity], actor: Actor, path: str, descends: bool) -> Order:
    """A reference is ordered by the first plain column of its title, or by the column named after the point.

    After it stands the key of that row: the order is then one of an index there and of the references here, and the
    database need not sort the whole table. A row there that the person may not see orders nothing.
    """
    if path == "id":
        return (Key(path, entity.id, int, descends),)
    name, _point, there = path.partition(".")
    joins: list[Join] = []
    column, attribute = columns(entity)[name], getattr(entity, name)
    while (pointed := target(column)) is not None:
        alias, sees_all = pointed.__table__.alias(), guard.sees_all(pointed, actor)
        on = alias.c.id == attribute
        if not sees_all:
            on &= guard.condition(alias.c, pointed, guard.roles_for(pointed, actor.roles, Verb.VIEW, frozenset()), Verb.VIEW)
        joins.append(Join(alias, on, sees_all and not column.nullable and all(join.is_sure for join in joins)))
        name, there = there or _named_by(pointed), ""
        column, attribute = columns(pointed)[name], alias.c[name]
    is_sure = all(join.is_sure for join in joins)
    kind = column.type.python_type
    if kind is bool:
        attribute, kind = case((attribute, 1), else_=0), int
    elif column.nullable or not is_sure:
        attribute = func.coalesce(attribute, _least(kind))
    key = Key(path, attribute, kind, descends, tuple(joins))
    if not joins:
        return (key,)
    row_there = joins[-1].table.c.id
    return key, Key("", row_there if is_sure else func.coalesce(row_there, 0), int, descends)


def _named_by(entity: type[Entity]) -> str:
    """The column by which people order the rows of an entity."""
    return (entity.sort or entity.title)[0] if entity.__name__ == "SchoolClass" else entity.title[0]


def _least(kind: type) -> Any:
    return {
        str: "",
        int: -1,
        Decimal: Decimal(-1),
        date: date(1, 1, 1),
        datetime: datetime(1, 1, 1, tzinfo=UTC),
        time: time(0),
    }.get(kind, "")


def directions(order: Order, *, backwards: bool) -> list[bool]:
    """Whether each key falls on the way through the list; the last is the id's, which goes with the first key."""
    falls = [key.descends != backwards for key in order]
    return [*falls, falls[0]]


def beyond(expressions: Sequence[Any], values: Sequence[Any], falls: Sequence[bool]) -> ColumnElement[bool]:
    """The rows after a place, for expressions that are never NULL, each with its own direction."""
    typed = [
        value if isinstance(value, BindParameter) else literal(value, expression.type)
        for expression, value in zip(expressions, values, strict=True)
    ]
    if len(set(falls)) == 1:  # one comparison of whole places, which an index answers
        here, place = tuple_(*expressions), tuple_(*typed)
        return here < place if falls[0] else here > place
    ahead = [
        expression < value if fall else expression > value
        for expression, value, fall in zip(expressions, typed, falls, strict=True)
    ]
    condition: ColumnElement[bool] = ahead[-1]
    for expression, value, further in reversed(list(zip(expressions, typed, ahead, strict=True))[:-1]):
        condition = or_(further, and_(expression == value, condition))
    return condition


def jumpable(key: Key) -> bool:
    """Whether a list in this order can be opened at a typed value."""
    return key.kind in (str, int, Decimal, date, datetime)


def from_value(key: Key, typed: str) -> ColumnElement[bool]:
    """The rows from a typed value on, in the direction of the order. Raises `ValueError` where it can't be read."""
    value = _read(key.kind, typed)
    found: ColumnElement[bool]
    if not key.descends:
        found = key.expression >= value
    elif key.kind is str:
        found = or_(key.expression <= value, key.expression.startswith(value, autoescape=True))
    else:
        found = key.expression < value + timedelta(days=1) if key.kind is datetime else key.expression <= value
    return found


def _read(kind: type, typed: str) -> Any:
    """A typed value as the column has it: names begin with a capital, days are written in either way."""
    if kind is str:
        return typed[:1].upper() + typed[1:]
    if kind in (date, datetime):
        day, *rest = reversed(typed.split(".")) if "." in typed else typed.split("-")
        on = date(int(day), *map(int, rest))
        return clock.at(on, time(0)) if kind is datetime else on
    try:
        number = Decimal(typed.replace(",", "."))
    except InvalidOperation:
        raise ValueError(typed) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(typed)
    return number if kind is Decimal else int(number)


def packed(row: Sequence[Any]) -> str:
    """The place of a row: its id and the values of its keys."""
    values = [
        value.isoformat() if isinstance(value, date | time) else str(value) if isinstance(value, Decimal) else value
        for value in row
    ]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def unpacked(order: Order, text: str | None) -> Token | None:
    """A place in the list; one that can't be read is the beginning."""
    if not text:
        return None
    try:
        id_, *values = json.loads(base64.urlsafe_b64decode(text.encode()))
        return int(id_), [_typed(key.kind, value) for key, value in zip(order, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, InvalidOperation):
        return None


def _typed(kind: type, value: Any) -> Any:
    """A value of a place as its column has it. Raises `ValueError` for what no column could hold."""
    made: Any = kind.fromisoformat(value) if kind in (date, datetime, time) else kind(value)  # type: ignore[attr-defined]
    if (kind is datetime and made.tzinfo is None) or (kind in (int, Decimal) and abs(made) > LARGEST):
        raise ValueError(value)
    return made
