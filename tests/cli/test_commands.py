"""Operator commands: help for each, errors as one line, the demo school deterministic."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select, text

from journal import schema as s
from journal.access.actor import System
from journal.cli import commands, opened
from journal.config import ROOT
from journal.kit.holding import TRIGRAMS
from journal.services import database
from journal.services.demo import Demo, build
from tests.cli.forked import run
from tests.conftest import Store, config_for


def test_help_names_every_group_with_examples(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "app.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "Examples:" in done.stdout
    assert run(tmp_path, "--help").stdout == done.stdout
    assert all(name in done.stdout for name in commands.commands)


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["nonsense"], 2, "No such command"),
        (["import", "timetable", "/nowhere.fet"], 1, "no such file"),
        (["account", "password", "nobody", "--password", "x"], 1, "no such login"),
        (["demo", "--classes", "2"], 2, "Invalid value"),
        (["run", "--port", "99999"], 2, "Invalid value"),
    ],
)
def test_an_error_is_one_clear_line_and_no_traceback(tmp_path: Path, args: list[str], status: int, said: str) -> None:
    done = run(tmp_path, *args)
    assert done.returncode == status
    assert said in done.stderr and "Traceback" not in done.stderr + done.stdout


def test_a_database_that_cannot_be_opened_is_said_in_a_line(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", JOURNAL_DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert done.returncode == 1 and "can't be opened" in done.stderr and "Traceback" not in done.stderr


def test_doctor_shows_settings_without_secrets(tmp_path: Path) -> None:
    run(tmp_path, "db", "upgrade")
    done = run(tmp_path, "doctor", JOURNAL_SECRET_KEY="very-secret", JOURNAL_TODAY="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "very-secret" not in done.stdout and "database_url" in done.stdout
    assert oct((tmp_path / "secret-key").stat().st_mode & 0o777) == "0o600" if (tmp_path / "secret-key").exists() else True


def digest(url: str) -> str:
    """A digest of every row."""
    total = hashlib.sha256()
    engine = database.open_engine(url)
    with engine.connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            if table in ("alembic_version", "trail_entry", "trail_head", "account") or table.startswith(TRIGRAMS):
                continue
            for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY id")):
                total.update(repr(tuple(row)).encode())
    engine.dispose()
    return total.hexdigest()


def test_the_demo_school_is_the_same_each_time_and_as_promised(tmp_path: Path, demo_template: Path) -> None:
    url = f"sqlite:///{tmp_path}/again.db"
    opened.upgrade(config_for(url, tmp_path))
    engine = database.open_engine(url)
    build(engine, Demo(password="demo"))
    engine.dispose()
    assert digest(url) == digest(f"sqlite:///{demo_template}")
    with database.work(database.open_engine(url), System("test")) as session:
        counts = {
            e: session.scalar(select(func.count(e.id))) or 0 for e in (s.SchoolClass, s.Student, s.Guardian, s.Staff, s.Mark)
        }
        assert counts[s.SchoolClass] == 13 and 280 <= counts[s.Student] <= 320
        assert counts[s.Guardian] == 2 * counts[s.Student] and 25 <= counts[s.Staff] <= 36
        days = session.scalar(select(func.count(s.Lesson.held_on.distinct())).where(s.Lesson.topic != "")) or 1
        assert 1.2 <= counts[s.Mark] / counts[s.Student] / days <= 1.9
        names = set(session.scalars(select(s.SchoolClass.name)))
        assert len(names) == 13
        logins = set(session.scalars(select(s.Account.login)))
        assert {
            "admin",
            "director",
            "deputy",
            "control",
            "teacher",
            "classteacher",
            "student",
            "parent",
            "stranger",
        } <= logins


def test_every_migration_goes_up_and_down(store: Store) -> None:
    store.template("empty", lambda engine: None)
    url = store.copy("empty")
    config = config_for(url, store.folder)
    opened.downgrade(config, "base")
    engine = database.open_engine(url)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    opened.upgrade(config)
    assert {entity.__tablename__ for entity in s.entities()} <= set(inspect(engine).get_table_names())
    engine.dispose()
    store.drop(url)


def test_the_demo_school_of_the_first_schema_is_upgraded_row_by_row(demo_template: Path, tmp_path: Path) -> None:
    """Back to the first released schema, and up again as a school would: every value that it knew is still there."""
    shutil.copyfile(demo_template, tmp_path / "demo.db")
    config = config_for(f"sqlite:///{tmp_path}/demo.db", tmp_path)
    opened.downgrade(config, "0001")
    engine = database.open_engine(config.database_url)
    old = columns_of(engine)
    engine.dispose()
    school = database.open_engine(f"sqlite:///{demo_template}")
    kept = {name: columns & columns_of(school)[name] for name, columns in old.items()}
    school.dispose()
    assert {name: gone for name, columns in old.items() if (gone := columns - kept[name])} == REPLACED
    before = rows_of(engine, kept)
    engine.dispose()
    opened.migrated(config)
    after = rows_of(engine, kept)
    assert len(before) > 40 and sum(map(len, before.values())) > 50_000
    assert {name: found for name, found in after.items() if found != before[name]} == {}
    assert [path.suffix for path in config.backups.iterdir()] == [".zip"]
    engine.dispose()


REPLACED = {"notification": {"text"}}
"""What later versions keep in another way."""


def columns_of(engine: Engine) -> dict[str, set[str]]:
    known = inspect(engine)
    names = set(known.get_table_names()) - {"alembic_version"}
    return {name: {column["name"] for column in known.get_columns(name)} for name in sorted(names)}


def rows_of(engine: Engine, wanted: dict[str, set[str]]) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            name: [
                tuple(row) for row in connection.execute(text(f'SELECT {", ".join(sorted(own))} FROM "{name}" ORDER BY id'))
            ]
            for name, own in wanted.items()
        }


@pytest.fixture(scope="module")
def demo_of_ours(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance whose own database is the demo school."""
    folder = tmp_path_factory.mktemp("ours")
    shutil.copyfile(demo_template, folder / "journal.db")
    return folder


