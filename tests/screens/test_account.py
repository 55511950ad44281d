"""One's own account and those of others: pages, locks, codes, helping."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.kit import clock
from journal.services import database, records
from tests.conftest import client_of
from tests.personas import School


def test_idle_staff_is_asked_for_the_password_and_what_was_typed_goes_on(app: Flask, school: School) -> None:
    client = client_of(app, "anna")
    assert client.get("/").status_code == 200
    with client.session_transaction() as kept:
        kept["seen"] -= 31 * 60
    assert client.get("/plans/?x=1").headers["Location"].startswith("/unlock?next=/plans/")
    assert client.post("/classbook/1/ops", json={"ops": []}).status_code == 401
    subject = {"subject": "Typed long", "text": "and not lost"}
    page = client.post("/admin/support-request/new", data=subject).get_data(as_text=True)
    assert "and not lost" in page and 'name="unlock_again"' in page
    typed = {**subject, "unlock_to": "/admin/support-request/new", "unlock_again": "1"}
    assert client.post("/unlock", data={**typed, "unlock_password": "wrong"}).status_code == 200
    answer = client.post("/unlock", data={**typed, "unlock_password": "correct horse"})
    assert (answer.status_code, answer.headers["Location"]) == (307, "/admin/support-request/new")
    client.post(answer.headers["Location"], data=typed)
    session = school.system()
    assert "Typed long" in session.scalars(select(s.SupportRequest.subject)).all()
    session.close()


def covered(client: FlaskClient) -> None:
    with client.session_transaction() as kept:
        kept["seen"] = clock.seconds() - 31 * 60
    assert client.get("/account/").headers["Location"].startswith("/unlock")


def uncover(client: FlaskClient, typed: str, why: str = "idle") -> str:
    answer = client.post(f"/unlock?why={why}", data={"unlock_password": typed}, headers={"Accept": "application/json"})
    return str(answer.get_json().get("error", "")) if answer.status_code == 422 else "open"


@pytest.mark.parametrize("easy", ["123", "1111", "4321", "0909", "890123", "12345678", "12a4", "१२३५"])
def test_an_easy_pin_is_refused_beside_its_field(app: Flask, easy: str) -> None:
    answer = client_of(app, "anna").post("/account/pin", data={"pin": easy})
    assert answer.status_code == 422 and 'id="pin-error"' in answer.get_data(as_text=True)


def test_a_pin_takes_the_cover_off_and_nothing_else(app: Flask) -> None:
    client = client_of(app, "anna")
    assert "pin" in client.post("/account/pin", data={"pin": "3852"}, follow_redirects=True).get_data(as_text=True).lower()
    covered(client)
    assert uncover(client, "3852", why="danger") != "open"
    assert uncover(client, "3852") == "open" and client.get("/account/").status_code == 200
    stranger = client_of(app, "boris")
    covered(stranger)
    assert uncover(stranger, "3852") != "open"
    answer = app.test_client().post("/login", data={"username": "anna", "password": "3852"})
    assert answer.status_code == 200, "it signs nobody in"


def test_after_three_wrong_pins_only_the_password_helps(app: Flask) -> None:
    client = client_of(app, "anna")
    client.post("/account/pin", data={"pin": "3852"})
    covered(client)
    said = [uncover(client, "3853") for _ in range(3)]
    assert said[0] == said[1] != said[2] == uncover(client, "3852")
    assert uncover(client, "correct horse") == "open"
    covered(client)
    assert uncover(client, "3852") == said[2], "the password does not bring the PIN back in this session"
    assert uncover(client, "correct horse") == "open"
    other = client_of(app, "anna")
    covered(other)
    assert uncover(other, "3852") == "open", "another session of the owner is not hurt by it"


def test_a_pin_goes_by_a_button_and_with_another_password(app: Flask, school: School) -> None:
    client = client_of(app, "anna")

    def kept() -> str | None:
        session = school.system()
        try:
            return session.scalar(select(s.Account.pin_hash).where(s.Account.login == "anna"))
        finally:
            session.close()

    client.post("/account/pin", data={"pin": "3852"})
    assert str(kept()).startswith("$argon2id$")
    client.post("/account/pin/forget")
    assert kept() is None
    client.post("/account/pin", data={"pin": "3852"})
    client.post("/account/password", data={"password": "verst kolba 71 rama", "again": "verst kolba 71 rama"})
    assert kept() is None


def test_ones_roles_are_told_with_what_gives_them(app: Flask, school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        of = {row.login: row.id for row in session.scalars(select(s.Account))}
        today = clock.today()
        values = {"account_id": of["anna"], "role": "deputy", "starts_on": today, "ends_on": today + timedelta(days=9)}
        records.create(session, s.RoleGrant, {**values, "stands_in_for_id": of["deputy"]})
        led = session.scalar(select(s.SchoolClass.name).where(s.SchoolClass.id == school.id(s.SchoolClass, "A"))) or ""
        foreign = session.scalar(select(s.SchoolClass.name).where(s.SchoolClass.id == school.id(s.SchoolClass, "B"))) or ""
        instead = session.scalar(select(s.Account.name).where(s.Account.login == "deputy")) or ""
    page = client_of(app, "anna").get("/account/").get_data(as_text=True)
    assert led in page and instead in page and f"{today + timedelta(days=9):%d.%m.%Y}" in page and foreign not in page
    page = client_of(app, "maria").get("/account/").get_data(as_text=True)
    assert led not in page and instead not in page


def test_families_are_not_locked(app: Flask) -> None:
    client = client_of(app, "maria")
    client.get("/diary/")
    with client.session_transaction() as kept:
        kept["seen"] = 0
    assert client.get("/diary/").status_code == 200


def test_a_dangerous_act_wants_a_fresh_password(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    with database.work(school.engine, System("test")) as session:
        row = session.scalars(select(s.SignIn).where(s.SignIn.login == "admin").order_by(s.SignIn.id.desc())).first()
        assert row is not None
        records.change(session, row, {"proven_at": clock.now() - timedelta(hours=1)})
    role = school.ids(s.RoleGrant, "office")[0] if school.ids(s.RoleGrant, "office") else 1
    assert "why=danger" in client.get(f"/admin/role-grant/edit?id={role}").headers["Location"]
    assert "unlock_password" in client.post(f"/admin/role-grant/delete?id={role}").get_data(as_text=True)
    client.post("/unlock", data={"unlock_password": "correct horse", "unlock_to": "/"})
    assert client.get(f"/admin/role-grant/edit?id={role}").status_code == 200


def test_slips_are_printed_for_the_own_class_and_no_code_is_kept(app: Flask, school: School) -> None:
    pupil, foreign = school.id(s.Student, "A"), school.id(s.Student, "B")
    klass = school.id(s.SchoolClass, "A")
    client = client_of(app, "anna")
    page = client.get("/accounts/").get_data(as_text=True)
    assert f"student:{pupil}" in page and f"student:{foreign}" not in page
    assert client.get(f"/accounts/?group={school.id(s.SchoolClass, 'B')}").status_code == 404
    assert client.get("/accounts/?group=staff").status_code == 404
    answer = client.post("/accounts/slips", data={"group": klass, "person": [f"student:{pupil}"]})
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    refused = client.post("/accounts/slips", data={"group": klass, "person": [f"student:{foreign}"]})
    assert refused.status_code == 302
    assert client_of(app, "petya").get("/accounts/").status_code == 403
    assert client_of(app, "deputy").get("/accounts/").status_code == 403


def test_activation_by_form_signs_in_and_says_the_login(app: Flask, school: School) -> None:
    from journal.services.accounts import codes  # noqa: PLC0415 - only here

    with school.acting("admin") as session:
        (slip,) = codes.issue(session, session.scalars(select(s.Account).where(s.Account.login == "maria")).all())
    client = app.test_client()
    typed = {"code": slip.code, "password": "three odd wooden spoons", "again": "three odd wooden spoon"}
    assert "Пароли не совпадают" in client.post("/activate", data=typed).get_data(as_text=True)
    assert client.post("/activate", data={**typed, "again": typed["password"]}).headers["Location"] == "/"
    assert "maria" in client.get("/diary/").get_data(as_text=True)


def test_one_ends_only_ones_own_sessions(app: Flask, school: School) -> None:
    anna, boris = client_of(app, "anna"), client_of(app, "boris")
    session = school.system()
    row = session.scalars(select(s.SignIn.id).where(s.SignIn.login == "anna").order_by(s.SignIn.id.desc())).first()
    session.close()
    assert boris.post(f"/account/sessions/{row}/end").status_code == 404
    assert anna.get("/account/").status_code == 200
    assert anna.post(f"/account/sessions/{row}/end").status_code == 302
    assert anna.get("/account/").headers["Location"].startswith("/login")


def test_helping_is_reading_only_and_told(app: Flask, school: School) -> None:
    admin = client_of(app, "admin")
    maria = school.actor("maria").account_id
    assert client_of(app, "anna").post(f"/accounts/{maria}/look").status_code == 403
    assert admin.post(f"/accounts/{maria}/look").headers["Location"] == "/"
    page = admin.get("/diary/").get_data(as_text=True)
    assert "Вы видите журнал глазами: Maria" in page
    assert admin.post("/admin/support-request/new", data={"subject": "x", "text": "y"}).status_code == 403
    assert admin.get("/accounts/").status_code == 403
    assert admin.post("/accounts/stop").status_code == 302
    assert admin.get("/accounts/").status_code == 200
    assert "Admin" in client_of(app, "maria").get("/account/").get_data(as_text=True)


def test_cookies_are_bound_to_the_host_behind_tls(school: School, tmp_path_factory: pytest.TempPathFactory) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    from journal.factory import create_app  # noqa: PLC0415 - only here
    from tests.conftest import _close, config_for  # noqa: PLC0415 - only here

    url = school.engine.url.render_as_string(hide_password=False)
    config = replace(config_for(url, tmp_path_factory.mktemp("tls")), tls=True)
    app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    client = app.test_client()
    answer = client.post("/login", data={"username": "anna", "password": "correct horse"}, base_url="https://school.example")
    cookies = answer.headers.getlist("Set-Cookie")
    assert {re.split("=", cookie)[0] for cookie in cookies} == {"__Host-journal", "__Host-device"}
    assert all("Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie for cookie in cookies)
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    _close(app)


def test_exports_and_prints_stand_in_the_trail(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    client.get("/accounts/register.xlsx")
    client.get("/accounts/register.pdf")
    client.get("/admin/student/export", buffered=True)
    session = school.system()
    acts = session.execute(
        select(s.TrailEntry.act, s.TrailEntry.entity).where(s.TrailEntry.act.in_(["export", "print"]))
    ).all()
    session.close()
    assert {tuple(one) for one in acts} == {("export", "Document"), ("print", "Document"), ("export", "Student")}
