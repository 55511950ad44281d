"""The page of a lesson without a script: one save for all, files to those who may, debts, works, and what is refused."""

import io
from datetime import timedelta

import pytest
from flask import Flask

from journal import schema as s
from journal.access.actor import System
from journal.services import database, records
from tests.conftest import client_of
from tests.personas import LOGINS, TODAY, School

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


def lesson(school: School, side: str = "A") -> str:
    return f"/lessons/{school.id(s.Lesson, side)}"


def rows(school: School, entity: type[s.Entity], *names: str) -> list[tuple[object, ...]]:
    table = entity.__table__
    with school.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(table.select().with_only_columns(*(table.c[n] for n in names)))]


def whole(school: School, **more: str) -> dict[str, str]:
    """The form as the page of side A sends it."""
    pupil = school.id(s.Student, "A")
    return {
        "topic": "Topic",
        "seen-topic": "Topic",
        "homework": "Homework A",
        "seen-homework": "Homework A",
        "work_type_id": "",
        f"seen-{pupil}": "5",
        f"mark-{pupil}": "5",
        f"absence-{pupil}": "",
        **more,
    }


def test_one_save_for_the_whole_lesson(app: Flask, school: School) -> None:
    pupil = school.id(s.Student, "A")
    late = next(id_ for id_, is_absence in rows(school, s.AbsenceReason, "id", "is_absence") if not is_absence)
    form = whole(school, topic="Verbs", homework="p. 3", minutes="40", due_on=(TODAY + timedelta(days=3)).isoformat())
    form |= {f"absence-{pupil}": f"a{late}", f"minutes-{pupil}": "12", f"mark-{pupil}": "4", "attendance_taken": "y"}
    assert client_of(app, "anna").post(lesson(school), data=form).status_code == 302
    assert ("Verbs", True) in rows(school, s.Lesson, "topic", "attendance_taken")
    assert ("p. 3", 40, TODAY + timedelta(days=3)) in rows(school, s.Homework, "text", "minutes", "due_on")
    assert (pupil, late, 12) in rows(school, s.Absence, "student_id", "reason_id", "minutes")
    assert (pupil, "4") in rows(school, s.Mark, "student_id", "value")


@pytest.mark.parametrize(
    ("name", "value"), [("minutes", "0"), ("minutes", "many"), ("due_on", "soon"), ("topic", "x" * 501)]
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    app: Flask, school: School, name: str, value: str
) -> None:
    form = whole(school, **{"homework": "p. 3", name: value})
    text = client_of(app, "anna").post(lesson(school), data=form).get_data(as_text=True)
    assert f'id="{name}-error"' in text and "p. 3" in text
    assert ("p. 3",) not in rows(school, s.Homework, "text")


def test_a_colleague_and_families_write_nothing(app: Flask, school: School) -> None:
    before = [rows(school, entity, "id") for entity in (s.Homework, s.Attachment, s.LessonWork, s.Criterion)]
    pupil = str(school.id(s.Student, "A"))
    for login in ("boris", "maria", "petya", "control"):
        client = client_of(app, login)
        client.post(lesson(school), data=whole(school, topic="Forged"))
        client.post(f"{lesson(school)}/own", data={"student_id": pupil, "own_text": "Forged"})
        client.post(f"{lesson(school)}/works", data={"name": "Forged", "work_type_id": "1"})
        client.post(f"{lesson(school)}/debts", data={"student_id": pupil, "due_on": "2026-12-01"})
        client.post(f"{lesson(school)}/files", data={"file": (io.BytesIO(PNG), "a.png")})
        client.post(f"{lesson(school)}/files/{school.id(s.Attachment, 'A')}/remove")
    assert [rows(school, entity, "id") for entity in (s.Homework, s.Attachment, s.LessonWork, s.Criterion)] == before
    assert ("Forged",) not in rows(school, s.Lesson, "topic")


def test_a_file_goes_to_those_who_see_the_homework_and_to_no_stranger(app: Flask, school: School) -> None:
    anna = client_of(app, "anna")
    anna.post(f"{lesson(school)}/files", data={"file": (io.BytesIO(PNG), "Рисунок.exe")})
    id_, name = next((id_, name) for id_, name in rows(school, s.Attachment, "id", "file_name") if name == "Рисунок.png")
    found = {login: client_of(app, login).get(f"/lessons/files/{id_}").status_code for login in LOGINS}
    readers = ("admin", "director", "deputy", "control", "anna", "petya", "maria")
    assert found == {login: 200 if login in readers else 404 for login in LOGINS}
    answer = client_of(app, "maria").get(f"/lessons/files/{id_}")
    assert answer.data == PNG and answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"] and name
    assert app.test_client().get(f"/lessons/files/{id_}").status_code == 302


