"""A first timetable in a moment: each block goes where it drives out least, what is driven out comes again.

What is driven out often weighs more, so that the search does not walk in circles. It finds most timetables before the full
model is even read; where it finds none it gives up, and proves nothing.
"""

import heapq
import random
from collections import defaultdict

from journal.solver.blocks import DAYS, Blocks, bits
from journal.solver.board import Board
from journal.solver.problem import Klass, Problem

Frame = dict[tuple[int, int], int]
"""(class, weekday) -> its last lesson."""
STEPS_A_BLOCK = 12
"""Steps after which it gives up, for each block."""


def first(problem: Problem, blocks: Blocks) -> Board | None:
    """Every block at a place that keeps the hard rules; None when it gives up."""
    chance = random.Random(problem.seed)
    board = Board(blocks)
    frame = _frame(problem, blocks, chance) if "class_gaps" in problem.rules else {}
    inside = [_inside(board, number, frame) for number in range(len(blocks.all))]
    return board if _fill(board, inside, chance, STEPS_A_BLOCK * len(blocks.all)) else None


def _fill(board: Board, inside: list[int], chance: random.Random, steps: int) -> bool:
    """Place the blocks, each inside its own places; whether it was done in so many steps."""
    blocks = board.blocks
    weights = [1.0] * len(blocks.all)
    waiting = [(_ease(blocks, number, inside), number) for number in range(len(inside))]
    heapq.heapify(waiting)
    for _ in range(steps):
        if not waiting:
            return True
        _, number = heapq.heappop(waiting)
        free = board.free(number) & inside[number]
        if free:
            board.place(number, chance.choice(list(bits(free))))
            continue
        found = _cheapest(board, number, inside[number], weights, chance)
        if found is None:
            return False
        position, others = found
        for other in others:
            weights[other] += 1
            board.take(other)
            heapq.heappush(waiting, (-weights[other], other))
        board.place(number, position)
    return not waiting


def _cheapest(
    board: Board, number: int, inside: int, weights: list[float], chance: random.Random
) -> tuple[int, set[int]] | None:
    """A position, and what it drives out."""
    best: list[tuple[int, set[int]]] = []
    least = float("inf")
    for position in bits(inside):
        others = board.in_the_way(number, position)
        if others is None:
            continue
        weight = sum(weights[other] for other in others)
        if weight < least:
            best, least = [], weight
        if weight == least:
            best.append((position, others))
    return chance.choice(best) if best else None


def _inside(board: Board, number: int, frame: Frame) -> int:
    """Where a block may stand within the days of its classes."""
    block, blocks = board.all[number], board.blocks
    if block.is_fixed or not frame:
        return block.allowed
    mask = 0
    for position in bits(block.allowed):
        day, first = blocks.slot(position)
        if all(first + one <= frame[klass, day] for klass in block.classes for one in block.spans):
            mask |= 1 << position
    return mask


def _ease(blocks: Blocks, number: int, inside: list[int]) -> float:
    """Those with the fewest places for each of whom they need come first."""
    block = blocks.all[number]
    return inside[number].bit_count() / (len(block.whom) * len(block.spans) * (2 - block.is_weekly)) - 1000 * block.is_fixed


def _frame(problem: Problem, blocks: Blocks, chance: random.Random) -> Frame:
    """The week of a class is cut to what it has, so that a full one has no gaps."""
    found: Frame = {}
    for klass in problem.classes:
        begin, longest = max(1, klass.first), _longest(problem, klass)
        days, lessons = _least(problem, klass, longest)
        for _ in range(lessons - sum(days.values())):
            open_ = [day for day in days if days[day] < longest[day]]
            least = min((days[day] for day in open_), default=0)
            if open_:
                days[chance.choice([day for day in open_ if days[day] == least])] += 1
        number = blocks.classes[klass.id]
        found.update({(number, day): begin + days.get(day, 0) - 1 for day in range(DAYS)})
    return found


def _longest(problem: Problem, klass: Klass) -> dict[int, int]:
    """Weekday -> how many lessons it can have at most."""
    never = set(problem.never.get(f"class-{klass.id}", ())) if "unavailable" in problem.rules else set()
    begin = max(1, klass.first)
    most = klass.last - begin + 1
    if "day_limit" in problem.rules:
        most = min(most, klass.day_max)
    return {
        day: next((count for count in range(most) if (day, begin + count) in never), most)
        for day in range(1, klass.days + 1)
    }  # fmt: skip


def _least(problem: Problem, klass: Klass, longest: dict[int, int]) -> tuple[dict[int, int], int]:
    """Weekday -> how many lessons it has at least because of the locked ones; how many the week has."""
    loads: dict[str, int] = defaultdict(int)
    locked: dict[int, int] = defaultdict(int)
    for course in problem.courses:
        if klass.id in course.classes:
            for atom in course.atoms:
                loads[atom] += course.lessons + course.half
            for day, number, _ in course.locked:
                locked[day] = max(locked[day], number)
    days = {day: min(max(0, locked[day] - max(1, klass.first) + 1), most) for day, most in longest.items()}
    return days, max(loads.values(), default=0)
