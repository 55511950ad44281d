"""First a timetable that keeps the hard rules, then better ones: free a part of it, solve that part, take what is not worse.

Time is counted in the solver's own units of work, so the same seed gives the same timetable on any machine.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from journal.services.timetable.generation import costs, wishes
from journal.services.timetable.generation.model import Model
from journal.services.timetable.generation.problem import Plan, Problem

FIRST_TRIES = ((1, 6.0), (8, 400.0))
"""Workers and effort: one quick strategy that mostly finds one at once, then several that take turns."""
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
ROUND_EFFORT = 0.8
A_SECOND = 0.5
"""What the solver does in a second of one core, in its own units of work (measured on the machines that we know)."""
LEAST_ROUND = 0.1
"""What a round costs at least, so that rounds that find nothing to do come to an end."""
DAYS, CLASSES, TEACHERS, MIXED = "days", "classes", "teachers", "mixed"
Free = set[tuple[int, int]]
Watch = Callable[[float, int, Plan], None]
"""Told after each improvement: the work done, the cost, the timetable."""


class Infeasible(Exception):
    """No timetable keeps the hard rules."""


class Unknown(Exception):
    """None was found in the time given, and none was ruled out."""


@dataclass
class Found:
    """The best timetable, its cost, and the work that it took."""

    plan: Plan
    cost: int
    effort: float


def solver_for(problem: Problem, effort: float, workers: int = 1) -> cp_model.CpSolver:
    """A solver that gives the same answer every time: one strategy, or several that take turns."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = workers
    parameters.interleave_search = workers > 1
    parameters.random_seed = problem.seed
    parameters.max_deterministic_time = effort
    parameters.linearization_level = 0 if workers == 1 else 1
    parameters.use_erwa_heuristic = workers == 1
    return solver


def _solver_of_round(problem: Problem) -> cp_model.CpSolver:
    """For a small model of which a solution is known: bounds by linear relaxation, no long look beforehand."""
    solver = solver_for(problem, ROUND_EFFORT)
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver


def first(problem: Problem) -> tuple[Plan, float]:
    """A timetable that keeps the hard rules, and the work. Raises `Infeasible`, `Unknown`."""
    model = Model(problem, {})
    if problem.base:
        model.hint(problem.base)
        wishes.add_moves_only(model)
    spent = 0.0
    for workers, effort in FIRST_TRIES:
        solver = solver_for(problem, effort, workers)
        status = solver.solve(model.cp)
        spent += solver.response_proto.deterministic_time / A_SECOND
        if status == cp_model.INFEASIBLE:
            raise Infeasible
        if status in FOUND:
            return model.value(solver), spent
    raise Unknown


def improve(problem: Problem, plan: Plan, spent: float, watch: Watch) -> Found:
    """Better and better timetables until the effort is spent."""
    chance = random.Random(problem.seed)
    around = Neighbourhoods(problem, chance)
    best = costs.total(problem, costs.of_plan(problem, plan))
    watch(spent, best, plan)
    while spent < problem.effort and best > 0:
        kind, free = around.choose(plan)
        model = Model(problem, plan, free)
        wishes.add(model)
        model.hint(plan)
        solver = _solver_of_round(problem)
        solver.parameters.random_seed = chance.randrange(1 << 30)
        status = solver.solve(model.cp)
        spent += max(LEAST_ROUND, solver.response_proto.deterministic_time / A_SECOND)
        gained = 0
        if status in FOUND:
            after = model.value(solver)
            cost = costs.total(problem, costs.of_plan(problem, after))
            if cost <= best:
                gained, best, plan = best - cost, cost, after
        around.learn(kind, gained)
        watch(spent, best, plan)
    return Found(plan, best, spent)


def direct(problem: Problem, seconds: float) -> int | None:
    """The cost of one solve of the whole model with its wishes: what the search is measured against."""
    model = Model(problem, {})
    wishes.add(model)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.cp)
    return costs.total(problem, costs.of_plan(problem, model.value(solver))) if status in FOUND else None


class Neighbourhoods:
    """Which part of the timetable to free next: what has helped so far is chosen more often."""

    def __init__(self, problem: Problem, chance: random.Random) -> None:
        self.problem, self.chance = problem, chance
        self.success = dict.fromkeys((DAYS, CLASSES, TEACHERS, MIXED), 5.0)
        self.days = max((klass.days for klass in problem.classes), default=5)
        self.of_class: dict[int, list[int]] = defaultdict(list)
        self.of_staff: dict[int, set[int]] = defaultdict(set)
        for course in problem.courses:
            for class_id in course.classes:
                self.of_class[class_id].append(course.id)
            for staff_id in course.staff:
                self.of_staff[staff_id].update(course.classes)
        self.classes = sorted(self.of_class)
        self.staff = sorted(self.of_staff)

    def choose(self, plan: Plan) -> tuple[str, Free]:
        """A kind of neighbourhood and what is free in it."""
        kinds = list(self.success)
        kind = self.chance.choices(kinds, [self.success[one] for one in kinds])[0]
        every = list(range(1, self.days + 1))
        few = min(2, len(every))
        if kind == DAYS:
            return kind, self._free(
                self.classes if len(self.classes) <= 16 else self._some(16), self.chance.sample(every, few)
            )
        if kind == CLASSES:
            return kind, self._free(self._some(3), every)
        if kind == TEACHERS:
            classes = sorted(self.of_staff[self.chance.choice(self.staff)])
            return kind, self._free(self.chance.sample(classes, min(4, len(classes))), every)
        return kind, self._free(self._some(8), self.chance.sample(every, min(3, len(every))))

    def learn(self, kind: str, gained: int) -> None:
        """Remember how much a kind has helped; never give one up."""
        self.success[kind] = max(1.0, 0.9 * self.success[kind] + min(gained, 20))

    def _some(self, count: int) -> list[int]:
        return self.chance.sample(self.classes, min(count, len(self.classes)))

    def _free(self, classes: list[int], days: list[int]) -> Free:
        return {(course_id, day) for class_id in classes for course_id in self.of_class[class_id] for day in days}
