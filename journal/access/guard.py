"""Questions to the policy: may ever, which rows, which fields. The only reader of `POLICY` besides the docs."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from journal.access.actor import Actor, Forbidden, Principal, Role, System
from journal.access.line import Line, Verb
from journal.access.policy import POLICY
from journal.access.scope import all_rows
from journal.schema import Entity
from journal.schema.base import columns


def line_of(entity: type[Entity]) -> Line:
    """The entity's policy line; without one nothing is allowed and the start-up says so."""
    try:
        return POLICY[entity]
    except KeyError:
        raise Forbidden(f"{entity.__name__} has no line in journal/access/policy.py") from None


@cache
def roles_for(entity: type[Entity], roles: frozenset[Role], verb: Verb, fields: frozenset[str]) -> frozenset[Role]:
    """Those of the roles that may do this to some rows, touching these fields."""
    line = line_of(entity)
    able = roles & line.grants[verb].keys()
    if verb is Verb.VIEW:
        return frozenset(r for r in able if not fields & line.hidden.get(r, frozenset()))
    return frozenset(r for r in able if fields <= line.fields.get(r, fields))


def condition(entity: Any, mapped: type[Entity], roles: Iterable[Role], verb: Verb) -> ColumnElement[bool]:
    """The rows that any of these roles may do this to, as one SQL condition on `entity` or an alias of it."""
    grants = [line_of(mapped).grants[verb][role] for role in sorted(roles)]
    if all_rows in grants:
        return true()
    distinct = list(dict.fromkeys(grants))
    return or_(*(rows(entity) for rows in distinct)) if distinct else false()


def rows(
    entity: type[Entity], principal: Principal | None, verb: Verb = Verb.VIEW, fields: Iterable[str] = ()
) -> ColumnElement[bool]:
    """Which rows this principal may do this to, touching these fields."""
    if principal is None:
        return false()
    if isinstance(principal, System):
        return true()
    return condition(entity, entity, roles_for(entity, principal.roles, verb, frozenset(fields)), verb)


def may_ever(entity: type[Entity], principal: Principal | None, verb: Verb, fields: Iterable[str] = ()) -> bool:
    """Whether there could be a row at all that this principal may do this to."""
    if principal is None:
        return False
    if isinstance(principal, System):
        return True
    return bool(roles_for(entity, principal.roles, verb, frozenset(fields)))


def sees_all(entity: type[Entity], principal: Principal | None) -> bool:
    """Whether every row of the entity is visible, so that a reference to it needs no look."""
    return all_seen(entity, eyes(principal))


def eyes(principal: Principal | None) -> frozenset[Role] | None:
    """With whose eyes a principal looks: the roles of a person; None for the product itself."""
    return None if isinstance(principal, System) else principal.roles if principal else frozenset()


@cache
def all_seen(entity: type[Entity], roles: frozenset[Role] | None) -> bool:
    """The same by roles."""
    return roles is None or any(line_of(entity).grants[Verb.VIEW].get(role) is all_rows for role in roles)


def readable(entity: type[Entity], actor: Actor) -> tuple[str, ...]:
    """The columns that this person may see in at least some rows, in their declared order."""
    return _readable(entity, actor.roles)


@cache
def _readable(entity: type[Entity], roles: frozenset[Role]) -> tuple[str, ...]:
    return tuple(
        name
        for name, column in columns(entity).items()
        if not column.info.get("secret") and roles_for(entity, roles, Verb.VIEW, frozenset([name]))
    )


def wholly_readable(entity: type[Entity], actor: Actor) -> frozenset[str]:
    """The columns readable in every visible row: only these may be searched, filtered and sorted by."""
    return _wholly_readable(entity, actor.roles)


@cache
def _wholly_readable(entity: type[Entity], roles: frozenset[Role]) -> frozenset[str]:
    viewers = roles_for(entity, roles, Verb.VIEW, frozenset())
    grants = line_of(entity).grants[Verb.VIEW]
    able = {name: roles_for(entity, roles, Verb.VIEW, frozenset([name])) for name in _readable(entity, roles)}
    return frozenset(n for n, some in able.items() if some == viewers or any(grants[role] is all_rows for role in some))


def writable(entity: type[Entity], actor: Actor, verb: Verb) -> tuple[str, ...]:
    """The columns that this person may write in at least some rows."""
    return _writable(entity, actor.roles, verb)


@cache
def _writable(entity: type[Entity], roles: frozenset[Role], verb: Verb) -> tuple[str, ...]:
    return tuple(
        name
        for name, column in columns(entity).items()
        if not column.info.get("secret")
        and not column.info.get("automatic")
        and roles_for(entity, roles, verb, frozenset([name]))
    )


def fillable(entity: type[Entity], actor: Actor, verb: Verb) -> bool:
    """Whether a form could do this: the verb is allowed, and where it writes, some column is a person's to write."""
    writes = verb in (Verb.CREATE, Verb.CHANGE)
    return may_ever(entity, actor, verb) and (not writes or bool(writable(entity, actor, verb)))


def require(entity: type[Entity], principal: Principal | None, verb: Verb, fields: Iterable[str] = ()) -> None:
    """Refuse when no row at all could be touched this way."""
    if not may_ever(entity, principal, verb, fields):
        raise Forbidden(f"{verb} {entity.__name__}")
