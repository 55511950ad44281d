"""Old entries of the trail leave the database for files that carry the chain on: the head remembers where it was cut.

The database refuses to delete entries; only here, behind an operator's command and under the lock of the head, that is
lifted for one transaction. The file is written, read back and followed before anything is deleted.
"""

import gzip
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, text

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import TrailEntry
from journal.services import database, trail
from journal.services.refusals import Invalid, said

YOUNGEST_DAYS = 365
"""Entries younger than this stay: the history of a cell and the review of an alert read them."""
FIELDS = ("id", "seal", *trail.SEALED)
ENTRY: Any = TrailEntry.__table__
LIFTED = {
    "sqlite": (
        "DROP TRIGGER trail_entry_no_delete",
        "CREATE TRIGGER trail_entry_no_delete BEFORE DELETE ON trail_entry"
        " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    ),
    "postgresql": (
        "ALTER TABLE trail_entry DISABLE TRIGGER trail_entry_append_only",
        "ALTER TABLE trail_entry ENABLE TRIGGER trail_entry_append_only",
    ),
}


@dataclass(frozen=True)
class Archived:
    """A file of old entries."""

    path: Path
    count: int


def put_away(engine: Engine, folder: Path, before: date) -> Archived | None:
    """Move the entries of before a day into a new file; None where there are none. Raises `Invalid`."""
    if (clock.today() - before).days < YOUNGEST_DAYS:
        text_ = N_("Entries of the last %(days)d days stay in the database.")
        raise Invalid({"before": said(text_, days=YOUNGEST_DAYS)})
    with database.work(engine, System("command")) as session:
        trail.hold(session)  # nobody writes until the cut is made
        first_kept = session.scalar(
            select(func.min(TrailEntry.id)).where(TrailEntry.happened_at >= clock.day_begins_at(before))
        )
        newest = session.scalar(
            select(func.max(TrailEntry.id)).where(TrailEntry.id < first_kept if first_kept else TrailEntry.id.is_not(None))
        )
        if newest is None:
            return None
        cut = trail.cut_of(session)
        path, after = _write(session, folder, newest, cut)
        with _lifted(session.connection()) as connection:
            connection.execute(delete(ENTRY).where(ENTRY.c.id <= newest))
        trail.keep_cut(session, after)
    return Archived(path, after.count - cut.count)


def _write(session: PolicySession, folder: Path, newest: int, cut: trail.Head) -> tuple[Path, trail.Head]:
    folder.mkdir(parents=True, exist_ok=True)
    oldest = session.scalar(select(func.min(TrailEntry.id)))
    path = folder / f"trail-{oldest:010}-{newest:010}.jsonl.gz"
    fresh = path.with_suffix(".part")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", buffering=0) as raw:
        with gzip.open(raw, "wt", encoding="utf-8") as file:
            for entry in trail.entries(session, newest):
                line = {name: trail.told(getattr(entry, name)) for name in FIELDS}
                file.write(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n")
        os.fsync(raw.fileno())
    after = trail.followed(read(fresh), cut)
    if after is None:
        fresh.unlink()
        raise Invalid({"": said(N_("The chain does not fit: look with trail verify first."))})
    fresh.replace(path)
    return path, after


@contextmanager
def _lifted(connection: Connection) -> Iterator[Connection]:
    """For one statement of this transaction entries may be deleted."""
    lift, put_back = LIFTED[connection.dialect.name]
    connection.execute(text(lift))
    yield connection
    connection.execute(text(put_back))


def read(path: Path) -> Iterator[Any]:
    """The entries of a file, as they were."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            values = json.loads(line)
            happened_at = datetime.fromisoformat(values["happened_at"])
            values["happened_at"] = happened_at if happened_at.tzinfo else happened_at.replace(tzinfo=UTC)
            yield SimpleNamespace(**values)


def read_all(folder: Path) -> Iterator[Any]:
    """The entries of every file of a folder, the oldest first."""
    for path in sorted(folder.glob("trail-*.jsonl.gz")):
        yield from read(path)
