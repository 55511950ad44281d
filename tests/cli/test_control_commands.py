"""The commands of control and of the trail, and what runs by itself."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, select, text, update

from journal import schema as s
from journal.access.actor import System
from journal.cli import jobs, opened
from journal.config import ROOT
from journal.kit import clock
from journal.services import backup, database, records
from journal.services.control import findings
from tests.cli.forked import run
from tests.conftest import Store, config_for
from tests.personas import School, build


def test_the_trail_is_verified_and_tampering_is_status_1(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0
    engine = database.open_engine(f"sqlite:///{tmp_path}/journal.db")
    opened.engine(config_for(f"sqlite:///{tmp_path}/journal.db", tmp_path)).dispose()
    assert run(tmp_path, "trail", "verify").stdout.endswith("The trail is whole.\n")
    environment = {**os.environ, "JOURNAL_INSTANCE": str(tmp_path)}
    script = (
        "from journal.config import load; from journal.cli import opened; from tests.personas import build;"
        "build(opened.engine(load()))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, cwd=ROOT)
    entries = s.TrailEntry.__table__
    with engine.begin() as connection:
        unsealed = connection.execute(select(entries.c.id).where(entries.c.seal.is_(None))).scalars().all()
        connection.execute(text("DROP TRIGGER trail_entry_no_delete"))
        connection.execute(entries.delete().where(entries.c.id.in_(unsealed)))
    whole = run(tmp_path, "trail", "verify")
    assert whole.returncode == 0, whole.stderr
    with engine.begin() as connection:
        connection.execute(update(s.Mark.__table__).values(value="2"))
    broken = run(tmp_path, "trail", "verify")
    assert broken.returncode == 1 and "BROKEN row: Mark" in broken.stderr and "Traceback" not in broken.stderr
    engine.dispose()
    assert (tmp_path / "trail-key").stat().st_mode & 0o077 == 0
    assert "trail_key" not in run(tmp_path, "doctor").stdout


def test_the_rules_look_by_command(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0
    answer = run(tmp_path, "control", "look")
    assert (answer.returncode, answer.stdout.strip().splitlines()[-1]) == (0, "0 new, 0 gone, 0 as before; 0 remarks closed")


def test_the_night_refreshes_findings_and_the_week_writes_remarks(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.work(school.engine, System("test")) as session:
        lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
        assert lesson is not None
        records.change(session, lesson, {"topic": ""})
    jobs.nightly(app)
    with database.reading(school.engine, System("test")) as session:
        rules = set(session.scalars(select(s.Finding.rule)))
        before = len(session.scalars(select(s.JournalRemark.id)).all())
    assert "no-topic" in rules
    jobs.weekly(app)
    with database.reading(school.engine, System("test")) as session:
        made = session.scalars(select(s.JournalRemark).order_by(s.JournalRemark.id)).all()[before:]
    assert made and all(one.rule and one.due_on and one.due_on > clock.today() for one in made)
    assert any("Урок без темы" in one.text for one in made)
    with database.work(school.engine, System("test")) as session:
        records.create(session, s.Setting, {"name": "remarks_weekday", "value": "0"})
        lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
        assert lesson is not None
        records.change(session, lesson, {"topic": "Lines"})
    jobs.closing(app)
    with database.reading(school.engine, System("test")) as session:
        states = {one.rule: one.state for one in session.scalars(select(s.JournalRemark)) if one.rule}
    assert states["no-topic"] == "fixed"


def test_the_worker_knows_its_periodic_tasks(app: Flask, tmp_path: Path) -> None:
    queue = jobs.build(app)
    assert len(queue._registry.periodic_tasks) == 6


def count(engine: Engine, rows: str) -> int:
    """How many rows there are."""
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {rows}")).scalar() or 0)


def test_a_school_of_the_first_schema_keeps_what_it_had(store: Store) -> None:
    """Down to the first release with rows in it, and up again: nothing is lost, and what follows from rows is filled in."""
    store.template("school", build)
    url = store.copy("school")
    config = config_for(url, store.folder)
    engine = database.open_engine(url)
    with database.work(engine, System("test")) as session:
        remark = session.scalars(select(s.JournalRemark)).first()
        assert remark is not None
        records.change(session, remark, {"state": "fixed", "fixed_on": clock.today()})
    with engine.connect() as connection:
        before = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar()
            for name in ("lesson", "mark", "trail_entry")
        }
    engine.dispose()
    opened.downgrade(config, "0001")
    engine = database.open_engine(url)
    assert "finding" not in inspect(engine).get_table_names()
    engine.dispose()
    opened.upgrade(config)
    engine = database.open_engine(url)
    assert {name: count(engine, name) for name in before} == before
    assert count(engine, "lesson WHERE (topic <> '') <> (filled_at IS NOT NULL)") == 0
    assert count(engine, "trail_entry WHERE entity = 'Mark' AND lesson_id IS NULL") == 0
    assert findings.refresh(engine, at=datetime(2026, 11, 23, tzinfo=UTC)).new >= 1
    engine.dispose()
    store.drop(url)


def test_an_upgrade_takes_a_checked_copy_first(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0
    assert not (tmp_path / "backups").exists(), "an empty database has nothing to copy"
    opened.downgrade(config_for(f"sqlite:///{tmp_path}/journal.db", tmp_path), "0001")
    answer = run(tmp_path, "db", "upgrade")
    assert answer.returncode == 0 and "Copy before the upgrade" in answer.stdout
    (copy,) = backup.copies(tmp_path / "backups")
    assert copy.manifest.schema == "0001" and backup.verify(copy.path)


def test_an_upgrade_that_fails_puts_the_old_database_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_for(f"sqlite:///{tmp_path}/journal.db", tmp_path)
    opened.upgrade(config)
    opened.downgrade(config, "0001")
    engine = database.open_engine(config.database_url)
    before = count(engine, "alembic_version")

    def fail(_: object) -> None:
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE student"))
        raise RuntimeError("half done")

    monkeypatch.setattr(opened, "upgrade", fail)
    with pytest.raises(click.ClickException, match="the old database was put back: half done"):
        opened.migrated(config)
    assert "student" in inspect(engine).get_table_names() and count(engine, "alembic_version") == before
    engine.dispose()
