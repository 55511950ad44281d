"""The search as a page and as the answers of Ctrl+K."""

import pytest
from flask import Flask

from tests.conftest import client_of

EN = {"Accept-Language": "en"}


def hits(app: Flask, login: str, text: str) -> dict[str, list[str]]:
    answer = client_of(app, login).get("/search", query_string={"q": text}, headers={"Accept": "application/json", **EN})
    return {group["label"]: [hit[0] for hit in group["hits"]] for group in answer.get_json()["groups"]}


def test_rows_pages_and_help_are_found_by_role(shared_app: Flask) -> None:
    admin = hits(shared_app, "admin", "pet")
    assert admin["Students"] == ["Petya Pupil"]
    assert "Rooms" in hits(shared_app, "admin", "roo")["Pages"] and "Exchange" in hits(shared_app, "admin", "exch")["Help"]
    assert "Exchange" not in hits(shared_app, "anna", "exch").get("Help", [])
    assert "Oversight" not in str(hits(shared_app, "deputy", "over"))


def test_the_same_is_a_page_and_each_hit_opens(shared_app: Flask) -> None:
    client = client_of(shared_app, "anna")
    page = client.get("/search?q=petya", headers=EN).get_data(as_text=True)
    assert "Petya Pupil" in page and "Vera" not in page
    address = page.split('class="card found"')[1].split('href="')[1].split('"')[0]
    assert client.get(address).status_code == 200
    assert "Nothing was found" in client.get("/search?q=zzzzzz", headers=EN).get_data(as_text=True)


@pytest.mark.parametrize("login", ["maria", "petya"])
def test_families_have_no_search(shared_app: Flask, login: str) -> None:
    assert client_of(shared_app, login).get("/search?q=a").status_code == 403
