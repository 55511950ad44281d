"""First a timetable that keeps the hard rules, then better ones.

The quick way first: blocks on a board (`quick`), then many small steps (`anneal`). The full model (OR-Tools, read when it is
needed) proves that there is none, finds what the quick way does not, repairs with few moves, and has the last word.
All effort is counted in work, so the same seed gives the same timetable on any machine.
"""

from journal.solver import anneal, costs, hard, light, quick
from journal.solver.blocks import Blocks, Unfit
from journal.solver.board import Board
from journal.solver.found import Found, Watch
from journal.solver.problem import Plan, Problem

BY_STEPS = 0.8
"""The share of the effort that small steps get at most."""
STEPS_A_BLOCK = 2500
"""More steps than this for each block help no more."""
QUICK = 0.1
"""What the quick way to a first timetable costs."""


def first(problem: Problem) -> tuple[Plan, float]:
    """A timetable that keeps the hard rules, and the work. Raises `Infeasible`, `Unknown`."""
    plan = None if problem.base else _quickly(problem)
    if plan is not None:
        return plan, QUICK
    light.load()
    from journal.solver import exact  # noqa: PLC0415 - OR-Tools: heavy, and mostly not needed for this

    return exact.first(problem)


def _quickly(problem: Problem) -> Plan | None:
    try:
        blocks = Blocks(problem)
    except Unfit:
        return None
    board = quick.first(problem, blocks)
    plan = blocks.plan(board.positions) if board else None
    return plan if plan is not None and not any(hard.breaches(problem, plan)) else None


def improve(problem: Problem, plan: Plan, spent: float, watch: Watch) -> Found:
    """Better and better timetables until the effort is spent."""
    watch(spent, _cost(problem, plan), plan)
    if not problem.base:
        plan, spent = _by_steps(problem, plan, spent, watch)
    light.load()
    from journal.solver import neighbourhoods  # noqa: PLC0415 - OR-Tools again

    return neighbourhoods.improve(problem, plan, spent, watch)


def _by_steps(problem: Problem, plan: Plan, spent: float, watch: Watch) -> tuple[Plan, float]:
    """What many small steps make of a timetable, and the work with what was spent before."""
    try:
        blocks = Blocks(problem)
        board = Board(blocks)
        board.place_all(blocks.positions(plan))
    except Unfit:
        return plan, spent
    better = anneal.Annealing(problem, board)
    most = round((problem.effort - spent) * BY_STEPS * anneal.A_SECOND)
    done = better.run(
        min(most, STEPS_A_BLOCK * len(blocks.all)),
        lambda work, cost, positions: watch(spent + work, cost, blocks.plan(positions)),
    )
    found = blocks.plan(better.best)
    if any(hard.breaches(problem, found)) or _cost(problem, found) > _cost(problem, plan):
        return plan, spent + done
    return found, spent + done


def _cost(problem: Problem, plan: Plan) -> int:
    return costs.total(problem, costs.of_plan(problem, plan))
