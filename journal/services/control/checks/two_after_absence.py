"""A "2" in the first lesson after a missed one."""

from typing import Any

from sqlalchemy import Select, and_, exists

from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, Lesson, Mark
from journal.services.control.check import Asked, Check, of_lesson
from journal.services.control.rows import held, ordinals


def find(asked: Asked) -> Select[Any]:
    """Twos whose pupil missed the lesson before in the same journal."""
    lessons = ordinals(asked)
    before = lessons.alias("before")
    missed = exists().where(
        Absence.lesson_id == before.c.lesson_id,
        Absence.student_id == Mark.student_id,
        AbsenceReason.id == Absence.reason_id,
        AbsenceReason.is_absence,
    )
    columns = of_lesson(student=Mark.student_id)
    return (
        held(asked, *columns, until=asked.today)
        .join(Mark, Mark.lesson_id == Lesson.id)
        .join(lessons, lessons.c.lesson_id == Lesson.id)
        .join(before, and_(before.c.assignment_id == lessons.c.assignment_id, before.c.n == lessons.c.n - 1))
        .where(Mark.value == "2", missed)
        .distinct()
    )


CHECK = Check(
    "two-after-absence",
    N_("“2” right after an absence"),
    N_("A pupil who missed a lesson is not to get a 2 in the next one."),
    "flaw",
    N_("2 in the first lesson after an absence"),
    "cell",
    find,
    order=90,
)
