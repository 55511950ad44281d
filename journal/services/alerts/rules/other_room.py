"""A teacher's account signs in on a computer of one room while the timetable has the teacher in another."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Lesson, Room, SchoolClass, TeachingAssignment
from journal.services import bells, rooms
from journal.services.alerts.unusual import Entrance, Unusual

EARLY = timedelta(minutes=5)
"""A teacher may come to the room and sign in before the bell."""


def look(session: PolicySession, entrance: Entrance) -> dict[str, Any] | None:
    """Where the teacher is by the timetable now, when that is not the room of the computer."""
    known = session.execute(select(Room.id, Room.number, Room.computers).where(Room.computers.is_not(None))).all()
    here = {id_: number for id_, number, computers in known if rooms.holds(computers, entrance.sign_in.address)}
    if not here:
        return None
    teaches_in = dict(_rooms_now(session, entrance.account.staff_id or 0, clock.local(clock.now())))
    if not teaches_in or teaches_in.keys() & here.keys():
        return None
    return {"room": ", ".join(sorted(here.values())), "lesson": min(teaches_in.values())}


def _rooms_now(session: PolicySession, staff_id: int, now: datetime) -> Iterable[tuple[int, str]]:
    """The rooms of the teacher's lessons that are going on."""
    ringing = bells.load(session)
    rows = session.execute(
        select(Lesson.number, SchoolClass.bell_schedule_id, Room.id, Room.number)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(Room, Room.id == Lesson.room_id)
        .where(Lesson.held_on == now.date(), ~Lesson.is_cancelled)
        .where(func.coalesce(Lesson.substitute_id, TeachingAssignment.staff_id) == staff_id)
    )
    for number, schedule_id, room_id, room in rows:
        begins, ends = ringing.at(schedule_id, number, on=now.date())
        if begins and ends and begins <= (now + EARLY).time() and now.time() <= ends:
            yield room_id, room


RULE = Unusual(
    "other-room",
    N_("Another room's computer"),
    N_("A sign-in on a computer of room %(room)s during a lesson in room %(lesson)s."),
    entrance=look,
)
