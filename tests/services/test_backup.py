"""Backup copies: whole while people write, checked for real, put back in one piece, whatever kills the process."""

import contextlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from sqlalchemy import Engine, inspect, select, text

from journal import schema as s
from journal.access.actor import System
from journal.cli import opened
from journal.config import ROOT
from journal.kit import clock
from journal.services import backup, database, records
from tests.conftest import config_for
from tests.personas import School


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def count(engine: Engine, entity: type[s.Entity]) -> int:
    with database.reading(engine, System("test")) as session:
        return len(session.scalars(select(entity.id)).all())


def test_a_copy_is_taken_checked_and_private(school: School, folder: Path) -> None:
    copy = backup.make(school.engine, folder)
    assert backup.verify(copy.path, school.engine).manifest == copy.manifest
    assert copy.manifest.rows["student"] == count(school.engine, s.Student)
    assert copy.path.stat().st_mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0
    assert [one.path for one in backup.copies(folder)] == [copy.path]
    assert not list(folder.glob(".half-done-*"))
    backup.note(school.engine, copy, verified=True)
    with database.reading(school.engine, System("test")) as session:
        known = backup.last(session)
    assert known is not None and known.file_name == copy.path.name and known.verified_at is not None


def test_a_copy_taken_while_people_write_is_consistent(school: School, folder: Path) -> None:
    """Each transaction writes two settings: a copy that has one of a pair would be torn."""
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            with database.work(school.engine, System("test")) as session:
                for half in "ab":
                    records.create(session, s.Setting, {"name": f"pair {n} {half}", "value": "1"})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [backup.make(school.engine, folder) for _ in range(3)]
    finally:
        stop.set()
        writer.join()
    for copy in found:
        backup.verify(copy.path, school.engine)
        assert (copy.manifest.rows["setting"] - found[0].manifest.rows["setting"]) % 2 == 0


def test_a_restore_gives_back_every_row_and_keeps_a_safety_copy(school: School, folder: Path) -> None:
    copy = backup.make(school.engine, folder)
    with database.work(school.engine, System("test")) as session:
        for mark in session.scalars(select(s.Mark)):
            records.delete(session, mark)
        records.create(session, s.Room, {"number": "after"})
    assert backup.differences(school.engine, copy)["mark"] == (0, copy.manifest.rows["mark"])
    safety = backup.restore(school.engine, copy.path, folder, "9999")
    assert count(school.engine, s.Mark) == copy.manifest.rows["mark"]
    assert backup.differences(school.engine, copy) == {}
    assert safety.manifest.rows["mark"] == 0 and safety.manifest.rows["room"] == copy.manifest.rows["room"] + 1
    backup.restore(school.engine, safety.path, folder, "9999")
    assert count(school.engine, s.Mark) == 0


def test_people_who_read_meanwhile_go_on(school: School, folder: Path) -> None:
    copy = backup.make(school.engine, folder)
    reader = school.session("deputy", writing=False)
    assert reader.scalars(select(s.Student.id)).all()
    reader.rollback()
    backup.restore(school.engine, copy.path, folder, "9999")
    assert len(reader.scalars(select(s.Student.id)).all()) == copy.manifest.rows["student"]


def test_old_entries_of_the_trail_travel_with_the_copy(school: School, folder: Path, tmp_path: Path) -> None:
    trail = tmp_path / "trail"
    trail.mkdir()
    name = "trail-0000000001-0000000009.jsonl.gz"
    (trail / name).write_bytes(b"old entries")
    (trail / "else.txt").write_bytes(b"not ours")
    copy = backup.make(school.engine, folder, trail)
    assert list(copy.manifest.files) == [name] and backup.verify(copy.path, school.engine)
    whole = copy.path.read_bytes()
    place = whole.index(b"old entries")
    copy.path.write_bytes(whole[:place] + b"new entries" + whole[place + 11 :])
    with pytest.raises(backup.Unfit):
        backup.verify(copy.path, school.engine)
    copy.path.write_bytes(whole)
    (trail / name).unlink()
    backup.restore(school.engine, copy.path, folder, "9999", trail)
    assert (trail / name).read_bytes() == b"old entries" and (trail / name).stat().st_mode & 0o077 == 0


def test_a_copy_newer_than_the_program_is_refused(school: School, folder: Path) -> None:
    copy = backup.make(school.engine, folder)
    with pytest.raises(backup.Unfit, match="newer"):
        backup.restore(school.engine, copy.path, folder, "0001")