def test_lists_years_and_dumps_by_command(demo_of_ours: Path, tmp_path: Path) -> None:
    """What the screens do, by one command each; bad input is one line."""
    (tmp_path / "rooms.csv").write_bytes("Кабинет;Мест\n901;30\n902;много\n".encode("cp1251"))
    asked = ("import", "list", str(tmp_path / "rooms.csv"), "--kind", "rooms")
    look = run(demo_of_ours, *asked)
    assert (look.returncode, look.stdout.splitlines()[0]) == (0, "1 new, 0 changed, 0 same, 1 refused")
    assert "Nothing was changed" in look.stdout and "row 3, Seats" in look.stdout
    taken = run(demo_of_ours, *asked, "--apply")
    number = taken.stdout.strip().splitlines()[-1].split("undo ")[1]
    assert run(demo_of_ours, "import", "undo", number).stdout == "Taken back.\n"
    wrong = run(demo_of_ours, *asked, "--map", "Nothing=name")
    assert wrong.returncode == 1 and len(wrong.stderr.splitlines()) == 1
    look = run(demo_of_ours, "year", "next")
    assert "7А -> 8А: 24 pupils" in look.stdout and "Nothing was changed" in look.stdout
    assert run(demo_of_ours, "year", "next", "--apply").returncode == 1
    assert run(demo_of_ours, "year", "next", "--order", "No. 5", "--apply").returncode == 0
    assert "2027/28" in run(demo_of_ours, "year", "list").stdout
    early = run(demo_of_ours, "year", "close", "2026/27", "--for-good")
    assert early.returncode == 1 and "not over" in early.stderr
    assert run(demo_of_ours, "export", "dump", str(tmp_path / "all.zip")).returncode == 0
    assert run(demo_of_ours, "export", "oneroster", str(tmp_path / "roster.zip")).returncode == 0
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert run(fresh, "import", "dump", str(tmp_path / "all.zip")).returncode == 0
    assert run(fresh, "year", "list").stdout == run(demo_of_ours, "year", "list").stdout
    again = run(fresh, "import", "dump", str(tmp_path / "all.zip"))
    assert again.returncode == 1 and "empty" in again.stderr


def test_copies_are_sealed_and_opened_by_command(tmp_path: Path) -> None:
    public = run(tmp_path, "backup", "key", str(tmp_path / "key")).stdout.splitlines()[0].partition("=")[2]
    made = run(tmp_path, "backup", "make", "--sealed", JOURNAL_BACKUP_KEY=public)
    (sealed,) = (tmp_path / "backups").iterdir()
    assert made.returncode == 0 and sealed.suffix == ".age"
    opened_ = run(tmp_path, "backup", "open", str(sealed), "--key", str(tmp_path / "key"))
    assert run(tmp_path, "backup", "verify", opened_.stdout.strip()).returncode == 0
    assert run(tmp_path, "backup", "make", "--sealed", JOURNAL_BACKUP_KEY="age1wrong").returncode == 1
