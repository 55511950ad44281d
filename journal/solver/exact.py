"""The whole model solved at once: a first timetable where the quick way finds none, or the proof that there is none."""

from ortools.sat.python import cp_model

from journal.solver import wishes
from journal.solver.found import Infeasible, Unknown
from journal.solver.model import Model
from journal.solver.problem import Plan, Problem

FIRST_TRIES = ((1, 1.5), (8, 400.0))
"""Workers and effort: one quick strategy that mostly finds one at once, then several that take turns."""
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
