"""A forgotten password, by e-mail; and a sign-in on the computer of another room."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.config import Config
from journal.kit import clock
from journal.services import database, mail, records, rooms
from journal.services.accounts import codes, recovery, signing_in
from journal.services.refusals import Invalid
from tests.conftest import client_of
from tests.personas import PASSWORD, TODAY, School

ON = Config(
    database_url="", mail_host="mail.test", mail_from="journal@school.test", address="https://journal.test", instance=Path()
)
NEW = "three blue rivers"


class Post:
    """A server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send_message(self, letter: Any) -> None:
        """Keep a letter."""
        self.letters.append(letter)


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setattr(mail, "post", lambda config: made)
    return made


def words(code: str, address: str) -> tuple[str, str]:
    return "A new password", f"{address}/activate#{code}"


def knows(school: School, address: str | None) -> None:
    """Anna's address."""
    with database.work(school.engine, System("test")) as session:
        staff = session.get(s.Staff, school.id(s.Staff, "A"))
        assert staff is not None
        records.change(session, staff, {"email": address})


def ask(school: School, login: str = "anna") -> bool:
    return recovery.ask(school.engine, ON, login, words)


def test_a_code_comes_by_mail_works_once_and_for_an_hour(
    school: School, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(school, "anna@school.test")
    assert ask(school, " ANNA ")
    (letter,) = post.letters
    assert letter["To"] == "anna@school.test"
    code = letter.get_content().strip().partition("#")[2]
    visit = signing_in.Visit("::1", "test")
    assert codes.activate(school.engine, code, NEW, visit)[0] == "anna"
    with pytest.raises(Invalid):
        codes.activate(school.engine, code, NEW, visit)
    assert ask(school)
    late = post.letters[-1].get_content().strip().partition("#")[2]
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(Invalid):
        codes.activate(school.engine, late, NEW, visit)


def test_nobody_without_a_known_address_gets_a_letter_and_nothing_is_told(school: School, post: Post) -> None:
    knows(school, None)
    assert [ask(school, login) for login in ("anna", "nobody", "", "x" * 100)] == [False] * 4
    knows(school, "anna@school.test, other@home.test")
    assert not ask(school)
    assert not recovery.ask(school.engine, Config(database_url=""), "anna", words), "off where there is no server"
    assert post.letters == []


def test_whoever_asks_in_anothers_name_takes_nothing_away(school: School, post: Post) -> None:
    knows(school, "anna@school.test")
    with school.acting("admin") as session:
        account = session.scalars(select(s.Account).where(s.Account.login == "anna")).one()
        (slip,) = codes.issue(session, [account])
    assert [ask(school) for _ in range(5)] == [True, True, True, False, False]
    signing_in.sign_in(school.engine, "anna", PASSWORD, signing_in.Visit("::1", "test"))
    assert codes.activate(school.engine, slip.code, NEW, signing_in.Visit("::1", "test"))[0] == "anna"


def test_the_page_answers_the_same_for_every_login(app: Flask, school: School, post: Post) -> None:
    client = app.test_client()
    assert 'type="submit"' not in client.get("/forgotten").get_data(as_text=True)
    app.config["JOURNAL"] = Config(
        database_url="", secret_key="x", mail_host="mail.test", mail_from="j@school.test", address="https://j.test"
    )
    knows(school, "anna@school.test")
    texts = []
    for login in ("anna", "nobody"):
        answer = client.post("/forgotten", data={"username": login})
        texts.append(re.sub(r'content="[^"]+"|value="[^"]+"', "", answer.get_data(as_text=True)))
        answer.close()
    assert texts[0] == texts[1]
    assert [letter["To"] for letter in post.letters] == ["anna@school.test"]


# --- another room's computer


def at(hour: time) -> datetime:
    return clock.at(TODAY, hour)


def test_a_sign_in_on_another_rooms_computer_during_a_lesson_asks_the_owner(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.work(school.engine, System("test")) as session:
        own, other = (session.get(s.Room, school.id(s.Room, side)) for side in "AB")
        assert own is not None and other is not None
        records.change(session, other, {"computers": "10.0.5.0/24"})
        records.change(session, own, {"computers": "10.0.6.7, 10.0.6.8"})
        schedule = session.scalars(select(s.BellSchedule).where(s.BellSchedule.is_default)).first()
        schedule = schedule or records.create(session, s.BellSchedule, {"name": "Bells", "is_default": True})
        period = session.scalars(
            select(s.BellPeriod).where(s.BellPeriod.bell_schedule_id == schedule.id, s.BellPeriod.number == 7)
        ).first()
        hours = {"starts_at": time(14), "ends_at": time(14, 45)}
        if period is None:
            records.create(session, s.BellPeriod, {"bell_schedule_id": schedule.id, "number": 7, **hours})
        else:
            records.change(session, period, hours)
        lesson = {"assignment_id": school.id(s.TeachingAssignment, "A"), "held_on": TODAY, "number": 7, "room_id": own.id}
        records.create(session, s.Lesson, lesson)

    def alerts(address: str, hour: time) -> list[str]:
        monkeypatch.setattr(clock, "now", lambda: at(hour))
        before = {row.id for row in school.system().scalars(select(s.Alert))}
        signing_in.sign_in(school.engine, "anna", PASSWORD, signing_in.Visit(address, "test", "the browser of anna"))
        return [row.rule for row in school.system().scalars(select(s.Alert)) if row.id not in before]

    assert "other-room" in alerts("10.0.5.9", time(14, 10))
    assert "other-room" not in alerts("10.0.6.7", time(14, 20)), "the own room"
    assert "other-room" not in alerts("192.168.1.1", time(14, 30)), "nobody knows where that is"
    assert "other-room" not in alerts("10.0.5.9", time(16)), "no lesson now"


@pytest.mark.parametrize("text", ["10.0.5", "room 5", "10.0.5.0/33", "10.0.5.7;10.0.5.8"])
def test_addresses_that_can_not_be_read_are_refused(school: School, text: str) -> None:
    with pytest.raises(Invalid) as refused, school.acting("admin") as session:
        room = session.get(s.Room, school.id(s.Room, "A"))
        assert room is not None
        records.change(session, room, {"computers": text})
    assert "computers" in refused.value.errors


@given(st.ip_addresses(), st.text(max_size=20))
def test_a_room_holds_its_own_addresses_and_no_nonsense(address: Any, text: str) -> None:
    assert rooms.holds(f"{address}, 10.0.0.0/8", str(address))
    assert not rooms.holds(None, str(address))
    rooms.holds(text, str(address))
    rooms.holds(str(address), text)


# --- refusals stand in the trail


def test_what_is_refused_stands_in_the_trail_and_does_not_flood_it(app: Flask, school: School) -> None:
    maria = client_of(app, "maria")
    for _ in range(15):
        assert maria.get("/control/").status_code == 403
    assert maria.post("/plans/new", data={}).status_code == 403
    rows = school.system().scalars(select(s.TrailEntry).where(s.TrailEntry.act == "refuse")).all()
    mine = [row for row in rows if row.account_id == school.actor("maria").account_id]
    assert len(mine) == 10 and {row.row_title for row in mine} == {"GET /control/"}
    assert app.test_client().get("/control/").status_code == 302
