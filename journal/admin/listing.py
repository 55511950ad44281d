"""The list of an entity: search, filters, order and pages by keys, all kept in the address."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import JSON, ColumnElement, Select, and_, case, func, null, or_, select
from werkzeug.datastructures import MultiDict

from journal.access import guard
from journal.access.actor import Actor
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin.columns import listed
from journal.admin.filters import Filter, filters_of, search
from journal.schema import Entity
from journal.schema.base import columns, target

PAGE = 50
COUNTED = 10_000
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Key:
    """What a list is ordered by: an expression that is never NULL, its type and its direction."""

    name: str
    expression: Any
    kind: type
    descends: bool
    joins: tuple[tuple[Any, ColumnElement[bool]], ...] = ()


@dataclass
class Asked:
    """A request for a list, understood."""

    entity: type[Entity]
    actor: Actor
    q: str = ""
    sort: str = ""
    filters: list[Filter] = field(default_factory=list)
    after: str | None = None
    before: str | None = None
    last: bool = False
    cols: tuple[str, ...] = ()

    @property
    def errors(self) -> bool:
        return any(f.error for f in self.filters)


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    ids: list[int]
    rows: list[Sequence[Any]]
    count: str
    next: str | None
    previous: str | None


def understand(entity: type[Entity], actor: Actor, args: MultiDict[str, str]) -> Asked:
    """Read the address. What the person may not see can be neither sorted nor filtered by: such a key is ignored."""
    open_columns = sortable(entity, actor)
    sort = args.get("sort", "")
    return Asked(
        entity,
        actor,
        args.get("q", "").strip()[:LONGEST_SEARCH],
        sort if sort.lstrip("-") in open_columns else "",
        filters_of(entity, actor, args),
        args.get("after"),
        args.get("before"),
        "last" in args,
        tuple(name for given in args.getlist("cols") for name in given.split(",") if name),
    )


def sortable(entity: type[Entity], actor: Actor) -> frozenset[str]:
    """The columns that a list can be sorted by: what the person may see in every row, and what has an order."""
    own = columns(entity)
    return frozenset(name for name in guard.wholly_readable(entity, actor) if not isinstance(own[name].type, JSON))


def narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    """Search and filters as conditions."""
    found = [condition for f in asked.filters for condition in f.conditions()]
    if asked.q:
        found.append(search(asked.entity, guard.wholly_readable(asked.entity, asked.actor), asked.q))
    return found


def key_of(asked: Asked) -> Key:
    """The order asked for, else the entity's own."""
    entity = asked.entity
    open_columns = guard.wholly_readable(entity, asked.actor)
    names = [asked.sort] if asked.sort else [name for name in entity.sort or entity.title if name in open_columns]
    name = (names or ["id"])[0]
    descends = name.startswith("-") or (not asked.sort and name in ("happened_at", "sent_at", "made_at"))
    return _key(entity, name.lstrip("-"), descends)


def _key(entity: type[Entity], name: str, descends: bool) -> Key:
    """References are ordered by the first plain column of the title that they show."""
    if name == "id":
        return Key(name, entity.id, int, descends)
    joins: list[tuple[Any, ColumnElement[bool]]] = []
    column, attribute = columns(entity)[name], getattr(entity, name)
    while (pointed := target(column)) is not None:
        alias = pointed.__table__.alias()
        joins.append((alias, alias.c.id == attribute))
        name_there = (pointed.sort or pointed.title)[0] if pointed.__name__ == "SchoolClass" else pointed.title[0]
        column, attribute, _at = columns(pointed)[name_there], alias.c[name_there], pointed
    kind = column.type.python_type
    if kind is bool:
        attribute, kind = case((attribute, 1), else_=0), int
    elif column.nullable or joins:
        attribute = func.coalesce(attribute, _least(kind))
    return Key(name, attribute, kind, descends, tuple(joins))


def _least(kind: type) -> Any:
    return {
        str: "",
        int: -1,
        bool: False,
        Decimal: Decimal(-1),
        date: date(1, 1, 1),
        datetime: datetime(1, 1, 1, tzinfo=UTC),
        time: time(0),
    }.get(kind, "")


