"""Filters from the schema by type, and the search over names."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
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
    false,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy import Text as LongText
from werkzeug.datastructures import MultiDict

from journal.access import guard
from journal.access.session import PolicySession
from journal.admin.relative import SPANS, span
from journal.kit import clock
from journal.kit.holding import holds
from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.kit.within import within
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import titles
from journal.web import show

MOST_FILTERS = 12
MOST_VALUES = 50
FEW = 200
"""Rows that are named by their ids in a statement."""

EMPTY = {"empty": N_("is empty"), "filled": N_("is filled in")}
HOWS: dict[str, dict[str, str]] = {
    "reference": {"": N_("is"), "not": N_("is not")},
    "choice": {"": N_("is any of"), "not": N_("is none of")},
    "flag": {"": N_("is")},
    "date": {"": N_("between"), "not": N_("not between"), **SPANS},
    "moment": {"": N_("between"), "not": N_("not between"), **SPANS},
    "number": {"": N_("between"), "not": N_("not between")},
    "text": {"": N_("contains"), "not": N_("does not contain"), "is": N_("is exactly")},
}
"""What a filter of each kind can ask, by code; a column that may be empty can be asked for that too."""
Named = dict[tuple[type[Entity], str], list[int]]
INPUTS = {
    "reference": ("", "text"),
    "choice": ("",),
    "flag": ("",),
    "date": ("from", "to"),
    "moment": ("from", "to"),
    "number": ("from", "to"),
    "text": ("has",),
}


@dataclass
class Filter:
    """One column's filter: its kind decides the inputs, `how` what is asked, `values` are what was typed, by input name."""

    name: str
    kind: str
    attribute: Any
    column: Column[Any]
    how: str
    values: dict[str, str]
    titles: list[str] = field(default_factory=list)
    error: str = ""
    parsed: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def label(self) -> str:
        """What people call the column."""
        return str(_(self.column.info["label"]))

    @cached_property
    def hows(self) -> dict[str, str]:
        """What can be asked, in words."""
        return {how: str(_(text)) for how, text in _hows(self.column).items()}

    @cached_property
    def choices(self) -> list[tuple[str, str]]:
        """The values that can be picked, in words; none where they are not few."""
        if self.kind == "flag":
            return [("1", _("yes")), ("0", _("no"))]
        return (
            [(str(code), str(_(text))) for code, text in self.column.info["choices"].items()]
            if self.kind == "choice"
            else []
        )

    @property
    def pointed(self) -> type[Entity] | None:
        """The entity that the column points at."""
        return target(self.column)

    @property
    def picked(self) -> list[str]:
        """The values of a filter that may have several."""
        return list(dict.fromkeys(value for value in self.values.get("", "").split(",") if value))

    @property
    def inputs(self) -> list[str]:
        """The names under which an address holds it."""
        return [f"{self.name}.how", *(f"{self.name}.{op}" if op else self.name for op in INPUTS[self.kind])]

    @property
    def title(self) -> str:
        """The rows that a reference's filter names."""
        return ", ".join(self.titles)

    @property
    def is_alone(self) -> bool:
        """Whether what is asked needs no value."""
        return self.how in EMPTY or self.how in SPANS

    @property
    def shown(self) -> str:
        """What is asked, in words; nothing where nothing is asked."""
        if self.is_alone:
            return self.hows[self.how]
        if self.kind in ("choice", "flag"):
            known = dict(self.choices)
            text = ", ".join(known[value] for value in self.picked if value in known)
        elif self.kind == "reference":
            text = self.title or self.values.get("text", "") or (f"№ {self.values['']}" if self.values.get("") else "")
        elif self.kind == "text":
            text = f"«{self.values['has']}»" if self.values["has"] else ""
        else:
            ends = [self._plain(operator) for operator in ("from", "to")]
            text = " – ".join(ends) if any(self.values.values()) else ""
        return f"{self.hows[self.how]} {text}" if text and self.how else text

    def _plain(self, operator: str) -> str:
        """An end of a span as people write it; nothing for an open end."""
        value = self.parsed.get(operator)
        if self.kind == "moment" and value is not None:
            value = clock.local(value).date() - timedelta(days=operator == "to")
        return show.plain(value) if value is not None else "…"

    def condition(self) -> ColumnElement[bool] | None:
        """The filter as SQL; nothing for one that could not be read or asks nothing."""
        attribute: Any = self.attribute
        if self.error:
            return None
        if self.how in EMPTY:
            if self.how == "filled":
                return and_(attribute.is_not(None), attribute != "") if self.kind == "text" else attribute.is_not(None)
            return or_(attribute.is_(None), attribute == "") if self.kind == "text" else attribute.is_(None)
        if not self.parsed:
            return None
        whole = and_(*(self._part(operator, value) for operator, value in self.parsed.items()))
        return or_(not_(whole), attribute.is_(None)) if self.how == "not" else whole

    def _part(self, operator: str, value: Any) -> ColumnElement[bool]:
        attribute: Any = self.attribute
        parts: dict[str, Callable[[], Any]] = {
            "": lambda: attribute == value[0] if len(value) == 1 else attribute.in_(value),
            "from": lambda: attribute >= value,
            "to": lambda: attribute < value if self.kind == "moment" else attribute <= value,
            "has": lambda: _is(attribute, value) if self.how == "is" else _held([attribute], value),
            "text": lambda: attribute.in_(matching(self.pointed, value) if self.pointed else []),
        }
        made: ColumnElement[bool] = parts[operator]()
        return made


