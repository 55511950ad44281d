"""Why there is no timetable where every sum comes out: the smallest set of requirements that clash."""

from collections import defaultdict
from typing import Any

from ortools.sat.python import cp_model

from journal.kit.text import N_
from journal.solver.exact import solver_for
from journal.solver.problem import Course, Problem, Slot
from journal.solver.sums import Reason, said

CORE_EFFORT = 60.0
TRY_EFFORT = 10.0


def core(problem: Problem) -> list[Reason]:
    """A smallest set of requirements that can't all be kept; empty when it was not found in time.

    Lessons of every second week are left out at first; what clashes only with them is asked with them as weekly ones.
    """
    return _core(problem, halves=False) or _core(problem, halves=True)


def _core(problem: Problem, *, halves: bool) -> list[Reason]:
    asked = _Requirements(problem, halves)
    solver = solver_for(problem, CORE_EFFORT)
    asked.cp.add_assumptions([literal for literal, _ in asked.made])
    if solver.solve(asked.cp) != cp_model.INFEASIBLE:
        return []
    kept = set(solver.sufficient_assumptions_for_infeasibility())
    found = [index for index, (literal, _) in enumerate(asked.made) if literal.index in kept]
    for index in list(found):
        rest = [one for one in found if one != index]
        if _clash(problem, asked, rest):
            found = rest
    return [asked.made[index][1] for index in found]


def _clash(problem: Problem, asked: "_Requirements", indices: list[int]) -> bool:
    """Whether these requirements alone can't be kept."""
    asked.cp.clear_assumptions()
    asked.cp.add_assumptions([asked.made[index][0] for index in indices])
    return solver_for(problem, TRY_EFFORT).solve(asked.cp) == cp_model.INFEASIBLE


class _Requirements:
    """A plain model in which each requirement hangs on a literal of its own."""

    def __init__(self, problem: Problem, halves: bool) -> None:
        self.problem, self.cp, self.halves = problem, cp_model.CpModel(), halves
        self.made: list[tuple[Any, Reason]] = []
        self.klass = problem.klass()
        self.at = {course.id: self._variables(course) for course in problem.courses}
        for course in problem.courses:
            self._course(course)
        self._people()
        self._classes()
        self._pools()

    def _literal(self, text: str, **values: Any) -> Any:
        literal = self.cp.new_bool_var("")
        self.made.append((literal, said(text, **values)))
        return literal

    def _variables(self, course: Course) -> dict[Slot, Any]:
        return {slot: self.cp.new_bool_var("") for slot in self.problem.allowed(course, heed=False)}

    def _course(self, course: Course) -> None:
        at, rules = self.at[course.id], self.problem.rules
        hours = self._literal(N_("%(course)s: %(hours)d lessons a week"), course=course.name, hours=course.lessons)
        self.cp.add(sum(at.values()) == course.lessons + (course.half and self.halves)).only_enforce_if(hours)
        if course.locked and "locked" in rules:
            kept = self._literal(N_("%(course)s: locked lessons stay"), course=course.name)
            for day, number, _ in course.locked:
                if (day, number) in at:
                    self.cp.add(at[day, number] == 1).only_enforce_if(kept)
        days = min(self.klass[one].days for one in course.classes)
        if "once_a_day" in rules and not course.doubles:
            once = self._literal(N_("%(course)s: once a day"), course=course.name)
            most = self.problem.most_a_day(course)
            for day in range(1, days + 1):
                own = [variable for slot, variable in at.items() if slot[0] == day]
                self.cp.add(sum(own) <= most).only_enforce_if(once)

    def _people(self) -> None:
        problem = self.problem
        groups: dict[str, list[Course]] = defaultdict(list)
        for course in problem.courses:
            for who in (*(f"staff-{one}" for one in course.staff), *(f"atom-{one}" for one in course.atoms)):
                groups[who].append(course)
            for who in problem.whom(course) if "unavailable" in problem.rules else ():
                self._times(who, course)
        for members in groups.values():
            slots: dict[tuple[int, Slot], list[Any]] = defaultdict(list)
            for course in members:
                for slot, variable in self.at[course.id].items():
                    slots[course.bells, slot].append(variable)
            for terms in slots.values():
                self.cp.add_at_most_one(terms)

    def _times(self, who: str, course: Course) -> None:
        gone = [slot for slot in self.problem.never.get(who, ()) if slot in self.at[course.id]]
        if gone:
            literal = self._time_literal(who)
            for slot in gone:
                self.cp.add(self.at[course.id][slot] == 0).only_enforce_if(literal)

    def _time_literal(self, who: str) -> Any:
        if not hasattr(self, "_by_whom"):
            self._by_whom: dict[str, Any] = {}
        if who not in self._by_whom:
            kind, _, key = who.partition("-")
            names = {"staff": self.problem.staff, "room": self.problem.rooms,
                     "class": {one.id: one.name for one in self.problem.classes}}[kind]  # fmt: skip
            self._by_whom[who] = self._literal(N_("%(name)s: unavailable times"), name=names[int(key)])
        return self._by_whom[who]

    def _classes(self) -> None:
        rules = self.problem.rules
        for klass in self.problem.classes:
            own = [course for course in self.problem.courses if klass.id in course.classes]
            gaps = self._literal(N_("%(name)s: no gaps"), name=klass.name) if "class_gaps" in rules else None
            limit = (
                self._literal(N_("%(name)s: at most %(count)d lessons a day"), name=klass.name, count=klass.day_max)
                if "day_limit" in rules
                else None
            )
            for day in range(1, klass.days + 1):
                self._class_day(own, day, range(klass.first, klass.last + 1), klass.day_max, gaps, limit)

    def _class_day(self, own: list[Course], day: int, numbers: range, most: int, gaps: Any, limit: Any) -> None:
        used = []
        for number in numbers:
            terms = [self.at[course.id][day, number] for course in own if (day, number) in self.at[course.id]]
            busy = self.cp.new_bool_var("")
            self.cp.add_max_equality(busy, terms or [0])
            used.append((number, busy))
        if limit is not None:
            self.cp.add(sum(busy for _, busy in used) <= most).only_enforce_if(limit)
        if gaps is not None:
            real = [busy for number, busy in used if number >= 1]
            for one, other in zip(real, real[1:], strict=False):
                self.cp.add_implication(other, one).only_enforce_if(gaps)

    def _pools(self) -> None:
        if "rooms" not in self.problem.rules:
            return
        pools: dict[tuple[int, ...], list[Course]] = defaultdict(list)
        for course in self.problem.courses:
            for pool in {part.pool for part in course.parts if part.pool}:
                pools[pool].append(course)
        for pool, members in pools.items():
            names = ", ".join(self.problem.rooms[one] for one in pool)
            literal = self._literal(N_("Rooms %(rooms)s: no more lessons at a time than rooms"), rooms=names)
            for slot in {slot for course in members for slot in self.at[course.id]}:
                terms = [self.at[course.id][slot] for course in members if slot in self.at[course.id]]
                self.cp.add(sum(terms) <= len(pool)).only_enforce_if(literal)
