"""Substitutions: who is free, who is best, what becomes of the lesson, who is told, and who may see what."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.access import guard
from journal.access.line import Verb
from journal.services import records
from journal.services.news import gathering
from journal.services.refusals import Forbidden, Invalid, Missing
from journal.services.timetable import absent, day_sheet, drafts, laying, substitutions
from tests.conftest import client_of
from tests.personas import School
from tests.timetable.conftest import MONDAY, Week

EN = {"Accept-Language": "en"}


def laid(week: Week) -> None:
    """Lessons of the days to come."""
    with week.school.acting_as_system() as session:
        laying.lay(session, date(2026, 11, 24))


def lesson_id(week: Week, name: str, on: date = MONDAY) -> int:
    session = week.school.system()
    found = session.scalar(
        select(s.Lesson.id).where(s.Lesson.assignment_id == week.assignments[name], s.Lesson.held_on == on)
    )
    session.close()
    assert found is not None, name
    return found


def staff_id(week: Week, name: str) -> int:
    session = week.school.system()
    found = session.scalar(select(s.TeachingAssignment.staff_id).where(s.TeachingAssignment.id == week.assignments[name]))
    session.close()
    assert found is not None
    return found


def ill(week: Week, name: str, on: date = MONDAY) -> None:
    with week.school.acting("deputy") as session:
        records.create(
            session, s.StaffAbsence, {"staff_id": staff_id(week, name), "begins_on": on, "ends_on": on, "cause": "ill"}
        )


def lesson(week: Week, id_: int) -> s.Lesson:
    session = week.school.system()
    found = session.get(s.Lesson, id_)
    assert found is not None
    return found


def test_the_day_rings_lessons_without_a_teacher_for_the_office_alone(week: Week) -> None:
    laid(week)
    ill(week, "b")
    for login, rung in (("deputy", 1), ("director", 1), ("anna", 0), ("maria", 0)):
        session = week.school.session(login)
        found = absent.day(session, MONDAY)
        assert sum(1 for one in found if one.is_open) == rung, login
        session.close()


def test_free_teachers_come_best_first_with_reasons(week: Week) -> None:
    laid(week)
    ill(week, "b")
    with week.school.acting("deputy") as session:
        subject = session.get(s.TeachingAssignment, week.assignments["b"])
        assert subject is not None
        records.create(session, s.TeachingAssignment, {
            "staff_id": staff_id(week, "d"), "subject_id": subject.subject_id, "starts_on": date(2026, 9, 1),
            "school_class_id": week.school.id(s.SchoolClass, "B")})  # fmt: skip
        records.create(session, s.Unavailability, {"staff_id": staff_id(week, "e1"), "weekday": 1})
        day = absent.day(session, MONDAY)
        (hole,) = [one for one in day if one.is_open]
        found = absent.candidates(session, hole, day, MONDAY)
    assert found[0].staff_id == staff_id(week, "d")
    assert [why.text for why in found[0].why][:2] == ["the same subject", "teaches this class"]
    ids = {one.staff_id for one in found}
    assert staff_id(week, "b") not in ids and staff_id(week, "e1") not in ids and staff_id(week, "e2") in ids
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)


def test_a_substitute_gets_that_lesson_and_no_other(week: Week) -> None:
    laid(week)
    ill(week, "b")
    target = lesson_id(week, "b")
    boris = week.school.actor("boris")
    with week.school.acting("deputy") as session:
        substitutions.give(session, target, boris.staff_id)
    session = week.school.session("boris")
    able = guard.rows(s.Lesson, session.principal, Verb.CHANGE, ["topic"])
    of_course = select(s.Lesson.id).where(s.Lesson.assignment_id == week.assignments["b"], able)
    assert session.scalars(of_course).all() == [target]
    session.close()
    with week.school.acting("deputy") as session:
        substitutions.undo(session, target)
    session = week.school.session("boris")
    assert session.scalars(of_course).all() == []
    assert lesson(week, target).substitute_id is None


def test_who_is_busy_or_away_is_refused(week: Week) -> None:
    laid(week)
    ill(week, "b")
    target = lesson_id(week, "b")
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        substitutions.give(session, target, staff_id(week, "b"))
    with pytest.raises(Missing), week.school.acting("deputy") as session:
        substitutions.give(session, target, 999_999)
    with pytest.raises(Missing), week.school.acting("deputy") as session:
        substitutions.give(session, 999_999, staff_id(week, "c"))


def test_a_teacher_with_a_lesson_then_is_refused(week: Week) -> None:
    laid(week)
    target = lesson_id(week, "c")
    with week.school.acting("deputy") as session:
        version = drafts.in_force(session, MONDAY)
        assert version is not None
        values = {"staff_id": staff_id(week, "b"), "subject_id": week.school.id(s.Subject, "B"),
                  "school_class_id": week.school.id(s.SchoolClass, "B"), "starts_on": date(2026, 9, 1)}  # fmt: skip
        assignment = records.create(session, s.TeachingAssignment, values)
        entry = {"timetable_id": version.id, "weekday": 1, "number": 4, "assignment_id": assignment.id}
        records.create(session, s.TimetableEntry, entry)
    with pytest.raises(Invalid) as refused, week.school.acting("deputy") as session:
        substitutions.give(session, target, staff_id(week, "b"))
    assert refused.value.errors["staff_id"].text == "This teacher has a lesson then."


def test_cancelling_moving_and_back(week: Week) -> None:
    laid(week)
    target = lesson_id(week, "d")
    with week.school.acting("deputy") as session:
        substitutions.cancel(session, target)
    assert lesson(week, target).is_cancelled
    with week.school.acting("deputy") as session:
        substitutions.move(session, target, date(2026, 12, 2), 2)
    moved = lesson(week, target)
    assert (moved.held_on, moved.number, moved.is_cancelled) == (date(2026, 12, 2), 2, False)
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        substitutions.move(session, target, date(2026, 12, 7), 3)
    with week.school.acting("deputy") as session:
        substitutions.undo(session, target)
    back = lesson(week, target)
    assert (back.held_on, back.number) == (MONDAY, 5)
    with pytest.raises(Missing), week.school.acting("deputy") as session:
        substitutions.undo(session, target)


def test_subgroups_are_merged_under_the_other_teacher(week: Week) -> None:
    tuesday = date(2026, 12, 1)
    laid(week)
    ill(week, "e1", tuesday)
    one, other = lesson_id(week, "e1", tuesday), lesson_id(week, "e2", tuesday)
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        substitutions.merge(session, one, lesson_id(week, "b"))
    with week.school.acting("deputy") as session:
        substitutions.merge(session, one, other)
    assert lesson(week, one).substitute_id == staff_id(week, "e2")


def test_a_lesson_that_was_held_is_neither_cancelled_nor_moved(school: School) -> None:
    held = school.id(s.Lesson, "A")
    for act in (substitutions.cancel, lambda session, id_: substitutions.move(session, id_, date(2026, 12, 3), 1)):
        with pytest.raises(Invalid) as refused, school.acting("deputy") as session:
            act(session, held)
        assert refused.value.errors[""].text == "This lesson was held already: it has attendance or marks."


@pytest.mark.parametrize("login", ["anna", "boris", "director", "control", "maria", "petya"])
def test_only_planners_arrange_substitutions(week: Week, login: str) -> None:
    laid(week)
    target = lesson_id(week, "b")
    with pytest.raises((Forbidden, Missing)), week.school.acting(login) as session:
        substitutions.cancel(session, target)


def test_those_concerned_are_told_and_nobody_learns_why(week: Week) -> None:
    laid(week)
    ill(week, "A")
    boris = week.school.actor("boris")
    target = lesson_id(week, "A")
    with week.school.acting("deputy") as session:
        substitutions.give(session, target, boris.staff_id)
    gathering.look(week.school.engine)
    session = week.school.system()
    told = session.execute(
        select(s.Account.login, s.Notification.facts)
        .join(s.Account, s.Account.id == s.Notification.account_id)
        .where(s.Notification.kind == "timetable")
    ).all()
    assert {row[0]: row[1]["for"] for row in told} == {
        "anna": "teacher", "boris": "substitute", "petya": "family", "maria": "family",
    }  # fmt: skip
    assert "ill" not in str([row[1] for row in told]) and "cause" not in str(told)


def test_the_sheet_has_the_changes_of_the_day(week: Week) -> None:
    laid(week)
    ill(week, "b")
    with week.school.acting("deputy") as session:
        substitutions.give(session, lesson_id(week, "b"), week.school.actor("boris").staff_id)
        substitutions.cancel(session, lesson_id(week, "c"))
        substitutions.move(session, lesson_id(week, "d"), date(2026, 12, 2), 2)
        (table,) = day_sheet.document(session, MONDAY).tables
    assert [(row[0], row[1], str(row[4]), row[5]) for row in table.rows] == [
        (3, "7A", "another teacher", "Boris T."),
        (4, "7A", "cancelled", ""),
        (5, "7A", "moved to 02.12, lesson 2", ""),
    ]


def test_two_presses_put_a_substitute_in(app: Flask, week: Week) -> None:
    laid(week)
    client = client_of(app, "deputy")
    form = {"staff_id": staff_id(week, "b"), "begins_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat(), "cause": "ill"}
    assert client.post("/substitutions/absence", data=form).status_code == 302
    page = client.get(f"/substitutions/?on={MONDAY.isoformat()}", headers=EN).get_data(as_text=True)
    assert "1 lesson without a teacher" in page and "teaches this class" in page
    target = lesson_id(week, "b")
    give = {"on": MONDAY.isoformat(), "staff_id": week.school.actor("boris").staff_id}
    assert client.post(f"/substitutions/{target}/give", data=give).status_code == 302
    page = client.get(f"/substitutions/?on={MONDAY.isoformat()}", headers=EN).get_data(as_text=True)
    assert "every lesson has a teacher" in page
    board = client.get(f"/timetable/board?on={MONDAY.isoformat()}", headers=EN).get_data(as_text=True)
    assert "another teacher" in board and "Boris" in board
    wrong = client.post("/substitutions/absence", data={**form, "ends_on": "2026-11-01"}, headers=EN)
    assert wrong.status_code == 422
    assert client.post("/substitutions/999999/cancel", data={}).status_code == 404
    for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        assert client.get(f"/substitutions/sheet.{kind}?on={MONDAY.isoformat()}").data.startswith(start)


@pytest.mark.parametrize("login", ["anna", "petya", "maria"])
def test_the_page_is_the_offices(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    assert client.get("/substitutions/").status_code == client.post("/substitutions/1/cancel").status_code == 403


def test_the_office_reads_and_only_planners_write(shared_app: Flask) -> None:
    client = client_of(shared_app, "director")
    assert client.get("/substitutions/").status_code == 200
    assert client.post("/substitutions/1/cancel").status_code == client.post("/substitutions/absence").status_code == 403


# --- the board and the public view


def test_signed_out_nobody_reads_unless_the_school_says_so(app: Flask, week: Week) -> None:
    client = app.test_client()
    assert client.get("/timetable/public").status_code == 404
    assert client.get("/timetable/board").status_code == 302
    with week.school.acting("admin") as session:
        records.create(session, s.Setting, {"name": "timetable_public", "value": "1"})
    page = client.get(f"/timetable/public?class={week.school.id(s.SchoolClass, 'A')}", headers=EN).get_data(as_text=True)
    assert "Subject b" in page and "Teacherb" not in page and "Anna" not in page
    assert client.get("/timetable/public?class=999999").status_code == 404
    laid(week)
    with week.school.acting("deputy") as session:
        substitutions.give(session, lesson_id(week, "b"), week.school.actor("boris").staff_id)
    board = client.get(f"/timetable/board?on={MONDAY.isoformat()}", headers=EN).get_data(as_text=True)
    assert "another teacher" in board and "Boris" not in board
