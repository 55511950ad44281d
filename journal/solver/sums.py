"""What is asked for more than there is: teachers, classes, courses and rooms of which a sum can't come out."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from journal.kit.text import N_
from journal.solver.problem import Problem, Slot

Reason = dict[str, Any]
"""A text and its values, as a refusal keeps them."""


def said(text: str, **values: Any) -> Reason:
    """A reason, its text not yet translated."""
    return {"text": text, "values": values}


def sums(problem: Problem) -> list[Reason]:
    """Teachers, classes, courses and rooms that are asked for more than they have."""
    return [*_of_courses(problem), *_of_people(problem), *_of_rooms(problem)]


def _of_courses(problem: Problem) -> Iterable[Reason]:
    for course in problem.courses:
        slots = problem.allowed(course)
        days, most = max((day for day, _ in slots), default=0), problem.most_a_day(course)
        room = len(slots)
        if "once_a_day" in problem.rules and not course.doubles:
            room = sum(min(most, len([1 for one in slots if one[0] == day])) for day in range(1, days + 1))
        if course.lessons + course.half > room:
            yield said(N_("%(course)s: %(hours)d lessons a week, and only %(room)d places where they may stand."),
                        course=course.name, hours=course.lessons + course.half, room=room)  # fmt: skip


def _of_people(problem: Problem) -> Iterable[Reason]:
    asked: dict[str, float] = defaultdict(float)
    open_: dict[str, set[tuple[int, Slot]]] = defaultdict(set)
    for course in problem.courses:
        for who in (*(f"staff-{one}" for one in course.staff), *(f"atom-{one}" for one in course.atoms)):
            asked[who] += course.lessons + course.half / 2
            open_[who].update((course.bells, slot) for slot in problem.allowed(course))
    names = {f"staff-{one}": name for one, name in problem.staff.items()}
    klass = problem.klass()
    for who, hours in asked.items():
        room: float = len(open_[who])
        name = names.get(who)
        if name is None:
            one = klass[int(who.removeprefix("atom-").split("/")[0])]
            name = one.name
            if "day_limit" in problem.rules and hours > one.day_max * one.days < room:
                yield said(N_("%(name)s: %(hours)s lessons a week, and the norm allows %(most)d a day on %(days)d days:"
                               " fewer lessons, or generate without the rule of the norm."),
                            name=name, hours=f"{hours:g}", most=one.day_max, days=one.days)  # fmt: skip
                continue
        if hours > room:
            yield said(N_("%(name)s: %(hours)s lessons a week, and only %(room)d lessons when there is time."),
                        name=name, hours=f"{hours:g}", room=room)  # fmt: skip


def _of_rooms(problem: Problem) -> Iterable[Reason]:
    if "rooms" not in problem.rules:
        return
    asked: dict[tuple[int, ...], float] = defaultdict(float)
    open_: dict[tuple[int, ...], set[Slot]] = defaultdict(set)
    for course in problem.courses:
        for part in course.parts:
            if part.pool:
                asked[part.pool] += (course.lessons + course.half / 2) / (1 if len(course.atoms) > 1 else len(course.parts))
                open_[part.pool].update(problem.allowed(course))
    for pool, hours in asked.items():
        room = sum(slot not in problem.never.get(f"room-{one}", ()) for one in pool for slot in open_[pool])
        if hours > room:
            names = ", ".join(problem.rooms[one] for one in pool)
            yield said(N_("Rooms %(rooms)s: %(hours)s lessons a week, and only %(room)d places."),
                        rooms=names, hours=f"{hours:g}", room=room)  # fmt: skip
