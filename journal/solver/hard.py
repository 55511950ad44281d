"""Whether a timetable keeps the hard rules: counted from the result itself, by nothing that made it."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from journal.solver.problem import WEEKS, Course, Plan, Problem, Stand


def breaches(problem: Problem, plan: Plan) -> Iterable[tuple[str, str]]:
    """A rule and whose it is, for each breach."""
    for course in problem.courses:
        stands = plan.get(course.id, [])
        yield from _of_course(problem, course, stands)
    yield from _twice(problem, plan)
    if "rooms" in problem.rules:
        yield from _rooms(problem, plan)
    yield from _classes(problem, plan)


def _of_course(problem: Problem, course: Course, stands: list[Stand]) -> Iterable[tuple[str, str]]:
    every = [stand for stand in stands if stand[2] == "every"]
    locked = set(course.locked) if "locked" in problem.rules else set()
    if len(every) != course.lessons or len(stands) - len(every) != course.half or len(set(stands)) < len(stands):
        yield "hours", course.name
    if locked - set(stands):
        yield "locked", course.name
    open_ = set(problem.allowed(course)) | {stand[:2] for stand in locked}
    if any(stand[:2] not in open_ for stand in stands):
        yield "unavailable", course.name
    days: dict[int, list[int]] = defaultdict(list)
    for day, number, _ in every if course.doubles else stands:
        days[day].append(number)
    pairs = {day: _pairs(numbers) for day, numbers in days.items()}
    if course.doubles and sum(pairs.values()) < course.doubles:
        yield "doubles", course.name
    most = problem.most_a_day(course)
    if "once_a_day" in problem.rules:
        counts = {day: len(numbers) - (pairs[day] if course.doubles else 0) for day, numbers in days.items()}
        alone = most > 1 and course.no_doubles and not course.doubles
        if any(count > most for count in counts.values()) or (alone and any(pairs.values())):
            yield "once_a_day", course.name


def _pairs(numbers: list[int]) -> int:
    """How many pairs in a row a day has, no lesson being of two."""
    numbers, count, place = sorted(numbers), 0, 0
    while place + 1 < len(numbers):
        is_pair = numbers[place + 1] == numbers[place] + 1
        count, place = count + is_pair, place + 1 + is_pair
    return count


def _twice(problem: Problem, plan: Plan) -> Iterable[tuple[str, str]]:
    """Teachers and groups of pupils that are asked for twice at a time."""
    taken: Counter[tuple[str, int, int, int, str]] = Counter()
    for course, day, number, week in _hours(problem, plan):
        taken.update((f"s{one}", course.bells, day, number, week) for one in course.staff)
        taken.update((f"a{one}", course.bells, day, number, week) for one in course.atoms)
    yield from (("twice", key[0]) for key, count in taken.items() if count > 1)
    for day, (bells, number), (others, other) in problem.overlaps:
        for who, on, weekday, at, week in list(taken):
            if who[0] == "s" and (weekday, on, at) == (day, bells, number) and taken[who, others, day, other, week]:
                yield "twice", who


def _rooms(problem: Problem, plan: Plan) -> Iterable[tuple[str, str]]:
    """Pools of rooms that are asked for more than are open."""
    pools: Counter[tuple[tuple[int, ...], int, int, int, str]] = Counter()
    for course, day, number, week in _hours(problem, plan):
        own = [part.pool for part in course.parts if part.pool]
        pools.update((pool, course.bells, day, number, week) for pool in (own if len(course.atoms) > 1 else own[:1]))
    for (pool, _, day, number, _), count in pools.items():
        if count > len(pool) - sum((day, number) in problem.never.get(f"room-{one}", ()) for one in pool):
            yield "rooms", str(pool)


def _hours(problem: Problem, plan: Plan) -> Iterable[tuple[Course, int, int, str]]:
    """Each lesson of each week."""
    for course in problem.courses:
        for day, number, weeks in plan.get(course.id, ()):
            for week in WEEKS if weeks == "every" else (weeks,):
                yield course, day, number, week


def _classes(problem: Problem, plan: Plan) -> Iterable[tuple[str, str]]:
    used: dict[tuple[int, int], set[int]] = defaultdict(set)
    for course in problem.courses:
        for day, number, _ in plan.get(course.id, ()):
            for class_id in course.classes:
                used[class_id, day].add(number)
    for klass in problem.classes:
        for day in range(1, klass.days + 1):
            there, begin = used[klass.id, day], max(1, klass.first)
            real = {number for number in there if number >= 1}
            if "class_gaps" in problem.rules and (real != set(range(begin, begin + len(real))) or (0 in there and not real)):
                yield "class_gaps", klass.name
            if "day_limit" in problem.rules and len(there) > klass.day_max:
                yield "day_limit", klass.name
