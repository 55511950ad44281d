"""Files: FET and aSc there and back, a table of lessons, calendars, prints; what is wrong is said and changes nothing."""

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import Engine, func, select

from journal import schema as s
from journal.access.actor import System
from journal.config import ROOT
from journal.services import database, records
from journal.services.exchange import asc, fet, timetable_files, timetable_out
from journal.services.exchange.fet import Unreadable
from journal.services.exchange.fet_apply import Taking
from journal.services.timetable import board as boards
from journal.services.timetable import drafts, laying, sheets
from journal.services.timetable.conflicts import anywhere
from tests.conftest import client_of
from tests.exchange import sheets as tables
from tests.personas import School
from tests.timetable.conftest import MONDAY, Week

EN = {"Accept-Language": "en"}
REAL = sorted((ROOT.parent / "shared" / "data" / "fet").glob("*.fet"))
ASC = """<?xml version="1.0" encoding="windows-1251"?>
<timetable ascttversion="2012.6.1" importtype="database" displayname="Школа 7">
<periods columns="period,name"><period name="0" period="0"/><period name="1" period="1"/><period name="2" period="2"/>
<period name="3" period="3"/></periods>
<daysdefs><daysdef id="D1" name="Пн" days="10000"/><daysdef id="D2" name="Вт" days="01000"/></daysdefs>
<subjects><subject id="S1" name="Алгебра" short="Алг"/><subject id="S2" name="Труд" short=""/></subjects>
<teachers><teacher id="T1" name="Иванова А. П." short="Ив"/>
<teacher id="T2" name="" firstname="Борис" lastname="Петров" short=""/></teachers>
<classrooms><classroom id="R1" name="21"/><classroom id="R2" name="22"/></classrooms>
<classes><class id="C1" name="7А" grade="7"/><class id="C2" name="7Б" grade="7"/></classes>
<groups><group id="G1" name="Весь класс" classid="C1" entireclass="1" divisiontag="0"/>
<group id="G2" name="Девочки" classid="C1" entireclass="0" divisiontag="1"/>
<group id="G3" name="Мальчики" classid="C1" entireclass="0" divisiontag="1"/></groups>
<lessons><lesson id="L1" subjectid="S1" classids="C1" groupids="G1" teacherids="T1" classroomids="R1"
periodspercard="1" periodsperweek="2"/>
<lesson id="L2" subjectid="S2" classids="C1" groupids="G2" teacherids="T1" classroomids="" periodspercard="2"
periodsperweek="2"/>
<lesson id="L3" subjectid="S2" classids="C1" groupids="G3" teacherids="T2" classroomids="" periodspercard="2"
periodsperweek="2"/>
<lesson id="L4" subjectid="S1" classids="C2" groupids="" teacherids="T2" classroomids="R2" periodspercard="1"
periodsperweek="1"/>
</lessons>
<cards><card lessonid="L1" period="0" days="10000" weeks="11" classroomids="R2"/>
<card lessonid="L1" period="1" days="01000" weeks="10" classroomids=""/>
<card lessonid="L2" period="2" days="01000" weeks="11" classroomids=""/>
<card lessonid="L3" period="2" days="01000" weeks="11" classroomids=""/>
<card lessonid="L4" period="1" days="10000" weeks="11" classroomids=""/></cards>
<studentsubjects><one/></studentsubjects></timetable>"""


def data(text: str = ASC) -> bytes:
    return text.encode("windows-1251")


def taken(engine: Engine, school: fet.School, name: str = "file.xml") -> Any:
    with database.work(engine, System("import")) as session:
        return Taking(session, school, name, "aSc").run()


def stands(engine: Engine) -> list[tuple[Any, ...]]:
    """Every lesson of the last version in words."""
    with database.reading(engine, System("test")) as session:
        version = session.scalars(select(s.Timetable).order_by(s.Timetable.id.desc())).first()
        assert version is not None
        board = boards.load(session, version.id)
        assert list(anywhere(board)) == []
        return sorted(
            (p.course.class_name, p.course.subject, p.course.subgroup or "", p.course.teacher, p.weekday, p.number,
             p.parity, p.room or "") for p in board
        )  # fmt: skip


