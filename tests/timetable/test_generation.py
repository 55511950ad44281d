"""Generation: every hard rule is kept, the soft ones cost less and less, and what clashes is said in words."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.config import ROOT
from journal.services.timetable.generation import run
from journal.solver import costs, process, rooms, search, sums
from journal.solver.found import Found
from journal.solver.problem import Plan, Problem, of_json
from tests.timetable.schools import RULES, breaks, course, klass, problem, three_classes


def solved(made: Problem) -> Found:
    plan, spent = search.first(made)
    return search.improve(made, plan, spent, lambda *_: None)


def test_a_problem_travels_as_json() -> None:
    made = three_classes()
    made.base = {1: [(1, 2, "odd")]}
    made.overlaps = [(1, (0, 1), (3, 2))]
    assert of_json(made.as_json()) == made


def test_every_hard_rule_is_kept_and_the_cost_falls() -> None:
    made = three_classes()
    plan, spent = search.first(made)
    before = costs.total(made, costs.of_plan(made, plan))
    assert breaks(made, plan) == []
    told: list[int] = []
    found = search.improve(made, plan, spent, lambda _, cost, __: told.append(cost))
    assert breaks(made, found.plan) == []
    assert told == sorted(told, reverse=True) and found.cost < before
    assert found.cost == costs.total(made, costs.of_plan(made, found.plan))


def test_the_same_seed_gives_the_same_timetable_and_another_seed_another() -> None:
    made = three_classes()
    first, second = solved(made), solved(of_json(made.as_json()))
    assert first == second
    made.seed = 2
    assert solved(made).plan != first.plan


@settings(max_examples=15)
@given(st.data())
def test_whatever_the_school_a_plan_keeps_the_rules_or_a_clash_is_named(data: st.DataObject) -> None:
    classes = [klass(of, day_max=data.draw(st.integers(3, 6))) for of in (1, 2)]
    courses = [
        course(
            of * 10 + n, data.draw(st.integers(1, 4)), data.draw(st.integers(1, 5)), of, half=data.draw(st.booleans())
        )
        for of in (1, 2)
        for n in range(data.draw(st.integers(1, 4)))
    ]  # fmt: skip
    slots = [(day, number) for day in range(1, 6) for number in range(1, 8)]
    never = {f"staff-{one}": sorted(data.draw(st.sets(st.sampled_from(slots), max_size=25))) for one in (1, 2)}
    made = problem(courses, classes, never=never, effort=1)
    answer = process.solve(made)
    if "plan" in answer:
        assert breaks(made, answer["plan"]) == []
    else:
        assert answer.get("clash"), answer


def test_sums_that_can_not_come_out_are_said_before_anything_is_tried() -> None:
    made = problem([course(1, 1, 20), course(2, 1, 20)], [klass(1, last=8, day_max=8)])
    said = sums.sums(made)
    assert {(one["values"].get("name"), one["values"].get("hours")) for one in said} >= {("Teacher 1", "40")} or said == []
    over = problem([course(1, 1, 36)], [klass(1)])
    assert [one["values"]["hours"] for one in sums.sums(over)] == [36, "36", "36"]
    gym = problem([course(n, n, 5, n, pool=(9,)) for n in range(1, 9)], [klass(n) for n in range(1, 9)])
    assert [one["values"]["rooms"] for one in sums.sums(gym)] == ["r9"]


def test_the_smallest_clash_is_named_and_what_does_not_belong_to_it_is_not() -> None:
    """Two courses of one class, both teachers there on Monday alone; a third course is innocent."""
    monday = [(day, number) for day in range(2, 6) for number in range(1, 8)]
    late = [(1, number) for number in range(1, 6)]
    courses = [course(1, 1, 1), course(2, 2, 1), course(3, 3, 5)]
    never = {"staff-1": [*monday, *late, (1, 7)], "staff-2": [*monday, *late, (1, 7)]}
    said = process.solve(problem(courses, [klass(1)], never=never))["clash"]
    named = {one["values"].get("name") or one["values"].get("course") for one in said}
    assert named == {"Teacher 1", "Teacher 2", "1A course 1", "1A course 2"}


def test_a_lesson_of_every_second_week_is_named_when_it_alone_is_too_much() -> None:
    """One teacher begins the day of two classes: five days of one leave no day to the other."""
    courses = [course(1, 1, 1, 1), course(2, 1, 4, 2, half=True)]
    said = process.solve(problem(courses, [klass(1), klass(2)]))["clash"]
    assert {one["values"].get("course") for one in said} >= {"1A course 1", "2A course 2"}


def test_a_repair_moves_only_what_must_move() -> None:
    made = three_classes()
    before = solved(made)
    made.base = before.plan
    made.rules["moves"] = 1000
    ill = before.plan[2][0][0]
    made.never["staff-2"] = [(ill, number) for number in range(1, 8)]
    after = solved(made)
    assert breaks(made, after.plan) == []
    moved = [one for one in costs.of_plan(made, after.plan) if one.rule == "moves"]
    must = sum(1 for one in made.courses if 2 in one.staff for day, _, _ in before.plan[one.id] if day == ill)
    assert must <= len(moved) <= 4 * must


def test_locked_lessons_stay_and_a_rule_that_is_off_is_not_kept() -> None:
    courses = [course(1, 1, 2, locked=((3, 1, "every"),)), course(2, 2, 5)]
    made = problem(courses, [klass(1)])
    assert (3, 1, "every") in solved(made).plan[1]
    away = replace(made, never={"staff-1": [(day, n) for day in range(1, 6) for n in range(1, 8) if (day, n) != (3, 1)]})
    assert process.solve(away)["clash"]
    away.rules = {code: weight for code, weight in RULES.items() if code != "unavailable"}
    assert process.solve(away)["done"]


def test_rooms_are_given_out_without_a_clash_and_kept_where_they_were() -> None:
    made = three_classes()
    found = solved(made)
    placed = rooms.assign(made, found.plan)
    assert len(placed) == sum(len(found.plan[one.id]) * len(one.parts) for one in made.courses)
    gym = [one for one in placed if one[4] == 9]
    assert len(gym) == 9 and len({one[1:4] for one in gym}) == 9
    kept = {(one[0], one[1], one[2], one[3]): 5 for one in placed[:1] if one[4] is None}
    made.rooms[5] = "r5"
    assert [one[4] for one in rooms.assign(made, found.plan, kept) if (one[0], one[1], one[2], one[3]) in kept] == [5] * len(
        kept
    )


def test_classes_of_other_bells_share_a_teacher_only_at_other_hours() -> None:
    courses = [course(1, 1, 5, 1), course(2, 1, 5, 2, bells=7)]
    made = problem(
        courses, [klass(1, last=1), klass(2, last=2, bells=7)], overlaps=[(day, (0, 1), (7, 1)) for day in range(1, 8)]
    )
    made.rules.pop("class_gaps")
    assert {number for _, number, _ in solved(made).plan[2]} == {2}


def test_a_day_with_other_bells_has_its_own_meetings() -> None:
    """Both classes have one hour a day; only on Wednesdays do the two hours not ring at one time."""
    courses = [course(1, 1, 5, 1), course(2, 1, 1, 2, bells=7)]
    meetings = [(day, (0, 1), (7, 1)) for day in (1, 2, 4, 5)]
    made = problem(courses, [klass(1, last=1), klass(2, last=1, bells=7)], overlaps=meetings)
    made.rules.pop("class_gaps")
    assert {day for day, _, _ in solved(made).plan[2]} == {3}


def test_the_process_tells_how_far_it_is_and_is_stopped_with_the_best_so_far() -> None:
    told: list[tuple[float, int]] = []
    answer = run.solve(three_classes(), lambda spent, cost: not told.append((spent, cost)))  # type: ignore[func-returns-value]
    assert answer.plan is not None and breaks(three_classes(), answer.plan) == []
    assert answer.cost == costs.total(three_classes(), answer.costs) and len(told) > 1
    long = three_classes()
    long.effort = 500
    seen: list[Plan] = []

    def watch(spent: float, cost: int) -> bool:
        seen.append({})
        return cost == 0 and len(seen) < 3

    stopped = run.solve(long, watch)
    assert stopped.stopped and (stopped.plan is None or breaks(long, stopped.plan) == [])


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "PROCESS", "journal.no_such_module")
    with pytest.raises(run.Failed):
        run.solve(three_classes(), lambda *_: True)


def test_the_lines_of_the_process_are_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    made = problem([course(1, 1, 2)], [klass(1)], effort=1)
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO(made.as_json()))
    assert process.main() == 0
    lines = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert lines[-1]["done"] and lines[-1]["plan"].keys() == {"1"}


def test_a_norm_that_is_too_small_is_named_with_what_can_be_done() -> None:
    made = problem([course(n, n, 4) for n in (1, 2, 3)], [klass(1, day_max=2)])
    said = [one for one in sums.sums(made) if "norm allows" in one["text"]]
    assert [one["values"] for one in said] == [{"name": "1A", "hours": "12", "most": 2, "days": 5}]
    del made.rules["day_limit"]
    assert sums.sums(made) == []


def test_the_solver_starts_without_what_it_does_not_use() -> None:
    """No database, no web and no tables of data: a start is short, and the answer is that of a full start."""
    asked = "import sys; from journal.solver import light; light.load(); import journal.solver.process; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    heavy = ("sqlalchemy", "flask", "pandas.core", "openpyxl")
    assert not [name for name in loaded if name.startswith(heavy)]
    made = three_classes()
    answer = subprocess.run(
        [sys.executable, "-m", "journal.solver"], input=made.as_json(), capture_output=True, text=True, check=True, cwd=ROOT
    )
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found["done"] and found["cost"] == solved(made).cost
