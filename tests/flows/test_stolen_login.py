"""A pupil has a teacher's login: from the sign-in to the marks put back, as one story over HTTP."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, settings
from journal.services.alerts import raising
from tests.conftest import newcomer_of
from tests.personas import School


def value_of(school: School) -> list[str]:
    session = school.system()
    found = session.scalars(select(s.Mark.value).where(s.Mark.lesson_id == school.id(s.Lesson, "A"))).all()
    session.close()
    return list(found)


def put(client: FlaskClient, school: School, value: str, base: str) -> int:
    lesson, student = school.id(s.Lesson, "A"), school.id(s.Student, "A")
    op = {"id": "stolen-0001", "student": student, "lesson": lesson, "value": value, "base": base}
    return client.post(f"/classbook/{school.id(s.TeachingAssignment, 'A')}/ops", json={"ops": [op]}).status_code


def alert_of(school: School, rule: str) -> s.Alert:
    session = school.system()
    found = session.scalars(select(s.Alert).where(s.Alert.rule == rule, s.Alert.state != "closed")).one()
    session.close()
    return found


def test_a_stolen_login_is_noticed_answered_and_undone(app: Flask, school: School) -> None:
    before = value_of(school)
    owner = newcomer_of(app, "anna")
    pupil = newcomer_of(app, "petya")
    pupil.post("/logout")
    # the thief signs in as the teacher in the browser in which a pupil had signed in
    answer = pupil.post("/login", data={"username": "anna", "password": "correct horse"})
    assert answer.headers["Location"] == "/"
    assert put(pupil, school, "4", "5") == 200 and value_of(school) != before
    alert = alert_of(school, "pupils-device")
    assert alert.facts["whose"] == "Petya"
    page = owner.get("/").get_data(as_text=True)
    assert "Это были вы?" in page and "Petya" in page
    # nobody else answers for the owner
    stranger = newcomer_of(app, "boris")
    assert stranger.post(f"/account/alerts/{alert.id}", data={"said": "foreign"}).status_code == 404
    assert stranger.get(f"/alerts/{alert.id}").status_code == 404
    assert stranger.post(f"/alerts/{alert.id}/back", data={"all": "1"}).status_code == 404
    # the owner says no: the thief is out, the owner is not
    answer = owner.post(f"/account/alerts/{alert.id}", data={"said": "foreign"})
    assert answer.headers["Location"] == f"/alerts/{alert.id}"
    assert pupil.get("/").headers["Location"].startswith("/login")
    case = owner.get(f"/alerts/{alert.id}").get_data(as_text=True)
    assert "4" in case and "Вернуть все" in case
    admin = newcomer_of(app, "admin")
    assert "это был не я" in admin.get("/alerts/").get_data(as_text=True)
    admin.post(f"/alerts/{alert.id}/back", data={"all": "1"})
    assert value_of(school) == before
    admin.post(f"/alerts/{alert.id}/close")
    session = school.system()
    told = session.scalars(select(s.TrailEntry).where(s.TrailEntry.entity == "Mark").order_by(s.TrailEntry.id)).all()
    assert [entry.actor for entry in told[-2:]] == ["Anna", "Admin"]
    assert told[-2].sign_in_id == alert.sign_in_id
    session.close()


def test_many_changes_of_old_marks_are_a_case_each_day_once(app: Flask, school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        settings.put(session, "old_marks_a_day", "0")
    client = newcomer_of(app, "anna")
    assert put(client, school, "3", "5") == 200
    assert raising.look(school.engine) >= 1
    assert raising.look(school.engine) == 0
    assert alert_of(school, "old-marks").facts == {"count": 1}


@pytest.mark.parametrize("login", ["petya", "maria", "boris", "deputy"])
def test_alerts_of_others_are_for_the_administrator(app: Flask, school: School, login: str) -> None:
    newcomer_of(app, "anna")
    app.test_client().post("/login", data={"username": "anna", "password": "correct horse"})
    alert = alert_of(school, "new-device")
    client = newcomer_of(app, login)
    assert client.get("/alerts/").status_code == 403
    assert client.get(f"/alerts/{alert.id}").status_code == 404
