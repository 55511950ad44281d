"""The assessment schedule: its rules warn while a work is planned, the schemes of work fill it, lessons answer it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select

from journal import schema as s
from journal.services import assessments
from journal.services.refusals import Forbidden, Invalid
from tests.control.test_rules import plan
from tests.grounds import TODAY, Ground, days_ago
from tests.personas import School


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def said(ground: Ground, on: date, journal: object = None) -> list[str]:
    return [str(one.text) for one in assessments.check(ground.session, (journal or ground.journal).id, on)]  # type: ignore[attr-defined]


def lessons(ground: Ground, *days: date, number: int = 2, journal: object = None, **more: object) -> list[s.Lesson]:
    """Lessons in the middle of the day: others stand before and after."""
    around = ground.session.scalar(select(s.TeachingAssignment).where(s.TeachingAssignment.subject_id != ground.subject.id))
    around = around or ground.assign(subject_id=ground.add(s.Subject, name="Around", code="AR").id)
    made = []
    for day in days:
        for n in (1, 6):
            if not ground.session.scalar(select(s.Lesson.id).where(s.Lesson.held_on == day, s.Lesson.number == n)):
                ground.lesson(day, n, assignment_id=around.id)
        made.append(ground.lesson(day, number, assignment_id=(journal or ground.journal).id, **more))  # type: ignore[attr-defined]
    return made


def work(ground: Ground, on: date, journal: object = None) -> None:
    assessments.plan(ground.session, (journal or ground.journal).id, on, ground.kinds["test"], "Lines")  # type: ignore[attr-defined]


MANY = [TODAY + timedelta(days=n) for n in range(0, 60, 2)]


def test_a_work_in_the_middle_of_the_day_far_from_others_is_fine(ground: Ground) -> None:
    lessons(ground, *MANY)
    assert said(ground, MANY[0]) == []


def test_one_control_work_a_class_a_day(ground: Ground) -> None:
    other = ground.assign(subject_id=ground.add(s.Subject, name="Physics", code="PH").id)
    lessons(ground, *MANY)
    lessons(ground, *MANY, number=3, journal=other)
    work(ground, MANY[0], other)
    assert said(ground, MANY[0]) == ["Another control work of the class on this day: %(subject)s."]
    assert said(ground, MANY[1]) == []


def test_a_subject_not_oftener_than_once_in_17_days(ground: Ground) -> None:
    lessons(ground, *[TODAY + timedelta(days=n) for n in range(40)])
    work(ground, TODAY)
    assert said(ground, TODAY + timedelta(days=16)) == ["The control work before was on %(day)s: less than %(days)d days."]
    assert said(ground, TODAY + timedelta(days=17)) == []


@pytest.mark.parametrize("number", [1, 6])
def test_neither_the_first_nor_the_last_lesson_unless_once_a_week(ground: Ground, number: int) -> None:
    for day in MANY:
        for n in (2, 3, number):
            journal = ground.journal if n == number else None
            other = journal or ground.session.scalar(
                select(s.TeachingAssignment).where(s.TeachingAssignment.hours_a_week == 2)
            )
            other = other or ground.assign(
                subject_id=ground.add(s.Subject, name="Other", code="O").id, hours_a_week=Decimal(2)
            )
            ground.lesson(day, n, assignment_id=other.id)
    assert said(ground, MANY[0]) == ["Lesson %(number)d is the first or the last of the day."]
    ground.moment(ground.journal, hours_a_week=1)
    ground.session.expire_all()
    assert said(ground, MANY[0]) == []


def test_at_most_a_tenth_of_the_lessons(ground: Ground) -> None:
    lessons(ground, *[TODAY + timedelta(days=n) for n in range(0, 57, 3)])
    work(ground, TODAY)
    assert said(ground, TODAY + timedelta(days=30)) == [
        "%(count)d control works in %(lessons)d lessons: more than %(share)d %%."
    ]


def test_a_day_without_a_lesson(ground: Ground) -> None:
    lessons(ground, *MANY)
    assert said(ground, MANY[0] + timedelta(days=1)) == ["The journal has no lesson on this day."]


def test_the_schemes_of_work_fill_the_schedule_once(ground: Ground) -> None:
    rows = plan(ground, ground.journal, 6)
    for n in (1, 4):
        ground.session.get(s.PlannedLesson, rows[n].id)
        ground.moment(rows[n], work_type_id=ground.kinds["test"])
    ground.session.expire_all()
    days = [
        days_ago(12),
        days_ago(9),
        days_ago(6),
        TODAY + timedelta(days=1),
        TODAY + timedelta(days=4),
        TODAY + timedelta(days=7),
    ]
    for n, day in enumerate(days):
        ground.lesson(day, planned_lesson_id=rows[1].id if n == 2 else None)
    assert assessments.fill_from_plans(ground.session, ground.year) == 2
    assert assessments.fill_from_plans(ground.session, ground.year) == 0
    found = sorted(ground.session.scalars(select(s.AssessmentSchedule.planned_on)))
    assert found == [days[2], days[4]], "the taken row on its lesson's date, the other where its hours lead"


def test_what_was_planned_is_compared_with_what_was_held(ground: Ground) -> None:
    held, missed, ahead = days_ago(20), days_ago(2), TODAY + timedelta(days=20)
    ground.lesson(held, work_type_id=ground.kinds["test"])
    ground.lesson(missed)
    ground.lesson(ahead)
    for day in (held, missed, ahead):
        work(ground, day)
    found = {one.on: one.state for one in assessments.works(ground.session, ground.year)}
    assert found == {held: "held", missed: "missed", ahead: "planned"}


def test_a_date_out_of_the_year_and_a_second_work_are_refused(ground: Ground) -> None:
    with pytest.raises(Invalid):
        work(ground, date(2027, 7, 1))
    work(ground, TODAY)
    with pytest.raises(Invalid):
        work(ground, TODAY)


def test_who_may_plan(school: School) -> None:
    journal, kind = school.id(s.TeachingAssignment, "A"), 2
    with school.acting("anna") as session:
        made = assessments.plan(session, journal, TODAY + timedelta(days=9), kind).id
    for login in ("boris", "petya", "maria", "director", "control"):
        with pytest.raises(Forbidden), school.acting(login) as session:
            assessments.plan(session, journal, TODAY + timedelta(days=10), kind)
        with pytest.raises(Forbidden), school.acting(login) as session:
            assessments.remove(session, made)
    with school.acting("deputy") as session:
        assessments.remove(session, made)
