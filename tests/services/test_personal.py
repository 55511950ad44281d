"""Everything about one person, for the person; and the end of what need not be kept."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, personal, records
from journal.services.refusals import Invalid, Missing
from tests.personas import School


def test_an_export_holds_the_person_and_nobody_else(shared_school: School) -> None:
    """What stands in it is of side A; no secret is in it."""
    found = personal.export(shared_school.system(), "student", shared_school.id(s.Student, "A"))
    assert {"Student", "Enrolment", "Mark", "Absence", "Guardianship", "Account", "SignIn", "TrailEntry"} - found.keys() <= {
        "SignIn",
        "TrailEntry",
    }
    text = json.dumps(found, ensure_ascii=False)
    assert "Petya" in text and "Vera" not in text and "argon2" not in text
    for kind, id_ in (("student", 99999), ("nobody", 1)):
        with pytest.raises(Missing):
            personal.export(shared_school.system(), kind, id_)


def leave(school: School, on: date = date(2026, 11, 22)) -> None:
    with database.work(school.engine, System("test")) as session:
        for enrolment in session.scalars(
            select(s.Enrolment).where(s.Enrolment.student_id == school.id(s.Student, "A"))
        ).all():
            records.change(session, enrolment, {"ends_on": on})


def test_who_is_here_is_not_erased(school: School) -> None:
    for kind, entity in (("student", s.Student), ("guardian", s.Guardian), ("staff", s.Staff)):
        with pytest.raises(Invalid), database.work(school.engine, System("command")) as session:
            personal.erase(session, kind, school.id(entity, "A"))


def test_after_leaving_contacts_and_account_go_and_marks_stay(school: School) -> None:
    leave(school)
    marks = len(school.system().scalars(select(s.Mark.id)).all())
    with database.work(school.engine, System("command")) as session:
        for kind, entity in (("student", s.Student), ("guardian", s.Guardian)):
            assert personal.erase(session, kind, school.id(entity, "A")) > 1
    seen = school.system()
    guardian, student = seen.get(s.Guardian, school.id(s.Guardian, "A")), seen.get(s.Student, school.id(s.Student, "A"))
    assert guardian is not None and student is not None
    assert (guardian.last_name, guardian.phone, student.last_name, student.phone) == ("—", None, "Petya", None)
    logins = set(seen.scalars(select(s.Account.login)))
    assert {"maria", "petya"}.isdisjoint(logins) and {"vera", "viktor"} <= logins
    assert len(seen.scalars(select(s.Mark.id)).all()) == marks
    newest = seen.scalars(select(s.TrailEntry).order_by(s.TrailEntry.id.desc()).limit(12)).all()
    assert "+7 902" not in json.dumps([row.changes for row in newest]), "the trail does not repeat what was erased"
    with database.work(school.engine, System("command")) as session:
        assert personal.erase(session, "guardian", school.id(s.Guardian, "A")) == 1, "the account is looked at again"
