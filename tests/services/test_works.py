"""More works in one lesson, works judged by criteria, points of debts, comments and scales."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from journal import schema as s
from journal.access.actor import System
from journal.kit import clock
from journal.services import database, debts, gradebook, marks, records, settings, works
from journal.services.cells import Operation
from journal.services.refusals import Forbidden, Invalid, Locked, Missing, Stale
from tests.grounds import Ground, days_ago
from tests.personas import TODAY, School, cell


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def put(school: School, value: str, base: str, login: str = "anna", work: int | None = None, n: int = 1) -> str:
    asked = cell(school, "A", value, base, id=f"op-0000000{n}")
    operation = Operation(asked.id, asked.lesson_id, asked.student_id, value, base, None, work)
    with school.acting(login) as session:
        return marks.put_cell(session, operation).value


# --- columns of their own


def test_a_work_has_its_own_marks_and_its_own_weight(ground: Ground) -> None:
    pupil, lesson = ground.pupil(), ground.lesson(days_ago(1))
    work = works.add(ground.session, lesson.id, "Grammar task", ground.kinds["test"])
    marks.put_cell(ground.session, Operation("", lesson.id, pupil.id, "3", ""))
    marks.put_cell(ground.session, Operation("", lesson.id, pupil.id, "5", "", None, work.id))
    ground.done()
    book = gradebook.load(ground.session, ground.journal.id, ground.second.id)
    line = book.lines[0]
    assert line.cells == {(lesson.id, None): "3", (lesson.id, work.id): "5"}
    assert [column.place for column in book.columns] == [(lesson.id, None), (lesson.id, work.id)]
    assert [(str(weight)) for _, weight in line.weights] == ["1.00", "2.00"]


def test_only_marks_stand_in_a_work_and_it_stays_while_they_do(school: School) -> None:
    work = school.id(s.LessonWork, "A")
    for value in ("p", "a1"):
        with pytest.raises(Invalid):
            put(school, value, "", work=work)
    assert put(school, "4/5", "", work=work) == "4/5"
    with pytest.raises(Invalid), school.acting("anna") as session:
        works.remove(session, school.id(s.Lesson, "A"), work)


def test_a_work_of_another_lesson_or_person_is_not_there(school: School) -> None:
    with pytest.raises(Missing):
        put(school, "5", "", work=school.id(s.LessonWork, "B"))
    with pytest.raises(Forbidden), school.acting("petya") as session:
        works.add(session, school.id(s.Lesson, "A"), "Mine", kind(school))


# --- criteria


@given(st.integers(0, 100))
def test_more_points_are_never_a_worse_mark(percent: int) -> None:
    steps = works.thresholds("85 65 50")
    assert works.mark_of(percent, steps) <= works.mark_of(min(100, percent + 1), steps)


@pytest.mark.parametrize("text", ["", "85 65", "50 65 85", "many", "85 65 50 30"])
def test_thresholds_that_make_no_sense_are_the_default(text: str) -> None:
    assert works.thresholds(text) == [85, 65, 50]


def test_points_become_a_mark_where_none_stands(school: School) -> None:
    lesson, work, student = (school.id(entity, "A") for entity in (s.Lesson, s.LessonWork, s.Student))
    criterion = school.id(s.Criterion, "A")
    with school.acting("anna") as session:
        second = works.add_criterion(session, lesson, work, "Style", 5).id
        assert works.put_points(session, lesson, work, {(student, second): 5}, give=True) == 1
    with school.acting("anna") as session:
        line = works.sheet(session, lesson, work).pupils[0]
        assert (line.points, line.percent, line.proposal, line.value) == ({criterion: 4, second: 5}, 90, "5", "5")
        assert works.put_points(session, lesson, work, {(student, second): 1}, give=True) == 0, "a mark is not overwritten"


def test_points_out_of_bounds_change_nothing(school: School) -> None:
    lesson, work, student = (school.id(entity, "A") for entity in (s.Lesson, s.LessonWork, s.Student))
    criterion = school.id(s.Criterion, "A")
    for points in (6, -1):
        with pytest.raises(Invalid) as error, school.acting("anna") as session:
            works.put_points(session, lesson, work, {(student, criterion): points}, give=False)
        assert list(error.value.errors) == [f"{student}-{criterion}"]
    with pytest.raises(Missing), school.acting("anna") as session:
        works.put_points(session, lesson, work, {(school.id(s.Student, "B"), criterion): 1}, give=False)
    with school.acting("anna") as session:
        works.remove_criterion(session, lesson, work, criterion)
        assert works.sheet(session, lesson, work).criteria == []


# --- points


def test_a_point_is_a_debt_until_a_mark_settles_it(school: School) -> None:
    assert put(school, "p", "5") == "p"
    with school.acting("anna") as session:
        (debt,) = debts.of_teacher(session, school.id(s.Staff, "A"))
        assert (debt.student, debt.row.due_on, debt.is_overdue) == ("Petya Pupil", TODAY + timedelta(days=7), False)
        debts.set_due(session, debt.row.lesson_id, debt.row.student_id, TODAY, "essay")
    with pytest.raises(Invalid), school.acting("anna") as session:
        debts.set_due(session, school.id(s.Lesson, "A"), school.id(s.Student, "A"), TODAY - timedelta(days=30), "")
    assert put(school, "2", "p", n=2) == "2"
    with school.acting("maria") as session:
        assert debts.listed(session) == []
    assert put(school, "2/p", "2", n=3) == "2/p", "it can be owed again"
    with school.acting("boris") as session:
        assert debts.listed(session) == []


# --- comments


def test_a_comment_is_said_to_a_mark_and_not_over_another(school: School) -> None:
    operation = cell(school, "A", "", "")
    with school.acting("anna") as session:
        assert marks.comment(session, operation, "well done", "").comment == "well done"
    with pytest.raises(Stale), school.acting("anna") as session:
        marks.comment(session, operation, "other", "never seen")
    put(school, "", "5", n=2)
    with pytest.raises(Invalid), school.acting("anna") as session:
        marks.comment(session, operation, "to nothing", "")
    with pytest.raises((Forbidden, Missing)), school.acting("boris") as session:
        marks.comment(session, operation, "foreign", "")


# --- scales


def test_a_subject_of_pass_or_fail_takes_no_five(school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        scale = session.scalars(select(s.GradingScale).where(s.GradingScale.name == "Scale A")).one()
        records.change(session, scale, {"kind": "pass"})
    with pytest.raises(Invalid):
        put(school, "4", "5")
    assert put(school, "pass", "5") == "pass"


def test_a_grade_without_marks_takes_none(school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        for grade in session.scalars(select(s.GradeLevel)):
            records.change(session, grade, {"has_marks": False})
    with pytest.raises(Invalid):
        put(school, "4", "5")
    assert put(school, f"a{reason(school)}", "5") == f"a{reason(school)}", "who is absent is written all the same"


def reason(school: School) -> int:
    with school.acting("anna") as session:
        return int(session.scalars(select(s.AbsenceReason.id)).first() or 0)


# --- kinds of work


def test_a_teacher_has_own_kinds_where_the_school_allows(school: School) -> None:
    with school.acting("anna") as session:
        kind = records.create(session, s.WorkType, {"name": "Quiz", "code": "Q"})
        assert kind.staff_id == school.id(s.Staff, "A")
        own = kind.id
    with school.acting("boris") as session:
        assert own not in [one.id for one in gradebook.work_types_of(session, school.id(s.Staff, "B"))]
        records.create(session, s.WorkType, {"name": "Quiz", "code": "Q"})
    with pytest.raises(Forbidden), school.acting("boris") as session:
        found = session.get(s.WorkType, own)
        assert found is not None
        records.change(session, found, {"code": "X"})
    with database.work(school.engine, System("test")) as session:
        settings.put(session, "own_work_types", "0")
    with pytest.raises(Invalid), school.acting("anna") as session:
        records.create(session, s.WorkType, {"name": "Other", "code": "O"})


# --- what families see


def test_a_mark_waits_for_the_end_of_its_lesson_when_the_school_says_so(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.work(school.engine, System("test")) as session:
        settings.put(session, "publish_after", "lesson")
        lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
        assert lesson is not None
        records.change(session, lesson, {"held_on": TODAY, "number": 3})
        bells = session.scalars(select(s.BellPeriod).where(s.BellPeriod.number == lesson.number)).first()
        assert bells is not None
        ends_at = bells.ends_at
    moment = clock.at(TODAY, ends_at)
    monkeypatch.setattr(clock, "now", lambda: moment - timedelta(minutes=20))
    put(school, "4", "5")
    assert seen(school) == []
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(minutes=1))
    assert seen(school) == ["4"]


def seen(school: School) -> list[str]:
    with school.acting("maria") as session:
        return list(session.scalars(select(s.Mark.value)))


def test_a_locked_lesson_takes_no_new_work(school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        for period in session.scalars(select(s.GradingPeriod)):
            records.change(session, period, {"is_closed": True})
    with pytest.raises(Locked), school.acting("anna") as session:
        works.add(session, school.id(s.Lesson, "A"), "Late", kind(school))


def kind(school: School) -> int:
    with school.acting("anna") as session:
        return int(session.scalars(select(s.WorkType.id)).first() or 0)
