"""The timetable: conflicts, changes from a date, and that nothing filled is ever touched."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from journal.services.refusals import Forbidden, Invalid, Missing, Stale
from journal.services.timetable import board, edits, laying, norms, verdicts
from journal.services.timetable.conflicts import Clashing, clashes
from journal.services.timetable.placing import Activity, place
from tests.personas import TODAY, School

MONDAY = date(2026, 11, 30)


def entry_id(school: School, side: str = "A") -> int:
    return school.id(s.TimetableEntry, side)


def lessons(school: School, side: str = "A") -> list[tuple[date, int]]:
    session = school.system()
    found = session.execute(
        select(s.Lesson.held_on, s.Lesson.number)
        .where(s.Lesson.assignment_id == school.id(s.TeachingAssignment, side))
        .order_by(s.Lesson.held_on, s.Lesson.number)
    ).all()
    session.close()
    return [(row[0], row[1]) for row in found]


def test_moving_from_a_date_splits_the_version_and_moves_only_later_lessons(school: School) -> None:
    before = lessons(school)
    session = school.session("deputy")
    edits.move(session, MONDAY, entry_id(school), edits.Slot(3, 4))
    session.commit()
    versions = session.scalars(
        select(s.Timetable).where(s.Timetable.state == "published").order_by(s.Timetable.valid_from)
    ).all()
    assert [(v.valid_from, v.valid_to) for v in versions] == [
        (date(2026, 9, 1), MONDAY - timedelta(days=1)),
        (MONDAY, date(2027, 5, 26)),
    ]
    session.close()
    after = lessons(school)
    assert [row for row in before if row[0] < MONDAY] == [row for row in after if row[0] < MONDAY]
    later = [row for row in after if row[0] >= MONDAY]
    assert {(on.isoweekday(), number) for on, number in later} == {(3, 4), (5, 1)}


def test_a_busy_teacher_class_and_room_are_named_and_nothing_changes(school: School) -> None:
    before = lessons(school, "B")
    session = school.session("deputy")
    room = school.id(s.Room, "A")
    with pytest.raises(Clashing) as refused:
        edits.move(session, TODAY, entry_id(school, "B"), edits.Slot(1, 1, room))
    assert [clash.kind for clash in refused.value.clashes] == ["room"]
    session.rollback()
    with pytest.raises(Clashing) as refused:
        edits.add(session, TODAY, school.id(s.TeachingAssignment, "A"), edits.Slot(1, 1))
    assert [clash.kind for clash in refused.value.clashes] == ["same"]
    session.rollback()
    other = records.create(
        session,
        s.TeachingAssignment,
        {
            "staff_id": school.id(s.Staff, "A"),
            "subject_id": school.id(s.Subject, "B"),
            "school_class_id": school.id(s.SchoolClass, "B"),
            "starts_on": date(2026, 9, 1),
            "hours_a_week": Decimal(1),
        },
    )
    with pytest.raises(Clashing) as refused:
        edits.add(session, TODAY, other.id, edits.Slot(1, 1))
    assert [clash.kind for clash in refused.value.clashes] == ["teacher"]
    session.rollback()
    session.close()
    assert lessons(school, "B") == before


@pytest.mark.parametrize("login", ["anna", "director", "control", "petya", "viktor"])
def test_only_planners_edit(school: School, login: str) -> None:
    session = school.session(login)
    with pytest.raises(Forbidden):
        edits.remove(session, TODAY, entry_id(school))


def test_days_gone_by_and_days_outside_the_year_are_refused(school: School) -> None:
    session = school.session("deputy")
    for since in (TODAY - timedelta(days=1), date(2030, 1, 1)):
        with pytest.raises(Invalid):
            edits.remove(session, since, entry_id(school))
    with pytest.raises(Missing):
        edits.remove(session, TODAY, 999_999)


def test_an_entry_changed_meanwhile_is_stale(school: School) -> None:
    session = school.session("deputy")
    with pytest.raises(Stale):
        edits.move(session, TODAY, entry_id(school), edits.Slot(2, 2), version_seen=7)


def test_the_panel_cannot_make_a_conflict_either(school: School) -> None:
    session = school.session("admin")
    with pytest.raises(Invalid):
        records.create(
            session,
            s.TimetableEntry,
            {
                "timetable_id": school.id(s.Timetable, "A"),
                "assignment_id": school.id(s.TeachingAssignment, "A"),
                "weekday": 1,
                "number": 1,
            },
        )


def test_a_lesson_held_already_is_not_held_again_in_its_new_slot(school: School) -> None:
    """The teacher filled today's lesson; moving it from today on must not give the class a second one today."""
    teacher = school.session("anna")
    today = teacher.scalars(
        select(s.Lesson).where(s.Lesson.assignment_id == school.id(s.TeachingAssignment, "A"), s.Lesson.held_on == TODAY)
    ).one()
    records.change(teacher, today, {"topic": "Held"})
    teacher.commit()
    teacher.close()
    session = school.session("deputy")
    edits.move(session, TODAY, entry_id(school), edits.Slot(1, 4))
    laying.lay(session, TODAY)
    session.commit()
    session.close()
    found = lessons(school)
    assert [row for row in found if row[0] == TODAY] == [(TODAY, 1)]
    assert [row for row in found if row[0] == MONDAY] == [(MONDAY, 4)]


