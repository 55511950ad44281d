"""Several lessons in a row passed without a single mark in the journal."""

from typing import Any

from sqlalchemy import Select, func, select

from journal.kit.text import N_
from journal.schema import GradeLevel, Mark, SchoolClass, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals, ordinals


def find(asked: Asked) -> Select[Any]:
    """Journals with more lessons since their last mark than the threshold."""
    lessons = ordinals(asked)
    last = (
        select(lessons.c.assignment_id, func.max(lessons.c.n).label("n"))
        .join(Mark, Mark.lesson_id == lessons.c.lesson_id)
        .group_by(lessons.c.assignment_id)
        .subquery("last_marked")
    )
    columns = of_journal(since=func.min(lessons.c.held_on), amount=func.count(lessons.c.lesson_id))
    return (
        journals(asked, *columns)
        .join(lessons, lessons.c.assignment_id == TeachingAssignment.id)
        .outerjoin(last, last.c.assignment_id == TeachingAssignment.id)
        .where(GradeLevel.has_marks, lessons.c.n > func.coalesce(last.c.n, 0))
        .group_by(
            TeachingAssignment.id,
            TeachingAssignment.staff_id,
            TeachingAssignment.subject_id,
            SchoolClass.id,
            SchoolClass.grade_level_id,
        )
        .having(func.count(lessons.c.lesson_id) > asked.given.of("lessons"))
    )


CHECK = Check(
    "lessons-without-marks",
    N_("Lessons in a row without a mark"),
    N_("Nobody in the journal got a mark for longer than the threshold."),
    "flaw",
    N_("lessons without a mark: %(amount)s"),
    "journal",
    find,
    (Parameter("lessons", N_("Lessons without a mark, at most"), 3, 1, 60),),
    order=60,
)
