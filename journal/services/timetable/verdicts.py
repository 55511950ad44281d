"""For an entry in the hand: what every slot of the week says to it, in words and in points."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from journal.kit.text import N_
from journal.services.refusals import Said, said
from journal.services.timetable import times
from journal.services.timetable.board import Placed
from journal.services.timetable.conflicts import clashes
from journal.services.timetable.norms import Norms, warnings
from journal.services.timetable.times import Times

NORM, UNWANTED, AGAIN, GAP = 10, 6, 5, 3
"""Points of a breach: of a norm, of an undesirable time, of a subject twice a day, of a teacher's gap."""
NOTHING: Times = {}


@dataclass(frozen=True)
class Verdict:
    """`no`: a hard conflict; `soft`: possible, but something speaks against it, with its points; `ok`."""

    weekday: int
    number: int
    state: str
    why: list[Said]
    points: int = 0


def of_all(
    wanted: Placed,
    board: list[Placed],
    norms: Norms,
    slots: Iterable[tuple[int, int]],
    never: Times = NOTHING,
    unwanted: Times = NOTHING,
) -> list[Verdict]:
    """The verdict of each slot; only what the move itself adds counts as a warning."""
    others = [placed for placed in board if placed.id != wanted.id or not wanted.id]
    days: Mapping[int, list[Placed]] = _by_day(others)
    own = [placed for placed in others if placed.course.class_id == wanted.course.class_id]
    before = {str(text) for text in warnings(wanted.course.class_id, own, norms)}
    found = []
    for weekday, number in slots:
        there = wanted.at(weekday, number, wanted.room_id, wanted.room)
        hard = [clash.why for clash in clashes(there, days[weekday])] + list(times.reasons(there, never))
        if hard:
            found.append(Verdict(weekday, number, "no", hard))
            continue
        soft = [
            (NORM, text) for text in warnings(there.course.class_id, [*own, there], norms, there) if str(text) not in before
        ]
        soft += _wishes(there, days[weekday], unwanted)
        state = "soft" if soft else "ok"
        found.append(Verdict(weekday, number, state, [text for _, text in soft], sum(points for points, _ in soft)))
    return found


def _by_day(board: Iterable[Placed]) -> Mapping[int, list[Placed]]:
    days: dict[int, list[Placed]] = defaultdict(list)
    for placed in board:
        days[placed.weekday].append(placed)
    return days


def _wishes(there: Placed, day: list[Placed], unwanted: Times) -> list[tuple[int, Said]]:
    """What is no norm but unwelcome: an undesirable time, the subject once more that day, a gap for the teacher."""
    course = there.course
    found = [
        (UNWANTED, said(N_("An undesirable time for the teacher, the class or the room.")))
        for _ in times.reasons(there, unwanted)
    ]
    if any(p.course.assignment_id == course.assignment_id for p in day):
        found.append((AGAIN, said(N_("%(subject)s stands on this day already."), subject=course.subject)))
    numbers = {p.number for p in day if p.course.staff_id == course.staff_id}
    made = _gaps(numbers | {there.number}) - _gaps(numbers)
    if made > 0:
        found.append((GAP * made, said(N_("%(teacher)s gets a gap."), teacher=course.teacher)))
    return found


def _gaps(numbers: set[int]) -> int:
    return max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0


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
