"""The editor's steps: moves, swaps, chains, locks, closed times; all or nothing, and each knows its way back."""

from datetime import date, time

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from journal.services.refusals import Forbidden, Invalid, Stale
from journal.services.timetable import board as boards
from journal.services.timetable import drafts, edits, norms, offers, steps, times, verdicts
from journal.services.timetable.conflicts import Clashing, anywhere
from journal.services.timetable.steps import Place, Step
from tests.conftest import client_of
from tests.personas import School
from tests.timetable.conftest import MONDAY, Week

EN = {"Accept-Language": "en", "Accept": "application/json"}


def move(week: Week, name: str, was: tuple[int, int], to: tuple[int, int] | None) -> Step:
    return Step(week.assignments[name], Place(*was), Place(*to) if to else None)


def board_of(week: Week) -> list[boards.Placed]:
    return boards.load(week.school.system(), week.version_id)


def test_two_lessons_change_places_and_back(week: Week) -> None:
    before = week.entries()
    with week.school.acting("deputy") as session:
        taken = steps.take(session, MONDAY, [move(week, "b", (1, 3), (1, 4)), move(week, "c", (1, 4), (1, 3))])
        version_id = taken.version_id
    after = week.entries(version_id)
    assert (after["b"], after["c"]) == ([(1, 4)], [(1, 3)])
    assert week.entries() == before, "the version in force until then is as it was"
    with week.school.acting("deputy") as session:
        steps.take(session, MONDAY, taken.back)
    assert week.entries(version_id) == before


def test_what_would_clash_is_refused_whole_and_nothing_changes(week: Week) -> None:
    before = week.entries()
    session = week.school.session("deputy")
    with pytest.raises(Clashing) as refused:
        steps.take(session, MONDAY, [move(week, "d", (1, 5), (2, 5)), move(week, "b", (1, 3), (1, 4))])
    assert [clash.kind for clash in refused.value.clashes] == ["class"]
    session.rollback()
    with pytest.raises(Stale):
        steps.take(session, MONDAY, [move(week, "b", (4, 4), (1, 4))])
    with pytest.raises(Invalid):
        steps.take(session, MONDAY, [])
    session.rollback()
    session.close()
    assert week.entries() == before


def test_a_lesson_is_put_in_and_taken_out_and_undone(week: Week) -> None:
    place = Place(3, 2)
    with week.school.acting("deputy") as session:
        put = steps.take(session, MONDAY, [Step(week.assignments["b"], None, place)])
    assert week.entries(put.version_id)["b"] == [(1, 3), (3, 2)]
    with week.school.acting("deputy") as session:
        gone = steps.take(session, MONDAY, put.back)
    assert week.entries(put.version_id)["b"] == [(1, 3)]
    with week.school.acting("deputy") as session:
        steps.take(session, MONDAY, gone.back)
    assert week.entries(put.version_id)["b"] == [(1, 3), (3, 2)]


def test_a_locked_lesson_stays_until_it_is_unlocked(week: Week) -> None:
    entry = next(p for p in board_of(week) if p.course.assignment_id == week.assignments["b"])
    with week.school.acting("deputy") as session:
        locked_id = edits.lock(session, MONDAY, entry.id, True).id
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        steps.take(session, MONDAY, [move(week, "b", (1, 3), (3, 3))])
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        edits.move(session, MONDAY, locked_id, edits.Slot(3, 3))
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        edits.remove(session, MONDAY, locked_id)
    with week.school.acting("deputy") as session:
        edits.lock(session, MONDAY, locked_id, False)
    with week.school.acting("deputy") as session:
        assert steps.take(session, MONDAY, [move(week, "b", (1, 3), (3, 3))]).class_ids


def test_closed_times_of_teacher_class_and_room_refuse_and_are_named(week: Week) -> None:
    with week.school.acting("deputy") as session:
        teacher = session.get(s.TeachingAssignment, week.assignments["b"])
        assert teacher is not None
        records.create(session, s.Unavailability, {"staff_id": teacher.staff_id, "weekday": 3})
        klass = week.school.id(s.SchoolClass, "A")
        records.create(session, s.Unavailability, {"school_class_id": klass, "weekday": 4, "number": 8})
        room = records.create(session, s.Room, {"number": "gym"})
        room_id = room.id
        records.create(session, s.Unavailability, {"room_id": room_id, "weekday": 5, "number": 2})
    for to, who in (((3, 2), "staff"), ((4, 8), "class")):
        with pytest.raises(Clashing) as refused, week.school.acting("deputy") as session:
            steps.take(session, MONDAY, [move(week, "b", (1, 3), to)])
        assert [clash.why.text for clash in refused.value.clashes] == [times.NEVER[who]]
    with pytest.raises(Clashing) as refused, week.school.acting("deputy") as session:
        steps.take(session, MONDAY, [Step(week.assignments["c"], Place(1, 4), Place(5, 2, room_id=room_id))])
    assert [clash.why.text for clash in refused.value.clashes] == [times.NEVER["room"]]


