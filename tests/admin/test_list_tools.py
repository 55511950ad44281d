"""The tools of a list, opened when they are asked for: with the page, or alone to be put into it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from tests.admin.test_lists import page
from tests.conftest import client_of
from tests.personas import School


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return client_of(app, "admin")


def untimed(html: str) -> str:
    """Without the tokens of forms, which tell the second."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html)


def test_a_tool_comes_alone_or_with_its_page_and_only_once_asked_for(admin: FlaskClient) -> None:
    address = "/admin/room/?capacity.from=15&q=1&match=any"
    usual = page(admin, address)
    assert "<fieldset" not in usual.partition("tools-row")[2], "nobody asked for the filters"
    assert '<input type="hidden" name="capacity.from" value="15">' in usual, "a search keeps the filters that are not open"
    assert f'href="{address.replace("&", "&amp;")}&amp;tools=columns"' in usual, "a tool opens without a script"
    for name, inside in {
        "filters": 'name="capacity.to"',
        "columns": 'name="cols"',
        "order": 'id="sort-2"',
        "saved": "/save",
    }.items():
        alone = page(admin, f"{address}&part={name}")
        assert inside in alone and inside not in usual and "<html" not in alone
        opened = page(admin, f"{address}&tools={name}")
        assert untimed(alone).strip() in untimed(opened), "the same tool, open, in the page"
    assert 'type="hidden" name="capacity.from"' not in page(admin, f"{address}&tools=filters"), "not twice"
    assert admin.get("/admin/room/?part=nothing").status_code == 404
    assert '<details class="filters"' not in page(admin, "/admin/room/?tools=nothing")


def test_a_filter_that_cannot_be_read_is_open_with_its_error(admin: FlaskClient) -> None:
    html = page(admin, "/admin/room/?capacity.from=many&tools=order")
    assert 'name="capacity.from" value="many"' in html and "many" in html.partition('class="error"')[2][:200]


def test_a_tool_has_only_what_its_person_may_see(app: Flask, admin: FlaskClient) -> None:
    assert 'value="account_id.login"' in page(admin, "/admin/trail-entry/?part=columns")
    assert 'value="account_id.login"' not in page(client_of(app, "anna"), "/admin/trail-entry/?part=columns")
    assert client_of(app, "petya").get("/admin/guardian/?part=columns").status_code == 403


def test_the_trail_is_searched_by_what_people_call_things(admin: FlaskClient, school: School) -> None:
    with school.acting("admin") as session:
        records.create(session, s.Room, {"number": "307"})
    asked = select(s.TrailEntry.id).where(s.TrailEntry.entity == "Room")
    entries = set(school.system().scalars(asked))
    by_admin = set(school.system().scalars(asked.where(s.TrailEntry.actor == "Admin")))

    def found(address: str) -> set[int]:
        answer = admin.get(f"/admin/trail-entry/{address}", headers={"Accept-Language": "ru"}).text
        return set(map(int, re.findall(r'<tr data-id="(\d+)"', answer)))

    assert found("?entity.has=кабинет&entity.how=is") == entries and found("?entity.has=каби&entity.how=is") == set()
    assert entries <= found("?q=каби") == found("?entity.has=Каби") and not found("?q=room")
    assert by_admin and by_admin <= found("?q=каби+admin") < found("?q=каби")
