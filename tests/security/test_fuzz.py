"""V5, V6, V19: no query parameter, form field or JSON body that somebody makes up breaks the product."""

import re
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from journal.config import ROOT
from tests.conftest import Store, client_of
from tests.personas import ROLES, School
from tests.security.test_every_route import address, rules

NASTY = [
    "",
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "' OR 1=1 --",
    "<img src=x onerror=alert(1)>",
    "\x00",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "../../etc/passwd",
    "%2e%2e%2f",
    "2026-13-45",
    "9999-12-31",
    "0001-01-01",
    "1e9",
    "NaN",
    "{{7*7}}",
    "x" * 5000,
    "\u0663",
    "-",
    ",;:.",
    "\u202e\u200b",
]
BODIES: list[Any] = [
    [],
    {},
    "x",
    1,
    None,
    True,
    [[]],
    {"ops": "x"},
    {"ops": [{}]},
    {"ops": [None]},
    {"ops": [{"id": 1, "lesson": "x", "student": [], "value": {}, "base": None}]},
    {"ops": [{"id": "op-00000009", "lesson": 10**20, "student": -1, "value": "5", "base": ""}]},
    {"cells": [{"student": 10**20, "day": "2026-11-23"}], "reason": 10**20},
    {"cells": {"student": 1}, "reason": None},
    {"answer": [], "id": {}, "value": [], "field": "x", "version": "x", "rows": [1], "items": [None]},
]
LOGINS = ("admin", "deputy", "anna", "maria")
ROUNDS = {"sqlite": 1, "postgresql": 1}
"""Made-up inputs for each address."""
ENDS_THE_SESSION = {"account.logout", "account.end_all", "account.end", "account.answer"}


def names() -> list[str]:
    """Every name that a request is asked for, read off the code: of queries, of forms, of their fields."""
    asked = re.compile(r"request\.(?:args|values|form)\.(?:get|getlist)\(\s*\"([\w-]+)\"")
    field = re.compile(r"^    (\w+) = \w+Field\(", re.MULTILINE)
    files = chain((ROOT / "journal" / "screens").rglob("*.py"), (ROOT / "journal" / "admin").rglob("*.py"))
    texts = [path.read_text(encoding="utf-8") for path in files]
    return sorted({name for text in texts for name in (*asked.findall(text), *field.findall(text))})


NAMES = names()


def clients(app: Flask) -> dict[str, FlaskClient]:
    return {login: client_of(app, login) for login in LOGINS}


def who(app: Flask, rule: Rule) -> str | None:
    """Somebody who may ask: what is refused at the door is not tried."""
    audience = app.extensions["audiences"][rule.endpoint]
    return next((login for login in LOGINS if audience is None or audience & ROLES[login]), None)


def made_up(turn: int) -> dict[str, str]:
    """Each name with another value in each turn."""
    return {name: NASTY[(n * 7 + turn * 5) % len(NASTY)] for n, name in enumerate(NAMES)}


def trouble(client: FlaskClient, rule: Rule, asked: str, **request: Any) -> list[str]:
    """What went wrong; a test application raises what a served one answers with 500."""
    try:
        answer = client.open(asked, buffered=True, **request)
    except Exception as error:
        return [f"{request.get('method', 'GET')} {rule.endpoint}: {type(error).__name__}: {str(error)[:300]}"]
    return [f"{rule.endpoint}: {answer.status_code}"] if answer.status_code >= 500 else []


def test_there_is_something_to_make_up() -> None:
    assert {"q", "day", "student", "subject", "password"} <= set(NAMES)


def test_no_query_breaks_a_page(store: Store, shared_app: Flask, shared_school: School) -> None:
    people, found = clients(shared_app), list[str]()
    for n, rule in enumerate(rules(shared_app, "GET")):
        login = who(shared_app, rule)
        if login is None:
            continue
        for turn in range(ROUNDS[store.kind]):
            query = made_up(n + turn)
            found += trouble(people[login], rule, address(rule, shared_school), query_string=query)
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])
def test_no_body_breaks_a_page(store: Store, app: Flask, school: School, as_json: bool) -> None:
    people, found = clients(app), list[str]()
    for n, rule in enumerate(rules(app, "POST")):
        login = who(app, rule)
        if login is None or rule.endpoint in ENDS_THE_SESSION:
            continue
        for turn in range(ROUNDS[store.kind]):
            body: dict[str, Any] = {"json": BODIES[(n + turn * 5) % len(BODIES)]} if as_json else {"data": made_up(n + turn)}
            found += trouble(people[login], rule, address(rule, school), method="POST", **body)
    assert not found, "\n".join(sorted(found))
