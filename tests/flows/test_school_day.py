"""Whole paths through the product: setting up, signing in, a lesson from the journal to the diary, the timetable."""

import json
import re
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from journal import schema as s
from journal.access.actor import System
from journal.kit import clock
from journal.services import records, setup
from journal.services.database import reading
from tests.conftest import app_on, client_of
from tests.personas import PASSWORD, TODAY, School


def op(school: School, value: str, base: str, id_: str = "op-00000001", **more: object) -> dict[str, object]:
    return {
        "id": id_,
        "lesson": school.id(s.Lesson, "A"),
        "student": school.id(s.Student, "A"),
        "value": value,
        "base": base,
        **more,
    }


def test_a_mark_goes_from_the_journal_to_the_diary_of_the_family_only(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at once: what the teacher mends within the delay, the family never sees."""
    anna = client_of(app, "anna")
    address = f"/classbook/{school.id(s.TeachingAssignment, 'A')}/ops"
    answer = anna.post(address, json={"ops": [op(school, "2", "5")]})
    assert answer.get_json() == {"results": [{"id": "op-00000001", "state": "saved", "value": "2", "by": "", "at": ""}]}
    week = f"/diary/?day=2026-11-20&student={school.id(s.Student, 'A')}"
    for login in ("petya", "maria"):
        text = client_of(app, login).get(week).get_data(as_text=True)
        assert 'class="m2"' not in text and 'class="m5"' not in text
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    for login in ("petya", "maria"):
        assert 'class="m2"' in client_of(app, login).get(week).get_data(as_text=True)
    for login in ("vera", "viktor"):
        assert client_of(app, login).get(week).status_code == 404


def test_a_batch_answers_each_operation_by_itself(app: Flask, school: School) -> None:
    anna = client_of(app, "anna")
    address = f"/classbook/{school.id(s.TeachingAssignment, 'A')}/ops"
    ops = [
        op(school, "4", "5"),
        op(school, "9", "4", "op-00000002"),
        op(school, "3", "4", "op-00000003"),
        {**op(school, "5", "", "op-00000004"), "student": school.id(s.Student, "B")},
        {"id": "op-00000005", "lesson": school.id(s.Lesson, "A"), "field": "topic", "value": "Verbs", "base": "Topic"},
        {"id": "op-00000006", "lesson": school.id(s.Lesson, "A"), "field": "homework", "value": "p. 7", "base": "stale"},
    ]
    states = [result["state"] for result in anna.post(address, json={"ops": ops}).get_json()["results"]]
    assert states == ["saved", "error", "saved", "error", "saved", "conflict"]


def test_an_operation_that_the_policy_refuses_at_the_flush_spoils_no_other(app: Flask, school: School) -> None:
    """Boris leads the class now, so he sees Anna's journal; writing there is not his."""
    system = school.system(writing=True)
    klass = system.get(s.SchoolClass, school.id(s.SchoolClass, "A"))
    assert klass is not None
    records.change(system, klass, {"class_teacher_id": school.id(s.Staff, "B")})
    system.commit()
    system.close()
    address = f"/classbook/{school.id(s.TeachingAssignment, 'A')}/ops"
    boris, anna = client_of(app, "boris"), client_of(app, "anna")
    answer = boris.post(address, json={"ops": [op(school, "2", "5"), op(school, "5", "5", "op-00000002")]})
    assert [result["state"] for result in answer.get_json()["results"]] == ["error", "saved"]
    assert (
        anna.post(address, json={"ops": [op(school, "4", "5", "op-00000003")]}).get_json()["results"][0]["state"] == "saved"
    )


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"ops": 1},
        {"ops": [1]},
        {"ops": [{}]},
        {"ops": [{"id": "x" * 8, "lesson": "1", "student": 1}]},
        {"ops": [{"id": "x" * 8, "lesson": 1}]},
        {"ops": [{"id": "x" * 8, "lesson": 1, "field": "assignment_id"}]},
        {"ops": [{"id": "x" * 99, "lesson": 1, "student": 1, "value": "5", "base": ""}]},
        {"ops": [{"id": "x" * 8, "lesson": True, "student": 1, "value": "5", "base": ""}]},
        {"ops": [{}] * 101},
    ],
)
def test_a_malformed_batch_is_refused_whole(app: Flask, school: School, body: object) -> None:
    address = f"/classbook/{school.id(s.TeachingAssignment, 'A')}/ops"
    assert client_of(app, "anna").post(address, data=json.dumps(body), content_type="application/json").status_code == 400


def test_the_lesson_page_saves_everything_at_once_and_keeps_what_others_wrote(app: Flask, school: School) -> None:
    anna, student = client_of(app, "anna"), school.id(s.Student, "A")
    address = f"/lessons/{school.id(s.Lesson, 'A')}"
    form = {
        "topic": "Nouns",
        "work_type_id": "",
        "homework": "p. 9",
        "attendance_taken": "y",
        "seen-topic": "Topic",
        "seen-homework": "Homework A",
        f"mark-{student}": "3",
        f"absence-{student}": "",
        f"seen-{student}": "5",
    }
    assert anna.post(address, data=form).status_code == 302
    text = anna.get(address).get_data(as_text=True)
    assert "Nouns" in text and "p. 9" in text
    stale = anna.post(address, data={**form, "topic": "Mine"})
    assert stale.status_code == 200 and 'value="Mine"' in stale.get_data(as_text=True)
    session = school.system()
    assert session.get(s.Lesson, school.id(s.Lesson, "A")).topic == "Nouns"  # type: ignore[union-attr]


