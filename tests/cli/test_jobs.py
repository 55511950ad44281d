"""What runs by itself stands in the trail: what it did, and that it failed."""

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.cli import jobs
from journal.services import backup
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
