"""The session everybody works in: each statement is narrowed by the policy, each flush is checked against it.

A forgotten filter leaks nothing: without a principal every entity has no rows; with one, only the rows that the policy
gives. Text, Core and bulk statements are refused, since criteria don't reach them. One principal a session for life:
the identity map would otherwise hand one person's rows to another.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from types import FunctionType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Executable, event, false, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.attributes import History

from journal.access import guard
from journal.access.actor import Actor, Forbidden, Principal, Role, System
from journal.access.asking import acting
from journal.access.line import Verb
from journal.access.telling import tell
from journal.schema import Entity, TrailEntry
from journal.schema.base import columns, scalar_default, target

AUTOMATIC = frozenset({"version", "id"})


class PolicySession(Session):
    """A session that belongs to one principal. `writing` opens transactions that may write (BEGIN IMMEDIATE)."""

    writing: bool = False

    @property
    def principal(self) -> Principal | None:
        """For whom this session works; None sees nothing."""
        found: Principal | None = self.info.get("principal")
        return found

    @property
    def actor(self) -> Actor:
        """The person for whom this session works."""
        if not isinstance(self.principal, Actor):
            raise Forbidden("nobody is signed in")
        return self.principal

    def act_as(self, principal: Principal) -> None:
        """Give the session its principal, once."""
        if self.principal not in (None, principal):
            raise Forbidden("a session serves one principal for life")
        self.info["principal"] = principal
        if self.in_transaction():
            tell(super().connection(), principal)

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The engine; in a writing session one whose transactions begin as writers."""
        bind = super().get_bind(*args, **kwargs)
        return writer_of(bind) if self.writing and isinstance(bind, Engine) else bind

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        """Refused to people: criteria don't reach a bare connection."""
        self._only_system("connection()")
        return super().connection(*args, **kwargs)

    @property
    def asks_each_row(self) -> bool:
        """Whether the policy is asked about every row that is written; not of the product, nor of what follows."""
        return not (isinstance(self.principal, System) or self.info.get("consequent"))

    @contextmanager
    def ledger(self) -> Iterator[Connection]:
        """The bare connection of this transaction, for the head of the trail and for rows that go along or follow."""
        connection, flushes = super().connection(), self.info.get("flushing", False)
        if not flushes:
            tell(connection, self.principal, flushes=True)
        yield connection
        if not flushes:
            tell(connection, self.principal)

    def bulk_save_objects(self, *args: Any, **kwargs: Any) -> None:
        """Refused to everybody: it passes by the flush guards."""
        raise Forbidden("bulk_save_objects")

    def bulk_insert_mappings(self, *args: Any, **kwargs: Any) -> None:
        """Refused to everybody: it passes by the flush guards."""
        raise Forbidden("bulk_insert_mappings")

    def bulk_update_mappings(self, *args: Any, **kwargs: Any) -> None:
        """Refused to everybody: it passes by the flush guards."""
        raise Forbidden("bulk_update_mappings")

    def _only_system(self, what: str) -> None:
        if not isinstance(self.principal, System):
            raise Forbidden(f"{what} is only for a system door")

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Opened by `services.records` alone: only inside may anything be flushed."""
        before = self.info.get("recording", False)
        self.info["recording"] = True
        try:
            yield
        finally:
            self.info["recording"] = before

    @contextmanager
    def consequent(self) -> Iterator[None]:
        """What follows from a write that was allowed touches other rows too: laying lessons, splitting a version.

        The role must be able to do such a thing to some row; which rows is not asked. Opened by the timetable alone.
        """
        before = self.info.get("consequent", False)
        self.info["consequent"] = True
        try:
            yield
        finally:
            self.info["consequent"] = before


@event.listens_for(PolicySession, "after_begin")
def _begun(session: PolicySession, _: Any, connection: Connection) -> None:
    tell(connection, session.principal)


@cache
def writer_of(engine: Engine) -> Engine:
    """The same engine, marking its transactions as writers."""
    return engine.execution_options(journal_writes=True)


def _narrowing(entity: Any, question: str) -> ColumnElement[bool]:
    """The rows for a question like `view:guardian,teacher`, on an entity or an alias of it."""
    mapper = inspect(entity, raiseerr=False)
    if mapper is None or mapper.mapper is None:
        return false()
    mapped = mapper.mapper.class_
    verb, _, names = question.partition(":")
    roles = frozenset(Role(name) for name in names.split(",") if name)
    return guard.condition(entity, mapped, guard.roles_for(mapped, roles, Verb(verb), frozenset()), Verb(verb))


Entity.narrowing = staticmethod(_narrowing)


@cache
def _criteria(roles: frozenset[Role], verb: Verb) -> Any:
    """The narrowing of every entity for these roles, as one statement option.

    SQLAlchemy caches such a function by its code object and never looks at what it closes over: a factory of closures
    would serve one role's rows to another. So each question gets a code object of its own, with the question as a constant.
    """
    asked = f"{verb}:{','.join(sorted(roles))}"
    pattern = _pattern.__code__
    code = pattern.replace(co_consts=tuple(asked if c == "?" else c for c in pattern.co_consts))
    narrow = FunctionType(code, {}, asked)
    return with_loader_criteria(Entity, narrow, include_aliases=True, track_closure_variables=False)


def _pattern(entity: Any) -> Any:
    return entity.narrowed("?")


@event.listens_for(PolicySession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    session = state.session
    assert isinstance(session, PolicySession)
    principal = session.principal
    if isinstance(principal, System):
        return
    acting.set(principal)
    _refuse_blind(state)
    roles = principal.roles if principal else frozenset()
    state.statement = state.statement.options(_criteria(roles, Verb.VIEW))  # type: ignore[attr-defined]


def _refuse_blind(state: ORMExecuteState) -> None:
    """Statements that criteria can't reach, and writes that the flush guards would not see."""
    statement: Executable = state.statement
    if not state.is_orm_statement:
        raise Forbidden("text and Core statements are only for a system door")
    if state.is_insert or state.is_update or state.is_delete:
        raise Forbidden("bulk writes are only for a system door")
    if getattr(statement, "__visit_name__", "") == "textual_select" or hasattr(statement, "element"):
        raise Forbidden("textual statements are only for a system door")


