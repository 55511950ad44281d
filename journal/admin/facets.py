"""Facets: the values of a few columns with how often each stands in the list; one click keeps only that value."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from journal.access import guard
from journal.access.session import PolicySession
from journal.admin import listing
from journal.admin.filters import Filter, finds_nothing
from journal.schema.base import columns
from journal.services import titles

MOST = 4
MOST_VALUES = 12
MOST_COMBINED = 2000


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


@dataclass(frozen=True)
class Counted:
    """The facets of a list, and how many rows it has where that was counted by the way, up to the limit of a count."""

    facets: list[Facet]
    rows: int | None


def counted(session: PolicySession, asked: listing.Asked) -> Counted:
    """The facets of a list, all of them by one query; one of more for each that is chosen, under the other filters.

    A list of more rows than are counted has none, and neither would it without one of its filters.
    """
    if finds_nothing(asked.entity, asked.named, asked.q):
        return Counted([], 0)
    return Counted([], None) if asked.any_of else _counted(session, asked)


def _counted(session: PolicySession, asked: listing.Asked) -> Counted:
    if _is_long_as_it_is(session, asked):
        return Counted([], listing.COUNTED + 1)
    of = _candidates(asked)
    free = [each for each in of if not each.picked]
    together = _count(session, asked, free)
    if len(together) > MOST_COMBINED:
        return Counted([], None)
    total = sum(row[-1] for row in together)
    if total > listing.COUNTED:
        if not listing.narrowed(asked):
            listing.remember_long(session, asked)
        return Counted([], total)
    by_name = _of_free(session, free, together)
    for each in of:
        if not each.picked or _is_long_as_it_is(session, asked, except_for=each.name):
            continue
        numbers = dict(_count(session, asked, [each], except_for=each.name))
        is_short = sum(numbers.values()) <= listing.COUNTED
        numbers.pop(None, None)
        if is_short and numbers:
            by_name[each.name] = _facet(session, each, numbers)
    return Counted([by_name[each.name] for each in of if each.name in by_name], total)


def _is_long_as_it_is(session: PolicySession, asked: listing.Asked, *, except_for: str = "") -> bool:
    """Whether a list that nothing narrows, but for one filter where that is named, is known to have more rows than are
    counted. Where all rows are seen it is asked first, which is cheap; else the count itself will tell."""
    if listing.narrowed(asked, except_for=except_for):
        return False
    if listing.was_long(session, asked):
        return True
    found = guard.sees_all(asked.entity, asked.actor) and listing.is_long(session, asked, except_for=except_for)
    if found:
        listing.remember_long(session, asked)
    return found


def _of_free(session: PolicySession, free: list[Filter], together: list[tuple[Any, ...]]) -> dict[str, Facet]:
    """The facets of columns of which nothing is chosen, from the counts of their combinations."""
    found = {}
    for place, each in enumerate(free):
        numbers: dict[Any, int] = defaultdict(int)
        for *values, count in together:
            if values[place] is not None:
                numbers[values[place]] += count
        if 2 <= len(numbers) <= MOST_VALUES:
            found[each.name] = _facet(session, each, numbers)
    return found


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


def _count(session: PolicySession, asked: listing.Asked, of: list[Filter], *, except_for: str = "") -> list[Any]:
    """How often each combination of values stands in the list; at most one combination more than are looked at."""
    some = listing.some(asked, [each.name for each in of], except_for=except_for)
    attributes = [getattr(some, each.name) for each in of]
    statement = select(*attributes, func.count(some.id)).group_by(*attributes)
    return [tuple(row) for row in session.execute(statement.limit(MOST_COMBINED + 1))]


def _facet(session: PolicySession, of: Filter, numbers: Mapping[Any, int]) -> Facet:
    """One column's values with their counts, and what a click on each asks."""
    often = sorted(numbers, key=lambda value: -numbers[value])[:MOST_VALUES]
    texts = _texts(session, of, often)
    values = []
    for value in often:
        code = ("1" if value else "0") if of.kind == "flag" else str(value)
        others = [each for each in of.picked if each != code]
        then = others if code in of.picked else [*others, code]
        values.append(Value(texts.get(value, "…"), numbers[value], code in of.picked, ",".join(then)))
    return Facet(of.name, of.label, values)


def _texts(session: PolicySession, of: Filter, values: list[Any]) -> dict[Any, str]:
    """The values as people read them."""
    if of.pointed is not None:
        return titles.many(session, of.pointed, values)
    if of.kind == "flag":
        return {True: _("yes"), False: _("no")}
    return dict(of.choices)
