"""Concrete rooms for a timetable: a lesson's usual room where that is free, else one of its pool, else none: which rooms
would do for it nobody has said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from journal.solver.problem import Course, Part, Plan, Problem, Slot

Placed = tuple[int, int, int, str, int | None]
"""Assignment, weekday, lesson number, weeks, room."""


def assign(problem: Problem, plan: Plan, kept: Mapping[tuple[int, int, int, str], int] | None = None) -> list[Placed]:
    """The lessons with their rooms. `kept`: rooms that lessons have and keep if they don't move."""
    taken: dict[tuple[int, Slot, str], set[int]] = defaultdict(set)
    found: list[Placed] = []
    for course, part, day, number, weeks in sorted(_lessons(problem, plan), key=lambda one: -_need(one[1])):
        slot = (day, number)
        key = (part.assignment_id, day, number, weeks)
        closed = {room for room in problem.rooms if slot in problem.never.get(f"room-{room}", ())}
        busy = closed.union(*(taken[course.bells, slot, week] for week in _weeks(weeks)))
        shared = _of_stream(found, course, slot, weeks)
        room = shared or next((one for one in _wishes(problem, part, (kept or {}).get(key)) if one not in busy), None)
        if room is not None:
            for week in _weeks(weeks):
                taken[course.bells, slot, week].add(room)
        found.append((part.assignment_id, day, number, weeks, room))
    return sorted(found, key=lambda one: (one[1], one[2], one[0]))


def _lessons(problem: Problem, plan: Plan) -> Iterable[tuple[Course, Part, int, int, str]]:
    for course in problem.courses:
        for day, number, weeks in plan.get(course.id, ()):
            for part in course.parts:
                yield course, part, day, number, weeks


def _need(part: Part) -> int:
    """Who chooses first: those with the fewest rooms that will do."""
    return 100 - min(len(part.pool), 50) if part.pool else int(part.room_id is not None)


def _wishes(problem: Problem, part: Part, kept: int | None) -> Iterable[int]:
    if kept is not None and (not part.pool or kept in part.pool):
        yield kept
    if part.room_id is not None and (not part.pool or part.room_id in part.pool):
        yield part.room_id
    yield from part.pool


def _of_stream(found: list[Placed], course: Course, slot: Slot, weeks: str) -> int | None:
    """The room of the others of a stream: one teacher, one room, several classes."""
    if len(course.classes) == 1:
        return None
    same = {part.assignment_id for part in course.parts if part.staff_id == course.parts[0].staff_id}
    rooms = [one[4] for one in found if one[0] in same and (one[1], one[2], one[3]) == (*slot, weeks)]
    return rooms[0] if rooms and len(course.staff) == 1 else None


def _weeks(weeks: str) -> tuple[str, ...]:
    return ("odd", "even") if weeks == "every" else (weeks,)
