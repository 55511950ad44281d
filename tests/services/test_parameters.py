"""Parameters: each has a type that takes its default, bounds that hold, and a page where the administrator sets it."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from journal.access.actor import System
from journal.schema import Setting
from journal.services import database, parameters, records, settings
from journal.services.refusals import Invalid, Stale
from tests.conftest import client_of
from tests.personas import LOGINS, School

OWN = {"findings_computed_at", "news_looked_at"}
"""Marks of the product's own: nobody sets them."""


def test_every_default_has_its_parameter_and_is_taken_by_it() -> None:
    assert set(parameters.PARAMETERS) == set(settings.DEFAULTS) - OWN
    assert {one.name: one.kind.read(one.default) for one in parameters.PARAMETERS.values()} == {
        one.name: one.default for one in parameters.PARAMETERS.values()
    }


@given(st.sampled_from(sorted(parameters.PARAMETERS)), st.text(max_size=30) | st.integers().map(str) | st.floats().map(str))
def test_what_is_taken_is_taken_again_unchanged(name: str, text: str) -> None:
    kind = parameters.PARAMETERS[name].kind
    try:
        kept = kind.read(text)
    except Invalid as refused:
        assert set(refused.errors) == {""}
        return
    assert kind.read(kept) == kept and len(kept) <= 500


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("edit_window_days", "0"),
        ("edit_window_days", "1e3"),
        ("risk_fall", "NaN"),
        ("day_ends_at", "25:00"),
        ("remarks_weekday", "8"),
        ("factor_roles", "student"),
        ("criteria_percents", "85 65"),
        ("school_name", "x" * 201),
        ("publish_after", "soon"),
    ],
)
def test_what_is_out_of_bounds_is_refused_on_the_page_and_past_it(school: School, name: str, text: str) -> None:
    with pytest.raises(Invalid) as refused, school.acting("admin") as session:
        parameters.put(session, {name: text}, {})
    assert name in refused.value.errors
    with pytest.raises(Invalid) as past, database.work(school.engine, System("test")) as session:
        records.create(session, Setting, {"name": name, "value": text})
    assert "value" in past.value.errors


def test_only_what_was_changed_is_set_and_nobody_is_overwritten(school: School) -> None:
    with school.acting("admin") as session:
        seen = parameters.present(session)
        assert parameters.put(session, {**seen, "debt_days": "9", "risk_fall": "0,4"}, seen) == 2
    with school.acting("admin") as session:
        assert settings.value(session, "debt_days") == "9" and settings.value(session, "risk_fall") == "0.4"
        assert set(parameters.history(session)) >= {"debt_days", "risk_fall"}
        with pytest.raises(Stale):
            parameters.put(session, {"debt_days": "10"}, seen)


@pytest.mark.parametrize("login", LOGINS)
def test_the_office_reads_them_and_the_administrator_sets_them(app: Flask, login: str) -> None:
    client = client_of(app, login)
    reads = {"admin", "director", "deputy"}
    assert client.get("/settings/").status_code == (200 if login in reads else 403)
    typed = {"debt_days": "11", "seen-debt_days": "7"}
    assert client.post("/settings/", data=typed).status_code == (302 if login == "admin" else 403)


def test_a_wrong_value_stands_beside_its_field_and_the_rest_is_kept(app: Flask, school: School) -> None:
    admin, now = client_of(app, "admin"), parameters.present(school.system())
    typed = {"debt_days": "900", "seen-debt_days": "7", "school_name": "School 246", "seen-school_name": now["school_name"]}
    answer = admin.post("/settings/", data=typed)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="p-debt_days-error"' in html and 'value="School 246"' in html
    assert 'value="School 246"' not in admin.get("/settings/").get_data(as_text=True), "nothing was saved"
    more = {"factor_roles": ["director", "deputy"], "seen-factor_roles": now["factor_roles"]}
    assert admin.post("/settings/", data={**typed, "debt_days": "9", **more}).status_code == 302
    html = admin.get("/settings/").get_data(as_text=True)
    assert 'value="School 246"' in html and 'value="deputy" checked' in html