@event.listens_for(PolicySession, "before_flush")
def _check_writes(session: PolicySession, _: UOWTransaction, __: Any) -> None:
    new, gone = session.new, session.deleted  # each is made anew when asked for
    touched = [*new, *(o for o in session.dirty if session.is_modified(o)), *gone]
    if not touched:
        return
    if not session.info.get("recording"):
        raise Forbidden("rows are written through services.records")
    if isinstance(session.principal, System):
        return
    if session.principal is None:
        raise Forbidden("nobody is signed in")
    session.info["flushing"] = True
    tell(super(PolicySession, session).connection(), session.principal, flushes=True)
    to_check: dict[tuple[type[Entity], Verb, frozenset[str]], list[Entity]] = defaultdict(list)
    for row in touched:
        if isinstance(row, TrailEntry) and row in new:
            continue
        verb = Verb.CREATE if row in new else Verb.DELETE if row in gone else Verb.CHANGE
        _check_write(session, row, verb, to_check)
    session.info["to_check"] = to_check


@event.listens_for(PolicySession, "after_soft_rollback")
def _rolled_back(session: PolicySession, _: Any) -> None:
    session.info.pop("flushing", None)


@event.listens_for(PolicySession, "after_flush_postexec")
def _flushed(session: PolicySession, _: UOWTransaction) -> None:
    if session.info.pop("flushing", False):
        tell(super(PolicySession, session).connection(), session.principal)


def _check_write(session: PolicySession, row: Entity, verb: Verb, to_check: Any) -> None:
    """Role and fields; the row as it was; what it newly points at. The row as it becomes is checked after the flush."""
    entity = type(row)
    changed = changed_fields(row) if verb is not Verb.DELETE else frozenset()
    personal = frozenset(f for f in changed if not columns(entity)[f].info.get("automatic"))
    if verb is Verb.CREATE:
        personal = frozenset(f for f in personal if getattr(row, f) is not None and not _is_default(row, f))
    guard.require(entity, session.principal, verb, personal)
    if session.info.get("consequent"):
        return
    for name in changed:
        _require_target(session, row, name)
    moves = any(columns(entity)[f].foreign_keys for f in changed)
    if verb is Verb.DELETE or (verb is Verb.CHANGE and moves):
        _require_rows(session, entity, verb, personal, [row.id])
    if verb is not Verb.DELETE:
        to_check[entity, verb, personal].append(row)


def _is_default(row: Entity, name: str) -> bool:
    default = scalar_default(columns(type(row))[name])
    return default is not None and bool(default == getattr(row, name))


def changed_fields(row: Entity) -> frozenset[str]:
    """The columns of a row whose values differ from the database's."""
    state = inspect(row)
    names = columns(type(row))
    found = set()
    for name in names:
        history: History = state.attrs[name].history
        if history.added and (not history.deleted or list(history.added) != list(history.deleted)):
            found.add(name)
    return frozenset(found) - AUTOMATIC


def _require_target(session: PolicySession, row: Entity, name: str) -> None:
    """A reference may be set only to a row that the person may see."""
    column = columns(type(row))[name]
    pointed, value = target(column), getattr(row, name)
    if pointed is None or value is None or column.info.get("automatic") or guard.sees_all(pointed, session.principal):
        return
    if session.identity_map.has_key(session.identity_key(pointed, value)):
        return
    if session.scalar(select(pointed.id).where(pointed.id == value)) is None:
        raise Forbidden(f"{type(row).__name__}.{name} points at a row that can't be seen")


def _require_rows(session: PolicySession, entity: type[Entity], verb: Verb, fields: Iterable[str], ids: list[int]) -> None:
    asked = select(entity.id).where(entity.id.in_(ids), guard.rows(entity, session.principal, verb, fields))
    if verb is Verb.CREATE:  # whoever writes a new row need not see it yet: a pupil before the enrolment
        if isinstance(session.principal, Actor):
            acting.set(session.principal)
        found = super(PolicySession, session).connection().scalars(asked).all()
    else:
        found = session.scalars(asked).all()
    if set(found) != set(ids):
        raise Forbidden(f"{verb} {entity.__name__} {ids}")


@event.listens_for(PolicySession, "after_flush")
def _check_written(session: PolicySession, _: UOWTransaction) -> None:
    to_check = session.info.pop("to_check", {})
    for (entity, verb, fields), written in to_check.items():
        if not guard.rows(entity, session.principal, verb, fields).compare(_everything):
            _require_rows(session, entity, verb, fields, [row.id for row in written])


_everything = guard.rows(TrailEntry, System("command"))
