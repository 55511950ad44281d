"""A first timetable without conflicts: place, and where it does not fit push the weakest out and place it again.

It knows only hard conflicts and keeps a subject off the same day; the solver with wishes and norms comes on top of it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Slot = tuple[int, int]
"""Weekday (1 is Monday) and lesson number."""

STEPS_PER_ACTIVITY = 400


@dataclass(frozen=True)
class Activity:
    """Something that takes people and rooms for `length` lessons in a row."""

    key: int
    takes: frozenset[str]
    starts: Sequence[Slot]
    spread: str = ""
    length: int = 1

    def slots(self, start: Slot) -> list[Slot]:
        return [(start[0], start[1] + step) for step in range(self.length)]


class Board:
    """Who is where."""

    def __init__(self) -> None:
        self.taken: dict[tuple[Slot, str], int] = {}
        self.start: dict[int, Slot] = {}
        self.days: Counter[tuple[str, int]] = Counter()

    def blockers(self, activity: Activity, start: Slot) -> set[int]:
        """Whom the activity would push out."""
        found = {self.taken.get((slot, who)) for slot in activity.slots(start) for who in activity.takes}
        return {key for key in found if key is not None}

    def put(self, activity: Activity, start: Slot) -> None:
        self.start[activity.key] = start
        self.days[activity.spread, start[0]] += 1
        for slot in activity.slots(start):
            for who in activity.takes:
                self.taken[slot, who] = activity.key

    def take(self, activity: Activity) -> None:
        start = self.start.pop(activity.key)
        self.days[activity.spread, start[0]] -= 1
        for slot in activity.slots(start):
            for who in activity.takes:
                del self.taken[slot, who]


def place(activities: Iterable[Activity], seed: int = 1) -> tuple[dict[int, Slot], list[int]]:
    """Key -> start for those that found a place, and the keys of those that didn't. The same seed, the same result."""
    every = {activity.key: activity for activity in activities}
    chance = random.Random(seed)
    waiting = sorted(every.values(), key=lambda a: (-a.length, len(a.starts), -len(a.takes), a.key))
    pushed: Counter[int] = Counter()
    board, left = Board(), len(every) * STEPS_PER_ACTIVITY
    unplaced = [activity.key for activity in waiting if not activity.starts]
    waiting = [activity for activity in waiting if activity.starts]
    while waiting and left:
        left -= 1
        activity = waiting.pop(0)
        start, blockers = _best(activity, board, pushed, chance)
        for key in sorted(blockers):
            board.take(every[key])
            pushed[key] += 1
            waiting.append(every[key])
        board.put(activity, start)
    return board.start, unplaced + [activity.key for activity in waiting]


def _best(activity: Activity, board: Board, pushed: Counter[int], chance: random.Random) -> tuple[Slot, set[int]]:
    """The start that pushes out those who were pushed least, off the days that have the subject already."""
    best: tuple[float, Slot, set[int]] | None = None
    for start in activity.starts:
        blockers = board.blockers(activity, start)
        cost = sum(3 + pushed[key] for key in blockers) + 2 * board.days[activity.spread, start[0]] + chance.random()
        if best is None or cost < best[0]:
            best = (cost, start, blockers)
    assert best is not None
    return best[1], best[2]
