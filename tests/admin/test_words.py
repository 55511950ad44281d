"""Codes in words: lists, filters, facets and forms say what a rule is called, never its code."""

import pytest
from flask import Flask

from journal import schema as s
from journal.admin import words
from journal.schema.base import columns
from journal.services.control import registry
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("finding", "Lesson without a topic"),
        ("check-setting", "Lesson without a topic"),
        ("alert", "A new device"),
        ("timetable-rule", "Nobody is asked to come at an unavailable time"),
    ],
)
def test_a_list_says_the_words_and_finds_by_them(app: Flask, address: str, said: str) -> None:
    client = client_of(app, "admin")
    html = client.get(f"/admin/{address}/", headers=EN).get_data(as_text=True)
    assert said in html
    name = "code" if address == "timetable-rule" else "rule"
    code = next(code for code, text in columns(kind(address))[name].info["choices"].items() if text == said)
    assert f">{code}<" not in html, "the code itself stands nowhere"
    assert said in client.get(f"/admin/{address}/?{name}={code}", headers=EN).get_data(as_text=True)
    other = client.get(f"/admin/{address}/?{name}=no-such-rule", headers=EN).get_data(as_text=True)
    assert "This value can&#39;t be read" in other


def kind(address: str) -> type[s.Entity]:
    return {"finding": s.Finding, "check-setting": s.CheckSetting, "alert": s.Alert}.get(address, s.TimetableRule)


def test_findings_are_searched_by_what_the_rule_is_called(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    assert "Lesson without a topic" in client.get("/admin/finding/?q=topic", headers=EN).get_data(as_text=True)
    assert "Nothing fits." in client.get("/admin/finding/?q=homework", headers=EN).get_data(as_text=True)


def test_a_threshold_is_of_a_rule_from_the_list(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    form = client.get("/admin/check-setting/new", headers=EN).get_data(as_text=True)
    for check in registry.every():
        assert f'<option value="{check.code}">' in form
    answer = client.post("/admin/check-setting/new", data={"rule": "zzz", "parameter": "days", "value": "2"}, headers=EN)
    assert answer.status_code == 200 and "Not a valid choice" in answer.get_data(as_text=True)
    assert (
        client.post("/admin/check-setting/new", data={"rule": "no-final", "parameter": "days", "value": "2"}).status_code
        == 302
    )


def test_learning_twice_changes_nothing() -> None:
    before = dict(columns(s.Finding)["rule"].info["choices"])
    words.learn()
    assert columns(s.Finding)["rule"].info["choices"] == before