def test_an_asc_file_becomes_a_school_with_its_week(empty: Engine) -> None:
    report = taken(empty, asc.read(data(), "file.xml"))
    assert report.problems == [] and report.unmapped == {"studentsubjects": 1}
    assert stands(empty) == [
        ("7А", "Алгебра", "", "Иванова А.", 1, 0, "every", "22"),
        ("7А", "Алгебра", "", "Иванова А.", 2, 1, "odd", "21"),
        ("7А", "Труд", "Девочки", "Иванова А.", 2, 2, "every", ""),
        ("7А", "Труд", "Девочки", "Иванова А.", 2, 3, "every", ""),
        ("7А", "Труд", "Мальчики", "Петров Б.", 2, 2, "every", ""),
        ("7А", "Труд", "Мальчики", "Петров Б.", 2, 3, "every", ""),
        ("7Б", "Алгебра", "", "Петров Б.", 1, 1, "every", "22"),
    ]


@pytest.mark.parametrize("shape", ["fet", "asc"])
def test_out_and_in_again_is_stable(empty: Engine, shape: str) -> None:
    """What goes out and comes in again is the same week, and goes out the same once more."""
    taken(empty, asc.read(data(ASC.replace('weeks="10"', 'weeks="11"')), "file.xml"))
    before = stands(empty)
    write = {"fet": timetable_out.fet, "asc": timetable_out.asc}[shape]
    with database.work(empty, System("import")) as session:
        version = session.scalars(select(s.Timetable)).one()
        first = write(session, version)
        school, program = timetable_files.read(first, "again.xml")
        report = Taking(session, school, "again.xml", program).run()
        (told,) = [str(one) for one in report.problems]
        assert told == "The year has a timetable already: the file's becomes a draft."
        assert not {"Subject", "Staff", "SchoolClass", "Subgroup", "Room"} & {k for k, n in report.made.items() if n}
        again = session.scalars(select(s.Timetable).where(s.Timetable.name == "again.xml")).one()
        strip = re.compile(rb'displayname="[^"]*"|<Institution_Name>[^<]*')
        assert strip.sub(b"", write(session, again)) == strip.sub(b"", first)
    assert stands(empty) == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('lessonid="L4"', 'lessonid="L9"', "Card 5 points at a lesson that is not there."),
        ('subjectid="S2" classids="C1" groupids="G2"', 'subjectid="S9" classids="C1" groupids="G2"',
         "Lesson 2: there is no subject with the id S9."),
        ('teacherids="T2" classroomids="R2"', 'teacherids="T2" classroomids="R9"',
         "Lesson 4: there is no room with the id R9."),
        ('groupids="G3"', 'groupids="G9"', "Lesson 3: there is no group with the id G9."),
        ('period="1" days="10000"', 'period="9" days="10000"',
         "A card of lesson 4 has no day or no known period: it is not placed."),
        ('<card lessonid="L4"', '<card lessonid="L1" period="0" days="10000" weeks="11"/><card lessonid="L4"',
         "A card of lesson 1 stands twice in one slot."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_said_by_its_row(old: str, new: str, told: str) -> None:
    assert ASC.count(old) == 1
    school = asc.read(data(ASC.replace(old, new)), "file.xml")
    assert told in [str(one) for one in school.problems]


def test_two_lessons_of_one_teacher_in_a_slot_are_never_taken_as_they_are(empty: Engine) -> None:
    report = taken(
        empty,
        asc.read(
            data(ASC.replace('lessonid="L4" period="1" days="10000"', 'lessonid="L4" period="2" days="01000"')), "f.xml"
        ),
    )
    stands(empty)
    assert [one.text for one in report.problems] == ["%(count)d lessons found no place without a conflict."]


BAD = {
    "empty": b"",
    "words": "просто слова".encode(),
    "other": b"<?xml version='1.0'?><html/>",
    "entity": b"<!DOCTYPE t [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><timetable><lessons>&e;</lessons></timetable>",
    "bomb": b"<!DOCTYPE t [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><timetable><lessons>&b;</lessons></timetable>",
    "large": b"<timetable><lessons/>" + b" " * (50 * 2**20) + b"</timetable>",
    "encoding": b"<?xml version='1.0' encoding='no-such'?><timetable><lessons/></timetable>",
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_file_that_is_none_is_refused_in_words(app: Flask, school: School, name: str) -> None:
    with pytest.raises(Unreadable):
        timetable_files.read(BAD[name], "x.xml")
    client = client_of(app, "admin")
    session = school.system()
    before = session.scalar(select(func.count(s.ImportRun.id)))
    answer = client.post("/timetable/files/upload", data={"file": (io.BytesIO(BAD[name]), "x.xml")}, headers=EN)
    assert answer.status_code in (413, 422) and session.scalar(select(func.count(s.ImportRun.id))) == before
    if answer.status_code == 422:
        assert "This file can&#39;t be read: x.xml" in answer.get_data(as_text=True)


def test_a_file_is_looked_at_and_taken_in_by_the_page(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    answer = client.post("/timetable/files/upload", data={"file": (io.BytesIO(data()), "Школа.xml")})
    run = answer.headers["Location"]
    page = client.get(run, headers=EN).get_data(as_text=True)
    assert "What it would bring" in page and "becomes a draft" in page
    session = school.system()
    assert session.scalar(select(func.count(s.Timetable.id)).where(s.Timetable.name == "Школа.xml")) == 0
    job = client.post(f"{run}/take").headers["Location"]
    told = client.get(f"{job}/state").get_json()
    assert (told["state"], told["address"]) == ("done", "/timetable/drafts/"), client.get(job).get_data(as_text=True)
    session = school.system()
    assert session.scalar(select(s.Timetable.state).where(s.Timetable.name == "Школа.xml")) == "draft"
    assert client.post(f"{run}/take").status_code == 404 and "taken in" in client.get(run, headers=EN).get_data(as_text=True)


@pytest.mark.parametrize("login", ["deputy", "director", "anna", "maria"])
def test_only_the_administrator_takes_files_in(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    assert client.post("/timetable/files/upload").status_code == client.get("/timetable/files/1").status_code == 403


def test_versions_go_out_to_planners(app: Flask, week: Week) -> None:
    client = client_of(app, "deputy")
    for shape, root in (("fet", b"<fet "), ("xml", b"<timetable ")):
        answer = client.get(f"/timetable/files/version.{shape}?version={week.version_id}")
        assert root in answer.data and "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/timetable/files/version.fet?version=999").status_code == 404
    assert client_of(app, "anna").get(f"/timetable/files/version.fet?version={week.version_id}").status_code == 403


@pytest.mark.skipif(not REAL, reason="../shared is not here")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_schools_go_out_and_come_in_again(empty: Engine, path: Any) -> None:
    with database.work(empty, System("import")) as session:
        Taking(session, fet.read(path), path.name).run()
        version = session.scalars(select(s.Timetable)).one()
        for write, name in ((timetable_out.fet, "again.fet"), (timetable_out.asc, "again.xml")):
            body = write(session, version)
            school, program = timetable_files.read(body, name)
            Taking(session, school, name, program).run()
            again = session.scalars(select(s.Timetable).where(s.Timetable.name == name)).one()
            places = [
                sorted((p.course.assignment_id, p.weekday, p.number) for p in boards.load(session, one.id))
                for one in (version, again)
            ]
            assert places[0] == places[1], name
            assert list(anywhere(boards.load(session, again.id))) == []


# --- a table of lessons


def test_a_table_becomes_a_draft_and_is_undone(app: Flask, week: Week) -> None:
    rows = [
        ["Класс", "День", "Урок", "Предмет", "Учитель", "Кабинет", "Группа"],
        ["7A", "Пн", "1", "Subject b", "", "1A", ""],
        ["7 a", "среда", "2", "c", "Teacherc T.", "", ""],
        ["7A", "вт", "3", "Subject e1", "", "", "1 group"],
        ["7A", "пн", "1", "Subject c", "", "", ""],
        ["7A", "восьмой", "1", "Subject c", "", "", ""],
        ["9Z", "пн", "1", "Subject c", "", "", ""],
        ["7A", "пн", "2", "Хор", "", "", ""],
        ["7A", "чт", "2", "Subject e1", "", "", ""],
    ]
    client = client_of(app, "admin")
    form = {"kind": "timetable", "file": (io.BytesIO(tables.csv(rows)), "Неделя.csv")}
    columns = client.post("/exchange/upload", data=form).headers["Location"]
    names = ["school_class", "weekday", "number", "subject", "teacher", "room", "subgroup"]
    layout = {"head": "0"} | {f"column-{place}": name for place, name in enumerate(names)}
    run = client.post(columns, data=layout).headers["Location"]
    page = client.get(run, headers=EN).get_data(as_text=True)
    for told in ("7A is busy", "“восьмой” is not understood", "There is no class “9Z”", "has this subject",
                 "Several assignments fit"):  # fmt: skip
        assert told in page, told
    client.post(f"{run}/apply")
    session = week.school.system()
    version = session.scalars(select(s.Timetable).order_by(s.Timetable.id.desc())).first()
    assert version is not None and version.state == "draft"
    assert week.entries(version.id) == {"b": [(1, 1)], "c": [(3, 2)], "e1": [(2, 3)]}
    client.post(f"{run}/undo")
    session = week.school.system()
    assert session.get(s.Timetable, version.id) is None


# --- calendars


def test_a_feed_holds_the_persons_lessons_and_ends_when_revoked(app: Flask, week: Week) -> None:
    with week.school.acting_as_system() as session:
        laying.lay(session, date(2026, 11, 24))
    feeds = {}
    for login in ("anna", "petya", "maria"):
        client = client_of(app, login)
        page = client.post("/timetable/calendar/new", headers=EN).get_data(as_text=True)
        feeds[login] = re.search(r'value="(http[^"]+\.ics)"', page).group(1)  # type: ignore[union-attr]
        assert "An address" not in page and feeds[login] not in client.get("/timetable/calendar").get_data(as_text=True)
    anybody = app.test_client()
    titles = {}
    for login, address in feeds.items():
        answer = anybody.get(address)
        assert answer.mimetype == "text/calendar"
        events = [part for part in Calendar.from_ical(answer.data).walk("VEVENT")]
        titles[login] = {str(event["summary"]) for event in events}
        first = min(events, key=lambda event: str(event["dtstart"].dt))
        assert first["dtstart"].dt.tzinfo is not None
    assert titles["anna"] == {"Subject A · 7A"}
    assert titles["petya"] == {"Subject A", "Subject b", "Subject c", "Subject d"} == titles["maria"]
    client = client_of(app, "anna")
    client.post("/timetable/calendar/new")
    assert anybody.get(feeds["anna"]).status_code == 404
    client_of(app, "maria").post("/timetable/calendar/revoke")
    assert anybody.get(feeds["maria"]).status_code == 404
    assert anybody.get("/timetable/calendar/x.ics").status_code == 404
    with week.school.acting("admin") as session:
        account = session.scalars(select(s.Account).where(s.Account.login == "petya")).one()
        records.change(session, account, {"is_active": False})
    assert anybody.get(feeds["petya"]).status_code == 404


# --- prints


@pytest.mark.parametrize("view", ["school", "class", "teacher", "room"])
def test_prints_hold_the_week(week: Week, view: str) -> None:
    session = week.school.session("deputy")
    version = drafts.in_force(session, MONDAY)
    assert version is not None
    made = sheets.document(session, version, view, points=view == "class")
    text = str([table.rows for table in made.tables]) + str([column.label for column in made.tables[0].columns])
    assert ("Subject b" in text) or (view == "school" and "b" in text and "7A" in text) or view == "room"
    if view == "class":
        mine = next(table for table in made.tables if table.title == "7A")
        assert mine.totals[0][1:] == ["9", "0", "0", "0", "9"] and "Subject A (9)" in str(mine.rows)


def test_everybody_prints_the_timetable_in_force(app: Flask, week: Week) -> None:
    client = client_of(app, "maria")
    for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        assert client.get(f"/timetable/print.{kind}?view=class").data.startswith(start)
    assert client.get("/timetable/print.pdf?view=nothing").status_code == 404
    assert client.get("/timetable/print.pdf?view=class&id=999").status_code == 404
    assert app.test_client().get("/timetable/print.pdf").status_code == 302
