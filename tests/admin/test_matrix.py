"""Role by entity by endpoint, over every mapped class: rows that may come and rows that must not."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import schema as s
from journal.access import guard
from journal.access.line import Verb
from journal.kit.text import kebab
from journal.schema.base import columns, target
from tests.access.expected import ENTITIES, SIDED, probes
from tests.conftest import client_of
from tests.personas import LOGINS, SIDE, School

ROW = re.compile(r"/details\?id=(\d+)\"")


def path(entity: type[s.Entity], page: str = "") -> str:
    return f"/admin/{kebab(entity.__name__)}/{page}"


def listed(client: FlaskClient, entity: type[s.Entity], query: str = "") -> set[int] | None:
    """The ids of a whole list, or None where the list is refused."""
    found: set[int] = set()
    address = path(entity) + query
    for _ in range(20):
        answer = client.get(address)
        if answer.status_code == 403:
            return None
        assert answer.status_code == 200, (address, answer.status_code)
        page = answer.get_data(as_text=True)
        found |= {int(id_) for id_ in ROW.findall(page)}
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            return found
        address = following.group(1).replace("&amp;", "&")
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_lists_and_details_show_exactly_the_own_rows(shared_app: Flask, shared_school: School, login: str) -> None:
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    wrong = {}
    for entity in SIDED:
        must, must_not = probes(shared_school, entity, login)
        seen = listed(client, entity)
        if not guard.may_ever(entity, actor, Verb.VIEW):
            assert seen is None and not must, entity
            continue
        assert seen is not None
        if must - seen or must_not & seen:
            wrong[entity.__name__] = (must - seen, must_not & seen)
        for page in ("details", "history") if login in SIDE or login == "admin" else ():  # the office sees alike
            for id_ in must:
                assert client.get(path(entity, f"{page}?id={id_}")).status_code == 200, (entity, page)
            for id_ in must_not:
                assert client.get(path(entity, f"{page}?id={id_}")).status_code == 404, (entity, page)
    assert wrong == {}


@pytest.mark.parametrize("login", ["anna"])
def test_sort_search_and_filter_add_no_row(shared_app: Flask, shared_school: School, login: str) -> None:
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    for entity in SIDED:
        if not guard.may_ever(entity, actor, Verb.VIEW):
            continue
        _, must_not = probes(shared_school, entity, login)
        if not must_not:
            continue
        queries = ["?q=a", "?last=1", "?after=nonsense", f"?q={'x' * 5000}", "?sort=nothing", "?sort=-id"]
        foreign = "B" if SIDE[login] == "A" else "A"
        for name, column in columns(entity).items():  # each column is sorted by and filtered by at once
            pointed = target(column)
            ids = shared_school.ids(pointed, foreign)[:1] if pointed is not None else [1]
            asked = f"{name}={','.join(map(str, ids))}&match=any&{name}.has=a&{name}.text=a"
            queries += [f"?sort=-{name}&{asked}", f"?sort={name}&{name}.how=not&{name}.has=zzz&{name}.text=zzz"]
        for query in queries:
            seen = listed(client, entity, query) or set()
            assert not seen & must_not, (entity.__name__, query)


@pytest.mark.parametrize("login", ["anna", "petya", "maria"])
def test_a_hidden_column_is_no_oracle(shared_app: Flask, shared_school: School, login: str) -> None:
    """Filtering by a column that one may not see changes nothing, and the column is nowhere on the page."""
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    hidden_somewhere = 0
    for entity in ENTITIES:
        if not guard.may_ever(entity, actor, Verb.VIEW):
            continue
        whole, usual = guard.wholly_readable(entity, actor), listed(client, entity)
        bare = client.get(path(entity)).get_data(as_text=True)
        for name in set(columns(entity)) - whole:
            hidden_somewhere += 1
            for query in (f"?{name}.has=%2B7", f"?{name}=1", f"?{name}.from=2000-01-01", f"?{name}.text=zzz"):
                assert listed(client, entity, query) == usual, (entity, query)
            assert f'name="{name}' not in bare
    assert hidden_somewhere


@pytest.mark.parametrize("login", ["anna", "petya", "maria"])
def test_a_hidden_column_can_be_chosen_in_no_list(shared_app: Flask, shared_school: School, login: str) -> None:
    """All columns asked for at once show those that the person may read, and a field hidden in a row stays empty in it."""
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    hidden = 0
    for entity in ENTITIES:
        if not guard.may_ever(entity, actor, Verb.VIEW):
            continue
        text = client.get(path(entity, f"?cols={','.join(columns(entity))}")).get_data(as_text=True)
        chosen = re.findall(r'name="cols" value="([a-z_]+)" checked', text)
        assert set(chosen) <= set(guard.readable(entity, actor)), entity
        hidden += len(set(columns(entity)) - set(chosen))
        if "phone" in columns(entity) and "phone" not in guard.wholly_readable(entity, actor):
            open_rows = shared_school.session(login, writing=False).scalars(
                select(entity.phone).where(guard.rows(entity, actor, Verb.VIEW, ["phone"]))  # type: ignore[attr-defined]
            )
            assert set(re.findall(r">(\+7 90[^<]+)<", text)) <= set(open_rows), entity
    assert hidden


@pytest.mark.parametrize("login", ["anna", "petya", "maria"])
def test_a_column_of_a_related_row_shows_what_may_be_seen_there(
    shared_app: Flask, shared_school: School, login: str
) -> None:
    """Phones reached through a reference are those of rows in which the person may see the phone."""
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    session, asked = shared_school.session(login, writing=False), 0
    for entity in ENTITIES:
        for name, column in columns(entity).items():
            pointed = target(column)
            if pointed is None or "phone" not in columns(pointed) or not guard.may_ever(entity, actor, Verb.VIEW):
                continue
            asked += 1
            text = client.get(path(entity, f"?cols=id,{name}.phone,{name}.nothing")).get_data(as_text=True)
            open_rows = session.scalars(
                select(pointed.phone).where(guard.rows(pointed, actor, Verb.VIEW, ["phone"]))  # type: ignore[attr-defined]
            )
            assert set(re.findall(r">(\+7 90[^<]+)<", text)) <= set(open_rows), (entity, name)
    assert asked


@pytest.mark.parametrize("login", LOGINS)
def test_lookups_give_only_rows_that_may_be_seen(shared_app: Flask, shared_school: School, login: str) -> None:
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    for entity in ENTITIES:
        for name, column in columns(entity).items():
            pointed = target(column)
            if pointed is None or pointed not in SIDED:
                continue
            answer = client.get(path(entity, f"lookup?field={name}&q="))
            if not guard.may_ever(entity, actor, Verb.VIEW):
                assert answer.status_code == 403
                continue
            if answer.status_code == 404:
                continue
            found = {row["id"] for row in answer.get_json()}
            assert not found & probes(shared_school, pointed, login)[1], (entity, name)


@pytest.mark.parametrize("login", LOGINS)
def test_exports_hold_the_list_and_nothing_else(shared_app: Flask, shared_school: School, login: str) -> None:
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    for entity in SIDED:
        answer = client.get(path(entity, "export"), buffered=True)
        if not guard.may_ever(entity, actor, Verb.VIEW):
            assert answer.status_code == 403
            continue
        assert answer.status_code == 200
        lines = answer.get_data(as_text=True).strip().splitlines()
        assert len(lines) - 1 == len(listed(client, entity) or ()), entity


@pytest.mark.parametrize("login", LOGINS)
def test_forms_open_only_for_rows_that_may_be_written(shared_app: Flask, shared_school: School, login: str) -> None:
    client, actor = client_of(shared_app, login), shared_school.actor(login)
    for entity in SIDED:
        expected = 200 if guard.fillable(entity, actor, Verb.CREATE) else 403
        assert client.get(path(entity, "new")).status_code == expected, entity
        must_not = probes(shared_school, entity, login)[1]
        for page, verb in (("edit", Verb.CHANGE), ("delete", Verb.DELETE)):
            ever = guard.fillable(entity, actor, verb)
            for id_ in must_not:
                assert client.get(path(entity, f"{page}?id={id_}")).status_code == (404 if ever else 403), (entity, page)


@pytest.mark.parametrize("login", ["anna", "boris", "petya", "maria", "viktor", "control", "director"])
def test_writes_to_foreign_rows_change_nothing(app: Flask, school: School, login: str) -> None:
    """Edit, delete, bulk action and inline edit, posted at rows of the other side and with their ids."""
    client = client_of(app, login)
    system = school.system()
    before = {}
    for entity in SIDED:
        for id_ in probes(school, entity, login)[1]:
            row = system.get(entity, id_)
            before[entity, id_] = {name: getattr(row, name) for name in columns(entity)}
    system.close()
    for entity, id_ in before:
        data = {name: "1" for name in columns(entity)} | {"version_seen": "1"}
        for answer in (
            client.post(path(entity, f"edit?id={id_}"), data=data),
            client.post(path(entity, f"delete?id={id_}")),
            client.post(path(entity, "action"), data={"rowid": [str(id_)], "sure": "1"}),
            client.post(path(entity, "cell"), data={"id": str(id_), "field": next(iter(columns(entity))), **data}),
        ):
            assert answer.status_code in (403, 404), (entity, answer.status_code)
    system = school.system()
    after = {
        (entity, id_): {name: getattr(system.get(entity, id_), name) for name in columns(entity)} for entity, id_ in before
    }
    assert after == before


def test_signed_out_visitors_are_sent_to_the_login(shared_app: Flask) -> None:
    client = shared_app.test_client()
    for entity in ENTITIES:
        for page in ("", "new", "details?id=1", "edit?id=1", "delete?id=1", "export", "lookup?field=x", "history?id=1"):
            answer = client.get(path(entity, page))
            assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/login"), (entity, page)


def test_flask_admins_own_endpoints_are_closed(shared_app: Flask) -> None:
    """Whatever Flask-Admin registers besides ours has no audience, so it is refused."""
    known = shared_app.extensions["audiences"]
    ours = {rule.endpoint for rule in shared_app.url_map.iter_rules()} - {"static"}
    undeclared = {endpoint for endpoint in ours if endpoint not in known}
    assert undeclared <= {"panel.static"}, f"declare an audience for {undeclared}"
