"""PostgreSQL's own programs: a dump of a database, and a scratch database to restore it into."""

import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from sqlalchemy import URL, Engine, inspect, text

from journal.services.database import AS_SYSTEM, open_engine

DUMPED = ("--format=custom", "--no-owner", "--enable-row-security")
"""The policies stand in the way of nobody who says that the product itself asks: so the dump is whole."""


class NoProgram(OSError):
    """A program of PostgreSQL is not on this machine."""


def program(name: str) -> str:
    """Where a program is: on the path, or where Debian puts it. Raises `NoProgram`."""
    found = shutil.which(name)
    if found:
        return found
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not places:
        raise NoProgram(f"{name} is missing: install the client programs of PostgreSQL")
    return str(places[-1])


def dump(engine: Engine, to: Path) -> tuple[dict[str, int], str]:
    """Dump a database, consistent while people work; gives its rows by table and its schema."""
    with engine.connect() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar()
        _run(engine.url, "pg_dump", *DUMPED, f"--snapshot={snapshot}", "--file", str(to))
        names = sorted(inspect(connection).get_table_names())
        rows = {name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() or 0) for name in names}
        schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    os.chmod(to, 0o600)
    return rows, str(schema or "")


def scratch_of(engine: Engine, data: Path) -> tuple[dict[str, int], str]:
    """Restore a dump into a database that is thrown away; gives its rows by table and its schema."""
    name = f"journal_check_{uuid.uuid4().hex[:12]}"
    _outside(engine, f'CREATE DATABASE "{name}"')
    scratch = engine.url.set(database=name)
    other = open_engine(scratch.render_as_string(hide_password=False))
    try:
        _run(scratch, "pg_restore", "--no-owner", "--exit-on-error", "--dbname", name, str(data))
        with other.connect() as connection:
            names = sorted(inspect(connection).get_table_names())
            rows = {table: int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar() or 0) for table in names}
            schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return rows, str(schema or "")
    finally:
        other.dispose()
        _outside(engine, f'DROP DATABASE "{name}"')


def put(engine: Engine, data: Path) -> None:
    """A dump in place of everything in the database that it is of, as one transaction: when anything fails, nothing has
    happened. What the dump doesn't know goes: tables of a newer schema would hold its own fast."""
    engine.dispose()
    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        emptied, script = Path(folder) / "emptied.sql", Path(folder) / "script.sql"
        emptied.write_text("DROP SCHEMA public CASCADE; CREATE SCHEMA public;", "utf-8")
        _run(engine.url, "pg_restore", "--no-owner", "--file", str(script), str(data))
        name = str(engine.url.database)
        words = ("--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--dbname", name)
        _run(engine.url, "psql", *words, "--file", str(emptied), "--file", str(script))


def _outside(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def _run(url: URL, name: str, *words: str) -> None:
    """Run a program against a database; the password goes by the environment, never by an argument."""
    place = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
    }
    environment = {
        **os.environ,
        **{key: str(value) for key, value in place.items() if value},
        "PGDATABASE": url.database or "",
        "PGOPTIONS": AS_SYSTEM,
    }
    done = subprocess.run([program(name), *words], capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise OSError(f"{name}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
