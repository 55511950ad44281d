"""Which entries can't stand in one slot, and why."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from journal.kit.text import N_
from journal.services.bells import Times
from journal.services.refusals import Said, said
from journal.services.timetable.board import Course, Placed


@dataclass(frozen=True)
class Clash:
    """A hard conflict with an entry that stands in the slot already."""

    kind: str
    other: Placed
    why: Said


class Clashing(Exception):
    """The edit is refused; the timetable is as it was."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__("; ".join(str(clash.why) for clash in clashes))
        self.clashes = clashes


def together(one: Course, other: Course) -> bool:
    """One stream: taught in one room at one time on purpose."""
    return one.stream is not None and one.stream == other.stream


def meet(one: Placed, other: Placed) -> bool:
    """Whether two entries fall on the same time of at least some weeks: by number, or by the clock where their classes
    have other bells."""
    if one.weekday != other.weekday or (one.parity != other.parity and "every" not in (one.parity, other.parity)):
        return False
    if one.course.bells != other.course.bells:
        begins, ends = _rings(one)
        starts, stops = _rings(other)
        if begins and ends and starts and stops:
            return begins < stops and starts < ends
    return one.number == other.number


def _rings(placed: Placed) -> Times | tuple[None, None]:
    return placed.course.ringing.at(placed.course.bells, placed.number, weekday=placed.weekday)


def same_pupils(one: Course, other: Course) -> bool:
    """Whether some pupil would have to be in both: subgroups of one split side by side are no conflict."""
    if one.class_id != other.class_id:
        return False
    if one.subgroup_id is None or other.subgroup_id is None or one.subgroup_id == other.subgroup_id:
        return True
    return not one.atoms.isdisjoint(other.atoms)


def clashes(wanted: Placed, board: Iterable[Placed]) -> list[Clash]:
    """Every hard conflict of an entry with the others of its version; itself left out."""
    found = []
    for other in board:
        if other.id == wanted.id and wanted.id or not meet(wanted, other):
            continue
        clash = _clash(wanted, other)
        if clash:
            found.append(clash)
    return found


def anywhere(board: Iterable[Placed]) -> Iterable[Clash]:
    """Every hard conflict inside a version; what shares no day and hour is not compared."""
    slots: dict[int, list[Placed]] = defaultdict(list)
    for placed in board:
        for other in slots[placed.weekday]:
            if meet(placed, other):
                clash = _clash(placed, other)
                if clash:
                    yield clash
        slots[placed.weekday].append(placed)


def _clash(wanted: Placed, other: Placed) -> Clash | None:
    mine, theirs = wanted.course, other.course
    if mine.assignment_id == theirs.assignment_id:
        return Clash("same", other, said(N_("This lesson stands here already.")))
    if together(mine, theirs):
        return None
    if mine.staff_id == theirs.staff_id:
        return Clash(
            "teacher",
            other,
            said(
                N_("%(teacher)s is busy: %(class_name)s, %(subject)s."),
                teacher=theirs.teacher,
                class_name=theirs.class_name,
                subject=theirs.subject,
            ),
        )
    if same_pupils(mine, theirs):
        return Clash(
            "class" if mine.subgroup_id is None else "subgroup",
            other,
            said(
                N_("%(class_name)s is busy: %(teacher)s, %(subject)s."),
                class_name=theirs.class_name,
                subject=theirs.subject,
                teacher=theirs.teacher,
            ),
        )
    if wanted.room_id and wanted.room_id == other.room_id:
        return Clash(
            "room",
            other,
            said(
                N_("Room %(room)s is taken: %(class_name)s, %(subject)s."),
                room=other.room,
                class_name=theirs.class_name,
                subject=theirs.subject,
            ),
        )
    return None
