"""The next rows of a list for somebody who sees few of many: the first ones at each place where they stand in an index.

A teacher's marks stand at a dozen assignments, in order at each. A page is among the first rows of each assignment, so it
costs the same however many marks there are; gathered and sorted, all of the teacher's marks would be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Select, Table, UniqueConstraint, bindparam, inspect, select, true, union
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList
from sqlalchemy.sql.operators import eq, or_

from journal.access import guard
from journal.access.actor import Role
from journal.access.among import among
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin.ordering import Order, Token, beyond
from journal.schema import Entity


@dataclass(frozen=True)
class _Place:
    """Some of the rows that a role sees: a column is one value, or one of those that a sub-select gives."""

    column: str
    value: Any


def nearest(
    session: PolicySession, entity: type[Entity], order: Order, falls: Sequence[bool], token: Token | None, most: int
) -> tuple[ColumnElement[bool], dict[str, Any]] | None:
    """A condition that every one of the next `most` rows meets, and few others, with the values of its binds; None where no
    index helps."""
    names = [key.expression.key for key in order if isinstance(key.expression, InstrumentedAttribute) and not key.joins]
    if len(names) < len(order):
        return None
    ways = tuple(zip(dict.fromkeys((*names, "id")), falls, strict=False))
    condition = _nearest(entity, session.actor.roles, ways, token is not None, most, session.get_bind().dialect.name)
    place = [*token[1], token[0]][: len(ways)] if token else []
    return None if condition is None else (condition, {f"beyond_{at}": value for at, value in enumerate(place)})


@cache
def _nearest(
    entity: type[Entity],
    roles: frozenset[Role],
    ways: tuple[tuple[str, bool], ...],
    is_further: bool,
    most: int,
    engine: str,
) -> ColumnElement[bool] | None:
    """The condition, by the names of the keys and whether they fall; `is_further`: not from the beginning on."""
    places = _places(entity, roles)
    if not any(_in_order(entity, place.column, ways[0][0]) for place in places):
        return None
    names, falls = zip(*ways, strict=True)
    parts = []
    for place in places:
        there = _table(entity).alias()
        keys = [there.c[name] for name in names]
        rows = select(*keys)
        if is_further:
            rows = rows.where(
                beyond(keys, [bindparam(f"beyond_{at}", type_=key.type) for at, key in enumerate(keys)], falls)
            )
        parts.append(_at(place, there, rows.order_by(*_directed(keys, falls)).limit(most), engine))
    found = union(*parts).subquery()
    return among(_table(entity).c.id, select(found.c.id).order_by(*_directed(found.c, falls)).limit(most))


def _directed(keys: Iterable[Any], falls: Iterable[bool]) -> list[Any]:
    return [key.desc() if fall else key for key, fall in zip(keys, falls, strict=True)]


def _at(place: _Place, there: Any, rows: Select[Any], engine: str) -> Select[Any]:
    """The keys of the first of some rows that are at a place: of one value, or of each of several."""
    column = there.c[place.column]
    if not isinstance(place.value, Select):
        return select(rows.where(column == place.value).subquery())
    values = place.value.subquery()
    of_each = rows.where(column == values.c[0]).correlate(values)
    if engine == "postgresql":
        found = of_each.lateral()
        return select(found).join_from(values, found, true())
    row = there.element.alias()
    return select(*(row.c[key.key] for key in rows.selected_columns)).join_from(
        values, row, row.c.id.in_(of_each.with_only_columns(there.c.id))
    )


@cache
def _places(entity: type[Entity], roles: frozenset[Role]) -> tuple[_Place, ...]:
    """Where the rows stand that somebody of these roles sees; nothing where the policy says it in another way."""
    seen = guard.condition(_table(entity).c, entity, guard.roles_for(entity, roles, Verb.VIEW, frozenset()), Verb.VIEW)
    either = seen.clauses if isinstance(seen, BooleanClauseList) and seen.operator is or_ else [seen]
    found = [_place(each) for each in either]
    return tuple(each for each in found if each) if all(found) else ()


def _place(seen: Any) -> _Place | None:
    """A condition of the policy as a place; None for one of another kind."""
    if isinstance(seen, among):
        column, given = seen.clauses
        return _Place(str(column.key), given.element)
    if isinstance(seen, BinaryExpression) and seen.operator is eq and isinstance(seen.left, Column):
        return _Place(seen.left.key, seen.right)
    return None


@cache
def _in_order(entity: type[Entity], column: str, key: str) -> bool:
    """Whether an index has the rows of one value of a column in the order of a key."""
    table = _table(entity)
    indexed = [
        [*each.columns] for each in (*table.indexes, *table.constraints) if isinstance(each, Index | UniqueConstraint)
    ]
    return any([each.key for each in columns[:2]] == [column, key] for columns in indexed)


def _table(entity: type[Entity]) -> Table:
    found = inspect(entity).local_table
    assert isinstance(found, Table)
    return found
