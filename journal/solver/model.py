"""The model in CP-SAT: a Boolean for each course, day and lesson number that is possible; the rest of the week is constant.

`free` says which (course, day) the solver may change: all of them at first, a neighbourhood of the timetable later.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

from journal.solver.problem import WEEKS, Course, Klass, Plan, Problem, Slot, Stand

Term = Any
"""A Boolean of the solver, or 1."""


class Model:
    """A model with its variables. `at` gives the terms of what stands, or may stand, in a slot."""

    def __init__(self, problem: Problem, present: Plan, free: set[tuple[int, int]] | None = None) -> None:
        self.problem, self.present = problem, present
        self.cp = cp_model.CpModel()
        self.klass = problem.klass()
        self.stands: dict[tuple[int, Stand], Any] = {}
        self.starts: dict[tuple[int, Slot], Any] = {}
        self.at: dict[int, dict[Slot, list[tuple[str, Term]]]] = {}
        self.free = free
        self.touched: set[tuple[str, int]] = set()
        self.cost: list[tuple[int, Any]] = []
        for course in problem.courses:
            self._variables(course)
        self._hours()
        self._resources()
        self._rooms()
        if self.keeps("class_gaps"):
            self._class_gaps()
        if self.keeps("day_limit"):
            self._day_limit()

    def keeps(self, rule: str) -> int:
        """The weight of a rule; 0 when it is off."""
        return self.problem.rules.get(rule, 0)

    def is_free(self, course_id: int, day: int) -> bool:
        """Whether the solver may change the course on the day."""
        return self.free is None or (course_id, day) in self.free

    def _variables(self, course: Course) -> None:
        """A Boolean for each stand that is possible; constants for what is not free."""
        at: dict[Slot, list[tuple[str, Term]]] = defaultdict(list)
        locked = set(course.locked) if self.keeps("locked") else set()
        for stand in self._loose(course):
            at[stand[:2]].append((stand[2], self._stand(course, stand, stand in locked)))
        for day, number, kind in self.present.get(course.id, ()):
            if not self.is_free(course.id, day):
                at[day, number].append((kind, 1))
        for stand in locked:
            if (course.id, stand) not in self.stands and self.is_free(course.id, stand[0]):
                at[stand[0], stand[1]].append((stand[2], 1))
        self.at[course.id] = at
        self._touch(course, at)

    def _loose(self, course: Course) -> Iterable[Stand]:
        """The stands that the solver may choose."""
        kinds = ("every", *WEEKS) if course.half else ("every",)
        for day, number in self.problem.allowed(course):
            if self.is_free(course.id, day):
                for kind in kinds:
                    yield (day, number, kind)

    def _stand(self, course: Course, stand: Stand, must: bool) -> Any:
        variable = self.cp.new_bool_var("")
        self.stands[course.id, stand] = variable
        if must:
            self.cp.add(variable == 1)
        return variable

    def _touch(self, course: Course, at: Iterable[Slot]) -> None:
        """Remember whose days the solver may change."""
        days = {slot[0] for slot in at} if self.free is None else {day for one, day in self.free if one == course.id}
        for day in days:
            for who in (*(f"s{one}" for one in course.staff), *(f"c{one}" for one in course.classes)):
                self.touched.add((who, day))

    # --- what each course needs

    def _hours(self) -> None:
        for course in self.problem.courses:
            own = [(stand, variable) for (one, stand), variable in self._of(course)]
            if self.free is not None and not own:
                continue
            fixed = [kind for terms in self.at[course.id].values() for kind, term in terms if isinstance(term, int)]
            whole = sum(variable for stand, variable in own if stand[2] == "every")
            self.cp.add(whole + fixed.count("every") == course.lessons)
            if course.half:
                halves = sum(variable for stand, variable in own if stand[2] != "every")
                self.cp.add(halves + len(fixed) - fixed.count("every") == 1)
            if course.doubles:
                self._doubles(course)
            elif self.keeps("once_a_day"):
                self._once_a_day(course)

    def _of(self, course: Course) -> Iterable[tuple[tuple[int, Stand], Any]]:
        for slot, terms in self.at[course.id].items():
            for kind, term in terms:
                if not isinstance(term, int):
                    yield (course.id, (*slot, kind)), term

    def _days(self, course: Course) -> dict[int, list[Term]]:
        found: dict[int, list[Term]] = defaultdict(list)
        for slot, terms in self.at[course.id].items():
            found[slot[0]].extend(term for _, term in terms)
        return found

    def _once_a_day(self, course: Course) -> None:
        most = self.problem.most_a_day(course)
        for day, terms in self._days(course).items():
            if self.is_free(course.id, day):
                self.cp.add(sum(terms) <= most)
                if most > 1 and course.no_doubles:
                    self._apart(course, day)

    def _apart(self, course: Course, day: int) -> None:
        at = self.at[course.id]
        for number in {slot[1] for slot in at if slot[0] == day}:
            pair = [term for one in (number, number + 1) for _, term in at.get((day, one), ())]
            self.cp.add(sum(pair) <= 1)

    def _doubles(self, course: Course) -> None:
        """So many pairs in a row: each lesson is single, the first of a pair, or the second of one."""
        at, singles = self.at[course.id], {}
        slots = [slot for slot in at if self.is_free(course.id, slot[0])]
        inside = set(slots)
        for day, number in slots:
            if (day, number + 1) in inside:
                self.starts[course.id, (day, number)] = self.cp.new_bool_var("")
            singles[day, number] = self.cp.new_bool_var("")
        for day, number in slots:
            first = self.starts.get((course.id, (day, number)), 0)
            second = self.starts.get((course.id, (day, number - 1)), 0)
            whole = sum(term for kind, term in at[day, number] if kind == "every")
            self.cp.add(whole == singles[day, number] + first + second)
        kept = self._kept_pairs(course)
        begun = [variable for (one, _), variable in self.starts.items() if one == course.id]
        self.cp.add(sum(begun) == course.doubles - kept)
        most = self.problem.most_a_day(course)
        for day in {slot[0] for slot in slots}:
            pairs = [variable for (one, slot), variable in self.starts.items() if one == course.id and slot[0] == day]
            alone = [variable for slot, variable in singles.items() if slot[0] == day]
            if self.keeps("once_a_day"):
                self.cp.add(sum(pairs) + sum(alone) <= most)

    def _kept_pairs(self, course: Course) -> int:
        """How many pairs stand on the days that are not free."""
        if self.free is None:
            return 0
        days: dict[int, list[int]] = defaultdict(list)
        for day, number, _ in sorted(self.present.get(course.id, ())):
            if not self.is_free(course.id, day):
                days[day].append(number)
        kept = 0
        for numbers in days.values():
            place = 0
            while place + 1 < len(numbers):
                pair = numbers[place + 1] == numbers[place] + 1
                kept, place = kept + pair, place + 1 + pair
        return kept

    # --- what courses share

    def _resources(self) -> None:
        """At most one at a time: for each teacher, and for each atom of a class."""
        for who, members in self._sharers().items():
            slots: dict[tuple[int, Slot], list[tuple[str, Term]]] = defaultdict(list)
            for course in members:
                for slot, terms in self.at[course.id].items():
                    slots[course.bells, slot].extend(terms)
            for terms in slots.values():
                self._at_most_one(terms)
            if who.startswith("s"):
                self._across_bells(slots)

    def _sharers(self) -> dict[str, list[Course]]:
        found: dict[str, list[Course]] = defaultdict(list)
        for course in self.problem.courses:
            for staff_id in course.staff:
                found[f"s{staff_id}"].append(course)
            for atom in course.atoms:
                found[f"a{atom}"].append(course)
        return found

    def _at_most_one(self, terms: list[tuple[str, Term]], most: int = 1) -> None:
        if len(terms) <= most or all(isinstance(term, int) for _, term in terms):
            return
        if all(kind == "every" for kind, _ in terms):
            self._limit([term for _, term in terms], most)
            return
        for week in WEEKS:
            self._limit([term for kind, term in terms if kind in ("every", week)], most)

    def _limit(self, terms: list[Term], most: int) -> None:
        fixed = sum(term for term in terms if isinstance(term, int))
        loose = [term for term in terms if not isinstance(term, int)]
        if most - fixed == 1:
            self.cp.add_at_most_one(loose)
        elif loose and len(loose) > most - fixed:
            self.cp.add(sum(loose) <= max(0, most - fixed))

    def _across_bells(self, slots: dict[tuple[int, Slot], list[tuple[str, Term]]]) -> None:
        """Classes of other bells: lessons that ring at the same time."""
        for day, (bells, number), (others, other) in self.problem.overlaps:
            first, second = slots.get((bells, (day, number)), []), slots.get((others, (day, other)), [])
            if first and second:
                self._at_most_one([*first, *second])

    def _rooms(self) -> None:
        """No more lessons at a time than a pool of rooms has open."""
        if not self.keeps("rooms"):
            return
        pools: dict[tuple[int, ...], dict[tuple[int, Slot], list[tuple[str, Term]]]] = defaultdict(lambda: defaultdict(list))
        for course in self.problem.courses:
            for pool in [part.pool for part in course.parts if part.pool] if len(course.atoms) > 1 else _one_pool(course):
                for slot, terms in self.at[course.id].items():
                    pools[pool][course.bells, slot].extend(terms)
        for pool, slots in pools.items():
            for (_, slot), terms in slots.items():
                closed = sum(slot in self.problem.never.get(f"room-{room}", ()) for room in pool)
                self._at_most_one(terms, len(pool) - closed)

    # --- what a class's day must be

    def used(self, klass: Klass, day: int) -> dict[int, Any]:
        """Lesson number -> a Boolean that is true when the class has something then (or a constant)."""
        found: dict[int, Any] = {}
        for number in range(klass.first, klass.last + 1):
            terms = [term for course in self._courses(klass.id) for _, term in self.at[course.id].get((day, number), ())]
            if any(isinstance(term, int) for term in terms):
                found[number] = 1
            elif not terms:
                found[number] = 0
            elif len(terms) == 1:
                found[number] = terms[0]
            else:
                found[number] = self.cp.new_bool_var("")
                self.cp.add_max_equality(found[number], terms)
        return found

    def _courses(self, class_id: int) -> list[Course]:
        if not hasattr(self, "_by_class"):
            self._by_class: dict[int, list[Course]] = defaultdict(list)
            for course in self.problem.courses:
                for one in course.classes:
                    self._by_class[one].append(course)
        return self._by_class[class_id]

    def used_days(self) -> Iterable[tuple[Klass, int, dict[int, Any]]]:
        """The days of classes that the solver may change."""
        if not hasattr(self, "_used"):
            self._used = [
                (klass, day, self.used(klass, day))
                for klass in self.problem.classes
                for day in range(1, klass.days + 1)
                if (f"c{klass.id}", day) in self.touched
            ]
        return self._used

    def _class_gaps(self) -> None:
        """The lessons of a class are the first ones of its day; lesson zero may be left free."""
        for klass, _, used in self.used_days():
            numbers = sorted(number for number in used if number >= 1)
            for one, other in pairwise(numbers):
                if not isinstance(used[other], int) or used[other]:
                    self.cp.add(used[one] >= used[other])
            if 0 in used and numbers and klass.first == 0:
                self.cp.add(used[numbers[0]] >= used[0])

    def _day_limit(self) -> None:
        for klass, _, used in self.used_days():
            if klass.day_max < len(used):
                self.cp.add(sum(used.values()) <= klass.day_max)

    # --- the answer

    def value(self, solver: cp_model.CpSolver) -> Plan:
        """The timetable that was found."""
        found: Plan = {course.id: [] for course in self.problem.courses}
        for (course_id, stand), variable in self.stands.items():
            if solver.boolean_value(variable):
                found[course_id].append(stand)
        for course in self.problem.courses:
            for slot, terms in self.at[course.id].items():
                found[course.id].extend((*slot, kind) for kind, term in terms if isinstance(term, int))
            found[course.id].sort()
        return found

    def hint(self, plan: Plan) -> None:
        """Begin from a timetable."""
        there = {(course_id, stand) for course_id, stands in plan.items() for stand in stands}
        for key, variable in self.stands.items():
            self.cp.add_hint(variable, key in there)


def _one_pool(course: Course) -> list[tuple[int, ...]]:
    """A stream of classes is in one room."""
    pools = [part.pool for part in course.parts if part.pool]
    return pools[:1]
