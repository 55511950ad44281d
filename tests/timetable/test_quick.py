"""The quick way to a timetable: blocks on a board, the first one, small steps; against plain counting and the full model."""

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.config import ROOT
from journal.solver import anneal, costs, hard, quick
from journal.solver.blocks import Blocks, Unfit, bits
from journal.solver.board import Board
from journal.solver.exact import FOUND, solver_for
from journal.solver.model import Model
from journal.solver.problem import Plan, Problem, Stand
from tests.timetable.schools import breaks, course, klass, problem, three_classes

SLOTS = [(day, number) for day in range(1, 6) for number in range(1, 8)]


@st.composite
def schools(draw: st.DrawFn) -> Problem:
    """Two or three classes that share teachers and a gym; doubles, subgroups of one's own time, second weeks, locks."""
    classes = [klass(of, bells=of % 2 * draw(st.integers(0, 1))) for of in range(1, draw(st.integers(2, 3)) + 1)]
    courses = []
    for one in classes:
        for number in range(one.id * 10, one.id * 10 + draw(st.integers(1, 5))):
            lessons = draw(st.integers(1, 5))
            locked: list[Stand] = []
            if draw(st.integers(0, 5)) == 0:
                locked = [(draw(st.integers(1, 5)), 1, "every")]
            values = {
                "half": draw(st.booleans()), "doubles": draw(st.integers(0, lessons // 2)), "bells": one.bells,
                "pool": draw(st.sampled_from([(), (), (9,), (8, 9)])), "locked": tuple(locked),
                "points": draw(st.integers(0, 12)), "is_hard": draw(st.booleans()), "no_doubles": draw(st.booleans()),
                "atoms": draw(st.sampled_from([(f"{one.id}/a", f"{one.id}/b"), (f"{one.id}/a",)])),
            }  # fmt: skip
            courses.append(course(number, draw(st.integers(1, 4)), lessons, one.id, **values))
    free = st.sets(st.sampled_from(SLOTS), max_size=12).map(sorted)
    return problem(
        courses, classes, never={"staff-1": draw(free), "room-9": draw(free)}, unwanted={"staff-2": draw(free)},
        overlaps=[(day, (0, 2), (1, 1)) for day in range(1, 6)],
    )  # fmt: skip


def board_of(made: Problem) -> tuple[Blocks, Board] | None:
    try:
        blocks = Blocks(made)
    except Unfit:
        return None
    board = quick.first(made, blocks)
    return (blocks, board) if board else None


def is_possible(made: Problem, plan: Plan) -> bool:
    """Whether the full model allows just this timetable."""
    model = Model(made, {})
    there = {(course_id, stand) for course_id, stands in plan.items() for stand in stands}
    locked = {(one.id, stand) for one in made.courses for stand in one.locked}
    if not there <= model.stands.keys() | locked:
        return False
    for key, variable in model.stands.items():
        model.cp.add(variable == (key in there))
    return solver_for(made, 1).solve(model.cp) in FOUND


@settings(max_examples=60, deadline=None)
@given(schools())
def test_what_is_counted_is_what_the_full_model_allows(made: Problem) -> None:
    found = board_of(made)
    if found is None:
        return
    blocks, board = found
    plan = blocks.plan(board.positions)
    assert any(hard.breaches(made, plan)) != is_possible(made, plan)


@settings(max_examples=60, deadline=None)
@given(schools())
def test_steps_keep_the_rules_and_the_price_is_the_cost(made: Problem) -> None:
    found = board_of(made)
    if found is None:
        return
    blocks, board = found
    broken = Counter(hard.breaches(made, blocks.plan(board.positions)))
    search = anneal.Annealing(made, board)
    search.run(3000, lambda *_: None)
    plan = blocks.plan(search.best)
    assert not Counter(hard.breaches(made, plan)) - broken
    assert search.cost == costs.total(made, costs.of_plan(made, plan))
    assert search.prices.total == costs.total(made, costs.of_plan(made, blocks.plan(board.positions)))
    again = Board(blocks)
    again.place_all(search.best)
    assert (again.busy, again.shut, again.used, again.full) == (board.busy, board.shut, board.used, board.full) or (
        search.best != board.positions
    )


@settings(max_examples=40, deadline=None)
@given(schools(), st.randoms(use_true_random=False))
def test_a_block_is_free_where_nothing_has_to_go(made: Problem, chance: object) -> None:
    found = board_of(made)
    if found is None:
        return
    _, board = found
    for number, position in list(enumerate(board.positions)):
        board.take(number)
        free = board.free(number)
        assert free >> position & 1
        for one in bits(board.all[number].allowed):
            assert (board.in_the_way(number, one) == set()) == bool(free >> one & 1), (number, one)
        board.place(number, position)


def test_a_plan_goes_to_blocks_and_back() -> None:
    made = three_classes()
    blocks = Blocks(made)
    board = quick.first(made, blocks)
    assert board is not None
    plan = blocks.plan(board.positions)
    assert breaks(made, plan) == [] and blocks.plan(blocks.positions(plan)) == plan
    plan[1] = plan[1][:-1]
    with pytest.raises(Unfit):
        blocks.positions(plan)


@pytest.mark.parametrize(("change", "rule"), [
    (lambda plan: plan[1].pop(), "hours"),
    (lambda plan: plan.update({2: plan[1][:3] + plan[2][3:]}), "twice"),
    (lambda plan: plan.update({4: [(2, 1, "every"), (4, 1, "every")]}), "doubles"),
    (lambda plan: plan.update({4: [(1, 1, "every"), (1, 2, "every")]}), "unavailable"),
    (lambda plan: plan.update({3: [(one, 7, "every") for one in (1, 2, 3)]}), "class_gaps"),
    (lambda plan: plan.update({3: plan[10]}), "rooms"),
    (lambda plan: plan.update({1: [(3, n, "every") for n in range(1, 6)]}), "once_a_day"),
])  # fmt: skip
def test_each_breach_has_its_name(change: object, rule: str) -> None:
    made = three_classes()
    blocks = Blocks(made)
    board = quick.first(made, blocks)
    assert board is not None
    plan = blocks.plan(board.positions)
    change(plan)  # type: ignore[operator]
    assert rule in {name for name, _ in hard.breaches(made, plan)}


def test_the_first_timetable_does_without_the_full_model() -> None:
    """OR-Tools takes longer to read than most first timetables take."""
    asked = (
        "import sys; from tests.timetable.schools import three_classes; from journal.solver import process, search;"
        "search.first(three_classes()); print('ortools' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["False"]
