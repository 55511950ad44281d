"""The state of the system: for its administrator, with what to do, and a copy of the database by a button."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import backup, database, health, records
from tests.conftest import client_of, config_for
from tests.personas import LOGINS, MOMENT, School


@pytest.mark.parametrize("login", LOGINS)
def test_only_the_administrator_opens_it(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    wanted = 200 if login == "admin" else 403
    assert client.get("/status/").status_code == wanted
    if login != "admin":
        assert client.post("/status/backup").status_code == 403
        assert client.get("/status/restore/journal-1.zip").status_code == 403
        assert client.post("/status/restore/journal-1.zip").status_code == 403


def test_a_copy_is_taken_by_a_button_and_the_page_says_so(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    before = client.get("/status/", headers={"Accept-Language": "ru"}).get_data(as_text=True)
    assert "Сделайте копию сейчас" in before and "Копий пока нет" in before
    after = client.post("/status/backup", follow_redirects=True, headers={"Accept-Language": "ru"}).get_data(as_text=True)
    assert "Копия сделана и проверена" in after and "Сделайте копию сейчас" not in after
    (name,) = set(re.findall(r"journal-[\d-]+\.zip", after))
    assert backup.verify(app.config["JOURNAL"].backups / name, school.engine)
    with database.reading(school.engine, System("test")) as session:
        assert name in session.scalars(select(s.BackupCopy.file_name)).all()
    assert client.get(f"/static/../{name}").status_code == 404


def test_a_copy_is_put_back_by_a_button(app: Flask, school: School) -> None:
    """Shown first, then done behind a fresh password, with a safety copy and an entry in the trail that came back."""
    client = client_of(app, "admin")
    client.post("/status/backup")
    folder = app.config["JOURNAL"].backups
    (copy,) = backup.copies(folder)
    with database.work(school.engine, System("test")) as session:
        records.create(session, s.Room, {"number": "after"})
    address = f"/status/restore/{copy.path.name}"
    page = client.get(address, headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert client.get("/status/restore/..%2Fjournal.zip").status_code == 404
    assert client.get("/status/restore/journal-1.zip").status_code == 404
    assert "Rooms" in page and "−1" in page
    answer = client.post(address, follow_redirects=True)
    assert answer.status_code == 200 and len(backup.copies(folder)) == 2
    with database.reading(school.engine, System("test")) as session:
        assert session.scalar(select(s.Room.id).where(s.Room.number == "after")) is None
        told = session.scalars(select(s.TrailEntry).where(s.TrailEntry.act == "restore")).one()
        assert told.row_title == copy.path.name and told.changes == {"by": [None, "Admin"]}


def test_a_copy_is_put_back_only_behind_a_fresh_password(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    client.post("/status/backup")
    (copy,) = backup.copies(app.config["JOURNAL"].backups)
    with database.work(school.engine, System("test")) as session:
        for row in session.scalars(select(s.SignIn)):
            records.change(session, row, {"proven_at": MOMENT})
    answer = client.post(f"/status/restore/{copy.path.name}")
    assert "password" in answer.get_data(as_text=True) and len(backup.copies(app.config["JOURNAL"].backups)) == 1


def test_each_check_has_its_advice(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_for(school.engine.url.render_as_string(hide_password=False), tmp_path)
    found = {check.label: check for check in health.checks(school.engine, config)}
    assert len(found) >= 10
    assert not found["Clock"].is_well and not found["Last whole copy of the database"].is_well
    for check in found.values():
        assert check.is_well or check.advice, check.label
    assert found["Queue of long work"].is_well
    with school.acting_as_system() as session:
        account = school.actor("admin").account_id
        records.create(session, s.Job, {"kind": "x", "subject": "x", "account_id": account, "asked_at": MOMENT})
    stuck = {check.label: check for check in health.checks(school.engine, config)}["Queue of long work"]
    assert (stuck.value, stuck.is_well) == ("1", False)
    monkeypatch.delenv("JOURNAL_TODAY")
    assert {check.label: check for check in health.checks(school.engine, config)}["Clock"].is_well


def test_a_database_behind_the_program_is_told_and_not_read_further(school: School, tmp_path: Path) -> None:
    from journal.cli import opened  # noqa: PLC0415

    config = config_for(school.engine.url.render_as_string(hide_password=False), tmp_path)
    school.engine.dispose()
    opened.downgrade(config, "0001")
    found = health.checks(school.engine, config)
    assert [check.label for check in found if not check.is_well][0] == "Schema of the database"
    assert "Last whole copy of the database" not in {check.label for check in found}
