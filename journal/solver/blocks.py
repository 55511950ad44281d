"""A problem as numbers: blocks of lessons, and positions as bits, so that whole weeks are compared at once.

A position is a lesson number of a weekday of a bell schedule; positions of even weeks follow those of odd weeks. A block is
a lesson, or two in a row, that is placed as one; a weekly one covers both weeks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from journal.solver.problem import WEEKS, Course, Plan, Problem, Slot, Stand

DAYS = 8
"""Weekdays count from 1; so many are kept for each bell schedule."""
ODD_WEEKS, EVEN_WEEKS = WEEKS
EVERY_WEEK = "every"


class Unfit(Exception):
    """The problem has something that blocks can't say; the full model can."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is placed as one. `cover`: the positions that it takes, counted from where it stands; `spans`: the same within a
    week; `whom`: the teachers and groups of pupils of which each can be at one place only; `levels`: how many rooms of which
    pools."""

    course: int
    cover: tuple[int, ...]
    spans: tuple[int, ...]
    whom: tuple[int, ...]
    pools: tuple[int, ...]
    levels: tuple[int, ...]
    classes: tuple[int, ...]
    allowed: int
    cover_mask: int
    span_mask: int
    is_weekly: bool
    is_fixed: bool


def bits(mask: int) -> Iterator[int]:
    """The positions of a mask."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Blocks:
    """The blocks of a problem, and what they ask for by number. Raises `Unfit`."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.numbers = max((one.last for one in problem.classes), default=8) + 2
        self.week_of_bells = DAYS * self.numbers
        self.bells = {one: n for n, one in enumerate(sorted({course.bells for course in problem.courses}))}
        self.half = self.week_of_bells * max(1, len(self.bells))
        self.classes = {one.id: n for n, one in enumerate(problem.classes)}
        self.whom: dict[str, int] = {}
        self.pools: dict[tuple[int, ...], int] = {}
        self.needs: dict[tuple[int, int], int] = {}
        self.most: list[int] = []
        self.apart: list[bool] = []
        self.all: list[Block] = []
        self.of_course: list[list[int]] = []
        for number, course in enumerate(problem.courses):
            self._course(number, course)

    def at(self, bells: int, slot: Slot) -> int:
        """The position of a slot, in odd weeks."""
        return self.bells[bells] * self.week_of_bells + slot[0] * self.numbers + slot[1]

    def slot(self, position: int) -> Slot:
        """Weekday and lesson number."""
        return divmod(position % self.week_of_bells, self.numbers)

    def day(self, day: int) -> int:
        """All positions of a weekday, of all bells and both weeks."""
        one = ((1 << self.numbers) - 1) << (day * self.numbers)
        return sum(one << (self.week_of_bells * n) for n in range(2 * max(1, len(self.bells))))

    def _course(self, number: int, course: Course) -> None:
        rules = self.problem.rules
        slots = {self.at(course.bells, slot) for slot in self.problem.allowed(course)}
        most = self.problem.most_a_day(course) if "once_a_day" in rules else DAYS * self.numbers
        self.most.append(most)
        self.apart.append(most > 1 and (course.no_doubles or course.doubles > 0))
        whom = tuple(
            self.whom.setdefault(one, len(self.whom))
            for one in (*(f"s{staff_id}" for staff_id in course.staff), *(f"a{atom}" for atom in course.atoms))
        )
        pools = [part.pool for part in course.parts if part.pool] if "rooms" in rules else []
        if len(course.atoms) == 1:
            pools = pools[:1]
        taken = tuple(self.pools.setdefault(pool, len(self.pools)) for pool in pools)
        needs = tuple(self.needs.setdefault((pool, taken.count(pool)), len(self.needs)) for pool in dict.fromkeys(taken))
        classes = tuple(self.classes[one] for one in course.classes)
        self.of_course.append([])
        for width, weekly, mask, is_fixed in self._shapes(course, slots):
            spans = tuple(range(width))
            cover = (*spans, *(self.half + one for one in spans)) if weekly else spans
            self.of_course[-1].append(len(self.all))
            self.all.append(
                Block(number, cover, spans, whom, taken, needs, classes, mask, _mask(cover), _mask(spans), weekly, is_fixed)
            )

    def _shapes(self, course: Course, slots: set[int]) -> Iterable[tuple[int, bool, int, bool]]:
        """Length, whether weekly, where it may stand, whether it must: for each block of a course."""
        locked = set(course.locked) if "locked" in self.problem.rules else set()
        weekly = {self.at(course.bells, (day, number)) for day, number, weeks in locked if weeks == EVERY_WEEK}
        starts = {one for one in slots | weekly if one + 1 in slots | weekly}
        doubles, singles = course.doubles, course.lessons - 2 * course.doubles
        if singles < 0 or len(locked) - len(weekly) > course.half or len(weekly) > course.lessons:
            raise Unfit
        for one in sorted(weekly):
            if doubles and one + 1 in weekly and one in weekly:
                weekly -= {one, one + 1}
                doubles -= 1
                yield 2, True, 1 << one, True
        for one in sorted(weekly):
            if singles:
                singles -= 1
                yield 1, True, 1 << one, True
            elif doubles:
                doubles -= 1
                yield 2, True, _mask({one - 1, one} & starts), False
            else:
                raise Unfit
        yield from ((2, True, _mask(starts), False) for _ in range(doubles))
        yield from ((1, True, _mask(slots), False) for _ in range(singles))
        if course.half:
            yield 1, False, self._halves(course, locked, slots), False

    def _halves(self, course: Course, locked: set[Stand], slots: set[int]) -> int:
        for day, number, weeks in locked:
            if weeks != EVERY_WEEK:
                return 1 << (self.at(course.bells, (day, number)) + (self.half if weeks == EVEN_WEEKS else 0))
        return _mask(slots) | _mask(slots) << self.half

    def overlaps(self) -> dict[int, tuple[int, ...]]:
        """Position -> those of other bells that ring at the same time, in both weeks."""
        found: dict[int, set[int]] = defaultdict(set)
        for day, (bells, number), (others, other) in self.problem.overlaps:
            if bells in self.bells and others in self.bells and max(number, other) < self.numbers:
                one, two = self.at(bells, (day, number)), self.at(others, (day, other))
                for week in (0, self.half):
                    found[one + week].add(two + week)
                    found[two + week].add(one + week)
        return {position: tuple(sorted(others)) for position, others in found.items()}

    def plan(self, positions: list[int]) -> Plan:
        """The timetable of blocks that are all placed."""
        found: Plan = {course.id: [] for course in self.problem.courses}
        for block, position in zip(self.all, positions, strict=True):
            weeks = EVERY_WEEK if block.is_weekly else EVEN_WEEKS if position >= self.half else ODD_WEEKS
            stands = found[self.problem.courses[block.course].id]
            stands.extend((*self.slot((position + one) % self.half), weeks) for one in block.spans)
        for stands in found.values():
            stands.sort()
        return found

    def positions(self, plan: Plan) -> list[int]:
        """Where each block stands in a timetable that has as many of each kind. Raises `Unfit`."""
        found = [-1] * len(self.all)
        for course, numbers in zip(self.problem.courses, self.of_course, strict=True):
            left = {kind: set() for kind in (ODD_WEEKS, EVEN_WEEKS, EVERY_WEEK)}  # type: dict[str, set[int]]
            for day, number, weeks in plan.get(course.id, ()):
                left[weeks].add(self.at(course.bells, (day, number)))
            for number in sorted(numbers, key=lambda one: (-len(self.all[one].spans), not self.all[one].is_fixed)):
                found[number] = self._taken(self.all[number], left)
            if any(left.values()):
                raise Unfit
        return found

    def _taken(self, block: Block, left: dict[str, set[int]]) -> int:
        """A place of the timetable that a block can have; it is taken from what is left."""
        for kind in (EVERY_WEEK,) if block.is_weekly else (ODD_WEEKS, EVEN_WEEKS):
            week = self.half if kind == EVEN_WEEKS else 0
            for one in sorted(left[kind]):
                if block.allowed >> (one + week) & 1 and all(one + span in left[kind] for span in block.spans):
                    left[kind] -= {one + span for span in block.spans}
                    return one + week
        raise Unfit


def _mask(positions: Iterable[int]) -> int:
    return sum(1 << one for one in positions)