def page(session: PolicySession, asked: Asked) -> Page:
    """Keys first, then the display columns of one page: two queries and one for the count."""
    key, entity = key_of(asked), asked.entity
    backwards = asked.before is not None or asked.last
    token = _token(key, asked.before if asked.before is not None else asked.after)
    statement = keys(asked, key)
    falls = key.descends != backwards
    if token:
        statement = statement.where(_beyond(key.expression, entity.id, token, falls))
    order = [key.expression.desc(), entity.id.desc()] if falls else [key.expression, entity.id]
    found = [tuple(row) for row in session.execute(statement.order_by(*order).limit(PAGE + 1))]
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    ids = [row[0] for row in found]
    has_next = (more if not backwards else not asked.last) and bool(found)
    has_previous = (more if backwards else token is not None) and bool(found)
    return Page(
        ids,
        _display(session, asked, ids),
        _count(session, asked, found, token, more),
        _pack(found[-1]) if has_next else None,
        _pack(found[0]) if has_previous else None,
    )


def keys(asked: Asked, key: Key) -> Select[Any]:
    """The ids of a list with the value that they are ordered by."""
    statement = select(asked.entity.id, key.expression.label("sort_key")).select_from(asked.entity)
    for joined, on in key.joins:
        statement = statement.outerjoin(joined, on)
    return statement.where(*narrowed(asked))


def _beyond(expression: Any, id_: Any, token: tuple[int, Any], falls: bool) -> ColumnElement[bool]:
    last_id, value = token
    if falls:
        return or_(expression < value, and_(expression == value, id_ < last_id))
    return or_(expression > value, and_(expression == value, id_ > last_id))


def _display(session: PolicySession, asked: Asked, ids: list[int]) -> list[Sequence[Any]]:
    """The listed columns of some rows; a field hidden in a row comes as nothing."""
    shown = [_masked(asked.entity, asked.actor, column.key) for column in listed(asked.entity, asked.actor, asked.cols)]
    rows = (
        {row[0]: row[1:] for row in session.execute(select(asked.entity.id, *shown).where(asked.entity.id.in_(ids)))}
        if ids
        else {}
    )
    return [rows[id_] for id_ in ids if id_ in rows]


def _masked(entity: type[Entity], actor: Actor, name: str) -> Any:
    """A column, or nothing in the rows that the person sees only by a role from which the column is hidden."""
    attribute = getattr(entity, name)
    if name in guard.wholly_readable(entity, actor):
        return attribute
    return case((guard.rows(entity, actor, Verb.VIEW, [name]), attribute), else_=null())


def _count(session: PolicySession, asked: Asked, found: list[Any], token: Any, more: bool) -> str:
    """How many rows there are, up to a limit; counting further would cost more than it tells."""
    if token is None and not more and not asked.last:
        return str(len(found))
    inner = select(asked.entity.id).where(*narrowed(asked)).limit(COUNTED + 1).subquery()
    total = session.scalar(select(func.count()).select_from(asked.entity).where(asked.entity.id.in_(select(inner.c.id))))
    return f"{COUNTED // 1000} 000+" if (total or 0) > COUNTED else str(total or 0)


def _pack(row: Sequence[Any]) -> str:
    value = row[1].isoformat() if isinstance(row[1], date | time) else str(row[1]) if isinstance(row[1], Decimal) else row[1]
    return base64.urlsafe_b64encode(json.dumps([row[0], value]).encode()).decode()


def _token(key: Key, text: str | None) -> tuple[int, Any] | None:
    """A place in the list; one that can't be read is the beginning."""
    if not text:
        return None
    try:
        id_, value = json.loads(base64.urlsafe_b64decode(text.encode()))
        return (int(id_), _typed(key.kind, value))
    except (ValueError, TypeError, binascii.Error, InvalidOperation):
        return None


def _typed(kind: type, value: Any) -> Any:
    if kind in (date, datetime, time):
        return kind.fromisoformat(value)
    if kind is Decimal:
        return Decimal(value)
    return kind(value)


def describe(asked: Asked) -> str:
    """The filter of a list in words, for the head of the page."""
    return ", ".join(f"{f.label}: {f.shown}" for f in asked.filters if f.shown and not f.error) or (
        _("search: %(q)s", q=asked.q) if asked.q else ""
    )
