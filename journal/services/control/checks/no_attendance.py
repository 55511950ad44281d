"""A lesson was held and nobody looked who is there."""

from typing import Any

from sqlalchemy import Select, exists

from journal.kit.text import N_
from journal.schema import Absence, Lesson
from journal.services.control.check import Asked, Check, Parameter, of_lesson
from journal.services.control.rows import held


def find(asked: Asked) -> Select[Any]:
    """Lessons without the tick and without any absence: whoever wrote one has looked."""
    columns = of_lesson()
    return held(asked, *columns, until=asked.given.ago("days", asked.today)).where(
        ~Lesson.attendance_taken, ~exists().where(Absence.lesson_id == Lesson.id)
    )


CHECK = Check(
    "no-attendance",
    N_("Attendance not taken"),
    N_("Neither the tick nor any absence: nobody knows who was there."),
    "gap",
    N_("attendance not taken"),
    "lesson",
    find,
    (Parameter("days", N_("Days of grace"), 1, 1, 60),),
    calls_for_remark=True,
    order=40,
)
