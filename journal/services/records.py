"""The only way to write: create, change or delete a row by the policy and the rules, leaving a trail.

The panel, the screens, an import, a job and a command come through here; the session refuses to flush anything else.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam, insert, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from journal.access import guard
from journal.access.actor import Actor
from journal.access.line import Verb
from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Authored, Entity, TrailEntry
from journal.schema.base import columns
from journal.services import cascades, rules, titles, trail
from journal.services.refusals import Invalid, Stale, said

E = TypeVar("E", bound=Entity)
Effect = Callable[[PolicySession, Any, str], None]

Derive = Callable[[PolicySession, Any], None]
UNTOLD = frozenset({"written_at", "written_by_id", "changed_at", "changed_by_id", "shown_at"})
UNSAID = "…"
"""What stands in the trail for a value that is not to be repeated."""

DERIVED: dict[type[Entity], list[Derive]] = defaultdict(list)
"""Values that follow from others, set before the rules look."""
GOINGS: dict[type[Entity], list[Derive]] = defaultdict(list)
"""What must be put right before a row of this entity goes."""
EFFECTS: dict[type[Entity], list[Effect]] = defaultdict(list)
"""What else must happen in the same transaction when a row of this entity was written."""


def derives(*entities: type[Entity]) -> Callable[[Derive], Derive]:
    """Declare how an automatic value of these entities follows from the rest of the row."""

    def declare(function: Derive) -> Derive:
        for entity in entities:
            DERIVED[entity].append(function)
        return function

    return declare


def then(*entities: type[Entity]) -> Callable[[Effect], Effect]:
    """Declare what follows when a row of these entities was created, changed or deleted."""

    def declare(function: Effect) -> Effect:
        for entity in entities:
            EFFECTS[entity].append(function)
        return function

    return declare


def before_delete(*entities: type[Entity]) -> Callable[[Derive], Derive]:
    """Declare what must be put right, in the same transaction, before a row of these entities goes."""

    def declare(function: Derive) -> Derive:
        for entity in entities:
            GOINGS[entity].append(function)
        return function

    return declare


def create(session: PolicySession, entity: type[E], values: Mapping[str, Any], *, operation: str | None = None) -> E:
    """A new row. Raises `Forbidden`, `Invalid`."""
    guard.require(entity, session.principal, Verb.CREATE)
    row = entity(**values)
    _sign(session, row, new=True)
    _settle(session, row)
    with session.no_autoflush:
        rules.check(session, row, "create")
    _flush(session, row, lambda: session.add(row))
    _trail(session, row, "create", {name: [None, trail.told(getattr(row, name))] for name in _told(row)}, operation)
    _follow(session, row, "create")
    return row


def create_all(session: PolicySession, entity: type[E], rows: Iterable[Mapping[str, Any]]) -> list[E]:
    """New rows, each by the policy and the rules and with its own entry in the trail, in two flushes.

    Raises `Forbidden`, `Invalid`. Nothing in the rows may depend on another of them being written already.
    """
    guard.require(entity, session.principal, Verb.CREATE)
    made = [entity(**values) for values in rows]
    with session.no_autoflush:
        for row in made:
            _sign(session, row, new=True)
            _settle(session, row)
            rules.check(session, row, "create")
    if made:
        _flush(session, made[0], lambda: session.add_all(made))
        told = [(row, {name: [None, trail.told(getattr(row, name))] for name in _told(row)}) for row in made]
        _write_trail(session, [_entry(session, row, "create", changes, None) for row, changes in told])
    for row in made:
        _follow(session, row, "create")
    return made


def change(
    session: PolicySession,
    row: E,
    values: Mapping[str, Any],
    *,
    version_seen: int | None = None,
    operation: str | None = None,
    unsaid: bool = False,
) -> E:
    """New values for a row; `unsaid`: the trail does not repeat what they were.

    Raises `Forbidden`, `Invalid`, and `Stale` when the row is not the one that was seen.
    """
    if version_seen is not None and row.version != version_seen:
        raise Stale
    before = {name: getattr(row, name) for name in columns(type(row))}
    for name, value in values.items():
        if before[name] != value:
            setattr(row, name, value)
    if not changed_fields(row):
        return row
    _sign(session, row, new=False)
    try:
        with session.no_autoflush:
            _settle(session, row)
            rules.check(session, row, "change")
        _flush(session, row, lambda: None)
    except Invalid:
        session.expire(row)
        raise
    told = [name for name in _told(row, before) if before[name] != getattr(row, name)]
    changes = {name: [UNSAID if unsaid else trail.told(before[name]), trail.told(getattr(row, name))] for name in told}
    _trail(session, row, "change", changes, operation)
    _follow(session, row, "change")
    return row


def delete(session: PolicySession, row: Entity, *, operation: str | None = None) -> None:
    """Delete a row. Raises `Forbidden`, and `Invalid` when others hang on it."""
    guard.require(type(row), session.principal, Verb.DELETE)
    lost = {name: [trail.told(getattr(row, name)), None] for name in _told(row)}
    title = titles.of(session, row)
    rules.check_entity(session, row, "delete")
    for going in GOINGS[type(row)]:
        going(session, row)
    row_id = row.id
    gone = list(cascades.along(session, type(row), row_id))
    _flush(session, row, lambda: session.delete(row))
    _trail(session, row, "delete", lost, operation, row_id=row_id, title=title)
    _write_trail(session, [_gone_along(session, entity, values) for entity, values in gone])
    _follow(session, row, "delete")


def create_many(session: PolicySession, entity: type[E], rows: Iterable[Mapping[str, Any]]) -> int:
    """New rows that follow from a change already in the trail (the lessons of a timetable): one entry for all."""
    table: Any = entity.__table__
    values = [{**row, **_signature(session, entity)} for row in rows]
    if values:
        guard.require(entity, session.principal, Verb.CREATE)
        if session.asks_each_row:
            with session.recording():
                session.add_all(entity(**one) for one in values)
                session.flush()
        else:
            with session.ledger() as ledger:
                ledger.execute(insert(table), values)
        note(session, "create", entity, {"count": [0, len(values)]})
    return len(values)


def load_many(session: PolicySession, entity: type[Entity], rows: Sequence[Mapping[str, Any]]) -> int:
    """The bulk path: plain inserts past rules and flush guards, so only for a system door. Signs nothing by itself."""
    if rows:
        session.connection().execute(insert(entity.__table__), list(rows))  # type: ignore[arg-type]
        note(session, "import", entity, {"count": [0, len(rows)]})
    return len(rows)


def keep_computed(
    session: PolicySession,
    entity: type[Entity],
    *,
    new: Sequence[Mapping[str, Any]],
    changed: Sequence[Mapping[str, Any]],
    gone: Sequence[int],
    told: bool = True,
) -> None:
    """Rows that are computed from others: plain statements past rules and guards, so only for a system door.

    `told` False leaves no trail: for what the product notes for itself every minute.
    """
    table: Any = entity.__table__
    connection = session.connection()
    for start in range(0, len(gone), 500):
        connection.execute(sql_delete(table).where(table.c.id.in_(gone[start : start + 500])))
    if new:
        connection.execute(insert(table), list(new))
    if changed:
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in changed[0] if name != "id"}
        statement = update(table).where(table.c.id == bindparam("new_id")).values(values)
        connection.execute(statement, [{f"new_{name}": value for name, value in row.items()} for row in changed])
    if told and (new or gone or changed):
        note(session, "change", entity, {"new": [0, len(new)], "changed": [0, len(changed)], "gone": [len(gone), 0]})


def delete_many(session: PolicySession, rows: Sequence[Entity]) -> int:
    """Delete rows that follow from a change already in the trail: one entry for all."""
    if rows:
        guard.require(type(rows[0]), session.principal, Verb.DELETE)
        if session.asks_each_row:
            with session.recording():
                for row in rows:
                    session.delete(row)
                session.flush()
        else:
            _delete_at_once(session, rows)
        note(session, "delete", type(rows[0]), {"count": [len(rows), 0], "ids": [[row.id for row in rows], None]})
    return len(rows)


def _delete_at_once(session: PolicySession, rows: Sequence[Entity]) -> None:
    table: Any = type(rows[0]).__table__
    ids = [row.id for row in rows]
    with session.ledger() as ledger:
        for start in range(0, len(ids), 500):
            ledger.execute(sql_delete(table).where(table.c.id.in_(ids[start : start + 500])))
    for row in rows:
        session.expunge(row)


@contextmanager
def under(session: PolicySession, request: str) -> Iterator[None]:
    """Everything written inside stands in the trail under this name: an import, so that it can be found and undone."""
    session.info["request"] = request
    try:
        yield
    finally:
        del session.info["request"]


def note(
    session: PolicySession,
    act: str,
    entity: type[Entity] | str,
    changes: dict[str, Any] | None = None,
    *,
    row_id: int | None = None,
    title: str | None = None,
) -> None:
    """A trail entry about an act that is not the writing of one row: an export, a print, an import, a refusal."""
    _trail(session, None, act, changes or {}, None, entity=entity, row_id=row_id, title=title)


def _told(row: Entity, before: Mapping[str, Any] | None = None) -> list[str]:
    """The fields that the trail keeps: a secret's value never, authorship is in the trail itself, and so are moments."""
    names = [n for n, c in columns(type(row)).items() if n not in UNTOLD and not c.info.get("secret")]
    return names if before is not None else [n for n in names if getattr(row, n) is not None]


