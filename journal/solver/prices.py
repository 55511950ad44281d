"""What the soft rules cost on a board, kept up to date part by part: the sums of `costs`, without the moves of a repair."""

from collections.abc import Iterable

from journal.solver.board import Board
from journal.solver.costs import BEST, TOLERANCE, spread, targets
from journal.solver.problem import Problem

Part = tuple[int, int, int]
"""A kind (a teacher's day, a class's day or week, a course, a block), whose, and the weekday."""
TEACHER, CLASS, WEEK, COURSE, BLOCK = range(5)


class Prices:
    """The price of each part of a board, and their sum."""

    def __init__(self, problem: Problem, board: Board) -> None:
        self.problem, self.board, self.blocks = problem, board, board.blocks
        self.rules = problem.rules
        blocks = self.blocks
        self.staff = {number for name, number in blocks.whom.items() if name.startswith("s")}
        self.teachers = [tuple(who for who in block.whom if who in self.staff) for block in blocks.all]
        self.points = [course.points for course in problem.courses]
        self.stands = [self._stands(number) for number in range(len(problem.courses))]
        self.is_spread = [
            spread(course, min(klass.days for klass in problem.classes if klass.id in course.classes))
            for course in problem.courses
        ]
        self.gaps: dict[int, int] = {}
        self.lessons = (1 << blocks.numbers) - 1
        self._classes()
        self.of: dict[Part, int] = {}
        self.total = 0
        parts = {part for number in range(len(blocks.all)) for part in self.parts(number, board.positions[number])}
        for number, klass in enumerate(problem.classes):
            parts |= {self._part(number, day) for day in range(1, klass.days + 1)}
        self.settle(parts)

    def _stands(self, number: int) -> dict[int, int]:
        """Position in a week -> what a lesson of the course costs there."""
        course, blocks = self.problem.courses[number], self.blocks
        bad = {slot for who in self.problem.whom(course) for slot in self.problem.unwanted.get(who, ())}
        unwanted, hard = self.rules.get("unwanted", 0), self.rules.get("hard_subjects", 0) if course.is_hard else 0
        found = {}
        for at in range(blocks.half):
            slot = blocks.slot(at)
            found[at] = unwanted * (slot in bad) + hard * (slot[1] not in BEST)
        return found

    def _classes(self) -> None:
        """What each day of a class should have; it is always the same where nothing of a class can stand side by side."""
        problem, blocks = self.problem, self.blocks
        own = [[course for course in problem.courses if klass.id in course.classes] for klass in problem.classes]
        atoms = [{atom for course in courses for atom in course.atoms} for courses in own]
        self.is_whole = [
            all(not course.half and atoms[number] <= set(course.atoms) for course in courses)
            for number, courses in enumerate(own)
        ]
        self.first = [blocks.bells.get(klass.bells, 0) * blocks.week_of_bells for klass in problem.classes]
        self.wanted = [self._wanted(number) for number in range(len(problem.classes))]

    def _wanted(self, klass: int) -> tuple[list[float], int]:
        """The difficulty of each weekday, and how long a day should be at most."""
        days = self.problem.classes[klass].days
        total = sum(self._load(klass, at) for at, there in self.board.in_class[klass].items() if there)
        longest = -(-self.board.used[klass].bit_count() // days)
        return [0.0, *targets(days, total)] if total else [], longest

    def _load(self, klass: int, at: int) -> int:
        """The difficulty of a class's slot: what stands side by side counts once."""
        there = self.board.in_class[klass][at]
        if not there:
            return 0
        if len(there) == 1:
            return self.points[self.blocks.all[there[0]].course]
        return self.points[min(self.blocks.all[one].course for one in there)]

    def parts(self, number: int, position: int) -> Iterable[Part]:
        """What changes its price when a block comes to a position or goes from it."""
        block = self.blocks.all[number]
        day = (position % self.blocks.week_of_bells) // self.blocks.numbers
        yield (BLOCK, number, 0)
        yield (COURSE, block.course, 0)
        for who in self.teachers[number]:
            yield (TEACHER, who, day)
        for klass in block.classes:
            yield self._part(klass, day)

    def _part(self, klass: int, day: int) -> Part:
        return (CLASS, klass, day) if self.is_whole[klass] else (WEEK, klass, 0)

    def settle(self, parts: Iterable[Part]) -> list[tuple[Part, int]]:
        """Count parts anew; what they cost before."""
        before, count = [], (self._teacher, self._class, self._week, self._course, self._block)
        for part in parts:
            old = self.of.get(part, 0)
            new = count[part[0]](part[1], part[2])
            if new != old:
                before.append((part, old))
                self.of[part] = new
                self.total += new - old
        return before

    def put_back(self, before: list[tuple[Part, int]]) -> None:
        """Take the last settling back."""
        for part, old in before:
            self.total += old - self.of[part]
            self.of[part] = old

    # --- one part

    def _teacher(self, who: int, day: int) -> int:
        blocks, busy = self.blocks, self.board.busy[who]
        taken = (busy | busy >> blocks.half) >> (day * blocks.numbers)
        for one in range(1, len(blocks.bells)):
            taken |= taken >> (one * blocks.week_of_bells)
        taken &= self.lessons
        gaps = self.gaps.get(taken)
        if gaps is None:
            span = taken.bit_length() - (taken & -taken).bit_length() + 1 if taken else 0
            gaps = self.gaps[taken] = (span - taken.bit_count()) * self.rules.get("teacher_gaps", 0)
        return gaps

    def _class(self, klass: int, day: int) -> int:
        return self._day(klass, day, *self.wanted[klass])

    def _week(self, klass: int, _: int) -> int:
        wanted = self._wanted(klass)
        return sum(self._day(klass, day, *wanted) for day in range(1, self.problem.classes[klass].days + 1))

    def _day(self, klass: int, day: int, wanted: list[float], longest: int) -> int:
        numbers = self.blocks.numbers
        start = self.first[klass] + day * numbers
        cost = 0
        if wanted:
            load = sum(self._load(klass, at) for at in range(start, start + numbers))
            cost = max(0, round(abs(load - wanted[day])) - TOLERANCE) * self.rules.get("day_points", 0)
        count = (self.board.used[klass] >> start & self.lessons).bit_count()
        return cost + max(0, count - longest) * self.rules.get("even_days", 0)

    def _course(self, course: int, _: int) -> int:
        blocks, positions = self.blocks, self.board.positions
        if not self.is_spread[course]:
            return 0
        days = 0
        for number in blocks.of_course[course]:
            days |= 1 << blocks.slot(positions[number])[0]
        return (days & days >> 1).bit_count() * self.rules.get("adjacent_days", 0)

    def _block(self, number: int, _: int) -> int:
        block = self.blocks.all[number]
        stands, at = self.stands[block.course], self.board.positions[number] % self.blocks.half
        return sum(stands[at + one] for one in block.spans)
