"""Better timetables part by part: free a part, solve that part as a small model, take what is not worse.

Time is counted in the solver's own units of work, so the same seed gives the same timetable on any machine.
"""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ortools.sat.python import cp_model

from journal.solver import costs, hard, wishes
from journal.solver.exact import A_SECOND, FOUND, solver_for
from journal.solver.found import Found, Watch
from journal.solver.model import Model
from journal.solver.problem import Plan, Problem

ROUND_EFFORT = 0.3
LEAST_ROUND, ROUND_OF_COURSE = 0.1, 0.001
"""What a round costs before it is solved: at least, and by how much there is to read."""
DAYS, CLASSES, TEACHERS, MIXED = "days", "classes", "teachers", "mixed"
SIZES = {DAYS: 6.0, CLASSES: 2.0, TEACHERS: 3.0, MIXED: 4.0}
"""How many classes a part begins with, by kind."""
Free = set[tuple[int, int]]


def _solver_of_round(problem: Problem) -> cp_model.CpSolver:
    """For a small model of which a solution is known: bounds by linear relaxation."""
    solver = solver_for(problem, ROUND_EFFORT)
    solver.parameters.linearization_level = 2
    return solver


def improve(problem: Problem, plan: Plan, spent: float, watch: Watch) -> Found:
    """Better and better timetables until the effort is spent: two parts at a time, of different classes."""
    chance = random.Random(problem.seed)
    around = Neighbourhoods(problem, chance)
    best = costs.total(problem, costs.of_plan(problem, plan))
    watch(spent, best, plan)
    with ThreadPoolExecutor(2) as pool:
        while spent < problem.effort and best > 0:
            parts = around.pair()
            seeds = [chance.randrange(1 << 30) for _ in parts]
            tried = list(pool.map(lambda part, seed: _round(problem, plan, part.free, seed), parts, seeds))  # noqa: B023
            for part, one in zip(parts, tried, strict=True):
                around.learn(part, one, best)
            spent += max(LEAST_ROUND, ROUND_OF_COURSE * len(problem.courses)) + max(one.effort for one in tried)
            plan, best = _better(problem, plan, best, parts, tried)
            watch(spent, best, plan)
    return Found(plan, best, spent)


@dataclass(frozen=True)
class Tried:
    """What became of a part: the whole timetable with it, its cost, whether nothing better is possible there."""

    plan: Plan | None
    cost: int
    is_optimal: bool
    effort: float


def _round(problem: Problem, plan: Plan, free: Free, seed: int) -> Tried:
    """Solve one part while the rest stays."""
    model = Model(problem, plan, free)
    wishes.add(model)
    model.hint(plan)
    solver = _solver_of_round(problem)
    solver.parameters.random_seed = seed
    status = solver.solve(model.cp)
    effort = solver.response_proto.deterministic_time / A_SECOND
    if status not in FOUND:
        return Tried(None, 0, False, effort)
    after = model.value(solver)
    return Tried(after, costs.total(problem, costs.of_plan(problem, after)), status == cp_model.OPTIMAL, effort)


def _better(problem: Problem, plan: Plan, best: int, parts: list["Part"], tried: list[Tried]) -> tuple[Plan, int]:
    """Both results together where they fit, else the better one, unless all is worse than before."""
    good = [(one.cost, n) for n, one in enumerate(tried) if one.plan is not None and one.cost <= best]
    if len(good) == 2:
        both = dict(plan)
        for part, one in zip(parts, tried, strict=True):
            assert one.plan is not None
            both.update({course_id: one.plan[course_id] for course_id, _ in part.free})
        cost = costs.total(problem, costs.of_plan(problem, both))
        if cost <= best and not any(hard.breaches(problem, both)):
            return both, cost
    if not good:
        return plan, best
    cost, number = min(good)
    return tried[number].plan or plan, cost


@dataclass(frozen=True)
class Part:
    """What is free: courses on days, and how they were chosen."""

    kind: str
    free: Free


class Neighbourhoods:
    """Which part of the timetable to free next: what has helped is chosen more often, what was too large gets smaller."""

    def __init__(self, problem: Problem, chance: random.Random) -> None:
        self.problem, self.chance = problem, chance
        self.success = dict.fromkeys(SIZES, 5.0)
        self.size = dict(SIZES)
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

    def pair(self) -> list[Part]:
        """Two parts without a common course, or one where there are not classes enough."""
        first = self._choose(frozenset())
        busy = {course_id for course_id, _ in first.free}
        near = {one for one in self.classes if not busy.isdisjoint(self.of_class[one])}
        if len(near) >= len(self.classes):
            return [first]
        return [first, self._choose(frozenset(near))]

    def _choose(self, without: frozenset[int]) -> Part:
        kinds = list(self.success)
        kind = self.chance.choices(kinds, [self.success[one] for one in kinds])[0]
        every, size = list(range(1, self.days + 1)), max(1, round(self.size[kind]))
        open_ = [one for one in self.classes if one not in without]
        if kind == TEACHERS:
            own = [one for one in sorted(self.of_staff[self.chance.choice(self.staff)]) if one not in without]
            open_ = own or open_
        classes = self.chance.sample(open_, min(size, len(open_)))
        days = every if kind in (CLASSES, TEACHERS) else self.chance.sample(every, min(2 if kind == DAYS else 3, len(every)))
        free = {(course_id, day) for class_id in classes for course_id in self.of_class[class_id] for day in days}
        if without:
            gone = {course_id for class_id in without for course_id in self.of_class[class_id]}
            free = {(course_id, day) for course_id, day in free if course_id not in gone}
        return Part(kind, free)

    def learn(self, part: Part, one: Tried, before: int) -> None:
        """Remember how much a kind has helped; never give one up."""
        gained = max(0, before - one.cost) if one.plan is not None else 0
        self.success[part.kind] = max(1.0, 0.9 * self.success[part.kind] + min(gained, 20))
        if one.is_optimal:
            self.size[part.kind] = min(self.size[part.kind] * 1.15, len(self.classes))
        elif not gained:
            self.size[part.kind] = max(1.0, self.size[part.kind] * 0.9)