def _gone_along(session: PolicySession, entity: type[Entity], values: Mapping[str, Any]) -> TrailEntry:
    """An entry about a row that the database took away with another one."""
    kept = {n: values[n] for n, c in columns(entity).items() if values[n] is not None and not c.info.get("secret")}
    lost = {name: [trail.told(value), None] for name, value in kept.items() if name not in UNTOLD}
    return _entry(session, None, "delete", lost, None, entity=entity, row_id=values["id"])


def _settle(session: PolicySession, row: Entity) -> None:
    for derive in DERIVED[type(row)]:
        derive(session, row)


def _follow(session: PolicySession, row: Entity, act: str) -> None:
    for effect in EFFECTS[type(row)]:
        effect(session, row, act)


def _signature(session: PolicySession, entity: type[Entity]) -> dict[str, Any]:
    """Who writes new rows now, as their columns keep it."""
    if not issubclass(entity, Authored):
        return {}
    who, now = session.principal.account_id if isinstance(session.principal, Actor) else None, clock.now()
    return {"written_at": now, "written_by_id": who, "changed_at": now, "changed_by_id": who}


def _sign(session: PolicySession, row: Entity, *, new: bool) -> None:
    """Who wrote it first and who changed it last."""
    if not isinstance(row, Authored):
        return
    who = session.principal.account_id if isinstance(session.principal, Actor) else None
    if new:
        row.written_at, row.written_by_id = clock.now(), who
    row.changed_at, row.changed_by_id = clock.now(), who


