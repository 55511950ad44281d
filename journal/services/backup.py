"""Backup copies: taken while people work, checked by restoring them into a scratch database, put back as one transaction.

A copy is a zip of `manifest.json`, the data (an SQLite database, or a dump of `pg_dump`) and the archive files of the trail.
Nothing is ever extracted by a name that the program would not give itself. Copies are readable by their owner only and lie
outside anything served.
"""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeGuard

from sqlalchemy import Engine, inspect, select, text

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.config import VERSION
from journal.kit import clock
from journal.kit.files import sha256_of
from journal.kit.holding import TRIGRAMS
from journal.schema import BackupCopy
from journal.services import database, migrations, postgres, records, sealing

MEMBERS = {"sqlite": "journal.db", "postgresql": "journal.dump"}
MANIFEST = "manifest.json"
OF_TRAIL = re.compile(r"trail-\d+-\d+\.jsonl\.gz")
LARGEST_MANIFEST = 1_000_000
CHUNK = 1024 * 1024
KEPT_DAYS, KEPT_WEEKS, KEPT_MONTHS = 7, 5, 12


class Unfit(Exception):
    """A file that is no whole copy of ours; one line says why."""


@dataclass(frozen=True)
class Manifest:
    """What a copy says of itself: `rows` are counts by table, `digest` and those of `files` are SHA-256."""

    kind: str
    version: str
    schema: str
    made_at: str
    size: int
    digest: str
    rows: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    """The archive files of the trail."""


@dataclass(frozen=True)
class Copy:
    """A copy on disk."""

    path: Path
    manifest: Manifest

    @property
    def made_at(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.manifest.made_at)


# --- taking


