"""The whole school as one file of plain rows, and back into an empty installation: the same rows, on either database.

A zip of `manifest.json` and one `tables/NAME.jsonl` a table: a JSON object a line, columns by name; dates as ISO texts,
decimals as texts, bytes as base64. Everything is in it, secrets too, so the file is kept like the database itself.
"""

import base64
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from journal.config import VERSION
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Entity
from journal.services import migrations
from journal.services.refusals import Invalid, said

FORMAT = "journal-dump 1"
MANIFEST = "manifest.json"
CHUNK = 1000
LONGEST_LINE = 64 * 1024 * 1024
Tell = Callable[[int, int], None]


def tables() -> list[Table]:
    """The tables in an order in which rows can be put in."""
    return list(Entity.metadata.sorted_tables)


def write(engine: Engine, path: Path, tell: Tell) -> dict[str, int]:
    """Write everything into a new file, as one moment saw it; gives rows by table."""
    rows: dict[str, int] = {}
    digests: dict[str, str] = {}
    part = path.with_suffix(".part")
    with engine.connect() as connection, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        os.chmod(part, 0o600)
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        every = tables()
        for number, table in enumerate(every):
            total = hashlib.sha256()
            rows[table.name] = 0
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
                for line in _lines(connection, table):
                    file.write(line)
                    total.update(line)
                    rows[table.name] += 1
            digests[table.name] = total.hexdigest()
            tell(number + 1, len(every))
        head = {"format": FORMAT, "version": VERSION, "schema": migrations.head(), "made_at": clock.now().isoformat()}
        archive.writestr(MANIFEST, json.dumps({**head, "rows": rows, "digests": digests}, indent=1))
    os.replace(part, path)
    return rows


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    result = connection.execution_options(yield_per=CHUNK).execute(select(table).order_by(table.c.id))
    for row in result.mappings():
        told = {name: _told(value) for name, value in row.items()}
        yield (json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _told(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def load(engine: Engine, path: Path, tell: Tell) -> dict[str, int]:
    """Put a dump into an empty database of the same schema, all of it or nothing. Raises `Invalid`; gives rows by table."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            with engine.begin() as connection:
                _require_empty(connection)
                every = tables()
                for number, table in enumerate(every):
                    _load_table(connection, archive, table, manifest)
                    tell(number + 1, len(every))
                return {name: int(count) for name, count in manifest["rows"].items()}
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError) as error:
        raise Invalid({"": said(N_("The file can't be read: %(why)s"), why=type(error).__name__)}) from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if archive.getinfo(MANIFEST).file_size > 1_000_000:
        raise ValueError
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise Invalid({"": said(N_("This is no dump of the journal."))})
    if manifest["schema"] != migrations.head():
        raise Invalid({"": said(N_("The dump is of another version of the journal: use that version."))})
    return manifest


def _require_empty(connection: Connection) -> None:
    for table in tables():
        if connection.execute(select(table.c.id).limit(1)).first() is not None:
            raise Invalid({"": said(N_("A dump is put into an empty database only; this one has rows."))})


def _load_table(connection: Connection, archive: zipfile.ZipFile, table: Table, manifest: dict[str, Any]) -> None:
    total, count, chunk = hashlib.sha256(), 0, list[dict[str, Any]]()
    with archive.open(f"tables/{table.name}.jsonl") as file:
        while line := file.readline(LONGEST_LINE):
            total.update(line)
            values = json.loads(line)
            chunk.append({name: _value(table, name, value) for name, value in values.items()})
            count += 1
            if len(chunk) == CHUNK:
                connection.execute(insert(table), chunk)
                chunk = []
    if chunk:
        connection.execute(insert(table), chunk)
    if total.hexdigest() != manifest["digests"][table.name] or count != manifest["rows"][table.name]:
        raise Invalid({"": said(N_("The file is damaged: %(what)s"), what=table.name)})
    if connection.dialect.name == "postgresql" and count:
        last = connection.execute(select(func.max(table.c.id))).scalar()
        next_id = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
        connection.execute(next_id, {"name": table.name, "last": last})


def _value(table: Table, name: str, value: Any) -> Any:
    """A value as its column takes it."""
    kind = table.c[name].type.python_type
    if value is None or not isinstance(value, str):
        return value
    if kind is bytes:
        return base64.b64decode(value)
    if kind in (datetime, date, time):
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
