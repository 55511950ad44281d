"""Final marks: the average proposes, the teacher decides, a difference has its reason, a closed period stays."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select

from journal import schema as s
from journal.services import database, finals, records
from journal.services.refusals import Forbidden, Invalid, Locked
from tests.grounds import Ground
from tests.personas import School


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def given(ground: Ground, *values: str) -> int:
    """A pupil with these marks in the first quarter."""
    pupil = ground.pupil()
    for n, value in enumerate(values):
        lesson = ground.session.scalar(select(s.Lesson).where(s.Lesson.held_on == date(2026, 10, 1 + n)))
        ground.mark(lesson or ground.lesson(date(2026, 10, 1 + n)), pupil, value)
    ground.done()
    return int(pupil.id)


def value_of(ground: Ground, student_id: int) -> list[tuple[str, str | None]]:
    rows = ground.seen(select(s.FinalMark.value, s.FinalMark.reason).where(s.FinalMark.student_id == student_id))
    return [(row[0], row[1]) for row in rows]


def put(ground: Ground, wanted: dict[int, tuple[str, str]], seen: dict[int, str] | None = None) -> list[int]:
    done = finals.put(ground.session, ground.journal.id, ground.quarter.id, wanted, seen or {})
    ground.done()
    return done


def test_the_sheet_proposes_by_the_average_and_warns_of_too_few(ground: Ground) -> None:
    well, few = given(ground, "5", "4", "4"), given(ground, "2")
    sheet = finals.load(ground.session, ground.journal.id, ground.quarter.id)
    lines = {line.student_id: (line.count, line.average, line.proposal, line.value) for line in sheet.lines}
    assert lines == {well: (3, Decimal(13) / 3, "4", ""), few: (1, Decimal(2), "2", "")}


def test_a_difference_needs_a_reason_and_nothing_is_half_done(ground: Ground) -> None:
    first, second = given(ground, "5", "5", "5"), given(ground, "4", "4", "4")
    with pytest.raises(Invalid) as error:
        put(ground, {first: ("5", ""), second: ("5", "")})
    assert set(error.value.errors) == {f"reason-{second}"}
    ground.session.rollback()
    assert value_of(ground, first) == []
    put(ground, {first: ("5", ""), second: ("5", "olympiad")})
    assert value_of(ground, second) == [("5", "olympiad")]
    put(ground, {second: ("", "")})
    assert value_of(ground, second) == []


def test_a_mark_that_somebody_else_changed_is_left_as_it_is(ground: Ground) -> None:
    pupil = given(ground, "4", "4", "4")
    put(ground, {pupil: ("4", "")})
    assert put(ground, {pupil: ("exempt", "")}, {pupil: ""}) == [pupil]
    assert value_of(ground, pupil) == [("4", None)]


def test_not_assessed_and_exempt_need_no_reason(ground: Ground) -> None:
    pupil, other = given(ground, "4", "4", "4"), given(ground, "3")
    put(ground, {pupil: ("none", ""), other: ("exempt", "")})
    assert value_of(ground, pupil) == [("none", None)] and value_of(ground, other) == [("exempt", None)]
    with pytest.raises(Invalid):
        put(ground, {pupil: ("7", "")})


def test_who_left_before_the_end_is_not_on_the_sheet(ground: Ground) -> None:
    ground.pupil(until=date(2026, 10, 10))
    stays = given(ground, "4")
    sheet = finals.load(ground.session, ground.journal.id, ground.quarter.id)
    assert [line.student_id for line in sheet.lines] == [stays]


def test_the_year_is_proposed_by_the_periods(ground: Ground) -> None:
    year = ground.period("Year", date(2026, 9, 1), date(2027, 5, 26), "year")
    pupil = given(ground, "3", "3", "3")
    for period, value in ((ground.quarter, "4"), (ground.second, "5")):
        ground.final(ground.session.get(s.Student, pupil), value, period)
    sheet = finals.load(ground.session, ground.journal.id, year.id)
    assert [(line.average, line.proposal) for line in sheet.lines] == [(Decimal("4.5"), "5")]


def test_only_the_teacher_writes_and_a_closed_period_stays(school: School) -> None:
    journal, student = school.id(s.TeachingAssignment, "A"), school.id(s.Student, "A")
    with database.work(school.engine, school.actor("admin")) as session:
        second = session.scalar(select(s.GradingPeriod.id).where(s.GradingPeriod.name == "2 quarter")) or 0
    with school.acting("anna") as session:
        finals.put(session, journal, second, {student: ("none", "")}, {})
    for login in ("deputy", "control"):
        with pytest.raises(Forbidden), school.acting(login) as session:
            finals.put(session, journal, second, {student: ("exempt", "")}, {student: "none"})
    with school.acting("boris") as session:
        finals.put(session, journal, second, {student: ("exempt", "")}, {student: "none"})
    with school.acting("anna") as session:
        assert [line.value for line in finals.load(session, journal, second).lines] == ["none"], (
            "a colleague changes nothing"
        )
    with school.acting("deputy") as session:
        period = session.get(s.GradingPeriod, second)
        assert period is not None
        records.change(session, period, {"is_closed": True})
    with pytest.raises(Locked), school.acting("anna") as session:
        finals.put(session, journal, second, {student: ("exempt", "")}, {student: "none"})
    with pytest.raises(Locked), school.acting("anna") as session:
        (mark,) = session.scalars(select(s.FinalMark).where(s.FinalMark.period_id == second))
        records.change(session, mark, {"value": "exempt"})
