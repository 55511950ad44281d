"""The trail as people read it: whose row, what was changed to what, and nothing of what the reader does not see."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import schema as s
from journal.access import guard
from journal.access.actor import System
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin import changes
from journal.services import database, records, titles, trail
from tests.conftest import client_of
from tests.counting import queries_of_page
from tests.personas import LOGINS, School

EN = {"Accept-Language": "en"}


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=EN)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def cells(html: str) -> list[list[str]]:
    """The texts of a list's rows."""
    rows = html.partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
        if row.strip()
    ]


@pytest.fixture
def moved(school: School) -> School:
    """The administrator moves a pupil's mark to another kind of work, and rids the school of a room."""
    with school.acting("admin") as session:
        kind = records.create(session, s.WorkType, {"name": "Dictation", "code": "Dct"})
        mark = session.get(s.Mark, school.id(s.Mark, "A"))
        records.change(session, mark, {"value": "4", "work_type_id": kind.id})
        records.delete(session, records.create(session, s.Room, {"number": "404", "capacity": 7}))
    return school


LIST = "/admin/trail-entry/?cols=actor,act,entity,row_title,changes"


def test_the_list_names_rows_and_tells_old_and_new(app: Flask, moved: School) -> None:
    admin = client_of(app, "admin")
    mark, room = cells(page(admin, f"{LIST}&act=change"))[0], cells(page(admin, f"{LIST}&act=delete"))[0]
    assert mark[2:4] == ["Mark", "Petya Pupil: 4"]
    assert sorted(mark[4].split(";\n")) == ["Mark: 5 → 4", "Work type: Dictation"]
    assert room[2:4] == ["Room", "404"] and "Seats: 7 → —" in room[4] and "Room number: 404 → —" in room[4]


def test_the_export_says_the_same_as_the_list(app: Flask, moved: School) -> None:
    admin = client_of(app, "admin")
    text = admin.get("/admin/trail-entry/export?cols=row_title,changes&act=change", headers=EN).get_data(as_text=True)
    assert "Petya Pupil: 4" in text and "Mark: 5 → 4" in text


def test_an_entry_leads_to_its_row_and_the_history_speaks_alike(app: Flask, moved: School) -> None:
    admin, mark = client_of(app, "admin"), moved.id(s.Mark, "A")
    asked = select(s.TrailEntry.id).where(s.TrailEntry.entity == "Mark", s.TrailEntry.act == "change")
    entry = moved.system().scalars(asked.order_by(s.TrailEntry.id.desc())).first()
    shown = page(admin, f"/admin/trail-entry/details?id={entry}")
    assert f'<a href="/admin/mark/details?id={mark}">Petya Pupil: 4</a>' in shown and "Mark: 5 → 4" in shown
    history = page(admin, f"/admin/mark/history?id={mark}")
    assert "<del>5</del> → 4" in history and "Dictation" in history
    gone = moved.system().scalars(select(s.TrailEntry.id).where(s.TrailEntry.act == "delete")).first()
    shown = page(admin, f"/admin/trail-entry/details?id={gone}")
    assert "404" in shown and "/admin/room/details" not in shown, "a row that is gone has no page"


@pytest.mark.parametrize("login", LOGINS)
def test_nothing_is_told_of_what_the_reader_does_not_see(moved: School, login: str) -> None:
    session = moved.session(login, writing=False)
    entries: Any = moved.system().scalars(select(s.TrailEntry)).all()
    told, names = changes.of_entries(session, entries), changes.names_of(session, entries)
    assert any(told.values()), "everybody sees some rows"
    kinds = {entity.__name__: entity for entity in s.entities()}
    for entry in entries:
        entity = kinds.get(entry.entity)
        if entity is None:
            continue
        seen = entry.row_id is not None and session.get(entity, entry.row_id) is not None
        all_seen = guard.may_ever(entity, session.actor, Verb.VIEW) and guard.sees_all(entity, session.actor)
        open_columns = {*guard.wholly_readable(entity, session.actor), *changes.COUNTS}
        assert seen or all_seen or not told.get(entry.id), entry
        assert {change.name for change in told.get(entry.id, [])} <= open_columns
        assert entry.row_title or seen or not names[entry.id]


def test_a_letter_of_others_is_not_read_in_the_trail(app: Flask, school: School) -> None:
    html = page(client_of(app, "director"), f"{LIST}&entity.has=Message")
    assert cells(html) and "Letter A" not in html and "Hello" not in html


def test_who_did_it_is_a_person_by_name_or_the_product_by_what_it_did(app: Flask, moved: School) -> None:
    admin = client_of(app, "admin")

    def actors(query: str) -> set[str]:
        return {row[0] for row in cells(page(admin, f"{LIST}&{query}"))}

    assert actors("actor.has=admin") == {"Admin"}
    with database.work(moved.engine, System("command")) as session:
        records.create(session, s.Room, {"number": "405"})
    assert actors("actor.has=command") == actors("q=on+the+server") == {"a command on the server"}
    assert actors("actor.how=is&actor.has=A+command+on+the+server") == {"a command on the server"}
    assert not actors("actor.has=zzz")


def test_a_page_of_entries_asks_as_often_as_one_entry_of_each_kind(app: Flask, moved: School) -> None:
    admin = client_of(app, "admin")
    few = queries_of_page(app, admin, f"{LIST}&entity.has=Mark&act=change")
    with moved.acting("admin") as session:
        mark: Any = session.get(s.Mark, moved.id(s.Mark, "B"))
        for value in ("3", "4", "2", "5", "3"):
            records.change(session, mark, {"value": value})
    assert queries_of_page(app, admin, f"{LIST}&entity.has=Mark&act=change") == few


def test_what_the_trail_keeps_is_read_as_a_row_is(school: School) -> None:
    """Secrets left unsaid, moments and flags: a value is kept in one way and read in another."""
    session: PolicySession = school.session("admin", writing=False)
    moment = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    entry = s.TrailEntry(
        id=1,
        entity="SignIn",
        row_id=school.id(s.SignIn, "A"),
        changes={
            "happened_at": [None, trail.told(moment)],
            "succeeded": [False, True],
            "login": [records.UNSAID, "anna"],
            "ended_at": ["never", None],
        },
    )
    [told] = changes.of_entity(session, s.SignIn, [entry], {"happened_at", "succeeded", "login", "ended_at"})
    assert [(change.before, change.after) for change in told] == [
        (None, "21.11.2026 00:30"),
        ("no", "yes"),
        ("…", "anna"),
        ("never", None),
    ]
    assert titles.shown(s.SignIn.__table__.c.happened_at, moment) == "21.11.2026", "by the school's clock"
