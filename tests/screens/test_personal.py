"""The data of one person on a screen: for the administrator alone."""

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.mark.parametrize("login", ["anna", "maria", "director", "deputy"])
def test_nobody_else_reads_it(shared_app: Flask, shared_school: School, login: str) -> None:
    client = client_of(shared_app, login)
    address = f"/personal/student/{shared_school.id(s.Student, 'A')}"
    for asked in (client.get(address), client.post(f"{address}/export"), client.post(f"{address}/erase")):
        assert asked.status_code == 403


def test_the_administrator_sees_what_is_kept_and_hands_it_out(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    id_ = school.id(s.Student, "A")
    assert f"/personal/student/{id_}" in client.get(f"/admin/student/details?id={id_}").get_data(as_text=True)
    page = client.get(f"/personal/student/{id_}", headers=EN).get_data(as_text=True)
    assert "Petya" in page and "Marks" in page and "Vera" not in page
    answer = client.post(f"/personal/student/{id_}/export")
    found = json.loads(answer.get_data(as_text=True))
    assert found["Student"][0]["last_name"] == "Petya" and "attachment" in answer.headers["Content-Disposition"]
    told = school.system().scalars(select(s.TrailEntry).where(s.TrailEntry.act == "export")).all()
    assert [(one.entity, one.actor) for one in told] == [("Student", "Admin")]
    for missing in ("/personal/student/9999", "/personal/room/1"):
        assert client.get(missing).status_code == 404


def test_who_is_here_is_not_erased_and_who_left_is(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    id_ = school.id(s.Student, "A")
    still = client.post(f"/personal/student/{id_}/erase", follow_redirects=True, headers=EN).get_data(as_text=True)
    assert "still at the school" in still
    with school.acting_as_system() as session:
        for enrolment in session.scalars(select(s.Enrolment).where(s.Enrolment.student_id == id_)).all():
            records.change(session, enrolment, {"ends_on": date(2026, 11, 22)})
    gone = client.post(f"/personal/student/{id_}/erase", follow_redirects=True, headers=EN).get_data(as_text=True)
    assert "erased" in gone
    session = school.system()
    pupil = session.get(s.Student, id_)
    assert pupil is not None and pupil.phone is None and pupil.last_name == "Petya"
    told = session.scalars(select(s.TrailEntry).where(s.TrailEntry.act == "delete", s.TrailEntry.entity == "Student")).one()
    assert told.changes is not None and told.changes["by"] == [None, "Admin"]
