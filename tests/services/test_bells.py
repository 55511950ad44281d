"""Bells: of the class or the default ones, and those that ring instead on a weekday or on a date."""

from datetime import date, time, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.services import agenda, bells, diary, records
from journal.services.bells import DEFAULT, Bells
from journal.services.refusals import Invalid
from tests.conftest import client_of
from tests.personas import School

MONDAY = date(2026, 11, 23)
HELD = date(2026, 11, 20)
"""When the lessons of the personas are held."""
USUAL, SHORT, OTHER = {1: (time(8), time(8, 45))}, {1: (time(9), time(9, 30))}, {1: (time(14), time(14, 45))}
RINGING = Bells(
    {DEFAULT: USUAL, 1: USUAL, 2: SHORT, 3: OTHER},
    {(DEFAULT, 6): 2, (1, 6): 2},
    {(DEFAULT, MONDAY): 3, (1, MONDAY): 3},
)


def test_the_day_decides_then_the_weekday_then_the_schedule() -> None:
    assert RINGING.at(None, 1) == USUAL[1]
    assert RINGING.at(None, 1, weekday=6) == RINGING.at(1, 1, on=MONDAY + timedelta(days=5)) == SHORT[1]
    assert RINGING.at(None, 1, on=MONDAY) == OTHER[1], "a date is said more exactly than a weekday"
    assert RINGING.at(2, 1, weekday=6) == SHORT[1]
    assert RINGING.at(None, 9) == RINGING.at(77, 1) == (None, None)


@given(st.integers(0, 4), st.integers(0, 3), st.dates(date(2026, 9, 1), date(2027, 5, 31)))
def test_a_date_without_a_word_of_its_own_rings_as_its_weekday(schedule: int, number: int, on: date) -> None:
    if on != MONDAY:
        assert RINGING.at(schedule, number, on=on) == RINGING.at(schedule, number, weekday=on.isoweekday())


@pytest.fixture
def shortened(school: School) -> School:
    """Today the default bells give way to the short ones."""
    with school.acting("deputy") as session:
        usual = session.scalars(select(s.BellSchedule.id).where(s.BellSchedule.is_default)).one()
        short = session.scalars(select(s.BellSchedule.id).where(s.BellSchedule.name == "Brief")).one()
        for number in range(2, 8):
            hours = {
                "starts_at": time(9 + number // 2, 30 * (number % 2)),
                "ends_at": time(9 + number // 2, 30 * (number % 2) + 20),
            }
            records.create(session, s.BellPeriod, {"bell_schedule_id": short, "number": number, **hours})
        records.create(session, s.BellDay, {"bell_schedule_id": usual, "on_day": HELD, "rings_id": short})
    return school


def test_everything_that_tells_the_hour_tells_that_days(shortened: School, app: Flask) -> None:
    session = shortened.session("anna", writing=False)
    lesson = session.get_one(s.Lesson, shortened.id(s.Lesson, "A"))
    assert lesson.held_on == HELD
    begins, ends = bells.load(session).at(None, lesson.number, on=HELD)
    usual = bells.load(session).at(None, lesson.number)
    assert begins and ends and (begins, ends) != usual
    (item,) = [one for one in agenda.day(session, shortened.actor("anna").staff_id, HELD) if one.id == lesson.id]
    assert (item.starts_at, item.ends_at) == (begins, ends)
    family = shortened.session("maria", writing=False)
    week = diary.week(family, shortened.id(s.Student, "A"), HELD)
    told = [entry for day in week.days for entry in day.entries if entry.lesson_id == lesson.id]
    assert [(one.starts_at, one.ends_at) for one in told] == [(begins, ends)]
    assert f"{begins.hour}:{begins:%M}" in client_of(app, "anna").get(f"/lessons/{lesson.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "weekday"),
        ({"weekday": 6, "on_day": MONDAY}, "weekday"),
        ({"weekday": 6, "rings": "Usual"}, "rings_id"),
        ({"weekday": 7}, ""),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(school: School, values: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused, school.acting("deputy") as session:
        of = {row.name: row.id for row in session.scalars(select(s.BellSchedule))}
        facts = {key: value for key, value in values.items() if key != "rings"}
        rings = of[str(values.get("rings", "Brief"))]
        records.create(session, s.BellDay, {"bell_schedule_id": of["Usual"], "rings_id": rings, **facts})
    assert list(refused.value.errors) == [field]


def test_a_schedule_that_gives_way_to_another_is_not_followed_further() -> None:
    """Two schedules that give way to each other end the question, whatever the day."""
    crossed = Bells({DEFAULT: USUAL, 1: USUAL, 2: SHORT}, {(1, 6): 2, (2, 6): 1})
    assert crossed.at(1, 1, weekday=6) == SHORT[1] and crossed.at(2, 1, weekday=6) == USUAL[1]