def test_one_flipped_byte_is_found(school: School, folder: Path) -> None:
    copy = backup.make(school.engine, folder)
    whole = copy.path.read_bytes()
    chance = random.Random(246)
    member = backup.MEMBERS[copy.manifest.kind]
    with zipfile.ZipFile(copy.path) as archive:
        info, data = archive.getinfo(member), archive.read(member)
    for _ in range(12):
        place = chance.randrange(info.header_offset + 60, info.header_offset + info.compress_size)
        flipped = whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]
        if unpacked(flipped, member) == data:
            continue  # a bit that the packing does not use
        copy.path.write_bytes(flipped)
        with pytest.raises(backup.Unfit):
            backup.verify(copy.path, school.engine)


def unpacked(archive: bytes, member: str) -> bytes | None:
    """What an archive says that it holds, whatever its checksums say; None where it can't be read."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened_again:
        info = opened_again.getinfo(member)
    begins = info.header_offset + 30 + sum(struct.unpack("<HH", archive[info.header_offset + 26 : info.header_offset + 30]))
    try:
        return zlib.decompress(archive[begins : begins + info.compress_size], -zlib.MAX_WBITS)
    except zlib.error:
        return None


def crafted(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def manifest(**more: object) -> bytes:
    known = {
        "kind": "sqlite",
        "version": "0",
        "schema": "0001",
        "made_at": "2026-11-23T10:00:00+00:00",
        "size": 4,
        "digest": "0" * 64,
    }
    return json.dumps({**known, "rows": {}, **more}).encode()


@pytest.mark.parametrize(
    "members",
    [
        {"manifest.json": manifest(), "../../evil.db": b"evil"},
        {"manifest.json": manifest(), "journal.db": b"evil", "extra": b""},
        {"manifest.json": manifest(files={"../x": "0" * 64}), "journal.db": b"evil", "../x": b""},
        {"manifest.json": manifest(files=["x"]), "journal.db": b"evil", "x": b""},
        {"manifest.json": manifest(size=3), "journal.db": b"evil"},
        {"manifest.json": manifest(), "journal.db": b"evil"},
        {"manifest.json": manifest(kind="oracle"), "journal.db": b"evil"},
        {"manifest.json": b"[]", "journal.db": b"evil"},
        {"manifest.json": b"{" + b" " * 2_000_000 + b"}", "journal.db": b"evil"},
        {"journal.db": b"evil"},
    ],
    ids=["path", "extra", "file", "files", "size", "digest", "kind", "shape", "bomb", "bare"],
)
def test_a_crafted_archive_is_refused(tmp_path: Path, members: dict[str, bytes]) -> None:
    path = crafted(tmp_path / "journal-x.zip", members)
    with pytest.raises(backup.Unfit):
        backup.verify(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["journal-x.zip"]
    (tmp_path / "journal-y.zip").write_bytes(b"no zip at all")
    with pytest.raises(backup.Unfit):
        backup.read(tmp_path / "journal-y.zip")
    assert "journal-y.zip" not in {copy.path.name for copy in backup.copies(tmp_path)}


def test_old_copies_go_by_day_week_and_month(tmp_path: Path) -> None:
    for days in range(0, 500):
        at = clock.now() - timedelta(days=days)
        data = manifest(made_at=at.isoformat())
        crafted(tmp_path / f"journal-{days:03}.zip", {"manifest.json": data, "journal.db": b"data"})
    backup.prune(tmp_path)
    kept = sorted(int(path.stem[8:]) for path in tmp_path.glob("*.zip"))
    assert kept[:7] == list(range(7))
    assert 18 <= len(kept) <= 26 and max(kept) < 31 * 13
    assert backup.prune(tmp_path) == []


KILLED = """
import sys
from pathlib import Path
from journal.cli import opened
from journal.services import backup, database
engine = database.open_engine(sys.argv[1])
print("ready", flush=True)
while True:
    if sys.argv[3] == "make":
        backup.make(engine, Path(sys.argv[2]))
    else:
        backup.restore(engine, Path(sys.argv[3]), Path(sys.argv[2]), "9999")
"""


def kill(command: list[str], after: float) -> None:
    """Start a process, and kill it a while after it said that it is ready."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def killed(url: str, folder: Path, word: str, after: float) -> None:
    """Run the act again and again in a process of its own, and kill that after a while."""
    kill([sys.executable, "-c", KILLED, url, str(folder), word], after)


