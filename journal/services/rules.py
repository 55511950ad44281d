"""What a value must be: rules read off the schema, and rules of single entities that say so themselves."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Column, String

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Entity
from journal.schema.base import columns
from journal.services.refusals import Invalid, Said, said

Rule = Callable[[PolicySession, Any, str], None]
"""Looks at a row about to be created, changed or deleted (the act) and raises `Invalid` or `Locked`."""

RULES: dict[type[Entity], list[Rule]] = defaultdict(list)
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def rule(*entities: type[Entity]) -> Callable[[Rule], Rule]:
    """Declare a rule of these entities; it runs on every write, whoever asks."""

    def declare(function: Rule) -> Rule:
        for entity in entities:
            RULES[entity].append(function)
        return function

    return declare


def check(session: PolicySession, row: Entity, act: str) -> None:
    """Every rule of the row's entity; all errors of the schema's rules together."""
    errors = problems(row)
    if errors:
        raise Invalid(errors)
    check_entity(session, row, act)


def problems(row: Entity, besides: Iterable[str] = ()) -> dict[str, Said]:
    """What the schema has against a row, by field; `besides`: fields that are not looked at yet."""
    passed = frozenset(besides)
    errors: dict[str, Said] = {}
    for name, column in columns(type(row)).items():
        error = None if name in passed else _error_of(column, getattr(row, name))
        if error:
            errors[name] = error
    errors.update(_disorders(row))
    return errors


def check_entity(session: PolicySession, row: Entity, act: str) -> None:
    """The rules that the row's entity declares."""
    for entity_rule in RULES[type(row)]:
        entity_rule(session, row, act)


def _error_of(column: Column[Any], value: Any) -> Said | None:
    """What is wrong with one value, by its column."""
    if value is None or value == "":
        required = not column.nullable and column.default is None and column.server_default is None
        return said(N_("This field is required.")) if required and value is None or _blank(column, value) else None
    for test in (_too_long, _out_of_bounds, _not_a_choice, _no_date):
        error = test(column, value)
        if error:
            return error
    return None


def _blank(column: Column[Any], value: Any) -> bool:
    """An empty text where one is needed; a column with a default of its own may be empty."""
    return value == "" and not column.nullable and column.default is None


def _too_long(column: Column[Any], value: Any) -> Said | None:
    size = column.type.length if isinstance(column.type, String) else None
    if size and isinstance(value, str) and len(value) > size:
        return said(N_("At most %(size)d characters, and this is %(length)d."), size=size, length=len(value))
    return said(N_("A text can't contain this character.")) if isinstance(value, str) and "\x00" in value else None


def _out_of_bounds(column: Column[Any], value: Any) -> Said | None:
    low, high = column.info.get("low"), column.info.get("high")
    if low is not None and high is not None and isinstance(value, int | Decimal) and not low <= value <= high:
        return said(N_("From %(low)s to %(high)s."), low=low, high=high)
    return None


def _not_a_choice(column: Column[Any], value: Any) -> Said | None:
    choices = column.info.get("choices")
    return said(N_("Choose one of the list.")) if choices and value not in choices else None


def _no_date(column: Column[Any], value: Any) -> Said | None:
    on = value.date() if isinstance(value, datetime) else value
    if isinstance(on, date) and not EARLIEST <= on <= LATEST:
        return said(N_("This date is out of the calendar."))
    return None


def _disorders(row: Entity) -> dict[str, Said]:
    """Ends before their beginnings."""
    errors = {}
    for constraint in row.__table__.constraints:  # type: ignore[attr-defined]
        order = constraint.info.get("order") if isinstance(constraint, CheckConstraint) else None
        if order:
            first, last = (getattr(row, name) for name in order)
            if first is not None and last is not None and first > last:
                errors[order[1]] = said(N_("The end is before the beginning."))
    return errors