def test_attendance_is_taken_by_the_box_or_by_an_absence(app: Flask, school: School) -> None:
    anna, journal = client_of(app, "anna"), f"/classbook/{school.id(s.TeachingAssignment, 'A')}"
    lesson, missing = school.id(s.Lesson, "A"), "посещаемость<span"
    assert missing in anna.get("/?day=2026-11-20").get_data(as_text=True)
    box = {"id": "op-00000001", "lesson": lesson, "field": "attendance_taken", "value": "1", "base": ""}
    assert anna.post(f"{journal}/ops", json={"ops": [box]}).get_json()["results"][0]["state"] == "saved"
    assert missing not in anna.get("/?day=2026-11-20").get_data(as_text=True)
    back = {**box, "id": "op-00000002", "value": "", "base": "1"}
    assert anna.post(f"{journal}/ops", json={"ops": [back]}).get_json()["results"][0]["state"] == "saved"
    session = school.system()
    absent = session.scalars(select(s.AbsenceReason.id).where(s.AbsenceReason.is_default)).one()
    session.close()
    anna.post(f"{journal}/ops", json={"ops": [op(school, f"a{absent}", "5", "op-00000003")]})
    assert missing not in anna.get("/?day=2026-11-20").get_data(as_text=True)


def test_the_next_row_of_the_plan_is_taken_by_one_button(app: Flask, school: School) -> None:
    anna, system = client_of(app, "anna"), school.system()
    today = system.scalars(
        select(s.Lesson).where(s.Lesson.assignment_id == school.id(s.TeachingAssignment, "A"), s.Lesson.held_on == TODAY)
    ).one()
    address = f"/lessons/{today.id}"
    system.close()
    assert 'name="take"' in anna.get(address).get_data(as_text=True)
    assert anna.post(address, data={"topic": "", "work_type_id": "", "take": "1"}).status_code == 302
    system = school.system()
    lesson = system.get(s.Lesson, today.id)
    assert lesson is not None
    assert (lesson.topic, lesson.planned_lesson_id) == ("First", school.id(s.PlannedLesson, "A"))
    assert 'name="take"' not in anna.get(address).get_data(as_text=True)


@pytest.mark.parametrize("login", ["boris", "director", "control", "deputy"])
def test_nobody_else_fills_the_lesson(app: Flask, school: School, login: str) -> None:
    answer = client_of(app, login).post(
        f"/lessons/{school.id(s.Lesson, 'A')}", data={"topic": "Mine", "seen-topic": "Topic"}
    )
    assert answer.status_code in (403, 404, 200)
    session = school.system()
    lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
    assert lesson is not None and lesson.topic == "Topic"


def test_the_deputy_moves_a_lesson_and_is_told_who_is_in_the_way(app: Flask, school: School) -> None:
    deputy, entry = client_of(app, "deputy"), school.id(s.TimetableEntry, "B")
    slots = deputy.get(f"/timetable/edit/verdicts?entry={entry}&since=2026-11-30").get_json()
    assert {"weekday": 1, "number": 3, "state": "soft", "why": slots["slots"][2]["why"]} == slots["slots"][2] or slots[
        "slots"
    ][2]["state"] == "ok"
    data = {"since": "2026-11-30", "entry_id": entry, "weekday": "1", "number": "1", "room_id": str(school.id(s.Room, "A"))}
    refused = deputy.post("/timetable/edit/move", data=data, headers={"Accept": "application/json"})
    assert refused.status_code == 409 and "1A" in refused.get_json()["refused"][0]
    moved = deputy.post("/timetable/edit/move", data={**data, "number": "4"}, headers={"Accept": "application/json"})
    assert moved.status_code == 200
    for bad in ({"since": "yesterday"}, {"since": "2026-11-01"}, {"weekday": "9"}, {"number": "99"}, {"entry_id": "x"}):
        assert (
            deputy.post("/timetable/edit/move", data={**data, **bad}, headers={"Accept": "application/json"}).status_code
            == 409
        )
    for login in ("anna", "director", "petya", "viktor"):
        assert client_of(app, login).post("/timetable/edit/move", data=data).status_code == 403


BREAKS = {
    "autumn": ("2026-10-26", "2026-11-01"),
    "winter": ("2026-12-28", "2027-01-10"),
    "spring": ("2027-03-22", "2027-03-28"),
}