def test_a_file_of_nine_megabytes_is_taken_and_one_of_eleven_is_refused_in_words(app: Flask, school: School) -> None:
    anna = client_of(app, "anna")
    for size, count in ((9, 1), (11, 0)):
        before = len(rows(school, s.Attachment, "id"))
        data = {"file": (io.BytesIO(b"%PDF-1.7\n" + b"x" * (size * 2**20)), "big.pdf")}
        answer = anna.post(f"{lesson(school)}/files", data=data, follow_redirects=True)
        assert answer.status_code == 200
        assert len(rows(school, s.Attachment, "id")) - before == count


def test_works_and_points_on_their_pages(app: Flask, school: School) -> None:
    anna, pupil = client_of(app, "anna"), school.id(s.Student, "A")
    work, criterion = school.id(s.LessonWork, "A"), school.id(s.Criterion, "A")
    sheet = f"{lesson(school)}/works/{work}"
    text = anna.post(sheet, data={f"points-{pupil}-{criterion}": "9"}).get_data(as_text=True)
    assert f'id="e{pupil}-{criterion}"' in text
    assert anna.post(sheet, data={f"points-{pupil}-{criterion}": "5", "give": "1"}).status_code == 302
    assert (work, "5") in rows(school, s.Mark, "work_id", "value")
    assert anna.get(f"/lessons/{school.id(s.Lesson, 'A')}/works/{school.id(s.LessonWork, 'B')}").status_code == 404
    assert client_of(app, "boris").get(sheet).status_code == 404


def test_the_next_lesson_is_prepared_without_a_roll_call(app: Flask, school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        place = {"assignment_id": school.id(s.TeachingAssignment, "A"), "held_on": TODAY + timedelta(days=7), "number": 5}
        ahead = records.create(session, s.Lesson, place).id
    anna = client_of(app, "anna")
    form = {**whole(school), "topic": "Ahead", "seen-topic": "", "homework": "p. 9", "seen-homework": ""}
    assert anna.post(f"/lessons/{ahead}", data=form).status_code == 302
    assert ("Ahead", False) in rows(school, s.Lesson, "topic", "attendance_taken")
    assert 'name="mark-' not in anna.get(f"/lessons/{ahead}").get_data(as_text=True)


def test_the_blank_list_and_the_keys(app: Flask, school: School) -> None:
    anna = client_of(app, "anna")
    journal = school.id(s.TeachingAssignment, "A")
    assert anna.get(f"/classbook/{journal}/blank").data[:4] == b"%PDF"
    assert anna.get("/classbook/keys").status_code == 200
    assert client_of(app, "petya").get(f"/classbook/{journal}/blank").status_code == 403


def test_the_journal_of_any_dates(app: Flask, school: School) -> None:
    anna, journal = client_of(app, "anna"), school.id(s.TeachingAssignment, "A")
    text = anna.get(f"/classbook/{journal}?since=2026-11-20&until=2026-11-20").get_data(as_text=True)
    assert text.count('<th scope="col" data-lesson') == 2, "the lesson and one more work"
    for bad in ("since=2026-11-16&until=2026-11-01", "since=x&until=y", "since=1900-01-01&until=2100-01-01"):
        assert anna.get(f"/classbook/{journal}?{bad}").status_code == 200


def test_pages_of_final_marks_by_class(app: Flask, school: School) -> None:
    klass = school.id(s.SchoolClass, "A")
    found = {login: client_of(app, login).get(f"/classbook/class/{klass}/finals").status_code for login in LOGINS}
    readers = ("admin", "director", "deputy", "control", "anna")
    assert found == {login: 200 if login in readers else 404 if login == "boris" else 403 for login in LOGINS}
    office = {login: client_of(app, login).get("/classbook/periods").status_code for login in LOGINS}
    assert office == {login: 200 if login in LOGINS[:4] else 403 for login in LOGINS}


def test_without_a_line_there_is_a_page_without_names(app: Flask, school: School) -> None:
    page = client_of(app, "anna").get("/offline").get_data(as_text=True)
    worker = app.test_client().get("/offline.js")
    assert "Anna" not in page and worker.mimetype == "text/javascript" and "/offline" in worker.get_data(as_text=True)


def test_families_are_reminded_of_a_debt_in_any_week(app: Flask, school: School) -> None:
    pupil = school.id(s.Student, "A")
    form = whole(school, **{f"mark-{pupil}": "", f"point-{pupil}": "p"})
    assert client_of(app, "anna").post(lesson(school), data=form).status_code == 302
    for login, shown in (("petya", True), ("maria", True), ("vera", False)):
        text = client_of(app, login).get("/diary/?day=2026-12-07").get_data(as_text=True)
        assert ("30.11.2026" in text) is shown
