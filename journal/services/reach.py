"""How far a person's right to write goes: so that a page offers only what would not be refused."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from journal.access import guard
from journal.access.actor import Actor, Role
from journal.access.line import Verb
from journal.access.scope import in_grades
from journal.access.session import PolicySession
from journal.schema import Entity, SchoolClass, TeachingAssignment


def changeable(session: PolicySession, entity: type[Entity], ids: Iterable[int], field: str) -> frozenset[int]:
    """Of these rows, those in which the person may change a field; one query at most."""
    wanted = frozenset(ids)
    if not wanted or not guard.may_ever(entity, session.principal, Verb.CHANGE, [field]):
        return frozenset()
    able = guard.rows(entity, session.principal, Verb.CHANGE, [field])
    return frozenset(session.scalars(select(entity.id).where(entity.id.in_(wanted), able)))


def assignments(session: PolicySession) -> frozenset[int]:
    """The assignments whose place in the timetable the person may change."""
    able = guard.rows(TeachingAssignment, session.principal, Verb.CHANGE)
    return frozenset(session.scalars(select(TeachingAssignment.id).where(able)))


def plans_class(session: PolicySession, class_id: int) -> bool:
    """Whether the person plans a class as its administrator or deputy."""
    if session.actor.has(Role.ADMINISTRATOR):
        return True
    mine = select(SchoolClass.id).where(SchoolClass.id == class_id, in_grades("id")(SchoolClass))
    return session.actor.has(Role.DEPUTY) and session.scalar(mine) is not None


def as_creator(session: PolicySession, of: type[Entity], entity: Any) -> ColumnElement[bool]:
    """Where a new row of `of` may hang, asked of another entity that has the same references."""
    who = session.principal
    roles = guard.roles_for(of, who.roles, Verb.CREATE, frozenset()) if isinstance(who, Actor) else None
    return guard.rows(of, who, Verb.CREATE) if roles is None else guard.condition(entity, of, roles, Verb.CREATE)
