"""The whole model solved at once: a first timetable where the quick way finds none, or the proof that there is none."""

from ortools.sat.python import cp_model

from journal.solver import hard, wishes
from journal.solver.found import Infeasible, Unknown
from journal.solver.model import Model
from journal.solver.problem import Course, Plan, Problem

FIRST_TRIES = ((1, 1.5), (8, 400.0))
"""Workers and effort: one quick strategy that mostly finds one at once, then several that take turns."""
REPAIR_EFFORT = 1.5
FOUND = (cp_model.OPTIMAL, cp_model.FEASIBLE)
A_SECOND = 0.5
"""What the solver does in a second of one core, in its own units of work (measured on the machines that we know)."""


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
    if workers == 1:  # what a long look beforehand finds, it takes longer to find
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
    return solver


def first(problem: Problem) -> tuple[Plan, float]:
    """A timetable that keeps the hard rules, and the work. Raises `Infeasible`, `Unknown`."""
    spent = 0.0
    if problem.base:
        plan, spent = _repaired(problem)
        if plan is not None:
            return plan, spent
    model = Model(problem, {})
    if problem.base:
        model.hint(problem.base)
        wishes.add_moves_only(model)
    for workers, effort in FIRST_TRIES:
        solver = solver_for(problem, effort, workers)
        status = solver.solve(model.cp)
        spent += solver.response_proto.deterministic_time / A_SECOND
        if status == cp_model.INFEASIBLE:
            raise Infeasible
        if status in FOUND:
            return model.value(solver), spent
    raise Unknown


def _repaired(problem: Problem) -> tuple[Plan | None, float]:
    """The timetable of before, changed in the classes of which something can't stay; None when that takes more."""
    never = {course.id for course in problem.courses if _has_to_change(problem, course)}
    classes = {class_id for course in problem.courses if course.id in never for class_id in course.classes}
    near = [course.id for course in problem.courses if classes & set(course.classes)]
    model = Model(problem, problem.base, {(course_id, day) for course_id in near for day in range(1, 8)})
    model.hint(problem.base)
    wishes.add_moves_only(model)
    solver = solver_for(problem, REPAIR_EFFORT)
    status = solver.solve(model.cp)
    plan = model.value(solver) if status in FOUND else None
    if plan is not None and any(hard.breaches(problem, plan)):
        plan = None
    return plan, solver.response_proto.deterministic_time / A_SECOND


def _has_to_change(problem: Problem, course: Course) -> bool:
    """Whether a course has other hours than before, or lessons where they may not be any more."""
    stands = problem.base.get(course.id, [])
    every = sum(weeks == "every" for _, _, weeks in stands)
    slots = set(problem.allowed(course))
    return (every, len(stands) - every) != (course.lessons, course.half) or any(stand[:2] not in slots for stand in stands)
