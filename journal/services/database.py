"""How a database is opened: engine settings for SQLite and PostgreSQL, and sessions outside the web."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from journal.access.actor import Principal
from journal.access.session import PolicySession
from journal.kit.holding import FOLDED, TRIGRAMS

AS_SYSTEM = "-c journal.principal=system"
"""What PostgreSQL is told when the product itself asks; the policies of `access/wall.py` read it."""
LONG_REST = 1
"""Seconds after which a connection is asked whether it lives: a server that began anew has forgotten it."""
SQLITE_PRAGMAS = ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "busy_timeout = 15000")


def normal_url(url: str) -> str:
    """The address with the driver that the product ships."""
    return "postgresql+psycopg" + url[url.index("://") :] if url.startswith(("postgres:", "postgresql:")) else url


def settle(engine: Engine) -> Engine:
    """Give an engine the settings that the product relies on. Idempotent."""
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _open_sqlite):
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql" and not event.contains(engine, "do_connect", _open_postgresql):
        event.listen(engine, "do_connect", _open_postgresql)
        event.listen(engine, "checkin", _rest)
        event.listen(engine, "checkout", _ask_after_rest)
    return engine


def open_engine(url: str, **options: Any) -> Engine:
    """An engine of the product's own, for commands and tests."""
    return settle(create_engine(make_url(normal_url(url)), **options))


def _open_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions behind our back
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _open_postgresql(_: Any, __: Any, ___: Any, parameters: dict[str, Any]) -> None:
    """Outside a person's transaction a connection is the product's own; one that does not say so sees no row."""
    parameters["options"] = f"{parameters.get('options', '')} {AS_SYSTEM}".strip()


def _rest(_: Any, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = monotonic()


def _ask_after_rest(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
    """Whether the server still knows a connection that nobody used for a while; if not, new ones take the place of all."""
    if monotonic() - record.info.get("rests_since", monotonic()) < LONG_REST:
        return
    try:
        connection.rollback()
        connection.cursor().execute(";")
        connection.rollback()
    except Exception as error:
        raise InvalidatePoolError from error


def _lower(value: Any) -> Any:
    """SQLite's own `lower` knows Latin letters only; search must find Cyrillic names too."""
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("journal_writes")
    raw: Any = connection.connection.dbapi_connection
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    try:
        raw.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, {}, error) from error


def is_mapped(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Whether the mapped classes speak of it; what a search goes through is `services/search_index.py`'s own."""
    return not str(name).startswith((TRIGRAMS, FOLDED))


def survey(engine: Engine) -> None:
    """Let the database see how its values are spread, so that it plans well. A sample: some milliseconds."""
    with engine.execution_options(journal_writes=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads: PostgreSQL's driver keeps its statements prepared, which it forgets at a ROLLBACK."""
    with engine.connect() as connection:
        yield connection
        connection.commit()


def end_reading(session: PolicySession) -> None:
    """Commit a transaction that only read: at a ROLLBACK PostgreSQL's driver forgets what it has prepared.

    The rows are let go first, so that whatever was done to them is not written.
    """
    session.expunge_all()
    session.commit()


@contextmanager
def work(engine: Engine, principal: Principal) -> Iterator[PolicySession]:
    """A unit of work outside the web: one session, one commit, nothing on an error."""
    session = PolicySession(engine, expire_on_commit=False)
    session.writing = True
    session.act_as(principal)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def reading(engine: Engine, principal: Principal) -> Iterator[PolicySession]:
    """A session outside the web that only reads: it holds no lock of a writer."""
    session = PolicySession(engine)
    session.act_as(principal)
    try:
        yield session
    finally:
        session.close()
