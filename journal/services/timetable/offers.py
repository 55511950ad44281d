"""When a slot is taken: whom to change places with, or where to send who stands there, in up to three steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from journal.services.timetable import times
from journal.services.timetable.board import Placed
from journal.services.timetable.conflicts import clashes
from journal.services.timetable.steps import Place, Step
from journal.services.timetable.times import Times

MOST = 6


@dataclass(frozen=True)
class Offer:
    """A way to get the lesson into the slot. `moved`: the other lessons with where they would go."""

    kind: str
    moved: list[tuple[Placed, tuple[int, int]]]
    steps: list[Step]


@dataclass(frozen=True)
class Board:
    """What is asked again and again: who stands where, what is closed, what is locked."""

    placed: Sequence[Placed]
    never: Times
    locked: frozenset[int]
    slots: Sequence[tuple[int, int]]

    def fits(self, there: Placed, gone: set[int], come: Sequence[Placed]) -> bool:
        """Whether an entry can stand there when some are gone and others have come."""
        others = [placed for placed in self.placed if placed.id not in gone and placed.weekday == there.weekday]
        return not clashes(there, [*others, *come]) and not any(times.reasons(there, self.never))

    def blockers(self, there: Placed) -> list[Placed]:
        """Who stands in the way; empty when it is not somebody but a closed time or a lock."""
        found = {clash.other.id: clash.other for clash in clashes(there, self.placed)}
        movable = all(one not in self.locked and placed.course != there.course for one, placed in found.items())
        return list(found.values()) if movable and not any(times.reasons(there, self.never)) else []


def ways(wanted: Placed, slot: tuple[int, int], board: Board) -> list[Offer]:
    """Offers for a slot, the shortest first."""
    there = wanted.at(*slot, wanted.room_id, wanted.room)
    blockers = board.blockers(there)
    if len(blockers) != 1 or wanted.id in board.locked:
        return []
    other = blockers[0]
    gone = {wanted.id, other.id}
    found = [*_swap(wanted, there, other, board, gone), *_push(wanted, there, other, board, gone)]
    found += _chain(wanted, there, other, board, gone) if len(found) < MOST else []
    return found[:MOST]


def _swap(wanted: Placed, there: Placed, other: Placed, board: Board, gone: set[int]) -> Iterable[Offer]:
    """They change places."""
    if wanted.id and _both(wanted, there, other, board, gone, (wanted.weekday, wanted.number)):
        yield _offer("swap", wanted, there, [(other, (wanted.weekday, wanted.number))])


def _push(wanted: Placed, there: Placed, other: Placed, board: Board, gone: set[int]) -> Iterable[Offer]:
    """The other goes to a free slot."""
    count = 0
    for slot in board.slots:
        if slot != (wanted.weekday, wanted.number) and slot != (there.weekday, there.number) and count < 3:
            if _both(wanted, there, other, board, gone, slot):
                count += 1
                yield _offer("push", wanted, there, [(other, slot)])


def _chain(wanted: Placed, there: Placed, other: Placed, board: Board, gone: set[int]) -> Iterable[Offer]:
    """The other takes a third one's place, and the third goes where the first was."""
    if not wanted.id:
        return
    home = (wanted.weekday, wanted.number)
    for slot in board.slots:
        moved = other.at(*slot, other.room_id, other.room)
        thirds = [one for one in board.blockers(moved) if one.id not in gone]
        if len(thirds) != 1 or slot == home:
            continue
        third = thirds[0].at(*home, thirds[0].room_id, thirds[0].room)
        away = gone | {thirds[0].id}
        if board.fits(there, away, []) and board.fits(moved, away, [there]) and board.fits(third, away, [there, moved]):
            yield _offer("chain", wanted, there, [(other, slot), (thirds[0], home)])


def _both(wanted: Placed, there: Placed, other: Placed, board: Board, gone: set[int], slot: tuple[int, int]) -> bool:
    moved = other.at(*slot, other.room_id, other.room)
    return board.fits(there, gone, []) and board.fits(moved, gone, [there])


def _offer(kind: str, wanted: Placed, there: Placed, moved: list[tuple[Placed, tuple[int, int]]]) -> Offer:
    steps = [_step(one, slot) for one, slot in moved]
    was = Place(wanted.weekday, wanted.number, wanted.parity, wanted.room_id) if wanted.id else None
    steps.append(Step(wanted.course.assignment_id, was, Place(there.weekday, there.number, there.parity, there.room_id)))
    return Offer(kind, moved, steps)


def _step(one: Placed, slot: tuple[int, int]) -> Step:
    was = Place(one.weekday, one.number, one.parity, one.room_id)
    return Step(one.course.assignment_id, was, Place(*slot, one.parity, one.room_id))
