"""What a timetable costs by rule, and where: the same sums as the solver's, counted from the result itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from journal.solver.problem import Course, Plan, Problem, Slot

BEST = range(2, 5)
TOLERANCE = 4
"""Points by which a day may differ from its share without cost."""
SHARES = {
    5: (19, 22, 19, 21, 19),
    6: (16, 18, 17, 18, 16, 15),
}
"""Of a class's difficulty, the share of each day in percent: less in mid-week and at the ends."""


@dataclass(frozen=True)
class Cost:
    """A breach of a soft rule: the rule, the points before the weight, whose, and on which weekday (0: of the week)."""

    rule: str
    points: int
    who: str
    weekday: int = 0
    number: int = 0


def targets(days: int, points: int) -> list[float]:
    """How much difficulty each day should have."""
    shares: tuple[float, ...] = SHARES.get(days) or (100 / days,) * days
    return [points * share / 100 for share in shares]


def of_plan(problem: Problem, plan: Plan) -> list[Cost]:
    """Every breach of the soft rules that are kept."""
    found = [
        *_gaps(problem, plan),
        *_neighbours(problem, plan),
        *_edges(problem, plan),
        *_days(problem, plan),
        *_unwanted(problem, plan),
        *_moves(problem, plan),
    ]
    return [cost for cost in found if problem.rules.get(cost.rule)]


def total(problem: Problem, costs: Iterable[Cost]) -> int:
    """The sum with weights."""
    return sum(cost.points * problem.rules.get(cost.rule, 0) for cost in costs)


def spread(course: Course, days: int) -> bool:
    """Whether a course has so few lessons that they can keep a day between them."""
    return 2 <= course.lessons - course.doubles <= (days + 1) // 2


def _gaps(problem: Problem, plan: Plan) -> Iterable[Cost]:
    taken: dict[tuple[int, int], set[int]] = defaultdict(set)
    for course in problem.courses:
        for weekday, number, _ in plan.get(course.id, ()):
            for staff_id in course.staff:
                taken[staff_id, weekday].add(number)
    for (staff_id, weekday), numbers in sorted(taken.items()):
        gap = max(numbers) - min(numbers) + 1 - len(numbers)
        if gap:
            yield Cost("teacher_gaps", gap, problem.staff[staff_id], weekday)


def _neighbours(problem: Problem, plan: Plan) -> Iterable[Cost]:
    klass = problem.klass()
    for course in problem.courses:
        days = {weekday for weekday, _, _ in plan.get(course.id, ())}
        if spread(course, min(klass[one].days for one in course.classes)):
            for weekday in sorted(days):
                if weekday + 1 in days:
                    yield Cost("adjacent_days", 1, course.name, weekday)


def _edges(problem: Problem, plan: Plan) -> Iterable[Cost]:
    for course in problem.courses:
        for weekday, number, _ in plan.get(course.id, ()):
            if course.is_hard and number not in BEST:
                yield Cost("hard_subjects", 1, course.name, weekday, number)


def _days(problem: Problem, plan: Plan) -> Iterable[Cost]:
    """Days that are too hard or too light, and days that are too long."""
    load, slots = _loads(problem, plan)
    for klass in problem.classes:
        points = sum(load[klass.id, day] for day in range(1, klass.days + 1))
        longest = -(-len(slots[klass.id]) // klass.days)
        for day, target in enumerate(targets(klass.days, points), 1):
            off = round(abs(load[klass.id, day] - target)) - TOLERANCE
            if points and off > 0:
                yield Cost("day_points", off, klass.name, day)
            over = sum(1 for slot in slots[klass.id] if slot[0] == day) - longest
            if over > 0:
                yield Cost("even_days", over, klass.name, day)


def _loads(problem: Problem, plan: Plan) -> tuple[dict[tuple[int, int], int], dict[int, set[Slot]]]:
    """(class, weekday) -> difficulty, class -> its slots; what stands side by side counts once."""
    load: dict[tuple[int, int], int] = defaultdict(int)
    slots: dict[int, set[Slot]] = defaultdict(set)
    for course in problem.courses:
        for weekday, number, _ in plan.get(course.id, ()):
            for class_id in course.classes:
                if (weekday, number) not in slots[class_id]:
                    load[class_id, weekday] += course.points
                slots[class_id].add((weekday, number))
    return load, slots


def _unwanted(problem: Problem, plan: Plan) -> Iterable[Cost]:
    for course in problem.courses:
        bad = {slot for who in problem.whom(course) for slot in problem.unwanted.get(who, ())}
        for weekday, number, _ in plan.get(course.id, ()):
            if (weekday, number) in bad:
                yield Cost("unwanted", 1, course.name, weekday, number)


def _moves(problem: Problem, plan: Plan) -> Iterable[Cost]:
    for course in problem.courses:
        before = problem.base.get(course.id)
        gone = set(before or ()) - set(plan.get(course.id, ()))
        for weekday, number, _ in sorted(gone):
            yield Cost("moves", 1, course.name, weekday, number)
