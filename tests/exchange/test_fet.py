"""FET files: what of them becomes a school, twice the same, and files that are none; then the main job runs on it."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from journal import schema as s
from journal.access.actor import Actor, Role, System
from journal.access.session import PolicySession
from journal.config import ROOT
from journal.services import database, gradebook, records, reference, setup
from journal.services.accounts import passwords
from journal.services.exchange import fet
from journal.services.exchange.fet_apply import Report, Taking
from journal.services.timetable import board, edits
from journal.services.timetable.conflicts import Clashing, clashes
from tests.conftest import app_on
from tests.personas import TODAY

REAL = sorted((ROOT.parent / "shared" / "data" / "fet").glob("*.fet"))

SMALL = """\ufeff<?xml version="1.0" encoding="UTF-8"?>
<fet version="6.0.0"><Institution_Name>Школа &amp; лицей</Institution_Name>
<Days_List><Day><Name>Пн</Name></Day><Day><Name>Вт</Name></Day></Days_List>
<Hours_List><Hour><Name>1</Name></Hour><Hour><Name>2</Name></Hour><Hour><Name>3</Name></Hour></Hours_List>
<Subjects_List><Subject><Name>Алгебра</Name></Subject><Subject><Name>Хор</Name></Subject></Subjects_List>
<Teachers_List><Teacher><Name>Иванова А.</Name></Teacher><Teacher><Name>Петров Б.</Name></Teacher></Teachers_List>
<Students_List><Year><Name>7</Name>
<Group><Name>7А</Name><Subgroup><Name>7А 1</Name></Subgroup><Subgroup><Name>7А 2</Name></Subgroup></Group>
<Group><Name>7Б</Name></Group></Year></Students_List>
<Activities_List>
<Activity><Teacher>Иванова А.</Teacher><Subject>Алгебра</Subject>
<Students>7А</Students><Duration>1</Duration><Id>1</Id></Activity>
<Activity><Teacher>Иванова А.</Teacher><Subject>Алгебра</Subject>
<Students>7А 1</Students><Duration>2</Duration><Id>2</Id></Activity>
<Activity><Teacher>Петров Б.</Teacher><Subject>Алгебра</Subject>
<Students>7А 2</Students><Duration>2</Duration><Id>3</Id></Activity>
<Activity><Teacher>Петров Б.</Teacher><Subject>Хор</Subject><Students>7А</Students><Students>7Б</Students>
<Duration>1</Duration><Id>4</Id></Activity>
<Activity><Teacher>Никто</Teacher><Subject>Хор</Subject><Students>9Я</Students><Duration>1</Duration><Id>5</Id></Activity>
<Activity><Teacher>Петров Б.</Teacher><Subject>Хор</Subject><Students>7Б</Students><Duration>1</Duration><Id>6</Id>
<Active>false</Active></Activity>
</Activities_List>
<Rooms_List><Room><Name>12</Name></Room></Rooms_List>
<Time_Constraints_List><ConstraintBasicCompulsoryTime/>
<ConstraintActivityPreferredStartingTime><Activity_Id>1</Activity_Id><Preferred_Day>Вт</Preferred_Day>
<Preferred_Hour>3</Preferred_Hour></ConstraintActivityPreferredStartingTime>
<ConstraintTeachersMaxGapsPerDay><Max_Gaps>1</Max_Gaps></ConstraintTeachersMaxGapsPerDay></Time_Constraints_List>
<Space_Constraints_List><ConstraintActivityPreferredRoom><Activity_Id>1</Activity_Id><Room>12</Room>
</ConstraintActivityPreferredRoom></Space_Constraints_List></fet>"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.fet"
    path.write_text(SMALL, encoding="utf-8")
    return path


def take(engine: Engine, path: Path) -> Report:
    with database.work(engine, System("import")) as session:
        return Taking(session, fet.read(path), path.name).run()


def test_the_small_file_becomes_a_school_with_its_placements(empty: Engine, small: Path) -> None:
    report = take(empty, small)
    assert report.made == {
        "AcademicYear": 1,
        "Subject": 2,
        "Staff": 2,
        "Room": 1,
        "SchoolClass": 2,
        "Subgroup": 2,
        "TeachingAssignment": 5,
        "TimetableEntry": 7,
        "Lesson": report.made["Lesson"],
    }
    assert [str(problem) for problem in report.problems] == ["Activity 5 has no known class, teacher or subject: left out."]
    assert report.unmapped == {"ConstraintTeachersMaxGapsPerDay": 1}
    with database.work(empty, System("test")) as session:
        version = session.scalars(select(s.Timetable)).one()
        placed = board.load(session, version.id)
        fixed = [p for p in placed if p.course.subgroup_id is None and p.course.subject == "Алгебра"]
        assert [(p.weekday, p.number, p.room) for p in fixed] == [(2, 3, "12")]
        assert [clash for one in placed for clash in clashes(one, placed)] == []
        assert {p.course.stream for p in placed if p.course.subject == "Хор"} == {"FET 4"}


