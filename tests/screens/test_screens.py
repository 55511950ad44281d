"""Each page for whom it is, in a fixed number of queries, in both languages, with strict headers."""

import re

import pytest
from flask import Flask

from journal import schema as s
from journal.access.actor import Role
from journal.services.accounts import sessions, signing_in
from tests.conftest import client_of
from tests.counting import queries_of_page
from tests.personas import LOGINS, ROLES, School

PAGES = {
    "/": LOGINS,
    "/classbook/": ("admin", "director", "deputy", "control", "anna", "boris"),
    "/timetable/": LOGINS,
    "/timetable/?view=class": LOGINS,
    "/timetable/?view=teacher": LOGINS,
    "/timetable/?view=room": LOGINS,
    "/timetable/edit": ("admin", "deputy"),
    "/diary/": ("anna", "boris", "petya", "vera", "maria", "viktor"),
    "/admin/": ("admin", "director", "deputy", "control", "anna", "boris"),
}


@pytest.mark.parametrize("login", LOGINS)
def test_each_role_opens_its_pages_and_no_other(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    found = {address: client.get(address, follow_redirects=True).status_code for address in PAGES}
    assert found == {address: 200 if login in who else 403 for address, who in PAGES.items()}


def test_pages_that_name_a_row_answer_404_to_strangers(shared_app: Flask, shared_school: School) -> None:
    """A colleague, a stranger and nobody's row: existence is not told."""
    assignment, lesson = shared_school.id(s.TeachingAssignment, "A"), shared_school.id(s.Lesson, "A")
    student = shared_school.id(s.Student, "A")
    expected = {
        "anna": (200, 200, 200),
        "admin": (200, 200, 403),
        "boris": (404, 404, 404),
        "viktor": (403, 403, 404),
        "vera": (403, 403, 404),
        "petya": (403, 403, 200),
        "maria": (403, 403, 200),
    }
    found = {}
    for login in expected:
        client = client_of(shared_app, login)
        addresses = (f"/classbook/{assignment}", f"/lessons/{lesson}", f"/diary/?student={student}")
        found[login] = tuple(client.get(address).status_code for address in addresses)
    assert found == expected
    assert client_of(shared_app, "anna").get("/classbook/999999").status_code == 404


def test_a_colleague_sees_no_pupil_in_a_journal_that_is_not_his(shared_app: Flask, shared_school: School) -> None:
    text = (
        client_of(shared_app, "boris")
        .get(f"/classbook/{shared_school.id(s.TeachingAssignment, 'A')}")
        .get_data(as_text=True)
    )
    assert "Petya" not in text


def test_every_route_has_an_audience(shared_app: Flask) -> None:
    known = shared_app.extensions["audiences"]
    undeclared = {rule.endpoint for rule in shared_app.url_map.iter_rules()} - known.keys() - {"static", "panel.static"}
    assert undeclared == set(), "declare it with screen.page(..., to=...)"


def test_nothing_changes_on_get(school: School, app: Flask) -> None:
    before = dump(school)
    client = client_of(app, "admin")
    signed_in = dump(school)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "account.logout":
            client.get(rule.rule + "?id=1&since=2026-12-01&assignment=1&field=student_id")
    assert dump(school) == signed_in != before


def dump(school: School) -> dict[str, int]:
    session = school.system()
    noted = {s.TrailEntry, s.TrailHead}  # that somebody took an export away is noted
    found = {e.__name__: len(session.query(e.id).all()) for e in s.entities() if e not in noted}
    session.close()
    return found


def test_headers_are_strict_on_every_answer(shared_app: Flask) -> None:
    client = client_of(shared_app, "anna")
    for address in ("/", "/nowhere", "/classbook/", "/healthz", "/login"):
        headers = client.get(address).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers["Cache-Control"]
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_pages_are_packed_and_versioned_files_are_kept(shared_app: Flask) -> None:
    client = client_of(shared_app, "anna")
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip" and "no-store" in page.headers["Cache-Control"]
    assert "immutable" in client.get("/static/css/base.css?v=1").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/js/queue.js").headers.get("Cache-Control", "")


def test_a_signed_out_visitor_goes_to_the_login_and_back_to_own_paths_only(shared_app: Flask) -> None:
    client = shared_app.test_client()
    answer = client.get("/classbook/?x=1")
    assert answer.headers["Location"] == "/login?next=/classbook/?x%3D1"
    data = {"username": "anna", "password": "correct horse"}
    assert client.post("/login?next=/classbook/", data=data).headers["Location"] == "/classbook/"
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert shared_app.test_client().post(f"/login?next={evil}", data=data).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("language", "lang", "word"), [("ru-RU,ru", "ru", "Журналы"), ("en", "en", "Journals"), ("de", "ru", "Журналы")]
)
def test_the_language_follows_the_browser_and_the_switch(shared_app: Flask, language: str, lang: str, word: str) -> None:
    client = client_of(shared_app, "anna")
    text = client.get("/classbook/", headers={"Accept-Language": language}).get_data(as_text=True)
    assert f'<html lang="{lang}"' in text and word in text
    client.post("/preferences", data={"language": "en", "theme": "dark", "next": "/"})
    text = client.get("/classbook/", headers={"Accept-Language": "ru"}).get_data(as_text=True)
    assert '<html lang="en" data-theme="dark"' in text


@pytest.mark.parametrize(
    "address", ["/", "/classbook/", "/timetable/", "/timetable/edit", "/admin/", "/admin/student/", "/admin/mark/new"]
)
def test_russian_pages_have_no_english_words(shared_app: Flask, address: str) -> None:
    html = client_of(shared_app, "admin").get(address, headers={"Accept-Language": "ru"}).get_data(as_text=True)
    text = re.sub(r"<(script|style|svg)[\s\S]*?</\1>|<[^>]+>", " ", html)
    words = set(re.findall(r"[A-Za-z]{4,}", text))
    data = {
        "Teacher",
        "Office",
        "Admin",
        "Director",
        "Deputy",
        "Control",
        "Anna",
        "Boris",
        "Pupil",
        "Petya",
        "Vera",
        "Subject",
        "News",
        "English",
    }
    keys = {"Enter", "Delete", "Ctrl", "XLSX", "Test", "Plain", "PASS", "absent", "late", "Usual", "name"}
    assert words - data - keys == set()


LIMITS = {
    "/": 12,
    "/classbook/{assignment}": 18,
    "/lessons/{lesson}": 25,
    "/timetable/?view=school": 9,
    "/timetable/edit": 10,
}


@pytest.mark.parametrize("address", LIMITS)
def test_pages_are_fixed_in_queries(app: Flask, school: School, address: str) -> None:
    client = client_of(app, "anna" if "edit" not in address else "deputy")
    asked = address.format(assignment=school.id(s.TeachingAssignment, "A"), lesson=school.id(s.Lesson, "A"))
    assert queries_of_page(app, client, asked) <= LIMITS[address]


def test_the_diary_takes_at_most_thirteen_queries(app: Flask) -> None:
    for login in ("petya", "maria"):
        assert queries_of_page(app, client_of(app, login), "/diary/") <= 13


def test_the_roles_of_the_personas_are_what_the_sign_in_finds(shared_app: Flask, shared_school: School) -> None:
    for login in LOGINS:
        entered = signing_in.sign_in(shared_school.engine, login, "correct horse", signing_in.Visit("::1", "test"))
        actor = sessions.actor_of(shared_school.engine, entered.token)
        assert actor is not None and actor.roles == frozenset(ROLES[login])
    assert Role.ADMINISTRATOR in ROLES["admin"]