def filters_of(session: PolicySession, entity: type[Entity], args: MultiDict[str, str]) -> list[Filter]:
    """The filters that a person may use on an entity, with what the address says of them."""
    open_columns = guard.wholly_readable(entity, session.actor)
    found: list[Filter] = []
    for name, column in columns(entity).items():
        if name not in open_columns or isinstance(column.type, LongText | JSON):
            continue
        if len(found) < MOST_FILTERS or any(key.split(".")[0] == name for key in args):
            found.append(_filter(session, entity, name, column, args))
    return found


def _filter(
    session: PolicySession, entity: type[Entity], name: str, column: Column[Any], args: MultiDict[str, str]
) -> Filter:
    kind = kind_of(column)
    values = {
        op: ",".join(args.getlist(f"{name}.{op}" if op else name)).strip()[: 200 if op else 10 * MOST_VALUES]
        for op in INPUTS[kind]
    }
    how = args.get(f"{name}.how", "")
    attribute = getattr(entity, name)
    made = Filter(name, kind, attribute, column, "", values)
    if how not in _hows(column):
        made.error = _("This value can't be read: %(text)s", text=how[:40])
        return made
    made.how = how
    if how in SPANS:
        _move_with_today(session, made)
    for operator, text in values.items() if not made.is_alone else ():
        if not text:
            continue
        try:
            made.parsed[operator] = _parse(made, operator, text, column)
        except (ValueError, InvalidOperation, OverflowError):
            made.error = _("This value can't be read: %(text)s", text=text[:40])
    return made


def _move_with_today(session: PolicySession, made: Filter) -> None:
    """The ends of a relative span."""
    ends = span(session, made.how)
    if ends is None:
        made.error = _("The calendar has no such time today.")
        return
    first, last = ends
    is_moment = made.kind == "moment"
    made.parsed["from"] = _midnight(first) if is_moment else first
    made.parsed["to"] = _midnight(last + timedelta(days=1)) if is_moment else last


@cache
def kind_of(column: Column[Any]) -> str:
    """The kind of a column's filter."""
    if column.foreign_keys:
        return "reference"
    if column.info.get("choices"):
        return "choice"
    kinds = [(Boolean, "flag"), (DateTime, "moment"), (Date, "date"), (Integer, "number"), (Numeric, "number")]
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")


@cache
def _hows(column: Column[Any]) -> dict[str, str]:
    return HOWS[kind_of(column)] | (EMPTY if column.nullable else {})


def _parse(made: Filter, operator: str, text: str, column: Column[Any]) -> Any:
    if operator in ("has", "text"):
        return text
    if made.kind == "reference":
        return [_id(each) for each in made.picked]
    if made.kind == "choice":
        known = dict(made.choices)
        return [each if each in known else _fail(each) for each in made.picked]
    if made.kind == "flag":
        return [{"1": True, "0": False}[each] if each in ("0", "1") else _fail(each) for each in made.picked]
    if made.kind == "date":
        return date.fromisoformat(text)
    if made.kind == "moment":
        return _midnight(date.fromisoformat(text) + timedelta(days=operator == "to"))
    return _number(text, column)


def _fail(text: str) -> Any:
    raise ValueError(text)


def _id(text: str) -> int:
    found = number_of(text)
    return _fail(text) if found is None else found


def _number(text: str, column: Column[Any]) -> Any:
    value = Decimal(text.replace(",", "."))
    if not value.is_finite() or abs(value) > 2_000_000_000:
        raise ValueError(text)
    return int(value) if isinstance(column.type, Integer) else value


