"""The list of an entity: search, filters, order and pages by keys, all kept in the address."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, ColumnElement, Engine, Select, case, func, not_, null, or_, select
from sqlalchemy.orm import aliased
from werkzeug.datastructures import MultiDict

from journal.access import guard
from journal.access.actor import Actor
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin.columns import Shown, known, listed
from journal.admin.filters import Filter, Named, filters_of, named_in, search
from journal.admin.nearest import nearest
from journal.admin.ordering import (
    Order,
    beyond,
    directions,
    from_value,
    jumpable,
    order_of,
    packed,
    understood,
    unpacked,
)
from journal.kit.gathering import gathered
from journal.kit.within import within
from journal.schema import Entity
from journal.schema.base import target

PAGE = 50
COUNTED = 10_000
LONGEST_SEARCH = 200
LONG_FOR = 60
"""Seconds for which a list that nothing narrows and that was long is taken for long."""
_LONG_UNTIL: WeakKeyDictionary[Engine, dict[tuple[type[Entity], int], float]] = WeakKeyDictionary()


@dataclass
class Asked:
    """A request for a list, understood."""

    entity: type[Entity]
    actor: Actor
    q: str = ""
    sort: tuple[str, ...] = ()
    filters: list[Filter] = field(default_factory=list)
    after: str | None = None
    before: str | None = None
    last: bool = False
    cols: tuple[str, ...] = ()
    any_of: bool = False
    at: str = ""
    """A value of the first key at which the list is opened."""
    named: Named = field(default_factory=dict)
    """The rows that the search means by their titles, as far as they were looked up beforehand."""

    @cached_property
    def order(self) -> Order:
        """The keys that it is ordered by."""
        return order_of(self.entity, self.actor, self.sort)

    @cached_property
    def opened_at(self) -> ColumnElement[bool] | None:
        """The rows from the typed value on; None where nothing was typed that can be read."""
        key = self.order[0]
        if not self.at or not jumpable(key) or self.last or self.after is not None or self.before is not None:
            return None
        try:
            return from_value(key, self.at)
        except (ValueError, OverflowError):
            return None

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


NOTHING = Page([], [], "0", None, None)


def understand(session: PolicySession, entity: type[Entity], args: MultiDict[str, str]) -> Asked:
    """Read the address. What the person may not see can be neither sorted nor filtered by: such a key is ignored."""
    actor, q = session.actor, args.get("q", "").strip()[:LONGEST_SEARCH]
    return Asked(
        entity,
        actor,
        q,
        understood(entity, actor, args.getlist("sort")),
        filters_of(session, entity, args),
        args.get("after"),
        args.get("before"),
        "last" in args,
        known(entity, actor, [name for given in args.getlist("cols") for name in given[:2000].split(",")]),
        args.get("match") == "any",
        args.get("at", "").strip()[:LONGEST_SEARCH],
        named_in(session, entity, q),
    )


def narrowed(asked: Asked, *, except_for: str = "") -> list[ColumnElement[bool]]:
    """Search and filters as conditions, without the filter of one column where that is named."""
    by_filter = [condition for f in asked.filters if f.name != except_for and (condition := f.condition()) is not None]
    found = [or_(*by_filter)] if asked.any_of and by_filter else by_filter
    if asked.q:
        found.append(search(asked.entity, guard.wholly_readable(asked.entity, asked.actor), asked.q, asked.named))
    return found


def page(session: PolicySession, asked: Asked, counted: int | None = None, size: int | None = None) -> Page:
    """Keys first, then the display columns of one page: two queries, one for each reference shown and one for the count."""
    order, entity, size = asked.order, asked.entity, size or PAGE
    backwards, sees_all = asked.before is not None or asked.last, guard.sees_all(entity, asked.actor)
    token = unpacked(order, asked.before if asked.before is not None else asked.after)
    statement, falls = keys(asked, order), directions(order, backwards=backwards)
    is_first = token is None and (asked.opened_at is None or _nothing_before(session, statement, asked.opened_at))
    if asked.opened_at is not None:
        statement = statement.where(asked.opened_at)
    expressions = [*(key.expression for key in order), entity.id]
    if token:
        statement = statement.where(beyond(expressions, [*token[1], token[0]], falls))
    values: dict[str, Any] = {}
    if not narrowed(asked) and asked.opened_at is None and not sees_all and was_long(session, asked):
        near = nearest(session, entity, order, falls, token, size + 1)
        if near is not None:
            statement, values = statement.where(near[0]), near[1]
    if asked.named or not sees_all:
        expressions[0] = gathered(expressions[0])
    statement = statement.order_by(*(e.desc() if fall else e for e, fall in zip(expressions, falls, strict=True)))
    found = [tuple(row) for row in session.execute(statement.limit(size + 1), values)]
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    ids = [row[0] for row in found]
    has_next = (more if not backwards else not asked.last) and bool(found)
    has_previous = (more if backwards else not is_first) and bool(found)
    return Page(
        ids,
        _display(session, asked, ids),
        _count(session, asked, found, is_first and not more, counted),
        packed(found[-1]) if has_next else None,
        packed(found[0]) if has_previous else None,
    )


def _nothing_before(session: PolicySession, statement: Select[Any], opened_at: ColumnElement[bool]) -> bool:
    return session.execute(statement.where(not_(opened_at)).limit(1)).first() is None


def keys(asked: Asked, order: Order) -> Select[Any]:
    """The ids of a list with the values that they are ordered by."""
    labelled = [key.expression.label(f"key_{place}") for place, key in enumerate(order)]
    statement = select(asked.entity.id, *labelled).select_from(asked.entity)
    for join in (join for key in order for join in key.joins):
        statement = statement.join(join.table, join.on, isouter=not join.is_sure)
    return statement.where(*narrowed(asked))


def is_long(session: PolicySession, asked: Asked, *, except_for: str = "") -> bool:
    """Whether a list has more rows than are counted."""
    beyond = select(asked.entity.id).where(*narrowed(asked, except_for=except_for)).offset(COUNTED).limit(1)
    return session.scalar(beyond) is not None


def was_long(session: PolicySession, asked: Asked) -> bool:
    """Whether the rows of an entity that the person sees were more than are counted within the last minute."""
    return _LONG_UNTIL.get(session.get_bind().engine, {}).get(_whose(asked), 0) > monotonic()


def remember_long(session: PolicySession, asked: Asked) -> None:
    """They are now."""
    _LONG_UNTIL.setdefault(session.get_bind().engine, {})[_whose(asked)] = monotonic() + LONG_FOR


def _whose(asked: Asked) -> tuple[type[Entity], int]:
    """An entity, and who sees some of its rows; whoever sees all sees the same."""
    return asked.entity, 0 if guard.sees_all(asked.entity, asked.actor) else asked.actor.account_id


def some(asked: Asked, names: Iterable[str] = (), *, except_for: str = "") -> Any:
    """The entity's rows that a list has, at most one more than are counted, as something to count in by some columns.

    The policy narrows what is inside before the limit, and asks once more outside, by any column.
    """
    entity = asked.entity
    needed = [entity.id, *(getattr(entity, name) for name in names)] if guard.sees_all(entity, asked.actor) else [entity]
    return aliased(entity, select(*needed).where(*narrowed(asked, except_for=except_for)).limit(COUNTED + 1).subquery())


def _display(session: PolicySession, asked: Asked, ids: list[int]) -> list[Sequence[Any]]:
    """The listed columns of some rows; a field hidden in a row, or of a row that is hidden, comes as nothing."""
    if not ids:
        return []
    entity, actor = asked.entity, asked.actor
    shown = listed(entity, actor, asked.cols)
    own = list(dict.fromkeys((each.column if each.through is None else each.through).key for each in shown))
    masked = [_masked(entity, actor, name) for name in own]
    rows = {row[0]: dict(zip(own, row[1:], strict=True)) for row in session.execute(_by_id(entity, ids, masked))}
    there = {
        through: _there(session, through, [each for each in shown if each.through is through], rows.values())
        for through in {each.through for each in shown if each.through is not None}
    }
    return [
        [
            rows[id_][each.key]
            if each.through is None
            else there[each.through].get(rows[id_][each.through.key], {}).get(each.column.key)
            for each in shown
        ]
        for id_ in ids
        if id_ in rows
    ]


def _there(
    session: PolicySession, through: Column[Any], shown: list[Shown], rows: Iterable[dict[str, Any]]
) -> dict[int, dict[str, Any]]:
    """The shown columns of the rows that a reference points at, as far as the person sees them."""
    pointed = target(through)
    assert pointed is not None
    names = [each.column.key for each in shown]
    masked = [_masked(pointed, session.actor, name) for name in names]
    ids = {row[through.key] for row in rows} - {None}
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in session.execute(_by_id(pointed, ids, masked))}


def _by_id(entity: type[Entity], ids: Collection[int], selected: list[Any]) -> Select[Any]:
    return select(entity.id, *selected).where(within(entity.id, ids))


def _masked(entity: type[Entity], actor: Actor, name: str) -> Any:
    """A column, or nothing in the rows that the person sees only by a role from which the column is hidden."""
    attribute = getattr(entity, name)
    if name in guard.wholly_readable(entity, actor):
        return attribute
    return case((guard.rows(entity, actor, Verb.VIEW, [name]), attribute), else_=null())


def _count(session: PolicySession, asked: Asked, found: list[Any], is_whole: bool, total: int | None) -> str:
    """How many rows there are, up to a limit; counting further would cost more than it tells."""
    if is_whole and not asked.last:
        return str(len(found))
    if total is None:
        total = session.scalar(select(func.count(some(asked).id)))
    return f"{COUNTED // 1000} 000+" if (total or 0) > COUNTED else str(total or 0)
