"""Facets: the values of a few columns with how often each stands in the list; one click keeps only that value."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from journal.access import guard
from journal.access.session import PolicySession
from journal.admin import listing
from journal.admin.filters import Filter
from journal.schema.base import columns
from journal.services import titles

MOST = 4
MOST_VALUES = 12


@dataclass(frozen=True)
class Value:
    """One value of a facet: how often, and the values that the filter has after a click on it."""

    text: str
    count: int
    is_on: bool
    then: str


@dataclass(frozen=True)
class Facet:
    """A column with its values, the most frequent first."""

    name: str
    label: str
    values: list[Value]


def facets(session: PolicySession, asked: listing.Asked) -> list[Facet]:
    """The facets of a list. Each counts under the other filters; one that would have to count too much is left out."""
    if asked.any_of:
        return []
    return [made for each in _candidates(asked) if (made := _facet(session, asked, each)) is not None]


def _candidates(asked: listing.Asked) -> list[Filter]:
    """The columns with few values by their declaration; only what asks nothing but its values can toggle them."""
    own = columns(asked.entity)
    few = [
        each
        for each in asked.filters
        if each.kind in ("choice", "flag")
        or (each.pointed is not None and own[each.name].info.get("facet") and guard.sees_all(each.pointed, asked.actor))
    ]
    return [each for each in few if not each.how and not each.error and not each.values.get("text")][:MOST]


def _facet(session: PolicySession, asked: listing.Asked, of: Filter) -> Facet | None:
    """The values of one column, or None where the list is too long, has too many of them or only one."""
    entity = asked.entity
    conditions = listing.narrowed(asked, except_for=of.name)
    some = select(entity.id).where(*conditions).limit(listing.COUNTED + 1)
    counted = (
        select(of.attribute, func.count())
        .where(entity.id.in_(select(some.subquery().c.id)))
        .group_by(of.attribute)
        .order_by(func.count().desc())
        .limit(MOST_VALUES + 1)
    )
    rows = [(value, count) for value, count in session.execute(counted) if value is not None]
    if not of.picked and (len(rows) < 2 or len(rows) > MOST_VALUES):
        return None
    if sum(count for _value, count in rows) > listing.COUNTED:
        return None
    texts = _texts(session, of, [value for value, _count in rows])
    values = []
    for value, count in rows[:MOST_VALUES]:
        code = ("1" if value else "0") if of.kind == "flag" else str(value)
        others = [each for each in of.picked if each != code]
        then = others if code in of.picked else [*others, code]
        values.append(Value(texts.get(value, "…"), count, code in of.picked, ",".join(then)))
    return Facet(of.name, of.label, values)


def _texts(session: PolicySession, of: Filter, values: list[Any]) -> dict[Any, str]:
    """The values as people read them."""
    if of.pointed is not None:
        return titles.many(session, of.pointed, values)
    if of.kind == "flag":
        return {True: _("yes"), False: _("no")}
    return dict(of.choices)
