"""A request unlocks that cell or lesson, for its hours, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.kit import clock
from journal.services import cell_history, cells, database, gradebook, lessons, marks, records
from journal.services.control import corrections
from journal.services.refusals import Forbidden, Invalid, Locked, Missing
from tests.personas import School

OLD = date(2026, 9, 7)


@pytest.fixture
def old(school: School) -> School:
    """The lessons of both sides were long ago, each with a second pupil."""
    with database.work(school.engine, System("test")) as session:
        for side in "AB":
            lesson = session.get(s.Lesson, school.id(s.Lesson, side))
            assert lesson is not None
            records.change(session, lesson, {"held_on": OLD})
        for row in session.scalars(select(s.CorrectionRequest)):
            records.change(session, row, {"state": "refused"})
    return school


def place(school: School, side: str = "A") -> tuple[int, int]:
    return school.id(s.Lesson, side), school.id(s.Student, side)


def write(school: School, login: str, value: str, base: str, id: str) -> cells.Cell:
    with school.acting(login) as session:
        return marks.put_cell(session, cells.Operation(id, *place(school), value, base))


def asked(school: School, student: int | None) -> int:
    with school.acting("anna") as session:
        return corrections.ask(session, place(school)[0], student, "A slip of the pen").id


def granted(school: School, request: int, hours: int = 2) -> None:
    with school.acting("deputy") as session:
        corrections.grant(session, request, hours, "Yes")


def test_a_granted_request_unlocks_its_cell_and_no_other(old: School) -> None:
    lesson, student = place(old)
    with database.work(old.engine, System("test")) as session:
        other = records.create(session, s.Student, {"last_name": "Other", "first_name": "Pupil"})
        klass = old.id(s.SchoolClass, "A")
        place_ = {"student_id": other.id, "school_class_id": klass, "starts_on": date(2026, 9, 1)}
        records.create(session, s.Enrolment, place_)
    with pytest.raises(Locked):
        write(old, "anna", "4", "5", "op-00000001")
    granted(old, asked(old, student))
    assert write(old, "anna", "4", "5", "op-00000002").state == "saved"
    with pytest.raises(Locked), old.acting("anna") as session:
        marks.put_cell(session, cells.Operation("op-00000003", lesson, other.id, "4", ""))
    book = gradebook.load(old.session("anna", writing=False), old.id(s.TeachingAssignment, "A"), None, OLD)
    (column,) = [column for column in book.columns if column.lesson.id == lesson and column.work is None]
    assert column.locked is not None and column.unlocked == {student}


def test_a_granted_request_for_a_lesson_unlocks_all_of_it(old: School) -> None:
    granted(old, asked(old, None))
    assert write(old, "anna", "4", "5", "op-00000001").state == "saved"


@pytest.mark.parametrize("values", [{"topic": "Another"}, {"attendance_taken": True}, {"homework": "§ 1"}])
def test_what_was_taught_is_locked_with_the_marks(old: School, values: dict[str, Any]) -> None:
    lesson, student = place(old)
    with pytest.raises(Locked), old.acting("anna") as session:
        lessons.write(session, lesson, values)
    granted(old, asked(old, student))
    with pytest.raises(Locked), old.acting("anna") as session:
        lessons.write(session, lesson, values)
    granted(old, asked(old, None))
    with old.acting("anna") as session:
        lessons.write(session, lesson, values)


def test_the_timetable_moves_what_is_locked(old: School) -> None:
    with old.acting("deputy") as session:
        lesson = session.get(s.Lesson, place(old)[0])
        assert lesson is not None
        records.change(session, lesson, {"number": 6})


def test_the_hours_end(old: School, monkeypatch: pytest.MonkeyPatch) -> None:
    granted(old, asked(old, place(old)[1]), hours=1)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=1, minutes=1))
    with pytest.raises(Locked):
        write(old, "anna", "4", "5", "op-00000001")


def test_a_refusal_needs_a_reason_and_unlocks_nothing(old: School) -> None:
    request = asked(old, place(old)[1])
    with pytest.raises(Invalid), old.acting("deputy") as session:
        corrections.refuse(session, request, " ")
    with old.acting("deputy") as session:
        corrections.refuse(session, request, "The period is over")
    with pytest.raises(Locked):
        write(old, "anna", "4", "5", "op-00000001")
    with pytest.raises(Invalid), old.acting("deputy") as session:
        corrections.grant(session, request, 2)


def test_who_may_ask_and_who_decides(old: School) -> None:
    lesson, student = place(old)
    with pytest.raises(Missing), old.acting("boris") as session:
        corrections.ask(session, lesson, student, "Not mine")
    for login in ("deputy", "director", "control"):
        with pytest.raises(Forbidden), old.acting(login) as session:
            corrections.ask(session, lesson, student, "Not a teacher")
    request = asked(old, student)
    for login in ("anna", "director", "control", "admin"):
        with pytest.raises(Forbidden), old.acting(login) as session:
            corrections.grant(session, request, 2)
    with pytest.raises(Missing), old.acting("boris") as session:
        corrections.grant(session, request, 2)
    assert [one.row.id for one in corrections.listed(old.session("boris", writing=False))] == old.ids(
        s.CorrectionRequest, "B"
    )


def test_bad_requests_are_refused_in_words(old: School) -> None:
    lesson, student = place(old)
    with pytest.raises(Invalid), old.acting("anna") as session:
        corrections.ask(session, lesson, student, "  ")
    with pytest.raises(Missing), old.acting("anna") as session:
        corrections.ask(session, lesson, place(old, "B")[1], "A foreign pupil")
    asked(old, student)
    with pytest.raises(Invalid), old.acting("anna") as session:
        corrections.ask(session, lesson, student, "Again")
    for hours in (0, 24 * 15):
        with pytest.raises(Invalid), old.acting("deputy") as session:
            corrections.grant(session, 1, hours)


def test_what_is_not_locked_needs_no_request(school: School) -> None:
    with pytest.raises(Invalid) as error, school.acting("anna") as session:
        corrections.ask(session, *place(school), "For nothing")
    assert set(error.value.errors) == {""}


def test_the_history_of_a_cell_tells_who_when_and_by_which_request(old: School) -> None:
    lesson, student = place(old)
    granted(old, asked(old, student))
    write(old, "anna", "4", "5", "op-00000001")
    write(old, "admin", "4/a1", "4", "op-00000002")
    journal = old.id(s.TeachingAssignment, "A")
    history = cell_history.load(old.session("anna", writing=False), journal, lesson, student)
    told = [(step.who, step.old, step.new, step.is_late, step.request) for step in history.steps[:2]]
    assert told == [("Admin", "", "a1", True, "A slip of the pen"), ("Anna", "5", "4", True, "A slip of the pen")]
    for login in ("boris", "vera"):
        with pytest.raises(Missing):
            cell_history.load(old.session(login, writing=False), journal, lesson, student)
    assert len(cell_history.load(old.session("director", writing=False), journal, lesson, student).steps) == len(
        history.steps
    )


def test_the_history_of_a_value_that_came_with_an_import_begins_with_it(old: School) -> None:
    lesson, student = place(old)
    with database.work(old.engine, System("test")) as session:
        (mark,) = session.scalars(select(s.Mark).where(s.Mark.lesson_id == lesson))
        values = {
            "lesson_id": lesson,
            "student_id": student,
            "position": 3,
            "value": "3",
            "assignment_id": mark.assignment_id,
        }
        signed = {
            "written_at": mark.written_at,
            "changed_at": mark.written_at,
            "written_by_id": old.actor("anna").account_id,
        }
        records.load_many(session, s.Mark, [{**values, **signed, "version": 1}])
    journal = old.id(s.TeachingAssignment, "A")
    steps = cell_history.load(old.session("anna", writing=False), journal, lesson, student).steps
    assert ("Anna", "", "3") in [(step.who, step.old, step.new) for step in steps]
