"""Plans: rows laid on real lessons, what a lesson that fell out shifts, approval and versions, catching up."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from journal import schema as s
from journal.services import records
from journal.services.plans import catching_up, laying, reading, writing
from journal.services.plans.laying import Slot
from journal.services.refusals import Forbidden, Invalid, Locked, Missing, Stale
from tests.control.test_rules import plan
from tests.grounds import TODAY, Ground, days_ago
from tests.personas import School

FIRST = date(2026, 9, 1)


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def rows(*hours: int) -> list[s.PlannedLesson]:
    return [s.PlannedLesson(id=n, number=n, topic=f"T{n}", hours=count) for n, count in enumerate(hours, 1)]


def slots(*taken: int | None) -> list[Slot]:
    return [Slot(100 + n, FIRST + timedelta(days=n), row) for n, row in enumerate(taken)]


def days(laid: laying.Laid) -> dict[int, int]:
    return {row: (on - FIRST).days for row, on in laid.dates.items()}


def test_rows_fall_on_lessons_by_their_hours() -> None:
    laid = laying.lay(rows(1, 2, 1), slots(None, None, None, None, None))
    assert days(laid) == {1: 0, 2: 1, 3: 3}
    assert laid.rows == {100: 1, 101: 2, 102: 2, 103: 3}


def test_a_taken_row_stands_where_it_was_taught_and_the_rest_follows() -> None:
    assert days(laying.lay(rows(1, 1, 1), slots(None, 1, None, None))) == {1: 1, 2: 0, 3: 2}


def test_a_row_of_two_hours_that_was_begun_keeps_the_next_lesson() -> None:
    laid = laying.lay(rows(2, 1), slots(1, None, None))
    assert (days(laid), laid.rows) == ({1: 0, 2: 2}, {101: 1, 102: 2})


def test_what_the_year_has_no_lesson_for_has_no_date() -> None:
    assert days(laying.lay(rows(1, 1, 1), slots(None, None))) == {1: 0, 2: 1}


@given(st.lists(st.integers(1, 4), max_size=12), st.integers(0, 30))
def test_rows_keep_their_order_and_no_lesson_has_two(hours: list[int], count: int) -> None:
    laid = laying.lay(rows(*hours), slots(*[None] * count))
    dates = [laid.dates[n] for n in range(1, len(hours) + 1) if n in laid.dates]
    assert dates == sorted(set(dates)) and len(laid.rows) == min(count, sum(hours))


def test_a_cancelled_lesson_shifts_the_rest(ground: Ground) -> None:
    made = plan(ground, ground.journal, 3)
    lessons = [ground.lesson(TODAY + timedelta(days=n), topic="") for n in (1, 2, 3, 4)]
    scheme = made[0].scheme_of_work_id
    before = [one.on for one in reading.load(ground.session, scheme).rows]
    records.change(ground.session, lessons[0], {"is_cancelled": True})
    after = [one.on for one in reading.load(ground.session, scheme).rows]
    assert before == [TODAY + timedelta(days=n) for n in (1, 2, 3)]
    assert after == [TODAY + timedelta(days=n) for n in (2, 3, 4)]


def test_the_list_counts_hours_lessons_and_the_lag(ground: Ground) -> None:
    made = plan(ground, ground.journal, 4)
    ground.lesson(days_ago(5), planned_lesson_id=made[0].id)
    ground.lesson(days_ago(3))
    ground.lesson(TODAY + timedelta(days=2), topic="")
    line = reading.journals(ground.session)[0]
    assert (line.hours, line.lessons, line.held, line.taken, line.short, line.behind) == (4, 3, 2, 1, 1, 1)


def test_proposals_are_as_many_as_hours_are_short(ground: Ground) -> None:
    made = plan(ground, ground.journal, 6)
    ground.moment(made[2], hours=3)
    ground.moment(made[5], work_type_id=ground.kinds["test"])
    ground.session.expire_all()
    for n in range(5):
        ground.lesson(TODAY + timedelta(days=1 + n), topic="")
    loaded = reading.load(ground.session, made[0].scheme_of_work_id)
    found = catching_up.proposals(loaded)
    assert loaded.short == 3
    assert [(one.kind, one.row.row.number, one.next and one.next.row.number) for one in found] == [
        ("shorten", 3, None),
        ("merge", 1, 2),
        ("merge", 4, 5),
    ], "the control work is never merged"


def scheme_of(school: School, side: str = "A") -> int:
    return school.id(s.SchemeOfWork, side)


def test_rows_are_inserted_moved_merged_and_taken_away(school: School) -> None:
    anna, scheme = school.session("anna"), scheme_of(school)
    first = reading.rows_of(anna, scheme)[0].id
    writing.append(anna, scheme, [{"topic": "Third", "homework": "p. 3"}])
    second = writing.insert_after(anna, scheme, first, "Second").id
    assert topics(anna, scheme) == ["First", "Second", "Third"]
    writing.move(anna, scheme, second, 1)
    writing.move(anna, scheme, first, -1)
    assert topics(anna, scheme) == ["First", "Third", "Second"]
    writing.merge(anna, scheme, first)
    assert topics(anna, scheme) == ["First. Third", "Second"]
    assert reading.rows_of(anna, scheme)[0].homework == "p. 3"
    writing.remove(anna, scheme, first)
    assert [(row.number, row.topic) for row in reading.rows_of(anna, scheme)] == [(1, "Second")]


def topics(session: object, scheme: int) -> list[str]:
    return [row.topic for row in reading.rows_of(session, scheme)]  # type: ignore[arg-type]


def test_a_row_that_was_taught_stays(school: School) -> None:
    system = school.system(writing=True)
    lesson = system.get(s.Lesson, school.id(s.Lesson, "A"))
    records.change(system, lesson, {"planned_lesson_id": school.id(s.PlannedLesson, "A")})  # type: ignore[type-var]
    system.commit()
    anna = school.session("anna")
    with pytest.raises(Invalid):
        writing.remove(anna, scheme_of(school), school.id(s.PlannedLesson, "A"))
    with pytest.raises(Invalid):
        writing.replace(anna, scheme_of(school), [{"topic": "Other"}])


def test_a_row_changed_meanwhile_is_not_overwritten(school: School) -> None:
    anna, row = school.session("anna"), school.id(s.PlannedLesson, "A")
    writing.put(anna, scheme_of(school), row, {"topic": "Mine"}, 1)
    with pytest.raises(Stale):
        writing.put(anna, scheme_of(school), row, {"topic": "Other"}, 1)
    with pytest.raises(Invalid):
        writing.put(anna, scheme_of(school), row, {"number": 5}, 2)
    with pytest.raises(Missing):
        writing.put(anna, scheme_of(school), school.id(s.PlannedLesson, "B"), {"topic": "Foreign"}, 1)


def test_the_deputy_approves_and_what_was_approved_is_kept(school: School) -> None:
    anna, scheme = school.session("anna"), scheme_of(school)
    writing.step(anna, scheme, "submit")
    with pytest.raises(Forbidden):
        writing.step(anna, scheme, "approve")
    anna.rollback()
    writing.step(anna, scheme, "submit")
    anna.commit()
    deputy = school.session("deputy")
    writing.step(deputy, scheme, "approve")
    deputy.commit()
    anna = school.session("anna")
    with pytest.raises(Locked):
        writing.append(anna, scheme, [{"topic": "More"}])
    anna.rollback()
    writing.step(anna, scheme, "return")
    writing.append(anna, scheme, [{"topic": "More"}])
    version = reading.load(anna, scheme).versions[0]
    assert version.hours == 1 and topics(anna, version.id) == ["First"]
    assert reading.differences(anna, version.id, scheme) == [reading.Difference("More", None, 1)]
    with pytest.raises(Locked):
        writing.append(anna, version.id, [{"topic": "Forged"}])
    with pytest.raises(Missing):
        writing.step(anna, version.id, "return")


def test_a_colleague_copies_a_plan_and_writes_only_the_own(school: School) -> None:
    boris = school.session("boris")
    with pytest.raises(Forbidden):
        writing.append(boris, scheme_of(school), [{"topic": "Foreign"}])
    boris.rollback()
    with pytest.raises(Invalid):
        writing.copy(boris, scheme_of(school), school.id(s.TeachingAssignment, "B"), "Again")
    boris.rollback()
    system = school.system(writing=True)
    for row in system.scalars(select(s.PlannedLesson).where(s.PlannedLesson.scheme_of_work_id == scheme_of(school, "B"))):
        records.delete(system, row)
    records.delete(system, system.get(s.SchemeOfWork, scheme_of(school, "B")))  # type: ignore[arg-type]
    system.commit()
    boris = school.session("boris")
    made = writing.copy(boris, scheme_of(school), school.id(s.TeachingAssignment, "B"), "7B")
    boris.commit()
    assert topics(boris, made.id) == ["First"] and made.staff_id == school.id(s.Staff, "B")