@pytest.fixture
def served(demo_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """The demo school in a file of its own."""
    shutil.copyfile(demo_template, tmp_path / "demo.db")
    engine = database.open_engine(f"sqlite:///{tmp_path}/demo.db")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("after", [0.05, 0.3, 0.7])
def test_a_backup_killed_in_the_middle_leaves_only_whole_copies(served: Engine, folder: Path, after: float) -> None:
    killed(str(served.url), folder, "make", after)
    assert opened.revision(served) == opened.head()
    for path in folder.glob("journal-*.zip"):
        backup.verify(path)
    assert backup.verify(backup.make(served, folder).path)


@pytest.mark.parametrize("after", [0.1, 0.5, 1.0])
def test_a_restore_killed_in_the_middle_leaves_a_whole_database(served: Engine, folder: Path, after: float) -> None:
    """Either the rows of before or those of the copy, never a mixture."""
    before = backup.make(served, folder)
    with database.work(served, System("test")) as session:
        for number in range(500):
            records.create(session, s.Room, {"number": f"K{number}"})
    served.dispose()
    killed(str(served.url), folder, str(before.path), after)
    path = Path(served.url.database or "")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rooms = connection.execute("SELECT count(*) FROM room").fetchone()[0]
    assert rooms in (before.manifest.rows["room"], before.manifest.rows["room"] + 500)
    backup.restore(served, before.path, folder, "9999")
    assert backup.differences(served, before) == {}


UPGRADING = """
import sys
from pathlib import Path
from journal.cli import opened
from journal.config import Config
print("ready", flush=True)
opened.upgrade(Config(database_url=sys.argv[1], instance=Path(sys.argv[2])))
print("done", flush=True)
"""


@pytest.mark.parametrize("after", [0.15, 0.5, 1.0])
def test_an_upgrade_killed_in_the_middle_is_taken_up_again(
    served: Engine, folder: Path, tmp_path: Path, after: float
) -> None:
    """Each migration has happened or has not; the next upgrade goes on from there, and no row is lost."""
    config = config_for(str(served.url), tmp_path)
    whole = backup.make(served, folder).manifest.rows
    opened.downgrade(config, "0001")
    served.dispose()
    kill([sys.executable, "-c", UPGRADING, str(served.url), str(tmp_path)], after)
    opened.upgrade(config)
    assert opened.revision(served) == opened.head()
    now = backup.make(served, folder).manifest.rows
    kept = ("student", "mark", "absence", "lesson", "trail_entry", "account", "final_mark", "homework")
    assert {name: now[name] for name in kept} == {name: whole[name] for name in kept}
    with served.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name LIKE '_alembic_tmp%'")).scalar() == 0


def test_a_failed_upgrade_leaves_the_old_database_and_says_so(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that went half through its tables, as one that commits by itself can."""
    config = config_for(school.engine.url.render_as_string(hide_password=False), tmp_path)
    before = backup.make(school.engine, tmp_path / "before")

    def spoil(*_: object) -> None:
        with school.engine.begin() as connection:
            connection.execute(text("CREATE TABLE half (id INTEGER PRIMARY KEY, room_id INTEGER REFERENCES room (id))"))
            connection.execute(text("INSERT INTO half SELECT id, id FROM room"))
            connection.execute(text("DELETE FROM mark"))
        raise RuntimeError("no such column: nothing\nat all")

    monkeypatch.setattr(opened, "upgrade", spoil)
    with pytest.raises(click.ClickException, match="the old database was put back: no such column: nothing$"):
        opened.raised(school.engine, config)
    assert backup.differences(school.engine, before) == {}
    assert "half" not in inspect(school.engine).get_table_names()


def test_no_password_in_an_argument(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from journal.services import postgres  # noqa: PLC0415

    seen: list[list[str]] = []

    def run(command: list[str], **more: object) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        assert isinstance(more["env"], dict) and more["env"]["PGPASSWORD"] == "s3cret"
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(postgres, "program", lambda name: name)
    monkeypatch.setattr(subprocess, "run", run)
    engine = database.open_engine("postgresql://me:s3cret@db.example/school")
    postgres._run(engine.url, "pg_dump", "--file", str(tmp_path / "x"))
    assert seen and "s3cret" not in " ".join(seen[0])
