"""Small schools for the solver, made by hand or by chance."""

from typing import Any

from journal.services.timetable.generation.rules import EVERY
from journal.solver.problem import Course, Klass, Part, Plan, Problem

RULES = {rule.code: rule.weight for rule in EVERY if rule.code != "moves"}


def klass(number: int, **values: Any) -> Klass:
    return Klass(**{"id": number, "name": f"{number}A", "days": 5, "first": 1, "last": 7, "day_max": 7, **values})


def course(number: int, staff: int, lessons: int, of: int = 1, **values: Any) -> Course:
    """A course of a whole class; `number` is its id and that of its assignment."""
    part = Part(number, staff, of, values.pop("pool", ()))
    basics = {"name": f"{of}A course {number}", "subject_id": number, "parts": (part,), "atoms": (f"{of}/*",)}
    return Course(**{"id": number, "lessons": lessons, **basics, **values})


def problem(courses: list[Course], classes: list[Klass], **values: Any) -> Problem:
    staff = {one: f"Teacher {one}" for c in courses for one in c.staff}
    rooms = {room: f"r{room}" for c in courses for part in c.parts for room in part.pool}
    return Problem(courses, classes, staff, rooms, **{"rules": dict(RULES), "effort": 1, **values})


def three_classes() -> Problem:
    """Three classes, seven teachers: with doubles, a gym, subgroups, a lesson every second week, a day off."""
    courses, number = [], 0
    for of in (1, 2, 3):
        for staff, lessons, values in (
            (1, 5, {"points": 10, "is_hard": True}), (2, 4, {"points": 8, "is_hard": True}), (3, 3, {"pool": (9,)}),
            (4, 2, {"doubles": 1}), (5, 1, {"half": True}), (6 + of % 2, 4, {}),
        ):  # fmt: skip
            number += 1
            courses.append(course(number, staff, lessons, of, **values))
        number += 1
        parts = (Part(number * 10, 10 + of, of), Part(number * 10 + 1, 20 + of, of))
        courses.append(
            Course(number, f"{of}A language", number, parts, (f"{of}/*", f"{of}/a", f"{of}/b"), 3, points=9, is_hard=True)
        )
    return problem(
        courses,
        [klass(of) for of in (1, 2, 3)],
        never={"staff-4": [(1, number) for number in range(1, 8)]},
        unwanted={"staff-5": [(5, number) for number in range(1, 8)]},
    )


def breaks(made: Problem, plan: Plan) -> list[str]:
    """Every hard rule that a plan breaks, found by plain counting."""
    found, taken = [], {}
    classes = made.klass()
    for one in made.courses:
        stands = plan[one.id]
        if len([s for s in stands if s[2] == "every"]) != one.lessons or len(stands) != one.lessons + one.half:
            found.append(f"hours of {one.name}: {stands}")
        if not set(one.locked) <= set(stands):
            found.append(f"locked of {one.name}")
        for day, number, weeks in stands:
            if (day, number) not in made.allowed(one):
                found.append(f"{one.name} at {day}-{number}")
            for who in (*(f"s{staff}" for staff in one.staff), *one.atoms, *(f"r{p.pool[0]}" for p in one.parts if p.pool)):
                for week in ("odd", "even") if weeks == "every" else (weeks,):
                    if taken.setdefault((who, day, number, week), one.id) != one.id:
                        found.append(f"{who} twice at {day}-{number}")
        found += _days(made, one, stands)
    for one in classes.values():
        for day in range(1, one.days + 1):
            numbers = {n for c in made.courses if one.id in c.classes for d, n, _ in plan[c.id] if d == day}
            if numbers and numbers != set(range(1, len(numbers) + 1)):
                found.append(f"{one.name} has a gap on {day}: {numbers}")
            if len(numbers) > one.day_max:
                found.append(f"{one.name} has {len(numbers)} lessons on {day}")
    return found


def _days(made: Problem, one: Course, stands: list[tuple[int, int, str]]) -> list[str]:
    days = {day: sorted(n for d, n, _ in stands if d == day) for day in range(1, 8)}
    pairs = sum(1 for numbers in days.values() if len(numbers) == 2 and numbers[1] == numbers[0] + 1)
    if one.doubles:
        return [] if pairs == one.doubles else [f"{one.name}: {pairs} doubles"]
    open_days = len({day for day, _ in made.allowed(one)})
    most = -(-(one.lessons + one.half) // open_days)
    return [f"{one.name} {len(numbers)} times on {day}" for day, numbers in days.items() if len(numbers) > most]
