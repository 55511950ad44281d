"""A cell: applied once, never over somebody else's value in silence, only where and when it may be written."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.schema.marks import MARKS
from journal.services import cells, marks, records
from journal.services.refusals import Forbidden, Invalid, Locked, Missing
from tests.counting import counted
from tests.personas import School, cell


def text_of(school: School, side: str = "A") -> str:
    session = school.system()
    values = session.scalars(
        select(s.Mark.value).where(s.Mark.lesson_id == school.id(s.Lesson, side)).order_by(s.Mark.position)
    ).all()
    session.close()
    return "/".join(values)


def put(school: School, login: str, operation: cells.Operation) -> cells.Cell:
    session = school.session(login)
    try:
        done = marks.put_cell(session, operation)
        session.commit()
        return done
    finally:
        session.close()


def test_the_teacher_changes_a_mark_and_the_trail_tells(school: School) -> None:
    assert put(school, "anna", cell(school, "A", "4", "5")) == cells.Cell("saved", "4")
    session = school.session("anna", writing=False)
    entry = session.scalars(select(s.TrailEntry).where(s.TrailEntry.entity == "Mark", s.TrailEntry.act == "change")).one()
    assert (entry.actor, entry.act, entry.changes) == ("Anna", "change", {"value": ["5", "4"]})
    mark = session.scalars(select(s.Mark)).one()
    assert mark.written_by_id is None and mark.changed_by_id == school.actor("anna").account_id


def test_a_replay_is_applied_once(school: School) -> None:
    operation = cell(school, "A", "4", "5")
    put(school, "anna", operation)
    put(school, "anna", cell(school, "A", "3", "4", id="op-00000002"))
    assert put(school, "anna", operation) == cells.Cell("saved", "3")
    assert text_of(school) == "3"


def test_a_value_of_somebody_else_is_a_conflict_until_the_person_chose(school: School) -> None:
    put(school, "admin", cell(school, "A", "2", "5"))
    conflict = put(school, "anna", cell(school, "A", "4", "5", id="op-00000002"))
    assert (conflict.state, conflict.value, conflict.by) == ("conflict", "2", "Admin")
    assert text_of(school) == "2"
    assert put(school, "anna", cell(school, "A", "4", "2", id="op-00000003")).state == "saved"


def test_ones_own_other_tab_is_no_conflict(school: School) -> None:
    put(school, "anna", cell(school, "A", "4", "5"))
    assert put(school, "anna", cell(school, "A", "3", "5", id="op-00000002")).state == "saved"


@pytest.mark.parametrize("login", ["boris", "petya", "maria", "vera", "viktor", "director", "deputy", "control"])
def test_others_may_not_write_it(school: School, login: str) -> None:
    with pytest.raises((Forbidden, Missing)):
        put(school, login, cell(school, "A", "2", "5"))
    assert text_of(school) == "5"


def test_a_pupil_of_another_class_is_not_in_the_lesson(school: School) -> None:
    with pytest.raises(Missing):
        put(school, "anna", cell(school, "A", "5", student_side="B"))


def test_a_substitute_writes_in_that_lesson_only(school: School) -> None:
    system = school.system(writing=True)
    lesson = system.get(s.Lesson, school.id(s.Lesson, "A"))
    assert lesson is not None
    records.create(system, s.Substitution, {"lesson_id": lesson.id, "kind": "teacher", "staff_id": school.id(s.Staff, "B")})
    system.commit()
    system.close()
    assert put(school, "boris", cell(school, "A", "4", "5")).state == "saved"
    other = cells.Operation("op-00000009", school.ids(s.Lesson, "A")[1], school.id(s.Student, "A"), "5", "")
    with pytest.raises((Forbidden, Missing, Locked)):
        put(school, "boris", other)


@pytest.mark.parametrize("held_on", [date(2026, 11, 24), date(2026, 9, 7)])
def test_before_its_day_and_after_the_window_a_lesson_is_locked(school: School, held_on: date) -> None:
    system = school.system(writing=True)
    lesson = records.create(
        system, s.Lesson, {"assignment_id": school.id(s.TeachingAssignment, "A"), "held_on": held_on, "number": 4}
    )
    system.commit()
    lesson_id = lesson.id
    system.close()
    with pytest.raises(Locked):
        put(school, "anna", cells.Operation("op-00000001", lesson_id, school.id(s.Student, "A"), "5", ""))


def test_a_closed_period_is_opened_by_a_granted_request_for_its_time(school: School) -> None:
    system = school.system(writing=True)
    for period in system.scalars(select(s.GradingPeriod).where(s.GradingPeriod.kind == "quarter")):
        records.change(system, period, {"is_closed": True})
    system.commit()
    system.close()
    with pytest.raises(Locked):
        put(school, "anna", cell(school, "A", "4", "5"))
    deputy = school.session("deputy")
    request = deputy.get(s.CorrectionRequest, school.id(s.CorrectionRequest, "A"))
    assert request is not None
    records.change(deputy, request, {"state": "granted", "open_until": marks.clock.now() + timedelta(hours=1)})
    deputy.commit()
    deputy.close()
    assert put(school, "anna", cell(school, "A", "4", "5", id="op-00000002")).state == "saved"


@pytest.mark.parametrize(
    "value", ["6", "0", "99", "5/6", "a", "ax", "a1/a2", "5/5/5/5/5", "p/p", "pass", "<b>", "٥", "a99999999999"]
)
def test_a_value_off_every_scale_is_refused(school: School, value: str) -> None:
    with pytest.raises(Invalid):
        put(school, "anna", cell(school, "A", value, "5"))
    assert text_of(school) == "5"


def test_an_unknown_reason_is_refused(school: School) -> None:
    with pytest.raises(Invalid):
        put(school, "anna", cell(school, "A", "a777", "5"))


def test_a_cell_is_saved_in_few_queries(school: School) -> None:
    session, operation = school.session("anna"), cell(school, "A", "5/4", "5")
    with counted(school.engine) as count:
        marks.put_cell(session, operation)
        session.commit()
    assert count.statements <= 9, "the head of the trail, the scale and the delay are asked for once a batch (4 of them)"


codes = st.lists(st.sampled_from(list(MARKS)), max_size=4)


@given(codes, st.none() | st.integers(1, 10**9 - 1))
def test_a_value_reads_back_as_it_was_written(values: list[str], reason: int | None) -> None:
    value = cells.Value(tuple(values), reason)
    assert cells.parse(str(value)) == value


@given(st.text(max_size=20))
def test_any_text_is_a_value_or_is_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert str(cells.parse(text)) == text


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["5", "4", "3/5", "a1", "4/a1", "", "exempt", "5/5/5", "p", "4/p/a1"]), min_size=1, max_size=5)
)
def test_after_any_edits_the_cell_is_the_last_value(school: School, values: list[str]) -> None:
    session = school.session("anna", writing=False)
    reason = session.scalars(select(s.AbsenceReason.id)).first()
    base = marks.context(session, cell(school, "A", "")).value
    session.close()
    seen = str(base)
    for n, value in enumerate(values):
        wanted = value.replace("a1", f"a{reason}")
        operation = cell(school, "A", wanted, seen, id=f"op-{marks.clock.now().timestamp()}-{n}"[:36])
        assert put(school, "anna", operation).value == wanted
        seen = wanted
    session = school.session("anna", writing=False)
    assert str(marks.context(session, cell(school, "A", "")).value) == seen
    session.close()