def _midnight(day: date) -> datetime:
    """The begin of a day on the school's clock."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.zone())


def named_in(session: PolicySession, entity: type[Entity], q: str) -> Named:
    """The rows that a search means by their titles, where they are few: every statement of a page asks for the same ones.

    Not where texts of the entity itself are searched too: what they cost is more than these look-ups.
    """
    found: Named = {}
    open_columns = guard.wholly_readable(entity, session.actor)
    if any(columns(entity)[name].info.get("search") for name in open_columns):
        return found
    for name in open_columns & set(entity.title):
        pointed = target(columns(entity)[name])
        if pointed is None:
            continue
        for word in _words(q):
            ids = list(session.scalars(matching(pointed, word).limit(FEW + 1)))
            if len(ids) <= FEW:
                found[pointed, word] = ids
    return found


def finds_nothing(entity: type[Entity], named: Named, q: str) -> bool:
    """Whether a word of a search is in no row that it could mean by its title, and nothing else is searched."""
    means = {pointed for name in entity.title if (pointed := target(columns(entity)[name])) is not None}
    return bool(named) and any(all(named.get((pointed, word)) == [] for pointed in means) for word in _words(q))


def search(entity: type[Entity], open_columns: Collection[str], q: str, named: Named) -> ColumnElement[bool]:
    """Every word is in some searched column, or in the title of a row that this one points at."""
    return and_(*(_word(entity, open_columns, word, named) for word in _words(q)))


def _words(q: str) -> list[str]:
    return q.lower().split()[:6]


def _word(entity: type[Entity], open_columns: Collection[str], word: str, named: Named) -> ColumnElement[bool]:
    searched = [getattr(entity, name) for name in _searched(entity) if name in open_columns]
    found = [_held(searched, word)] if searched else []
    for name, column in columns(entity).items():
        if name not in open_columns:
            continue
        pointed = target(column)
        if pointed is not None and name in entity.title:
            ids = named.get((pointed, word))
            there = getattr(entity, name)
            found.append(there.in_(matching(pointed, word)) if ids is None else within(there, ids))
    return or_(*found) if found else entity.id == _whole(word)


def matching(entity: type[Entity], text: str) -> Any:
    """The ids of the rows whose searched columns hold every word; narrowed by the policy like any statement."""
    searched = [getattr(entity, name) for name in _searched(entity)]
    conditions = [_held(searched, word) if searched else _through_title(entity, word) for word in _words(text)]
    return select(entity.id).where(*conditions)


def _searched(entity: type[Entity]) -> list[str]:
    """The columns in which a search looks."""
    return [name for name, column in columns(entity).items() if column.info.get("search")]


def _held(attributes: list[Any], text: str) -> ColumnElement[bool]:
    """Whether one of some columns of an entity has a text in it."""
    entity = attributes[0].class_
    texts = [each for each in attributes if not _names_entity(each)]
    found = [holds(texts, text, entity.id if entity.has_search_index else None)] if texts else []
    known = [(each, titles.codes_named(_column(each), text)) for each in attributes]
    return or_(false(), *found, *(each.in_(codes) for each, codes in known if codes))


def _is(attribute: Any, text: str) -> ColumnElement[bool]:
    """Whether a column has just this text, in capitals or not."""
    codes = titles.codes_named(_column(attribute), text, exactly=True)
    same: ColumnElement[bool] = func.lower(attribute) == text.lower()
    return or_(same, attribute.in_(codes)) if codes else same


def _names_entity(attribute: Any) -> bool:
    """Whether a column names an entity, which people know by another word."""
    return bool(_column(attribute).info.get("names_entity"))


def _column(attribute: Any) -> Column[Any]:
    found: Column[Any] = attribute.property.columns[0]
    return found


def _through_title(entity: type[Entity], word: str) -> ColumnElement[bool]:
    """An entity without searched columns is found by what its title points at."""
    found = []
    for name in entity.title:
        column = columns(entity)[name]
        pointed = target(column)
        if pointed is not None:
            found.append(getattr(entity, name).in_(matching(pointed, word)))
        elif isinstance(column.type, String):
            found.append(_held([getattr(entity, name)], word))
        elif isinstance(column.type, Integer):
            found.append(getattr(entity, name) == _whole(word))
    return or_(*found)


def _whole(word: str) -> int:
    """The number of a word; -1, which no column holds, where it is none."""
    found = number_of(word)
    return -1 if found is None else found
