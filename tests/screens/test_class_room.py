"""Pages of the class, messages, news and the diary's other half: whose they are, what they refuse, what they cost."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, records
from tests.conftest import client_of
from tests.counting import queries_of_page
from tests.personas import LOGINS, OFFICE, TODAY, School

OWN = ("", "/absences", "/progress", "/notes", "/subgroups")
WRITING = ("/arrive", "/notes/new", "/absences/document")
LIMITS = {"": 14, "/absences": 15, "/progress": 16, "/notes": 12, "/subgroups": 13}


@pytest.mark.parametrize("login", LOGINS)
def test_a_class_is_open_to_its_teacher_and_the_office(shared_app: Flask, shared_school: School, login: str) -> None:
    """The colleague who leads another class finds none there; families are refused at the door."""
    client = client_of(shared_app, login)
    klass = shared_school.id(s.SchoolClass, "A")
    wanted = {"anna": 200, "boris": 404, **dict.fromkeys(OFFICE, 200)}.get(login, 403)
    found = {part: client.get(f"/class/{klass}{part}").status_code for part in OWN}
    open_split = {"/subgroups": 200} if login == "boris" and found["/subgroups"] == 200 else {}
    assert found == {**dict.fromkeys(OWN, wanted), **open_split}
    writers = {"anna": 200, "admin": 200, "boris": 404}.get(login, 403)
    assert {client.get(f"/class/{klass}{part}").status_code for part in WRITING} == {writers}
    assert client.get("/class/99999").status_code == (404 if wanted in (200, 404) else 403)


@pytest.mark.parametrize("part", OWN)
def test_the_pages_are_fixed_in_queries(shared_app: Flask, shared_school: School, part: str) -> None:
    client = client_of(shared_app, "anna")
    address = f"/class/{shared_school.id(s.SchoolClass, 'A')}{part}"
    assert queries_of_page(shared_app, client, address) <= LIMITS[part]


@pytest.mark.parametrize(
    ("login", "address", "limit"),
    [
        ("deputy", "/class/", 9),
        ("maria", "/messages/", 9),
        ("maria", "/news/", 7),
        ("maria", "/diary/marks", 12),
        ("maria", "/diary/marks?year=1", 12),
        ("maria", "/diary/absence", 9),
        ("anna", "/messages/new", 10),
    ],
)
def test_pages_of_families_and_talk_are_fixed_in_queries(shared_app: Flask, login: str, address: str, limit: int) -> None:
    assert queries_of_page(shared_app, client_of(shared_app, login), address) <= limit


def test_a_wrong_line_stands_beside_its_field_and_nothing_is_lost(app: Flask, school: School) -> None:
    anna, klass = client_of(app, "anna"), school.id(s.SchoolClass, "A")
    typed = {"last_name": "Novikova", "first_name": "", "on": "2026-11-23", "order": "order 3", "student_id": "", "sex": ""}
    html = anna.post(f"/class/{klass}/arrive", data=typed).get_data(as_text=True)
    assert 'value="Novikova"' in html and 'class="error"' in html or 'role="alert"' in html
    html = anna.post(f"/class/{klass}/arrive", data={**typed, "first_name": "A", "on": "nonsense"}).get_data(as_text=True)
    assert 'id="on-error"' in html and 'value="Novikova"' in html
    answer = anna.post(f"/class/{klass}/arrive", data={**typed, "first_name": "Anna"})
    assert answer.status_code == 302
    assert "Novikova" in anna.get(f"/class/{klass}").get_data(as_text=True)


def test_a_key_over_cells_answers_with_the_lines_as_they_are(app: Flask, school: School) -> None:
    klass, student = school.id(s.SchoolClass, "A"), school.id(s.Student, "A")
    on = TODAY
    with database.work(school.engine, System("test")) as session:
        place = {"assignment_id": school.id(s.TeachingAssignment, "A"), "held_on": on, "number": 6}
        lesson = records.create(session, s.Lesson, place).id
        plain, other = session.scalars(
            select(s.AbsenceReason.id).where(s.AbsenceReason.is_absence).order_by(~s.AbsenceReason.is_default)
        ).all()
        records.create(session, s.Absence, {"lesson_id": lesson, "student_id": student, "reason_id": plain})
    asked = {"reason": other, "cells": [{"student": student, "day": on.isoformat()}]}
    address = f"/class/{klass}/absences/keys"
    told = client_of(app, "anna").post(address, json=asked).get_json()
    assert told["count"] == 1 and told["lines"][0]["student"] == student and on.isoformat() in told["lines"][0]["cells"]
    assert client_of(app, "boris").post(address, json=asked).status_code == 404
    assert client_of(app, "maria").post(address, json=asked).status_code == 403
    for bad in ({}, {"cells": [], "reason": 1}, {"cells": [{"student": "x", "day": "y"}], "reason": 1}, [1], "x"):
        assert client_of(app, "anna").post(address, json=bad).status_code == 400


def test_the_completeness_of_all_classes_is_the_offices(shared_app: Flask) -> None:
    html = client_of(shared_app, "deputy").get("/class/").get_data(as_text=True)
    assert "7A" in html and "7B" in html and "%" in html
    assert client_of(shared_app, "anna").get("/class/").status_code == 302


def test_a_letter_is_written_and_read_with_its_file(app: Flask, school: School) -> None:
    anna, maria = client_of(app, "anna"), client_of(app, "maria")
    typed = {
        "to": f"parents:{school.id(s.Student, 'A')}",
        "subject": "Trip <b>",
        "text": "On Friday & Saturday",
        "files": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "plan.pdf"),
    }
    answer = anna.post("/messages/new", data=typed, content_type="multipart/form-data")
    assert answer.status_code == 302, re.findall(r'class="error"[^<]*<|role="alert">[^<]*', answer.get_data(as_text=True))
    thread = school.system().scalar(select(s.Message.id).order_by(s.Message.id.desc()).limit(1))
    html = maria.get(f"/messages/{thread}").get_data(as_text=True)
    assert "Trip &lt;b&gt;" in html and "On Friday &amp; Saturday" in html and "plan.pdf" in html
    file = school.system().scalar(select(s.MessageFile.id).order_by(s.MessageFile.id.desc()).limit(1))
    got = maria.get(f"/messages/files/{file}")
    assert got.status_code == 200 and got.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in got.headers["Content-Disposition"]
    for login in ("boris", "viktor", "petya"):
        assert client_of(app, login).get(f"/messages/{thread}").status_code == 404
        assert client_of(app, login).get(f"/messages/files/{file}").status_code == 404
    typed["to"], typed["files"] = f"parents:{school.id(s.Student, 'B')}", (io.BytesIO(b"%PDF-1.4"), "plan.pdf")
    assert anna.post("/messages/new", data=typed, content_type="multipart/form-data").status_code == 404


def test_a_guardian_signs_the_week_and_a_note_once(app: Flask, school: School) -> None:
    student = school.id(s.Student, "A")
    maria = client_of(app, "maria")
    for _ in range(2):
        answer = maria.post("/diary/read", data={"student": student, "day": "2026-11-23"})
        assert answer.status_code == 302
    rows = school.system().scalars(select(s.DiaryReceipt.week_on).where(s.DiaryReceipt.student_id == student)).all()
    assert len([on for on in rows if on.isoformat() == "2026-11-23"]) == 1
    assert client_of(app, "viktor").post("/diary/read", data={"student": student, "day": "2026-11-23"}).status_code == 404
    assert client_of(app, "petya").post("/diary/read", data={"student": student, "day": "2026-11-23"}).status_code == 403
    note = school.id(s.BehaviourNote, "A")
    assert maria.post(f"/diary/notes/{note}", data={"student": student}).status_code == 302
    assert client_of(app, "viktor").post(f"/diary/notes/{note}").status_code == 404


def test_the_diary_is_kept_by_a_familys_browser_alone(shared_app: Flask) -> None:
    assert client_of(shared_app, "maria").get("/diary/").headers.get("X-Keep") == "diary"
    assert "X-Keep" not in client_of(shared_app, "anna").get("/diary/").headers
    manifest = shared_app.test_client().get("/diary/app.webmanifest")
    assert manifest.status_code == 200 and manifest.get_json()["start_url"].startswith("/diary/")
