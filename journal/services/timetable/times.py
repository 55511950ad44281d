"""Times at which a teacher, a class or a room can't be in the timetable, as conflicts of a slot."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Unavailability
from journal.services.refusals import Said, said
from journal.services.timetable.board import Placed
from journal.services.timetable.conflicts import Clash

Times = dict[tuple[str, int], set[tuple[int, int | None]]]
"""(staff, class or room; its id) -> weekdays with lesson numbers, None for the whole day."""

NEVER = {
    "staff": N_("%(name)s is not available then."),
    "class": N_("%(name)s has no lessons then."),
    "room": N_("Room %(name)s is closed then."),
}


def closed(session: PolicySession, strength: str = "never") -> Times:
    """The times of one strength. One query."""
    found: Times = defaultdict(set)
    for row in session.scalars(select(Unavailability).where(Unavailability.strength == strength)):
        for kind, key in (("staff", row.staff_id), ("class", row.school_class_id), ("room", row.room_id)):
            if key is not None:
                found[kind, key].add((row.weekday, row.number))
    return found


def clashes(wanted: Placed, known: Times) -> list[Clash]:
    """Whose closed times the slot falls into."""
    return [Clash("time", wanted, why) for why in reasons(wanted, known)]


def reasons(wanted: Placed, known: Times) -> Iterable[Said]:
    """The same in words."""
    course = wanted.course
    asked = (
        ("staff", course.staff_id, course.teacher),
        ("class", course.class_id, course.class_name),
        ("room", wanted.room_id, wanted.room),
    )
    for kind, key, name in asked:
        gone = known.get((kind, key or 0), ())
        if (wanted.weekday, wanted.number) in gone or (wanted.weekday, None) in gone:
            yield said(NEVER[kind], name=name)
