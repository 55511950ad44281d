"""A ready timetable of a table: class, day, lesson, subject, teacher, room and group, as a draft to be published."""

from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Room, SchoolClass, Staff, Timetable, TimetableEntry
from journal.services.exchange import reading
from journal.services.exchange.lists.known import Classes, Teachers
from journal.services.exchange.plan import Field, ListKind, New, Options, Row
from journal.services.refusals import said
from journal.services.timetable import board as boards
from journal.services.timetable.board import Course, Placed
from journal.services.timetable.conflicts import clashes

NONE = N_("No assignment fits this teacher and subgroup.")
SEVERAL = N_("Several assignments fit: say the teacher or the subgroup.")


class Reader:
    """Knows the year's assignments, the rooms, and what the rows before have placed."""

    def __init__(self, session: PolicySession, options: Options) -> None:
        self.classes, self.teachers = Classes(session), Teachers(session)
        self.rooms = {reading.plain(one.number): one for one in session.scalars(select(Room))}
        self.courses: dict[tuple[int, str], list[Course]] = {}
        for course in boards.courses(session, year_id=self.classes.year.id).values():
            for name in {course.subject, course.code}:
                self.courses.setdefault((course.class_id, reading.plain(name)), []).append(course)
        self.board: dict[int, list[Placed]] = {}
        self.version: New | None = None
        self.count = 0

    def take(self, row: Row) -> None:
        """A lesson of the week in its slot, if nothing stands against it."""
        needed = [name for name in ("school_class", "subject") if not row.text(name)]
        for name in needed:
            row.refuse(name, said(N_("This field is required.")))
        weekday, number = row.read("weekday", reading.weekday), row.read("number", reading.whole)
        for name, value in (("weekday", weekday), ("number", number)):
            if value is None and not row.text(name):
                row.refuse(name, said(N_("This field is required.")))
        klass = self.classes.one(row, "school_class") if not needed else None
        if isinstance(klass, SchoolClass) and weekday is not None and number is not None and not needed:
            course = self._course(row, klass)
            if course is not None:
                self._place(row, course, weekday, number)
        row.done(" · ".join(row.text(name) for name in ("school_class", "weekday", "number", "subject") if row.text(name)))

    def _course(self, row: Row, klass: SchoolClass) -> Course | None:
        """The assignment that is meant: by subject, then by teacher and subgroup where there are several."""
        found = self.courses.get((klass.id, reading.plain(row.text("subject"))), [])
        if not found:
            row.refuse("subject", said(N_("No assignment of %(class_name)s has this subject."), class_name=klass.name))
            return None
        if row.text("teacher"):
            staff = self.teachers.one(row, "teacher")
            if not isinstance(staff, Staff):
                return None
            found = [one for one in found if one.staff_id == staff.id]
        if row.text("subgroup"):
            name = reading.plain(row.text("subgroup"))
            found = [one for one in found if reading.plain(one.subgroup or "") == name]
        if len(found) == 1:
            return found[0]
        row.refuse("teacher", said(SEVERAL if found else NONE))
        return None

    def _place(self, row: Row, course: Course, weekday: int, number: int) -> None:
        room = self.rooms.get(reading.plain(row.text("room"))) if row.text("room") else None
        if row.text("room") and room is None:
            row.refuse("room", said(N_("There is no room “%(name)s”."), name=row.text("room")[:40]))
            return
        weeks = row.read("weeks", reading.weeks) or "every"
        self.count += 1
        there = Placed(self.count, weekday, number, weeks, room.id if room else None, room.number if room else None, course)
        against = clashes(there, self.board.get(weekday, []))
        if against:
            row.refuse("", against[0].why)
            return
        version = self.version or row.make(Timetable, self._version())
        values = {"weekday": weekday, "number": number, "parity": weeks, "assignment_id": course.assignment_id}
        row.make(TimetableEntry, {**values, "room_id": there.room_id}, timetable_id=version)
        if not row.is_refused:
            self.version = version
            self.board.setdefault(weekday, []).append(there)

    def _version(self) -> dict[str, Any]:
        year = self.classes.year
        since = min(max(clock.today(), year.begins_on), year.ends_on)
        name = f"{clock.local(clock.now()):%d.%m.%Y %H:%M}"
        return {"academic_year_id": year.id, "name": name, "valid_from": since, "valid_to": year.ends_on, "state": "draft"}


KIND = ListKind(
    "timetable",
    N_("Timetable"),
    N_("Class, weekday, lesson, subject, and teacher, room, subgroup where they matter; it becomes a draft."),
    (
        Field("school_class", N_("Class"), True),
        Field("weekday", N_("Weekday"), True),
        Field("number", N_("Lesson number"), True),
        Field("subject", N_("Subject"), True),
        Field("teacher", N_("Teacher")),
        Field("subgroup", N_("Subgroup")),
        Field("room", N_("Room")),
        Field("weeks", N_("Weeks")),
    ),
    Reader,
)
