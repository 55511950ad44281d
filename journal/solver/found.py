"""What a search gives, and how it tells of itself on the way."""

from collections.abc import Callable
from dataclasses import dataclass

from journal.solver.problem import Plan

Watch = Callable[[float, int, Plan], None]
"""Told after each improvement: the work done, the cost, the timetable."""


class Infeasible(Exception):
    """No timetable keeps the hard rules."""


class Unknown(Exception):
    """None was found in the time given, and none was ruled out."""


@dataclass
class Found:
    """The best timetable, its cost, and the work that it took (about a second of one core each)."""

    plan: Plan
    cost: int
    effort: float