def test_a_lesson_prepared_ahead_goes_with_its_slot_and_keeps_what_was_prepared(school: School) -> None:
    journal = school.id(s.TeachingAssignment, "A")
    session = school.system(writing=True)
    laying.lay(session, TODAY)
    ahead = session.scalars(select(s.Lesson).where(s.Lesson.assignment_id == journal, s.Lesson.held_on == MONDAY)).one()
    records.change(session, ahead, {"topic": "Verbs"})
    records.create(session, s.Homework, {"lesson_id": ahead.id, "text": "p. 12"})
    id_ = ahead.id
    session.commit()
    session.close()
    deputy = school.session("deputy")
    edits.move(deputy, MONDAY, entry_id(school), edits.Slot(3, 4))
    deputy.commit()
    moved = deputy.get(s.Lesson, id_)
    assert moved is not None
    assert (moved.held_on, moved.number, moved.topic) == (MONDAY + timedelta(days=2), 4, "Verbs")
    deputy.close()
    assert [row for row in lessons(school) if MONDAY <= row[0] < MONDAY + timedelta(days=3)] == [(moved.held_on, 4)]


def test_a_day_off_takes_its_lessons_and_gives_them_back(school: School) -> None:
    before = lessons(school)
    assert (MONDAY, 1) in before
    session = school.session("deputy")
    day = records.create(
        session,
        s.Holiday,
        {
            "academic_year_id": 1,
            "name": "Quarantine",
            "begins_on": MONDAY,
            "ends_on": MONDAY,
            "kind": "extra",
        },
    )
    session.commit()
    assert (MONDAY, 1) not in lessons(school)
    records.delete(session, day)
    session.commit()
    session.close()
    assert lessons(school) == before


def test_a_moved_lesson_is_not_laid_twice_and_comes_back(school: School) -> None:
    before = lessons(school)
    session = school.session("deputy")
    lesson = session.scalars(
        select(s.Lesson).where(s.Lesson.assignment_id == school.id(s.TeachingAssignment, "A"), s.Lesson.held_on == MONDAY)
    ).one()
    change = records.create(
        session,
        s.Substitution,
        {
            "lesson_id": lesson.id,
            "kind": "move",
            "moved_to_on": MONDAY + timedelta(days=1),
            "moved_to_number": 6,
        },
    )
    laying.lay(session, TODAY)
    session.commit()
    assert len(lessons(school)) == len(before)
    assert (MONDAY + timedelta(days=1), 6) in lessons(school)
    records.delete(session, change)
    session.commit()
    session.close()
    assert lessons(school) == before