@pytest.mark.parametrize("values", [{}, {"staff_id": 1, "room_id": 1}])
def test_an_unavailable_time_is_of_one_alone(school: School, values: dict[str, int]) -> None:
    with pytest.raises(Invalid), school.acting("deputy") as session:
        records.create(session, s.Unavailability, {"weekday": 1, **values})


def test_subgroups_that_share_a_pupil_clash_and_others_do_not(week: Week) -> None:
    one, other = (next(p for p in board_of(week) if p.course.assignment_id == week.assignments[n]) for n in ("e1", "e2"))
    assert list(anywhere(board_of(week))) == []
    with week.school.acting("admin") as session:
        for placed in (one, other):
            values = {"subgroup_id": placed.course.subgroup_id, "student_id": week.school.id(s.Student, "A")}
            records.create(session, s.SubgroupMember, {**values, "starts_on": date(2026, 9, 1)})
    assert [clash.kind for clash in anywhere(board_of(week))] == ["subgroup"]


def test_classes_of_other_bells_meet_by_the_clock(week: Week) -> None:
    """The second shift's first lesson is at the time of the fifth of the first: the number says nothing."""
    with week.school.acting("admin") as session:
        late = records.create(session, s.BellSchedule, {"name": "Second shift"})
        for number in (1, 5):
            rings = {"starts_at": time(11 + number), "ends_at": time(11 + number, 45)}
            records.create(session, s.BellPeriod, {"bell_schedule_id": late.id, "number": number, **rings})
        teacher = session.get(s.TeachingAssignment, week.assignments["d"])
        klass = session.get(s.SchoolClass, week.school.id(s.SchoolClass, "B"))
        assert teacher is not None and klass is not None
        records.change(session, klass, {"bell_schedule_id": late.id, "shift": 2})
        values = {"staff_id": teacher.staff_id, "subject_id": teacher.subject_id, "school_class_id": klass.id}
        other = records.create(session, s.TeachingAssignment, {**values, "starts_on": date(2026, 9, 1)})
        other_id = other.id
    with pytest.raises(Clashing) as refused, week.school.acting("deputy") as session:
        steps.take(session, MONDAY, [Step(other_id, None, Place(1, 1))])
    assert [clash.kind for clash in refused.value.clashes] == ["teacher"], "12:00 is the fifth lesson of the first shift"
    with week.school.acting("deputy") as session:
        assert steps.take(session, MONDAY, [Step(other_id, None, Place(1, 5))]).class_ids
        version = drafts.in_force(session, MONDAY)
        assert version is not None and list(anywhere(boards.load(session, version.id))) == []
        usual = session.scalars(select(s.BellSchedule.id).where(s.BellSchedule.is_default)).one()
        late_id = session.scalars(select(s.BellSchedule.id).where(s.BellSchedule.name == "Second shift")).one()
        records.create(session, s.BellDay, {"bell_schedule_id": late_id, "weekday": 1, "rings_id": usual})
        found = [clash.kind for clash in anywhere(boards.load(session, version.id))]
    assert found == ["teacher"], "on Mondays both shifts ring alike now: the fifth is the fifth"


def test_every_slot_has_a_verdict_with_its_points(week: Week) -> None:
    session = week.school.session("deputy")
    board = board_of(week)
    held = next(p for p in board if p.course.assignment_id == week.assignments["b"])
    slots = [(day, number) for day in range(1, 6) for number in range(1, 9)]
    never = {("staff", held.course.staff_id): {(4, None)}}
    unwanted = {("staff", held.course.staff_id): {(5, 2)}}
    found = verdicts.of_all(held, board, norms.in_force(session, MONDAY), slots, never, unwanted)
    at = {(one.weekday, one.number): one for one in found}
    assert len(found) == 40
    assert {number for (day, number), one in at.items() if day == 4 and one.state == "no"} == set(range(1, 9))
    assert at[1, 4].state == at[2, 1].state == "no" and at[5, 2].state == "soft"
    assert at[5, 2].points == verdicts.UNWANTED and at[1, 3].state in ("ok", "soft")
    assert all((one.points > 0) == (one.state == "soft") for one in found)


def test_swaps_and_chains_are_offered_and_hold_what_they_promise(week: Week) -> None:
    board = board_of(week)
    held = next(p for p in board if p.course.assignment_id == week.assignments["b"])
    slots = [(day, number) for day in range(1, 6) for number in range(1, 7)]
    asked = offers.Board(board, {}, frozenset(), slots)
    found = offers.ways(held, (1, 4), asked)
    assert {one.kind for one in found} >= {"swap", "push"}
    for one in found:
        with week.school.acting("deputy") as writing:
            taken = steps.take(writing, MONDAY, one.steps)
            after = boards.load(writing, taken.version_id)
            assert list(anywhere(after)) == []
            stands = [(p.weekday, p.number) for p in after if p.course.assignment_id == held.course.assignment_id]
            assert stands == [(1, 4)]
            writing.rollback()
    locked = offers.Board(board, {}, frozenset(p.id for p in board if p.weekday == 1), slots)
    assert offers.ways(held, (1, 4), locked) == []


