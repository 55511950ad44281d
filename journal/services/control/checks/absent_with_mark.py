"""A pupil is marked absent and has a mark in the same lesson."""

from typing import Any

from sqlalchemy import Select, and_

from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, Lesson, Mark
from journal.services.control.check import Asked, Check, of_lesson
from journal.services.control.rows import COUNTED, held


def find(asked: Asked) -> Select[Any]:
    """Cells with an absence and a mark; being late is no absence."""
    columns = of_lesson(student=Absence.student_id)
    return (
        held(asked, *columns, until=asked.today)
        .join(Absence, Absence.lesson_id == Lesson.id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .join(Mark, and_(Mark.lesson_id == Lesson.id, Mark.student_id == Absence.student_id))
        .where(AbsenceReason.is_absence, Mark.value.in_(COUNTED))
        .distinct()
    )


CHECK = Check(
    "absent-with-mark",
    N_("Absent, yet with a mark"),
    N_("A mark for work in a lesson that the pupil missed; a warning, not a ban."),
    "flaw",
    N_("absent and with a mark"),
    "cell",
    find,
    order=80,
)
