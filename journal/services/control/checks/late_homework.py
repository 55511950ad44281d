"""Homework was written after the school day had ended: families saw it too late."""

from typing import Any

from sqlalchemy import Select

from journal.kit.text import N_
from journal.schema import Homework, Lesson
from journal.services.control.check import Asked, Check, of_lesson
from journal.services.control.days import days
from journal.services.control.rows import held


def find(asked: Asked) -> Select[Any]:
    """Homework first written after the end of lessons of its day."""
    calendar = days(
        asked.year.begins_on, asked.today, asked.year.begins_on, asked.zone, "school_ends_at", at=asked.day_ends_at
    )
    columns = of_lesson()
    return (
        held(asked, *columns, until=asked.today)
        .join(Homework, Homework.lesson_id == Lesson.id)
        .join(calendar, calendar.c.day == Lesson.held_on)
        .where(Homework.student_id.is_(None), Homework.written_at > calendar.c.school_ends_at)
        .distinct()
    )


CHECK = Check(
    "late-homework",
    N_("Homework after the school day"),
    N_("Written after the end of the school day (a setting): families look for it in the evening."),
    "flaw",
    N_("homework was written too late"),
    "lesson",
    find,
    order=30,
)
