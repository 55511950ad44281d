"""Help with each page for its role, the first steps of somebody new, and the way of a problem through the pages."""

import io
import json
import re
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import Role
from journal.services import help as service
from journal.services import records
from tests.conftest import client_of
from tests.personas import ROLES, School

EN = {"Accept-Language": "en"}
CYRILLIC = re.compile("[А-Яа-яЁё]")


def test_both_languages_say_the_same_topics_in_few_steps() -> None:
    ru, en = service.every("ru"), service.every("en")
    assert [one.code for one in ru] == [one.code for one in en] and len({one.code for one in ru}) == len(ru)
    for one, other in zip(ru, en, strict=True):
        assert len(one.steps) == len(other.steps) <= service.MOST_STEPS
        assert all(map(CYRILLIC.search, (one.title, *one.steps))) and not any(
            map(CYRILLIC.search, (other.title, *other.steps))
        )


def test_every_role_has_a_tour_of_at_most_five_steps() -> None:
    for role in Role:
        for language in service.LANGUAGES:
            assert 1 <= len(service.tour([role], language)) <= service.MOST_STEPS


def test_every_page_of_the_menu_is_explained(shared_app: Flask) -> None:
    for login, roles in ROLES.items():
        client = client_of(shared_app, login)
        tabs = re.findall(
            r'<a href="(/[^"]*)"', client.get("/", follow_redirects=True).get_data(as_text=True).split("</nav>")[0]
        )
        assert roles and tabs
        for tab in tabs:
            answer = client.get("/help/", query_string={"page": tab})
            assert answer.status_code == 302 and "/help/" in answer.headers["Location"], (login, tab)
            assert client.get(answer.headers["Location"]).status_code == 200


def test_the_addresses_of_help_and_tours_open_for_their_roles(shared_app: Flask) -> None:
    for login in ("admin", "director", "deputy", "anna", "maria"):
        client = client_of(shared_app, login)
        roles = frozenset(ROLES[login])
        for topic in service.every("en"):
            if topic.roles & roles:
                answer = client.get(topic.address, follow_redirects=True)
                assert answer.status_code in (200, 404), (login, topic.address)
        for address, _ in service.tour(roles, "en"):
            assert client.get(address, follow_redirects=True).status_code == 200, (login, address)


def test_a_topic_of_another_role_is_not_told(shared_app: Flask) -> None:
    assert client_of(shared_app, "maria").get("/help/control").status_code == 404
    assert client_of(shared_app, "maria").get("/help/nothing").status_code == 404


def test_the_school_adds_words_of_its_own(app: Flask, school: School) -> None:
    with school.acting("admin") as session:
        values = {"address": "/diary/", "subject": "In our school", "text": "Sign on Sunday."}
        records.create(session, s.HelpPage, values)
    assert "Sign on Sunday." in client_of(app, "maria").get("/help/diary", headers=EN).get_data(as_text=True)


def test_somebody_new_sees_the_first_steps_until_they_are_read(app: Flask, school: School) -> None:
    client = client_of(app, "deputy")
    assert "The first steps" in client.get("/", headers=EN).get_data(as_text=True)
    assert "The first steps" not in client.get("/control/", headers=EN).get_data(as_text=True)
    assert client.post("/help/tour", data={"next": "/"}).headers["Location"] == "/"
    assert "The first steps" not in client.get("/", headers=EN).get_data(as_text=True)
    assert "The first steps" not in client_of(app, "deputy").get("/", headers=EN).get_data(as_text=True)


def test_a_problem_goes_its_way_through_the_pages(app: Flask, school: School) -> None:
    maria, admin = client_of(app, "maria"), client_of(app, "admin")
    assert 'value="/diary/marks"' in maria.get("/support/new?page=/diary/marks").get_data(as_text=True)
    wrong = maria.post("/support/new", data={"text": "", "page": "//evil.example"}, headers=EN)
    assert wrong.status_code == 422 and 'id="text-error"' in wrong.get_data(as_text=True)
    form = {"text": "Marks of Petya <b>vanish</b>", "page": "/diary/", "picture": (io.BytesIO(PNG), "x.png")}
    assert maria.post("/support/new", data=form).headers["Location"] == "/diary/"
    request = school.system().scalars(select(s.SupportRequest.id).order_by(s.SupportRequest.id.desc())).first()
    page = admin.get(f"/support/{request}", headers=EN).get_data(as_text=True)
    assert "&lt;b&gt;vanish" in page and "/diary/" in page
    assert admin.get(f"/support/{request}/picture").mimetype == "image/png"
    assert admin.post(f"/support/{request}/answer", data={"answer": ""}).status_code == 422
    admin.post(f"/support/{request}/answer", data={"answer": "Mended."})
    assert "Mended." in maria.get(f"/support/{request}", headers=EN).get_data(as_text=True)
    shown = admin.get(f"/support/{request}/bundle", headers=EN).get_data(as_text=True)
    assert "Petya" not in shown.split("<textarea")[1] and "vanish" in shown
    saved = admin.post(f"/support/{request}/bundle", data={"text": '{"a": 1}'}).get_data()
    with zipfile.ZipFile(io.BytesIO(saved)) as file:
        assert json.loads(file.read("bundle.json")) == {"a": 1}
    for login in ("viktor", "anna"):
        other = client_of(app, login)
        assert other.get(f"/support/{request}").status_code == other.get(f"/support/{request}/picture").status_code == 404
        assert other.post(f"/support/{request}/answer").status_code == 403


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


@pytest.mark.parametrize(
    ("training", "wanted"), [("8001", "http://localhost:8001/"), ("https://try.school.ru/", "https://try.school.ru/")]
)
def test_the_training_school_is_a_link_where_there_is_one(app: Flask, training: str, wanted: str) -> None:
    from dataclasses import replace  # noqa: PLC0415

    client = client_of(app, "anna")
    assert "To the training school" not in client.get("/help/", headers=EN).get_data(as_text=True)
    app.config["JOURNAL"] = replace(app.config["JOURNAL"], training=training)
    assert f'href="{wanted}"' in client.get("/help/", headers=EN).get_data(as_text=True)
