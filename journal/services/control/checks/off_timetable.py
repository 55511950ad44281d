"""A lesson that no timetable and no substitution knows."""

from typing import Any

from sqlalchemy import Select, exists

from journal.kit.text import N_
from journal.schema import Lesson, Substitution, Timetable, TimetableEntry
from journal.services.control.check import Asked, Check, of_lesson
from journal.services.control.days import days
from journal.services.control.rows import held


def find(asked: Asked) -> Select[Any]:
    """Lessons without an entry in the version that was in force, and without a substitution."""
    calendar = days(asked.year.begins_on, asked.today, asked.year.begins_on, asked.zone, "weekday", "parity")
    entry = exists().where(
        Timetable.id == TimetableEntry.timetable_id,
        Timetable.state == "published",
        Timetable.valid_from <= Lesson.held_on,
        Timetable.valid_to >= Lesson.held_on,
        TimetableEntry.assignment_id == Lesson.assignment_id,
        TimetableEntry.number == Lesson.number,
        TimetableEntry.weekday == calendar.c.weekday,
        TimetableEntry.parity.in_(["every"]) | (TimetableEntry.parity == calendar.c.parity),
    )
    columns = of_lesson()
    return (
        held(asked, *columns, until=asked.today)
        .join(calendar, calendar.c.day == Lesson.held_on)
        .where(~entry, ~exists().where(Substitution.lesson_id == Lesson.id))
    )


CHECK = Check(
    "off-timetable",
    N_("Lesson out of the timetable"),
    N_("Held without an entry of the timetable in force on its date and without a substitution."),
    "flaw",
    N_("not in the timetable"),
    "lesson",
    find,
    order=170,
)