moves = st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 5), st.integers(1, 6), st.integers(0, 3)), max_size=6)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_no_sequence_of_edits_makes_a_conflict_or_touches_what_is_filled(
    school: School, wanted: list[tuple[str, int, int, int]]
) -> None:
    session = school.session("deputy")
    filled = (
        select(s.Lesson.id, s.Lesson.held_on, s.Lesson.number, s.Lesson.topic)
        .where(s.Lesson.topic != "")
        .order_by(s.Lesson.id)
    )
    before = session.execute(filled).all()
    for side, weekday, number, weeks in wanted:
        try:
            edits.move(session, TODAY + timedelta(weeks=weeks), entry_id(school, side), edits.Slot(weekday, number))
            session.commit()
        except (Clashing, Stale, Invalid):
            session.rollback()
    for version in session.scalars(select(s.Timetable)).all():
        placed = board.load(session, version.id)
        assert [clash for one in placed for clash in clashes(one, placed)] == []
    assert session.execute(filled).all() == before
    session.close()


def course(id_: int, klass: int = 1, subgroup: int | None = None, staff: int = 1, stream: str | None = None) -> board.Course:
    return board.Course(id_, klass, f"7{klass}", 7, 7, subgroup, None, 1, "Algebra", "Alg", 1, staff, "T", stream, 3, False)


def placed(id_: int, of: board.Course, parity: str = "every", room: int | None = None) -> board.Placed:
    return board.Placed(id_, 1, 1, parity, room, str(room), of)


@pytest.mark.parametrize(
    ("one", "other", "kinds"),
    [
        (placed(1, course(1)), placed(2, course(2, klass=2)), ["teacher"]),
        (placed(1, course(1)), placed(2, course(2, staff=2)), ["class"]),
        (placed(1, course(1, subgroup=1)), placed(2, course(2, subgroup=2, staff=2)), []),
        (placed(1, course(1, subgroup=1)), placed(2, course(2, subgroup=1, staff=2)), ["subgroup"]),
        (placed(1, course(1, subgroup=1)), placed(2, course(2, staff=2)), ["subgroup"]),
        (placed(1, course(1), room=5), placed(2, course(2, klass=2, staff=2), room=5), ["room"]),
        (placed(1, course(1), "odd"), placed(2, course(2, klass=2), "even"), []),
        (placed(1, course(1), "odd"), placed(2, course(2, klass=2)), ["teacher"]),
        (placed(1, course(1, stream="s")), placed(2, course(2, klass=2, stream="s")), []),
    ],
)
def test_what_clashes_with_what(one: board.Placed, other: board.Placed, kinds: list[str]) -> None:
    assert [clash.kind for clash in clashes(one, [one, other])] == kinds


def test_norms_warn_and_say_why() -> None:
    rules = norms.Norms({1: 2}, {1: 1}, {(1, 7): 10})
    week = [board.Placed(n, 1, n, "every", None, None, course(n)) for n in (1, 2, 4)]
    found = [str(text) for text in norms.warnings(1, week, rules, week[0])]
    assert found == [
        "3 lessons a week, the norm is 2.",
        "3 lessons in one day, the norm is 1.",
        "The class has a gap between its lessons.",
        "Algebra has 10 points of difficulty: better on lessons 2 to 4.",
    ]


def test_verdicts_over_all_slots() -> None:
    rules = norms.Norms({}, {}, {})
    here = placed(1, course(1))
    busy = board.Placed(2, 1, 2, "every", None, None, course(2, klass=2))
    found = verdicts.of_all(here, [here, busy], rules, [(1, 1), (1, 2), (1, 3)])
    assert [verdict.state for verdict in found] == ["ok", "no", "ok"]
    assert [(m.assignment_id, m.hours) for m in verdicts.unplaced([here], {1: 3, 2: 1})] == [(1, 2), (2, 1)]


@given(st.integers(2, 5), st.integers(2, 6), st.integers(0, 10**6))
def test_placing_gives_everybody_a_place_without_conflicts(classes: int, hours: int, seed: int) -> None:
    """A Latin square always exists: as many teachers as classes, each with each."""
    starts = [(1 + n % 5, 1 + n // 5) for n in range(max(classes, hours) * 2)]
    wanted = [Activity(k * 100 + t, frozenset({f"c{k}", f"t{t}"}), starts) for k in range(classes) for t in range(classes)]
    found, unplaced = place(wanted, seed)
    assert unplaced == []
    for one in wanted:
        for other in wanted:
            if one.key < other.key and one.takes & other.takes:
                assert found[one.key] != found[other.key]
    assert place(wanted, seed) == (found, unplaced)