def test_set_up_answers_only_on_an_empty_database(empty: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    app = app_on(empty, tmp_path_factory.mktemp("setup"))
    app.config["JOURNAL"] = replace(app.config["JOURNAL"], demo_password="demonstration")
    client = app.test_client()
    assert client.get("/", follow_redirects=True).request.path == "/setup"
    form = {
        "school_name": "School 7",
        "begins_on": "2026-09-01",
        "ends_on": "2027-05-26",
        **{f"{code}_{end}": day for code, days in BREAKS.items() for end, day in zip(("from", "to"), days, strict=True)},
        "name": "Olga",
        "login": "olga",
        "password": "long enough here",
    }
    for bad in (
        {"password": "short"},
        {"password": "demonstration"},
        {"ends_on": "2026-09-02"},
        {"login": "ОЛЬГА"},
        {"school_name": ""},
        {"begins_on": "x"},
        {"autumn_to": "2026-10-01"},
        {"spring_from": "2026-12-01"},
    ):
        answer = client.post("/setup", data={**form, **bad})
        assert answer.status_code == 200 and "-error" in answer.get_data(as_text=True), bad
        assert setup.is_empty(empty)
    assert client.post("/setup", data=form).headers["Location"] == "/account/factors"
    assert "Olga" in client.get("/").get_data(as_text=True)
    with reading(empty, System("test")) as session:
        kinds = Counter(session.scalars(select(s.GradingPeriod.kind)))
        assert kinds == {"quarter": 4, "half": 2, "year": 1}
        assert session.scalar(select(func.count(s.Holiday.id)).where(s.Holiday.kind == "holiday")) == 5
    assert client.get("/admin/account/new").status_code == 200
    assert client.get("/setup").status_code == client.post("/setup", data=form).status_code == 404
    with app.app_context():
        from journal.web.database import db  # noqa: PLC0415

        db.engine.dispose()


def test_signing_in_rotates_and_signing_out_ends_the_session(app: Flask) -> None:
    client = app.test_client()
    client.get("/login")
    client.post("/login", data={"username": "ANNA ", "password": PASSWORD})
    first = client.get_cookie("journal").value  # type: ignore[union-attr]
    assert client.get("/").status_code == 200
    assert client.get("/logout").status_code == 404 or client.get("/logout").status_code == 405
    client.post("/logout")
    stolen = app.test_client()
    stolen.set_cookie("journal", first)
    assert stolen.get("/").status_code == 302


def test_wrong_and_unknown_logins_get_the_same_answer_and_time(app: Flask) -> None:
    def tried(name: str) -> tuple[str, float]:
        begun = time.perf_counter()
        text = app.test_client().post("/login", data={"username": name, "password": "wrong"}).get_data(as_text=True)
        text = re.sub(r'(content|value)="[^"]{40,}"', "", text)
        return text.replace(name, ""), time.perf_counter() - begun

    tried("warm")
    assert tried("anna")[0] == tried("nobody")[0]


def test_after_five_failures_a_login_waits_even_with_the_right_password(app: Flask) -> None:
    for _ in range(5):
        app.test_client().post("/login", data={"username": "anna", "password": "wrong"})
    answer = app.test_client().post("/login", data={"username": "anna", "password": PASSWORD})
    assert answer.status_code == 200
    assert app.test_client().post("/login", data={"username": "boris", "password": PASSWORD}).status_code == 302


def test_a_post_without_a_token_is_refused(school: School, tmp_path_factory: pytest.TempPathFactory) -> None:
    from journal.factory import create_app  # noqa: PLC0415
    from tests.conftest import config_for  # noqa: PLC0415

    url = school.engine.url.render_as_string(hide_password=False)
    app = create_app(config_for(url, tmp_path_factory.mktemp("csrf")), TESTING=True, RATELIMIT_ENABLED=False)
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            address = re.sub(r"<[^>]+>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", rule.rule))
            for typed in ({"id": "1"}, {"id": "1", "csrf_token": "made-up"}):
                assert app.test_client().post(address, data=typed).status_code == 400, address
    with app.app_context():
        from journal.web.database import db  # noqa: PLC0415

        db.engine.dispose()


PAYLOAD = "<img src=x onerror=alert(1)>\"'"


def test_markup_in_every_text_is_shown_as_text(app: Flask, school: School) -> None:
    system = school.system(writing=True)
    student = system.get(s.Student, school.id(s.Student, "A"))
    lesson = system.get(s.Lesson, school.id(s.Lesson, "A"))
    assert student is not None and lesson is not None
    records.change(system, student, {"last_name": PAYLOAD})
    records.change(system, lesson, {"topic": PAYLOAD})
    homework = system.scalars(select(s.Homework).where(s.Homework.lesson_id == lesson.id)).one()
    records.change(system, homework, {"text": PAYLOAD})
    system.commit()
    system.close()
    pages = {
        "anna": [f"/classbook/{school.id(s.TeachingAssignment, 'A')}", f"/lessons/{school.id(s.Lesson, 'A')}", "/diary/"],
        "maria": ["/diary/?day=2026-11-20"],
        "admin": [
            "/admin/student/",
            f"/admin/student/edit?id={school.id(s.Student, 'A')}",
            f"/admin/student/history?id={school.id(s.Student, 'A')}",
        ],
    }
    for login, addresses in pages.items():
        for address in addresses:
            text = client_of(app, login).get(address).get_data(as_text=True)
            assert "<img src=x" not in text, address
            assert "&lt;img" in text or "\\u003cimg" in text, address
