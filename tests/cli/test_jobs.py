"""What runs by itself stands in the trail: what it did, and that it failed."""

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.cli import jobs
from journal.cli.run import training_environment
from journal.config import load
from journal.services import backup
from tests.conftest import config_for
from tests.personas import School


def told(school: School) -> list[tuple[str | None, dict[str, object] | None]]:
    found = school.system().scalars(select(s.TrailEntry).where(s.TrailEntry.act == "job").order_by(s.TrailEntry.id))
    return [(one.row_title, one.changes) for one in found]


def test_the_nightly_copy_is_told(app: Flask, school: School) -> None:
    jobs.do(app, jobs.copying)
    (copy,) = backup.copies(app.config["JOURNAL"].backups)
    assert told(school) == [("copying", {str(app.config["JOURNAL"].backups): [None, copy.path.name]})]


def test_a_job_that_did_nothing_is_silent_and_one_that_failed_is_not(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.do(app, jobs.watching)
    assert told(school) == []

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(backup, "make", full)
    with pytest.raises(OSError, match="no space"):
        jobs.do(app, jobs.copying)
    assert told(school) == [("copying", {"error": [None, "OSError"]})]


def test_the_training_school_shares_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the database nor the keys, the queue, the mail or the settings of the real one."""
    for name in ("DATABASE_URL", "REDIS", "SECRET_KEY", "MAIL_HOST"):
        monkeypatch.setenv(f"JOURNAL_{name}", "real")
    config = config_for("postgresql://real", tmp_path)
    made = training_environment(config)
    assert "real" not in str({name: value for name, value in made.items() if name.startswith("JOURNAL_")})
    for name in [name for name in os.environ if name.startswith("JOURNAL_")]:
        monkeypatch.delenv(name)
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    own = load("demo.db", demo=True)
    assert own.database_url == f"sqlite:///{tmp_path}/training/demo.db" and own.instance != config.instance
    assert own.secret_key != "real" and not own.redis and not own.mail_host
