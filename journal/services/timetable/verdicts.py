"""For an entry in the hand: what every slot of the week says to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from journal.services.refusals import Said
from journal.services.timetable.board import Placed
from journal.services.timetable.conflicts import clashes
from journal.services.timetable.norms import Norms, warnings


@dataclass(frozen=True)
class Verdict:
    """`no`: a hard conflict; `soft`: possible, but a norm speaks against it; `ok`."""

    weekday: int
    number: int
    state: str
    why: list[Said]


def of_all(wanted: Placed, board: list[Placed], norms: Norms, slots: Iterable[tuple[int, int]]) -> list[Verdict]:
    """The verdict of each slot; only what the move itself adds counts as a warning."""
    others = [placed for placed in board if placed.id != wanted.id or not wanted.id]
    class_id = wanted.course.class_id
    before = {str(said) for said in warnings(class_id, others, norms)}
    found = []
    for weekday, number in slots:
        there = wanted.at(weekday, number, wanted.room_id, wanted.room)
        hard = [clash.why for clash in clashes(there, others)]
        if hard:
            found.append(Verdict(weekday, number, "no", hard))
            continue
        soft = [said for said in warnings(class_id, [*others, there], norms, there) if str(said) not in before]
        found.append(Verdict(weekday, number, "soft" if soft else "ok", soft))
    return found


@dataclass(frozen=True)
class Missing:
    """An assignment with fewer lessons in the week than hours."""

    assignment_id: int
    hours: int


def unplaced(board: Iterable[Placed], hours: dict[int, float]) -> list[Missing]:
    """What still has to be placed; an entry of odd or even weeks counts half."""
    placed: dict[int, float] = {}
    for entry in board:
        share = 1.0 if entry.parity == "every" else 0.5
        placed[entry.course.assignment_id] = placed.get(entry.course.assignment_id, 0) + share
    return [
        Missing(assignment_id, round(wanted - placed.get(assignment_id, 0)))
        for assignment_id, wanted in hours.items()
        if wanted - placed.get(assignment_id, 0) >= 1
    ]
