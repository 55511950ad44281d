"""The soft rules as costs of a model: each adds its breaches, the solver makes their sum small."""

from collections import defaultdict
from typing import Any

from journal.solver.costs import BEST, TOLERANCE, spread, targets
from journal.solver.model import Model


def add(model: Model) -> None:
    """Give the model its costs."""
    for rule, wish in WISHES.items():
        weight = model.keeps(rule)
        if weight:
            wish(model, weight)
    model.cp.minimize(sum(weight * term for weight, term in model.cost))


def add_moves_only(model: Model) -> None:
    """Only the wish to move little: for the first timetable of a repair."""
    _moves(model, model.keeps("moves") or 1)
    model.cp.minimize(sum(weight * term for weight, term in model.cost))


def _teacher_gaps(model: Model, weight: int) -> None:
    teaching: dict[int, list[Any]] = defaultdict(list)
    for course in model.problem.courses:
        for staff_id in course.staff:
            teaching[staff_id].append(course)
    for staff_id, courses in teaching.items():
        for day in range(1, 8):
            if (f"s{staff_id}", day) in model.touched:
                _gaps_of_day(model, weight, courses, day)


def _gaps_of_day(model: Model, weight: int, courses: list[Any], day: int) -> None:
    terms = _by_number(model, courses, day)
    numbers = range(min(terms, default=0), max(terms, default=-1) + 1)
    if len(numbers) < 3:
        return
    busy = {number: sum(terms.get(number, [])) for number in numbers}
    before, after = {}, {}
    for number in numbers:
        before[number], after[number] = model.cp.new_bool_var(""), model.cp.new_bool_var("")
        for term in terms.get(number, ()):
            model.cp.add(before[number] >= term)
            model.cp.add(after[number] >= term)
        if number - 1 in before:
            model.cp.add(before[number] >= before[number - 1])
            model.cp.add(after[number - 1] >= after[number])
    for number in numbers[1:-1]:
        gap = model.cp.new_bool_var("")
        model.cp.add(gap >= before[number] + after[number] - busy[number] - 1)
        model.cost.append((weight, gap))


def _by_number(model: Model, courses: list[Any], day: int) -> dict[int, list[Any]]:
    terms: dict[int, list[Any]] = defaultdict(list)
    for course in courses:
        for slot, own in model.at[course.id].items():
            if slot[0] == day:
                terms[slot[1]].extend(term for _, term in own)
    return terms


def _adjacent_days(model: Model, weight: int) -> None:
    for course in model.problem.courses:
        days = min(model.klass[one].days for one in course.classes)
        if not spread(course, days):
            continue
        terms: dict[int, list[Any]] = defaultdict(list)
        for slot, own in model.at[course.id].items():
            terms[slot[0]].extend(term for _, term in own)
        on = {day: _any(model, own) for day, own in terms.items()}
        for day in range(1, days):
            one, other = on.get(day, 0), on.get(day + 1, 0)
            if isinstance(one, int) and isinstance(other, int):
                continue
            both = model.cp.new_bool_var("")
            model.cp.add(both >= one + other - 1)
            model.cost.append((weight, both))


def _any(model: Model, terms: list[Any]) -> Any:
    """A Boolean that is true when one of the terms is."""
    if any(isinstance(term, int) for term in terms):
        return 1
    found = model.cp.new_bool_var("")
    for term in terms:
        model.cp.add(found >= term)
    return found


def _hard_subjects(model: Model, weight: int) -> None:
    hard = {course.id for course in model.problem.courses if course.is_hard}
    for (course_id, stand), variable in model.stands.items():
        if course_id in hard and stand[1] not in BEST:
            model.cost.append((weight, variable))


def _day_points(model: Model, weight: int) -> None:
    load: dict[tuple[int, int], list[Any]] = defaultdict(list)
    totals: dict[int, int] = defaultdict(int)
    for course in model.problem.courses:
        for class_id in course.classes:
            totals[class_id] += course.points * (course.lessons + course.half)
            for slot, own in model.at[course.id].items():
                load[class_id, slot[0]].extend(course.points * term for _, term in own)
    for klass in model.problem.classes:
        wanted = targets(klass.days, totals[klass.id])
        for day in range(1, klass.days + 1):
            if totals[klass.id] and (f"c{klass.id}", day) in model.touched:
                off = model.cp.new_int_var(0, 200, "")
                target, sums = round(wanted[day - 1]), sum(load[klass.id, day])
                model.cp.add(off >= sums - target - TOLERANCE)
                model.cp.add(off >= target - TOLERANCE - sums)
                model.cost.append((weight, off))


def _even_days(model: Model, weight: int) -> None:
    counts: dict[int, int] = defaultdict(int)
    for course in model.problem.courses:
        for class_id in course.classes:
            counts[class_id] += course.lessons + course.half
    for klass, _, used in model.used_days():
        longest = -(-counts[klass.id] // klass.days)
        if longest < len(used):
            over = model.cp.new_int_var(0, len(used), "")
            model.cp.add(over >= sum(used.values()) - longest)
            model.cost.append((weight, over))


def _unwanted(model: Model, weight: int) -> None:
    for course in model.problem.courses:
        bad = {slot for who in model.problem.whom(course) for slot in model.problem.unwanted.get(who, ())}
        for slot in bad:
            for _, term in model.at[course.id].get(slot, ()):
                if not isinstance(term, int):
                    model.cost.append((weight, term))


def _moves(model: Model, weight: int) -> None:
    for course_id, stands in model.problem.base.items():
        for stand in stands:
            variable = model.stands.get((course_id, stand))
            if variable is not None:
                model.cost.append((weight, 1 - variable))


WISHES = {
    "teacher_gaps": _teacher_gaps,
    "adjacent_days": _adjacent_days,
    "hard_subjects": _hard_subjects,
    "day_points": _day_points,
    "even_days": _even_days,
    "unwanted": _unwanted,
    "moves": _moves,
}
