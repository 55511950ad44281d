"""A person's lessons for a calendar program: behind a secret address, as iCalendar; revoked by making another."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlalchemy import Engine, or_, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import short_name
from journal.schema import (
    Account,
    CalendarFeed,
    Enrolment,
    Guardianship,
    Lesson,
    Room,
    SchoolClass,
    Staff,
    Subgroup,
    SubgroupMember,
    Subject,
    TeachingAssignment,
)
from journal.services import bells, records, settings
from journal.services.database import reading
from journal.services.membership import covers

BACK, AHEAD = timedelta(days=14), timedelta(days=120)
"""How much of the past and of what is to come a feed holds."""


def make(session: PolicySession) -> str:
    """A new secret key for the person's own feed; the one before it opens nothing any more."""
    key = secrets.token_urlsafe(24)
    values = {"key_hash": _digest(key), "made_at": clock.now()}
    found = own(session)
    if found is None:
        records.create(session, CalendarFeed, {"account_id": session.actor.account_id, **values})
    else:
        records.change(session, found, values, unsaid=True)
    return key


def own(session: PolicySession) -> CalendarFeed | None:
    """The person's own feed."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.account_id == session.actor.account_id))


def revoke(session: PolicySession) -> None:
    """No address opens the person's lessons any more."""
    found = own(session)
    if found is not None:
        records.delete(session, found)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def of_key(engine: Engine, key: str, zone: ZoneInfo) -> bytes | None:
    """The calendar behind a key; None for a key of nobody, or of an account that is closed."""
    with reading(engine, System("public")) as session:
        account = session.scalar(
            select(Account)
            .join(CalendarFeed, CalendarFeed.account_id == Account.id)
            .where(CalendarFeed.key_hash == _digest(key), Account.is_active)
        )
        return None if account is None else _calendar(session, account, zone)


def _calendar(session: PolicySession, account: Account, zone: ZoneInfo) -> bytes:
    made = Calendar()
    made.add("prodid", "-//Journal//Timetable//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", settings.value(session, "school_name") or "Journal")
    ringing = bells.load(session)
    for meeting in _meetings(session, account):
        made.add_component(_event(meeting, ringing, zone))
    return bytes(made.to_ical())


@dataclass(frozen=True)
class Meeting:
    """A lesson as somebody comes to it."""

    lesson: Lesson
    subject: str
    bells: int | None
    room: str | None
    about: tuple[str | None, ...]
    """What stands in the title besides: the child, the class, the subgroup."""
    teacher: str = ""
    child: str = ""


def _event(one: Meeting, ringing: bells.Bells, zone: ZoneInfo) -> Event:
    lesson, event = one.lesson, Event()
    event.add("uid", f"lesson-{lesson.id}{f'-{one.child}' if one.child else ''}@journal")
    event.add("dtstamp", lesson.changed_at)
    event.add("summary", " · ".join(part for part in (one.child, one.subject, *one.about) if part))
    starts, ends = ringing.at(one.bells, lesson.number, on=lesson.held_on)
    if starts and ends:
        event.add("dtstart", datetime.combine(lesson.held_on, starts, zone))
        event.add("dtend", datetime.combine(lesson.held_on, ends, zone))
    else:
        event.add("dtstart", lesson.held_on)
    if one.room:
        event.add("location", one.room)
    if one.teacher:
        event.add("description", one.teacher)
    event.add("status", "CANCELLED" if lesson.is_cancelled else "CONFIRMED")
    return event


def _meetings(session: PolicySession, account: Account) -> Iterable[Meeting]:
    """The lessons of a teacher, of a pupil, or of the children of a guardian."""
    if account.staff_id:
        yield from _of_teacher(session, account.staff_id)
        return
    children: dict[int, str] = {}
    if account.student_id:
        children[account.student_id] = ""
    elif account.guardian_id:
        children = _children(session, account.guardian_id)
    for student_id, name in children.items():
        yield from _of_student(session, student_id, name if len(children) > 1 else "")


def _children(session: PolicySession, guardian_id: int) -> dict[int, str]:
    rows = session.execute(
        select(Guardianship.student_id, Account.name)
        .outerjoin(Account, Account.student_id == Guardianship.student_id)
        .where(Guardianship.guardian_id == guardian_id)
        .order_by(Guardianship.student_id)
    )
    return {student_id: (name or "").split(" ")[-1] for student_id, name in rows}


def _asked() -> Any:
    since, until = clock.today() - BACK, clock.today() + AHEAD
    return (
        select(
            Lesson, Subject.name, SchoolClass.name, SchoolClass.bell_schedule_id, Subgroup.name, Room.number,
            Staff.last_name, Staff.first_name, Staff.middle_name,
        )
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(Staff, Staff.id == TeachingAssignment.staff_id)
        .outerjoin(Subgroup, Subgroup.id == TeachingAssignment.subgroup_id)
        .outerjoin(Room, Room.id == Lesson.room_id)
        .where(Lesson.held_on >= since, Lesson.held_on <= until)
        .order_by(Lesson.held_on, Lesson.number)
    )  # fmt: skip


def _of_teacher(session: PolicySession, staff_id: int) -> Iterable[Meeting]:
    mine = (TeachingAssignment.staff_id == staff_id) & Lesson.substitute_id.is_(None)
    for lesson, subject, class_name, schedule_id, subgroup, room, *_ in session.execute(
        _asked().where(or_(mine, Lesson.substitute_id == staff_id))
    ):
        yield Meeting(lesson, subject, schedule_id, room, (class_name, subgroup))


def _of_student(session: PolicySession, student_id: int, name: str) -> Iterable[Meeting]:
    """What the pupil has: lessons of the class on the days in it, and of the own subgroups."""
    inside = select(Enrolment.school_class_id).where(
        Enrolment.student_id == student_id, covers(Enrolment.starts_on, Enrolment.ends_on, Lesson.held_on)
    )
    groups = select(SubgroupMember.subgroup_id).where(
        SubgroupMember.student_id == student_id,
        covers(SubgroupMember.starts_on, SubgroupMember.ends_on, Lesson.held_on),
    )
    asked = _asked().where(
        Lesson.school_class_id.in_(inside),
        or_(TeachingAssignment.subgroup_id.is_(None), TeachingAssignment.subgroup_id.in_(groups)),
    )
    for lesson, subject, _, schedule_id, subgroup, room, last, first, middle in session.execute(asked):
        yield Meeting(lesson, subject, schedule_id, room, (subgroup,), short_name(last or "", first or "", middle), name)
