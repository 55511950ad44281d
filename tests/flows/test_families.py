"""The class teacher and the families from start to end: one excuse seen everywhere, two children, a pupil who leaves."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.kit import clock
from journal.services import cells, database, marks, records
from journal.services.class_room import enrolling, register
from journal.services.refusals import Invalid, Missing
from journal.services.reports import attendance
from tests.conftest import client_of
from tests.personas import TODAY, TOMORROW, School


def lesson_on(school: School, side: str, on: date, number: int = 6) -> int:
    with database.work(school.engine, System("test")) as session:
        place = {"assignment_id": school.id(s.TeachingAssignment, side), "held_on": on, "number": number}
        return records.create(session, s.Lesson, place).id


def test_an_excuse_is_the_same_in_the_register_the_journal_the_diary_and_the_report(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    student, klass = school.id(s.Student, "A"), school.id(s.SchoolClass, "A")
    ill = school.system().execute(
        select(s.AbsenceReason).where(~s.AbsenceReason.is_default, s.AbsenceReason.is_absence).limit(1)
    )
    reason = ill.scalar_one()
    plain = school.system().scalar(select(s.AbsenceReason.id).where(s.AbsenceReason.is_default))
    assert plain is not None
    lesson = lesson_on(school, "A", TODAY)
    anna, maria = client_of(app, "anna"), client_of(app, "maria")
    days = {"begins_on": TODAY.isoformat(), "ends_on": TOMORROW.isoformat(), "reason_id": reason.id, "text": ""}
    assert maria.post("/diary/absence", data={"student": student, **days}).status_code == 302
    journal = f"/classbook/{school.id(s.TeachingAssignment, 'A')}"
    assert "Petya" in anna.get(journal).get_data(as_text=True)
    notice = school.system().scalar(select(s.AbsenceNotice.id).order_by(s.AbsenceNotice.id.desc()).limit(1))
    assert anna.post(f"/class/{klass}/notices/{notice}/accept").status_code == 302
    with school.acting("anna") as session:  # the roll-call comes after the excuse
        records.create(session, s.Absence, {"lesson_id": lesson, "student_id": student, "reason_id": plain})
    row = (
        school.system()
        .execute(select(s.Absence.reason_id, s.Absence.document_id).where(s.Absence.lesson_id == lesson))
        .one()
    )
    assert row.reason_id == reason.id and row.document_id is not None
    month = register.load(school.session("anna", writing=False), klass, TODAY.replace(day=1))
    line = next(line for line in month.lines if line.pupil.id == student)
    assert line.cells[TODAY].counts == {reason.id: 1}
    found = attendance.load(school.session("deputy", writing=False), TODAY, TODAY, [klass])
    assert found.of(klass, student).lessons == {reason.id: 1}
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    week = maria.get(f"/diary/?student={student}&day={TODAY.isoformat()}").get_data(as_text=True)
    assert f">{reason.letter}</span>" in week


def test_a_mother_of_two_reads_both_and_signs_each(app: Flask, school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        tie = {"guardian_id": school.id(s.Guardian, "A"), "student_id": school.id(s.Student, "B"), "kinship": "mother"}
        records.create(session, s.Guardianship, tie)
    maria = client_of(app, "maria")
    pupils = [school.id(s.Student, side) for side in "AB"]
    html = maria.get("/diary/").get_data(as_text=True)
    assert all(f'<option value="{id_}"' in html for id_ in pupils)
    for id_, name in zip(pupils, ("Petya", "Vera"), strict=True):
        assert name in maria.get(f"/diary/?student={id_}").get_data(as_text=True)
        assert maria.post("/diary/read", data={"student": id_}).status_code == 302
        for address in ("/diary/marks", "/diary/marks?year=1", "/diary/absence"):
            joined = "&" if "?" in address else "?"
            assert maria.get(f"{address}{joined}student={id_}").status_code == 200
    assert maria.get("/diary/?student=99999").status_code == 404


def test_who_leaves_stays_in_the_journal_and_is_called_no_more(app: Flask, school: School) -> None:
    student, klass = school.id(s.Student, "A"), school.id(s.SchoolClass, "A")
    count = len(school.system().scalars(select(s.Mark.id).where(s.Mark.student_id == student)).all())
    with school.acting("anna") as session:
        enrolling.leave(session, student, klass, TODAY, "order 7 of 23.11.2026")
    assert len(school.system().scalars(select(s.Mark.id).where(s.Mark.student_id == student)).all()) == count
    assert "Petya" in client_of(app, "anna").get(f"/class/{klass}").get_data(as_text=True)
    lesson = lesson_on(school, "A", TOMORROW)
    with pytest.raises((Invalid, Missing)), school.acting("anna") as session:
        marks.put_cell(session, cells.Operation("op-00000001", lesson, student, "5", ""))