def make(engine: Engine, folder: Path, trail: Path | None = None) -> Copy:
    """Take a copy of the database, and of old entries of the trail in their folder, into a folder and check it.

    Raises `Unfit`, `OSError`; then nothing is left there.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(folder)
    made_at = clock.now()
    path = folder / f"journal-{clock.local(made_at):%Y%m%d-%H%M%S-%f}.zip"
    with _scratch(folder) as scratch:
        data = scratch / MEMBERS[engine.dialect.name]
        if engine.dialect.name == "sqlite":
            _copy_sqlite(Path(engine.url.database or ""), data)
            rows, schema = _looked_into(data)
        else:
            rows, schema = postgres.dump(engine, data)
        files = {one.name: one for one in sorted(trail.iterdir()) if OF_TRAIL.fullmatch(one.name)} if trail_is(trail) else {}
        digests = {name: sha256_of(one) for name, one in files.items()}
        size = data.stat().st_size
        manifest = Manifest(engine.dialect.name, VERSION, schema, made_at.isoformat(), size, sha256_of(data), rows, digests)
        part = scratch / "copy.part"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
            archive.write(data, data.name)
            for name, one in files.items():
                archive.write(one, name, zipfile.ZIP_STORED)
        os.chmod(part, 0o600)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    return Copy(path, manifest)


def note(engine: Engine, copy: Copy, *, verified: bool) -> None:
    """Keep in the database that a copy was taken, and that it was found whole."""
    at = clock.now() if verified else None
    size = min(copy.path.stat().st_size, 2_000_000_000)
    values = {"made_at": copy.made_at, "size": size, "digest": sha256_of(copy.path), "verified_at": at}
    with database.work(engine, System("job")) as session:
        known = session.scalar(select(BackupCopy).where(BackupCopy.file_name == copy.path.name))
        if known is None:
            records.create(session, BackupCopy, {"file_name": copy.path.name, **values})
        else:
            records.change(session, known, {"verified_at": at})


def note_restore(engine: Engine, file_name: str, by: str) -> None:
    """Tell the trail of the database that was put back that it was, and by whom."""
    with database.work(engine, System("command")) as session:
        records.note(session, "restore", BackupCopy, {"by": [None, by]}, title=file_name)


def _copy_sqlite(source: Path, to: Path) -> None:
    """The online backup of SQLite: consistent, however busy the school is."""
    with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(to)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    os.chmod(to, 0o600)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder beside the copies for half-done work: on their disk, so that the last step is a rename."""
    made = Path(tempfile.mkdtemp(prefix=".half-done-", dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Half-done work of a process that was killed."""
    for left in folder.glob(".half-done-*"):
        if left.stat().st_mtime < clock.now().timestamp() - 6 * 3600 or not any(left.iterdir()):
            shutil.rmtree(left, ignore_errors=True)


def trail_is(folder: Path | None) -> TypeGuard[Path]:
    """Whether there are old entries of the trail in files at all."""
    return folder is not None and folder.is_dir()


# --- checking


def read(path: Path) -> Copy:
    """A copy's manifest. Raises `Unfit` for anything that is not one of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist()]
            if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise Unfit(f"{path.name}: this is not a copy of the journal")
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            if sorted(names) != sorted([MANIFEST, MEMBERS.get(manifest.kind, ""), *_names_of_trail(manifest)]):
                raise Unfit(f"{path.name}: this is not a copy of the journal")
            if archive.getinfo(MEMBERS[manifest.kind]).file_size != manifest.size:
                raise Unfit(f"{path.name}: the data is not as long as the manifest says")
    except (zipfile.BadZipFile, zlib.error, AttributeError, TypeError, ValueError, KeyError, OSError) as error:
        raise Unfit(f"{path.name}: the file can't be read ({type(error).__name__})") from None
    return Copy(path, manifest)


def _names_of_trail(manifest: Manifest) -> list[str]:
    return [name if OF_TRAIL.fullmatch(name) else "" for name in manifest.files]


def verify(path: Path, engine: Engine | None = None) -> Copy:
    """Restore a copy into a scratch database and compare it with its manifest. Raises `Unfit`.

    A dump of PostgreSQL needs the `engine` of a server on which a scratch database can be made.
    """
    copy = read(path)
    with _scratch(path.parent) as scratch, _unpacked(copy, scratch) as data:
        if copy.manifest.kind == "sqlite":
            rows, schema = _looked_into(data)
        elif engine is not None:
            rows, schema = postgres.scratch_of(engine, data)
        else:
            raise Unfit(f"{path.name}: a dump of PostgreSQL can only be checked on a PostgreSQL server")
    if (rows, schema) != (copy.manifest.rows, copy.manifest.schema):
        raise Unfit(f"{path.name}: the restored rows are not those of the manifest")
    for _ in _files_of_trail(copy):
        pass
    return copy


def _files_of_trail(copy: Copy) -> Iterator[tuple[str, bytes]]:
    """The archive files in a copy, each with the digest that the manifest says. Raises `Unfit`."""
    for name, digest in copy.manifest.files.items():
        try:
            with zipfile.ZipFile(copy.path) as archive:
                data = archive.read(name)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
            raise Unfit(f"{copy.path.name}: the file is damaged ({type(error).__name__})") from None
        if hashlib.sha256(data).hexdigest() != digest:
            raise Unfit(f"{copy.path.name}: {name} is not what was copied")
        yield name, data


@contextmanager
def _unpacked(copy: Copy, scratch: Path) -> Iterator[Path]:
    """The data of a copy as a file, no longer than the manifest says, with the digest that it says."""
    name = MEMBERS[copy.manifest.kind]
    data, total, left = scratch / name, hashlib.sha256(), copy.manifest.size
    try:
        with zipfile.ZipFile(copy.path) as archive, archive.open(name) as source, data.open("wb") as out:
            while left >= 0 and (chunk := source.read(CHUNK)):
                left -= len(chunk)
                total.update(chunk)
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise Unfit(f"{copy.path.name}: the file is damaged ({type(error).__name__})") from None
    if left or total.hexdigest() != copy.manifest.digest:
        raise Unfit(f"{copy.path.name}: the data is not what was copied")
    os.chmod(data, 0o600)
    yield data


def _looked_into(data: Path) -> tuple[dict[str, int], str]:
    """(rows by table, schema) of an SQLite file that is whole. Raises `Unfit`."""
    try:
        with closing(sqlite3.connect(f"file:{data}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Unfit("the database in the copy is damaged")
            names = [
                row[0]
                for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
                if not row[0].startswith(("sqlite_", TRIGRAMS))  # what the engine and a search keep for themselves
            ]
            rows = {
                name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names if '"' not in name
            }
            schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Unfit(f"the database in the copy can't be read: {error}") from None
    return rows, schema[0] if schema else ""


# --- putting back


def differences(engine: Engine, copy: Copy) -> dict[str, tuple[int, int]]:
    """Table -> (rows now, rows after a restore), where they differ: what a restore would change."""
    with engine.connect() as connection:
        names = sorted(name for name in inspect(connection).get_table_names() if not name.startswith(TRIGRAMS))
        now = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar() or 0 for name in names}
    every = sorted(now.keys() | copy.manifest.rows.keys())
    pairs = {name: (now.get(name, 0), copy.manifest.rows.get(name, 0)) for name in every}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def restore(engine: Engine, path: Path, folder: Path, newest_schema: str, trail: Path | None = None) -> Copy:
    """Put a copy back: checked first, a safety copy of what is there taken second, then all of it in one transaction.

    Archive files of the trail come back where they are missing. Gives the safety copy. Raises `Unfit` and leaves the
    database as it was when the copy is damaged, of another kind of database, or newer than the program; on PostgreSQL also
    when it is older, since its tables would stand beside those of now.
    """
    copy = verify(path, engine)
    if copy.manifest.kind != engine.dialect.name:
        raise Unfit(f"{path.name}: this is a copy of {copy.manifest.kind}: export and import a dump to change the database")
    if copy.manifest.kind == "postgresql" and copy.manifest.schema != migrations.revision(engine):
        raise Unfit(f"{path.name}: the copy is of another version: put it into an empty database with that version")
    if copy.manifest.schema > newest_schema:
        raise Unfit(f"{path.name}: the copy is newer than this program: update the program first")
    safety = make(engine, folder, trail)
    put(copy, engine)
    if trail is not None:
        _put_files(copy, trail)
    return safety


def _put_files(copy: Copy, trail: Path) -> None:
    for name, data in _files_of_trail(copy):
        trail.mkdir(parents=True, exist_ok=True)
        if not (trail / name).exists():
            with open(os.open(trail / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)


def put(copy: Copy, engine: Engine) -> None:
    """All of a checked copy over the database, as one transaction: killed in the middle, it has not happened."""
    if copy.manifest.kind == "postgresql":
        with _scratch(copy.path.parent) as scratch, _unpacked(copy, scratch) as data:
            postgres.put(engine, data)
        return
    live = Path(engine.url.database or "")
    engine.dispose()
    with (
        _scratch(copy.path.parent) as scratch,
        _unpacked(copy, scratch) as data,
        closing(sqlite3.connect(data)) as source,
        closing(sqlite3.connect(live, timeout=60)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = WAL")


# --- keeping


def copies(folder: Path) -> list[Copy]:
    """The whole copies of a folder, the newest first; files that are none are passed over."""
    found = []
    for path in folder.glob("journal-*.zip") if folder.exists() else ():
        try:
            found.append(read(path))
        except Unfit:
            continue
    return sorted(found, key=lambda copy: copy.made_at, reverse=True)


def prune(folder: Path) -> list[Path]:
    """Take away what is older than needed; kept are one a day for a week, one a week for five, one a month for a year."""
    readable = [(copy.made_at, copy.path) for copy in copies(folder)]
    gone = [*_too_old(readable), *_too_old(sealing.every(folder))]
    for path in gone:
        path.unlink()
    return gone


def _too_old(found: list[tuple[datetime, Path]]) -> list[Path]:
    """Of copies with their moments, the newest first, those that no day, week or month needs."""
    kept: set[Path] = set()
    for days, key, limit in ((1, "%Y-%j", KEPT_DAYS), (7, "%G-%V", KEPT_WEEKS), (31, "%Y-%m", KEPT_MONTHS)):
        slots: dict[str, Path] = {}
        for made_at, path in found:
            if made_at > clock.now() - timedelta(days=days * (limit + 1)):
                slots.setdefault(clock.local(made_at).strftime(key), path)
        kept |= set(list(slots.values())[:limit])
    return [path for _, path in found[1:] if path not in kept]


def last(session: PolicySession) -> BackupCopy | None:
    """The newest copy that the database knows of."""
    return session.scalars(select(BackupCopy).order_by(BackupCopy.made_at.desc()).limit(1)).first()


def as_facts(copy: Copy) -> dict[str, Any]:
    """A copy in a few words, for lists."""
    return {
        "file": copy.path.name,
        "made": clock.local(copy.made_at).strftime("%d.%m.%Y %H:%M"),
        "size": copy.path.stat().st_size,
        "rows": sum(copy.manifest.rows.values()),
    }
