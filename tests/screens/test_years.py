"""The pages of the years: for the administrator, the director reads."""

import io
import zipfile
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from journal.services.years import archive, closed
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.mark.parametrize("login", ["director", "deputy", "anna", "maria"])
def test_who_reads_and_who_does(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    assert client.get("/years/").status_code == (200 if login == "director" else 403)
    assert client.get("/years/next").status_code == 403
    for act in ("archive", "close", "current"):
        assert client.post(f"/years/1/{act}").status_code == 403


def test_a_year_is_closed_archived_and_fetched(app: Flask, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """With real prints: PDF/A by class."""
    client = client_of(app, "admin")
    year = school.system().scalar(select(s.AcademicYear.id))
    early = client.post(f"/years/{year}/close", follow_redirects=True, headers=EN).get_data(as_text=True)
    assert "The year is not over" in early
    monkeypatch.setenv("JOURNAL_TODAY", "2027-06-20")
    client = client_of(app, "admin")
    assert "Close 2026/27" in client.get("/years/", headers=EN).get_data(as_text=True)
    client.post(f"/years/{year}/close")
    page = client.get("/years/", headers=EN).get_data(as_text=True)
    assert "closed 20.06.2027" in page and "until 31.12.2032" in page
    found = school.system().scalars(select(s.Archive).order_by(s.Archive.id.desc())).first()
    assert found is not None
    fetched = client_of(app, "director").get(f"/years/archives/{found.id}").get_data()
    with zipfile.ZipFile(io.BytesIO(fetched)) as file:
        prints = [file.read(name) for name in file.namelist() if name.endswith(".pdf")]
    assert len(prints) == 4 and all(one.startswith(b"%PDF") and b"pdfaid" in one for one in prints)
    assert archive.verify(app.config["JOURNAL"].archives / found.file_name).problems == []
    assert client.get("/years/archives/9999").status_code == 404
    assert client_of(app, "anna").get(f"/years/archives/{found.id}").status_code == 403


def test_an_archive_that_fails_leaves_the_year_open(app: Flask, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_TODAY", "2027-06-20")

    def full(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(archive, "make", full)
    year = school.system().scalar(select(s.AcademicYear.id))
    page = client_of(app, "admin").post(f"/years/{year}/close", follow_redirects=True, headers=EN).get_data(as_text=True)
    assert "Something unexpected" in page
    assert school.system().scalars(select(s.AcademicYear.closed_at)).all() == [None]


def test_the_next_year_is_shown_chosen_and_made(app: Flask, school: School) -> None:
    with school.acting_as_system() as session:
        records.create(session, s.GradeLevel, {"number": 8})
    client = client_of(app, "admin")
    page = client.get("/years/next", headers=EN).get_data(as_text=True)
    assert "7A</b> → 8A" in page and 'value="2027-09-01"' in page
    form = {"begins_on": "2027-09-01", "ends_on": "2028-05-26", "order": "", "with_assignments": "1"}
    wrong = client.post("/years/next", data={**form, f"fate-{school.id(s.Student, 'A')}": "out"}, headers=EN)
    text = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and 'id="order-error"' in text and 'value="out" selected' in text
    done = client.post("/years/next", data={**form, "order": "No. 5"}, follow_redirects=True, headers=EN)
    assert "The next year is prepared: 2 classes" in done.get_data(as_text=True)
    assert "A later year is there already" in client.get("/years/next", headers=EN).get_data(as_text=True)


def test_a_closed_year_is_read_in_the_product(app: Flask, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its journals are listed, open with their marks, print, and take nothing any more."""
    monkeypatch.setenv("JOURNAL_TODAY", "2027-09-20")
    year = school.system().scalar(select(s.AcademicYear.id))
    with school.acting("admin") as session:
        closed.close(session, year or 0)
        values = {"name": "2027/28", "begins_on": date(2027, 9, 1), "ends_on": date(2028, 5, 26)}
        new = records.create(session, s.AcademicYear, values)
        closed.make_current(session, new.id)
    assignment, lesson = school.id(s.TeachingAssignment, "A"), school.id(s.Lesson, "A")
    for login in ("anna", "deputy"):
        client = client_of(app, login)
        assert f"/classbook/{assignment}" not in client.get("/classbook/").get_data(as_text=True)
        page = client.get(f"/classbook/?year={year}", headers=EN).get_data(as_text=True)
        assert f"/classbook/{assignment}" in page and "only to read" in page
        assert client.get(f"/classbook/{assignment}?on=2026-11-20").status_code == 200
        printed = client.get(f"/reports/class-journal?year={year}&assignment_id={assignment}", headers=EN).get_data(
            as_text=True
        )
        assert "Petya" in printed and "2026/27" in printed
    op = {"id": "op-00000001", "lesson": lesson, "student": school.id(s.Student, "A"), "value": "2", "base": "5"}
    answer = client_of(app, "anna").post(f"/classbook/{assignment}/ops", json={"ops": [op]}).get_json()
    assert answer["results"][0]["state"] == "locked"
