"""A related row is made without leaving the form: what was typed is kept, a refusal stands beside its field."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from journal import schema as s
from tests.conftest import client_of
from tests.personas import School

CLASS = {"letter": "Щ", "name": "7Щ", "days_a_week": "5", "shift": "1", "version_seen": ""}


def rooms(school: School) -> int:
    session = school.system()
    try:
        return session.scalar(select(func.count(s.Room.id))) or 0
    finally:
        session.close()


def test_the_page_between_carries_what_was_typed_there_and_back(app: Flask, school: School) -> None:
    client, before = client_of(app, "admin"), rooms(school)
    assert 'name="add" value="room_id"' in client.get("/admin/school-class/new").get_data(as_text=True)
    between = client.post("/admin/school-class/new", data={**CLASS, "add": "room_id"}).get_data(as_text=True)
    assert 'name="new-number"' in between and "7Щ" in between and 'name="adding" value="room_id"' in between
    assert rooms(school) == before
    answer = client.post("/admin/school-class/new", data={**CLASS, "adding": "room_id", "new-number": "909"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200 and rooms(school) == before + 1
    chosen = re.search(r'<option selected value="(\d+)">[^<]*909', html)
    assert chosen and 'value="7Щ"' in html, "the new room is chosen, and the class is not saved yet"
    session = school.system()
    assert session.scalar(select(s.SchoolClass.id).where(s.SchoolClass.name == "7Щ")) is None
    session.close()


def test_a_refusal_stands_beside_its_field_and_keeps_both_forms(app: Flask, school: School) -> None:
    client, before = client_of(app, "admin"), rooms(school)
    answer = client.post(
        "/admin/school-class/new", data={**CLASS, "adding": "room_id", "new-capacity": "many", "new-number": ""}
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and rooms(school) == before
    assert 'id="new-number-error"' in html and 'id="new-capacity-error"' in html and "7Щ" in html and "many" in html


def test_going_back_draws_the_form_as_it_was_left(app: Flask, school: School) -> None:
    before = rooms(school)
    answer = client_of(app, "admin").post("/admin/school-class/new", data={**CLASS, "unadd": "1", "new-number": "909"})
    assert answer.status_code == 200 and 'value="7Щ"' in answer.get_data(as_text=True) and rooms(school) == before


def test_a_script_gets_the_form_alone_and_then_the_row(app: Flask, school: School) -> None:
    client, row = client_of(app, "admin"), school.id(s.SchoolClass, "A")
    address = f"/admin/school-class/edit?id={row}"
    part = client.post(address, data={**CLASS, "add": "room_id", "part": "1"})
    assert part.headers["X-Part"] and "<html" not in part.get_data(as_text=True)
    answer = client.post(address, data={**CLASS, "adding": "room_id", "new-number": "910", "part": "1"})
    assert "910" in answer.get_json()["title"]
    session = school.system()
    assert session.scalar(select(s.Room.number).where(s.Room.id == answer.get_json()["id"])) == "910"
    assert session.scalar(select(s.SchoolClass.name).where(s.SchoolClass.id == row)) != "7Щ"
    session.close()


@pytest.mark.parametrize("field", ["account_id", "no_such", "name", "academic_year_id'--"])
def test_only_references_that_may_be_made_here(app: Flask, field: str) -> None:
    """An account wants a fresh password and a page of its own."""
    client = client_of(app, "admin")
    assert client.post("/admin/role-grant/new", data={"add": field}).status_code == 404
    assert 'name="add"' not in client.get("/admin/role-grant/new").get_data(as_text=True)


@pytest.mark.parametrize("login", ["anna", "deputy", "petya"])
def test_nobody_makes_here_what_they_may_not_make_there(app: Flask, school: School, login: str) -> None:
    client, before = client_of(app, login), rooms(school)
    row = school.id(s.SchoolClass, "A")
    for address in ("/admin/school-class/new", f"/admin/school-class/edit?id={row}", "/admin/homework/new"):
        answer = client.post(address, data={"adding": "room_id", "new-number": "911"})
        assert answer.status_code in (403, 404), address
    assert rooms(school) == before


def test_a_class_teacher_is_not_offered_a_pupil_that_would_not_be_seen(app: Flask) -> None:
    client = client_of(app, "anna")
    page = client.get("/admin/guardianship/new")
    assert page.status_code == 200 and 'name="add" value="student_id"' not in page.get_data(as_text=True)
    assert client.post("/admin/guardianship/new", data={"add": "student_id"}).status_code == 404