def test_the_same_file_twice_changes_nothing(empty: Engine, small: Path) -> None:
    take(empty, small)
    again = take(empty, small)
    assert sum(again.made.values()) == 0
    assert "there already" in str(again.problems[-1])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not XML"),
        (b"hello", "not XML"),
        (b"<timetable/>", "no FET file"),
        (b"<fet/>", "no FET file"),
        (b"\xff\xfe\x00", "not XML"),
        (SMALL.encode()[:700], "not XML"),
        (b'<!DOCTYPE fet [<!ENTITY x SYSTEM "file:///etc/passwd">]><fet>&x;</fet>', "not allowed"),
        (b'<!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><fet>&b;</fet>', "not allowed"),
    ],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "bad.fet"
    path.write_bytes(content)
    with pytest.raises(fet.Unreadable, match=why):
        fet.read(path)


def test_no_file_a_folder_and_a_huge_file(tmp_path: Path) -> None:
    for path in (tmp_path / "none.fet", tmp_path):
        with pytest.raises(fet.Unreadable):
            fet.read(path)
    huge = tmp_path / "huge.fet"
    with huge.open("wb") as file:
        file.truncate(fet.LARGEST_FILE + 1)
    with pytest.raises(fet.Unreadable, match="larger"):
        fet.read(huge)


def manager(account_id: int, staff_id: int = 0) -> Actor:
    roles = frozenset({Role.TEACHER} if staff_id else {Role.DEPUTY})
    return Actor(account_id, "x", roles, staff_id)


def test_a_school_can_be_set_up_on_top_of_an_import(empty: Engine, small: Path) -> None:
    take(empty, small)
    setup.begin(empty, setup.Beginning("School", date(2026, 9, 1), date(2027, 5, 26), "Olga", "olga", "long enough here"))
    with database.work(empty, System("test")) as session:
        assert session.scalar(select(func.count(s.AcademicYear.id))) == 1
        assert session.scalar(select(func.count(s.Subject.id))) == 2
        assert session.scalar(select(func.count(s.RoleGrant.id))) == 1


@pytest.mark.skipif(not REAL, reason="../shared/data/fet is not here")
@pytest.mark.parametrize("path", REAL, ids=[path.stem for path in REAL])
def test_the_main_job_runs_on_a_real_school(empty: Engine, path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    report = take(empty, path)
    assert report.made["TimetableEntry"] > 100 and report.made["Lesson"] > 1000
    with database.work(empty, System("test")) as session:
        version = session.scalars(select(s.Timetable)).one()
        placed = board.load(session, version.id)
        assert [clash for one in placed for clash in clashes(one, placed)] == []
        one = next(
            p
            for p in placed
            for q in placed
            if p.course.staff_id == q.course.staff_id and p.course.class_id != q.course.class_id
        )
        other = next(
            q for q in placed if q.course.staff_id == one.course.staff_id and q.course.class_id != one.course.class_id
        )
        account = records.create(
            session, s.Account, {"login": "d", "name": "D", "password_hash": passwords.FAST_HASHER.hash("x")}
        )
        records.create(session, s.RoleGrant, {"account_id": account.id, "role": "administrator", "starts_on": TODAY})
        reference_rows = session.scalar(select(func.count(s.Subject.id)))
    deputy = PolicySession(empty)
    deputy.writing = True
    deputy.act_as(manager(account.id))
    with pytest.raises(Clashing):
        edits.move(deputy, TODAY, one.id, edits.Slot(other.weekday, other.number))
    deputy.close()
    teacher = PolicySession(empty)
    teacher.act_as(manager(account.id, one.course.staff_id))
    book = gradebook.load(teacher, one.course.assignment_id, None)
    assert book.columns and book.course.subject == one.course.subject
    teacher.close()
    app: Flask = app_on(empty, tmp_path_factory.mktemp("fet"))
    client = app.test_client()
    assert client.post("/login", data={"username": "d", "password": "x"}).status_code == 302
    for address in ("/admin/subject/", "/admin/teaching-assignment/", "/timetable/?view=school", "/timetable/edit"):
        assert client.get(address).status_code == 200
    assert reference_rows == len(fet.read(path).subjects)
    with app.app_context():
        from journal.web.database import db  # noqa: PLC0415

        db.engine.dispose()


def test_reference_data_reads(empty: Engine) -> None:
    with database.work(empty, System("set-up")) as session:
        subjects = reference.load(session, TODAY)
        assert len(subjects) == session.scalar(select(func.count(s.Subject.id)))
