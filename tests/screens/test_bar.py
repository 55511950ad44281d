"""The bar of every page: what is put together once for all of a role tells nothing of a person or of another role."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from journal.web import show
from tests.conftest import client_of
from tests.personas import LOGINS

OFFICE_ONLY = {"/exchange/": {"admin"}, "/years/": {"admin", "director"}, "/settings/": {"admin", "director", "deputy"}}


def bar(client: FlaskClient, language: str = "ru") -> str:
    client.set_cookie("language", language)
    found = re.search(r'<header class="bar">.*?</header>', client.get("/account/").text, re.DOTALL)
    assert found
    return found.group(0)


def test_each_person_has_the_own_links_whoever_came_before(app: Flask) -> None:
    for _ in range(2):
        for login in LOGINS:
            html = bar(client_of(app, login))
            for link, to in OFFICE_ONLY.items():
                assert (f'href="{link}"' in html) == (login in to), (login, link)


@pytest.mark.parametrize("login", ["admin", "petya"])
def test_what_is_kept_of_a_page_names_nobody(app: Flask, login: str) -> None:
    html = bar(client_of(app, login))
    name = re.search(r"<p><b>(.*?)</b></p>", html)
    kept = app.extensions["addresses"][""]
    assert name and any(key.startswith("part links") for key in kept)
    assert not any(name.group(1) in text or "csrf" in text for text in kept.values())


def test_it_speaks_the_language_of_its_page(app: Flask) -> None:
    client = client_of(app, "admin")
    assert "Обмен" in bar(client) and "Exchange" in bar(client, "en") and "Обмен" not in bar(client, "en")


def test_how_a_page_looks_is_pressed_as_chosen(app: Flask) -> None:
    client = client_of(app, "admin")
    pressed = '<button class="btn" name="theme" value="dark" aria-pressed="{}">'
    assert pressed.format("false") in bar(client)
    client.set_cookie("theme", "dark")
    assert pressed.format("true") in bar(client) and pressed.format("false") in bar(client_of(app, "deputy"))


def test_a_part_is_put_together_once(app: Flask) -> None:
    made = iter(("first", "second"))
    with app.test_request_context("/"):
        assert (
            show.remembered("so", caller=lambda: next(made)) == show.remembered("so", caller=lambda: next(made)) == "first"
        )
        assert show.remembered("so", "else", caller=lambda: next(made)) == "second"
