"""Better timetables by small steps: a lesson goes to another time, what is in its way goes to the time that it left, and so
on along the chain; a step that costs more is taken too, ever more rarely (simulated annealing over Kempe chains).
"""

import math
import random
from collections.abc import Callable, Iterable

from journal.solver.blocks import Block, bits
from journal.solver.board import Board
from journal.solver.prices import Prices
from journal.solver.problem import Problem

WARM, COLD = 2.0, 0.25
"""The points that a step may cost more, about, at the beginning and at the end."""
LONGEST_CHAIN = 16
A_SECOND = 40_000
"""Steps of a second of one core (measured on the machines that we know)."""
LOOK = 8000
"""Steps after which those who watch are told."""
Moves = dict[int, int]
"""Block -> its new position."""
Watch = Callable[[float, int, list[int]], None]


class Annealing:
    """A board that becomes better. `best` and `cost` are the best positions so far."""

    def __init__(self, problem: Problem, board: Board) -> None:
        self.problem, self.board, self.blocks = problem, board, board.blocks
        self.chance = random.Random(problem.seed)
        self.prices = Prices(problem, board)
        self.best, self.cost = list(board.positions), self.prices.total
        self.starts = [list(bits(block.allowed)) for block in self.blocks.all]
        self.loose = [number for number, block in enumerate(self.blocks.all) if not block.is_fixed and self.starts[number]]
        self.first = [max(1, klass.first) for klass in problem.classes]
        self.keeps_gaps, self.keeps_limit = "class_gaps" in problem.rules, "day_limit" in problem.rules

    def run(self, steps: int, watch: Watch) -> float:
        """So many steps, from warm to cold; the work, about in seconds."""
        step = 0
        while step < steps and self.loose and self.cost:
            warmth = WARM * (COLD / WARM) ** (step / steps)
            for _ in range(min(LOOK, steps - step)):
                self._step(warmth)
            step += LOOK
            watch(min(step, steps) / A_SECOND, self.cost, self.best)
        return min(step, steps) / A_SECOND

    def _step(self, warmth: float) -> None:
        chance, board = self.chance.random, self.board
        number = self.loose[int(chance() * len(self.loose))]
        starts = self.starts[number]
        position = starts[int(chance() * len(starts))]
        if position == board.positions[number]:
            return
        moves = self._chain(number, position) if self._fits_day(number, position) else None
        if moves is None:
            return
        before = self.prices.total
        old = {one: board.positions[one] for one in moves}
        if not self._carry_out(moves, old):
            return
        undo = self.prices.settle(
            {part for one in moves for at in (old[one], moves[one]) for part in self.prices.parts(one, at)}
        )
        more = self.prices.total - before
        if more > 0 and chance() >= math.exp(-more / warmth):
            self._take_back(moves, old)
            self.prices.put_back(undo)
        elif self.prices.total < self.cost:
            self.cost, self.best = self.prices.total, list(board.positions)

    def _fits_day(self, number: int, position: int) -> bool:
        """Whether the classes have something then, or it is the next lesson of their day: most steps end here."""
        block, at = self.blocks.all[number], position % self.board.half
        if not self.keeps_gaps or len(block.spans) > 1:
            return True
        lesson, used = at % self.blocks.numbers, self.board.used
        return all(used[klass] >> (at - 1) & 3 or lesson <= self.first[klass] for klass in block.classes)

    def _chain(self, number: int, position: int) -> Moves | None:
        """Who goes where; None when somebody can't."""
        positions = self.board.positions
        moves, waiting = {number: position}, [number]
        while waiting:
            one = waiting.pop()
            to = moves[one]
            if not self._can_go(one, to):
                return None
            back = positions[one] - to
            for other in self._met(self.blocks.all[one], to):
                if other >= 0 and other not in moves:
                    if positions[other] + back < 0 or len(moves) == LONGEST_CHAIN:
                        return None
                    moves[other] = positions[other] + back
                    waiting.append(other)
        return moves

    def _can_go(self, number: int, to: int) -> bool:
        """Whether a block may stand there as far as it alone is asked."""
        block, board = self.blocks.all[number], self.board
        if not block.allowed >> to & 1 or block.is_fixed:
            return False
        is_shut = board.is_plain[block.course] and board.shut[block.course] >> to & 1
        return not is_shut or board.day_at[to] is board.day_at[board.positions[number]]

    def _met(self, block: Block, to: int) -> list[int]:
        """Who stands there, and at the times of other bells that ring with it."""
        board = self.board
        met = [board.who_at[who][to + one] for who in block.whom for one in block.cover]
        if board.near:
            met += [
                board.who_at[who][beside]
                for who in block.whom
                for one in block.cover
                for beside in board.near.get(to + one, ())
            ]
        return met

    def _carry_out(self, moves: Moves, old: Moves) -> bool:
        """Move the blocks, or leave all as it is where the hard rules don't allow it."""
        board = self.board
        for one in moves:
            board.take(one)
        done = []
        for one, to in moves.items():
            if not board.free(one) >> to & 1:
                break
            board.place(one, to)
            done.append(one)
        if len(done) == len(moves) and self._days_hold(moves, old):
            return True
        self._take_back(done, old)
        return False

    def _take_back(self, moved: Iterable[int], old: Moves) -> None:
        """Put the blocks where they were; those that have moved are taken first."""
        for one in moved:
            self.board.take(one)
        for one, at in old.items():
            self.board.place(one, at)

    def _days_hold(self, moves: Moves, old: Moves) -> bool:
        """Whether the days of the classes have no gaps and are not too long."""
        numbers, lessons = self.blocks.numbers, self.prices.lessons
        for one in moves:
            for klass in self.blocks.all[one].classes:
                for at in (old[one], moves[one]):
                    at %= self.blocks.half
                    used = self.board.used[klass] >> (at - at % numbers) & lessons
                    real = used >> self.first[klass]
                    if self.keeps_gaps and (real & (real + 1) or (used & 1 and not real)):
                        return False
                    if self.keeps_limit and used.bit_count() > self.problem.classes[klass].day_max:
                        return False
        return True
