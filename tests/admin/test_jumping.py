"""A long list opens at a typed value, whatever it is ordered by, and goes on from there both ways."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from journal import schema as s
from journal.admin import listing, ordering
from journal.admin.ordering import Key, from_value, jumpable
from journal.services import records
from tests.admin.test_lists import body, page
from tests.conftest import client_of
from tests.personas import School

NAMES = ["Абрамов", "Белов", "Ветров", "Гусев", "Дымов", "Ежов", "Жуков", "Зимин"]


@pytest.fixture
def admin(app: Flask, school: School, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Pages of three rows; eight more members of staff."""
    monkeypatch.setattr(listing, "PAGE", 3)
    with school.acting("admin") as session:
        for number, last in enumerate(NAMES):
            hired = date(2020, 1, 1) + timedelta(days=number)
            records.create(session, s.Staff, {"last_name": last, "first_name": "Иван", "hired_on": hired})
    return client_of(app, "admin")


def shown(client: FlaskClient, query: str) -> list[str]:
    return [row[0] for row in body(page(client, f"/admin/staff/?cols=last_name,hired_on&{query}"))]


def link(client: FlaskClient, query: str, rel: str) -> list[str] | None:
    html = page(client, f"/admin/staff/?cols=last_name,hired_on&{query}")
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html)
    return [row[0] for row in body(page(client, found.group(1).replace("&amp;", "&")))] if found else None


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("sort=last_name&at=Г", "Гусев"),
        ("sort=last_name&at=гу", "Гусев"),
        ("sort=last_name&at=Гя", "Дымов"),
        ("sort=-last_name&at=Г", "Гусев"),
        ("sort=-last_name&at=гусев", "Гусев"),
        ("sort=hired_on&at=2020-01-04", "Гусев"),
        ("sort=hired_on&at=04.01.2020", "Гусев"),
        ("sort=-hired_on&at=04.01.2020", "Гусев"),
        ("at=гу", "Гусев"),
    ],
)
def test_a_list_opens_at_a_value(admin: FlaskClient, query: str, first: str) -> None:
    assert shown(admin, query)[0] == first


def test_from_there_it_goes_on_both_ways(admin: FlaskClient) -> None:
    assert shown(admin, "sort=last_name&at=Г") == ["Гусев", "Дымов", "Ежов"]
    assert link(admin, "sort=last_name&at=Г", "next") == ["Жуков", "Зимин"]
    assert link(admin, "sort=last_name&at=Г", "prev") == ["Абрамов", "Белов", "Ветров"]
    assert link(admin, "sort=-last_name&at=А", "next") is not None, "Latin names come after in this direction"
    html = page(admin, "/admin/staff/?sort=last_name&at=0")
    assert 'rel="prev"' not in html, "there is nothing before the beginning"


def test_past_the_end_and_what_can_not_be_read_are_said(admin: FlaskClient) -> None:
    past = page(admin, "/admin/staff/?sort=last_name&at=Яя")
    assert "The list ends before" in past and "From the beginning" in past
    for text in ("soon", "32.13.2020", "0000-00-00", "9" * 300):
        odd = page(admin, f"/admin/staff/?sort=hired_on&at={text}")
        assert "This value can't be read" in odd and len(body(odd)) == 3, "the list is there, from its beginning"


def test_a_hidden_column_opens_nothing(app: Flask, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A teacher sees no file numbers: the key is ignored, and the value is one of the list's own order."""
    monkeypatch.setattr(listing, "PAGE", 1)
    client = client_of(app, "anna")
    assert body(page(client, "/admin/student/?sort=file_number&at=0")) == body(page(client, "/admin/student/?at=0"))


@given(st.text(max_size=30), st.sampled_from([str, int]))
def test_any_text_is_read_or_refused(typed: str, kind: type) -> None:
    key = Key("name", s.Room.number if kind is str else s.Room.capacity, kind, False)
    assert jumpable(key)
    try:
        from_value(key, typed)
    except (ValueError, OverflowError):
        assert kind is int


def test_keys_without_an_order_that_people_could_type_offer_nothing() -> None:
    assert not ordering.jumpable(Key("flag", s.Staff.id, bool, False))