slots_ = st.tuples(st.integers(1, 5), st.integers(1, 7))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["A", "b", "c", "d", "e1"]), slots_), min_size=1, max_size=6))
def test_whatever_the_steps_no_conflict_and_nothing_filled_changes(
    week: Week, wanted: list[tuple[str, tuple[int, int]]]
) -> None:
    filled = select(s.Lesson.id, s.Lesson.held_on, s.Lesson.number).where(s.Lesson.topic != "").order_by(s.Lesson.id)
    session = week.school.session("deputy")
    before = session.execute(filled).all()
    for name, to in wanted:
        version = drafts.in_force(session, MONDAY)
        assert version is not None
        here = [p for p in boards.load(session, version.id) if p.course.assignment_id == week.assignments[name]]
        try:
            steps.take(session, MONDAY, [move(week, name, (here[0].weekday, here[0].number), to)])
        except (Clashing, Invalid):
            continue
        assert list(anywhere(boards.load(session, drafts.in_force(session, MONDAY).id))) == []  # type: ignore[union-attr]
    assert session.execute(filled).all() == before
    session.rollback()
    session.close()


# --- the pages


@pytest.mark.parametrize("login", ["anna", "director", "petya", "maria"])
def test_only_planners_take_steps(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    asked = {"steps": [], "since": MONDAY.isoformat()}
    assert client.post("/timetable/edit/steps", json=asked).status_code == 403
    assert client.get("/timetable/edit/offers").status_code == 403
    assert client.post("/timetable/edit/lock").status_code == 403


def test_the_service_refuses_a_stranger_too(week: Week) -> None:
    with pytest.raises(Forbidden), week.school.acting("anna") as session:
        steps.take(session, MONDAY, [move(week, "b", (1, 3), (3, 3))])


def test_the_page_takes_steps_and_gives_the_way_back(app: Flask, week: Week) -> None:
    client = client_of(app, "deputy")
    asked = {
        "since": MONDAY.isoformat(),
        "steps": [{"assignment": week.assignments["b"], "was": [1, 3, "every", None], "to": [3, 3, "every", None]}],
    }
    answer = client.post("/timetable/edit/steps", json=asked, headers=EN)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()
    klass = str(week.school.id(s.SchoolClass, "A"))
    assert told["back"] == [{"assignment": week.assignments["b"], "was": [3, 3, "every", None], "to": [1, 3, "every", None]}]
    assert set(told["rows"]) == {klass} and 'data-slot="3-3"' in told["rows"][klass]
    again = client.post("/timetable/edit/steps", json={**asked, "steps": told["back"]}, headers=EN)
    assert again.status_code == 200
    clash = {**asked, "steps": [{**asked["steps"][0], "to": [1, 4, "every", None]}]}
    refused = client.post("/timetable/edit/steps", json=clash, headers=EN)
    assert refused.status_code == 409 and "7A is busy" in refused.get_json()["refused"][0]


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"steps": 1}, {"steps": [1]}, {"steps": [{"assignment": 1}]},
        {"steps": [{"assignment": True, "was": None, "to": None}]},
        {"steps": [{"assignment": 1, "was": None, "to": [9, 1, "every", None]}]},
        {"steps": [{"assignment": 1, "was": None, "to": [1, 1, "never", None]}]},
        {"since": "soon", "steps": [{"assignment": 1, "was": None, "to": None}]},
    ],
)  # fmt: skip
def test_steps_that_are_none_are_refused(shared_app: Flask, body: object) -> None:
    client = client_of(shared_app, "deputy")
    answer = client.post("/timetable/edit/steps", json=body, headers=EN)
    assert answer.status_code == 400 and answer.get_json()["refused"]


def test_offers_and_verdicts_come_to_the_page(app: Flask, week: Week) -> None:
    client = client_of(app, "deputy")
    entry = next(p for p in board_of(week) if p.course.assignment_id == week.assignments["b"])
    query = {"since": MONDAY.isoformat(), "entry": entry.id}
    told = client.get("/timetable/edit/verdicts", query_string=query, headers=EN).get_json()
    assert {(slot["weekday"], slot["number"]): slot["state"] for slot in told["slots"]}[1, 4] == "no"
    found = client.get("/timetable/edit/offers", query_string={**query, "weekday": 1, "number": 4}, headers=EN).get_json()
    assert found["offers"][0]["text"].startswith("Change places: 7A")
    assert client.get("/timetable/edit/offers", query_string={**query, "weekday": 9, "number": 4}).status_code == 404
    locked = client.post("/timetable/edit/lock", data={**query, "on": "1"}, headers=EN)
    assert locked.status_code == 200 and "locked" in next(iter(locked.get_json()["rows"].values()))