def _flush(session: PolicySession, row: Entity, act: Callable[[], None]) -> None:
    """Write one row; what the database refuses is said in words, never in SQL."""
    trail.hold(session)
    try:
        with session.recording():
            act()
            session.flush()
    except StaleDataError:
        raise Stale from None
    except IntegrityError as error:
        raise _explained(row, error) from None


def _explained(row: Entity, error: IntegrityError) -> Invalid:
    """The constraint that refused, put beside its field."""
    text = str(error.orig)
    if "FOREIGN KEY" in text.upper():
        return Invalid({"": said(N_("Other rows hang on this one, or a row it points at is gone."))})
    for constraint in row.__table__.constraints:  # type: ignore[attr-defined]
        names = [column.key for column in getattr(constraint, "columns", ())]
        if isinstance(constraint, UniqueConstraint) and _names(row, constraint, names, text):
            own = [name for name in names if not columns(type(row))[name].info.get("automatic")]
            return Invalid({own[-1] if len(own) == 1 else "": said(N_("Such a row exists already."))})
        if isinstance(constraint, CheckConstraint) and constraint.name and str(constraint.name) in text:
            return Invalid({"": said(N_("These values don't go together."))})
    return Invalid({"": said(N_("Such a row exists already."))})


def _names(row: Entity, constraint: UniqueConstraint, names: list[str], text: str) -> bool:
    sqlite = ", ".join(f"{row.__tablename__}.{name}" for name in names)
    return text.endswith(f": {sqlite}") or str(constraint.name) in text


def _hangs_on(row: Entity | None, name: str) -> int | None:
    """The lesson or the pupil that a row is about: a cell's history is found by them, also after the row is gone."""
    if row is None:
        return None
    if type(row).__tablename__ == name.removesuffix("_id"):
        return row.id
    found: int | None = getattr(row, name, None)
    return found


def _trail(
    session: PolicySession, row: Entity | None, act: str, changes: dict[str, Any], operation: str | None, **about: Any
) -> None:
    _write_trail(session, [_entry(session, row, act, changes, operation, **about)])


def _write_trail(session: PolicySession, entries: list[TrailEntry]) -> None:
    for entry in entries:
        trail.seal(session, entry)
    with session.recording():
        session.add_all(entries)
        session.flush()


def _entry(
    session: PolicySession,
    row: Entity | None,
    act: str,
    changes: dict[str, Any],
    operation: str | None,
    *,
    entity: type[Entity] | str | None = None,
    row_id: int | None = None,
    title: str | None = None,
) -> TrailEntry:
    who = session.principal
    person = who if isinstance(who, Actor) else None
    return TrailEntry(
        happened_at=clock.now(),
        account_id=person.account_id if person else None,
        actor=who.name if who else "",
        act=act,
        entity=entity if isinstance(entity, str) else (entity or type(row)).__name__,
        row_id=row_id if row_id is not None else (row.id if row else None),
        row_title=title,
        changes=changes,
        operation=operation,
        address=person.address if person else None,
        request=session.info.get("request") or (person.request if person else None),
        sign_in_id=(person.sign_in_id or None) if person else None,
        roles=",".join(sorted(person.roles))[:100] if person else None,
        lesson_id=_hangs_on(row, "lesson_id"),
        student_id=_hangs_on(row, "student_id"),
    )
