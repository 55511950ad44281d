"""A "2" in the first or the last lesson of a period."""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from journal.kit.text import N_
from journal.schema import GradeLevel, GradingPeriod, Lesson, Mark, SchoolClass
from journal.services.control.check import Asked, Check, of_lesson
from journal.services.control.rows import held


def find(asked: Asked) -> Select[Any]:
    """Twos on the first or last date that a journal has lessons in a period of its grade level."""
    edges = (
        select(
            Lesson.assignment_id.label("assignment_id"),
            GradingPeriod.id.label("period_id"),
            func.min(Lesson.held_on).label("first_on"),
            func.max(Lesson.held_on).label("last_on"),
        )
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(
            GradingPeriod,
            and_(
                GradingPeriod.academic_year_id == asked.year.id,
                GradingPeriod.kind == GradeLevel.period_kind,
                GradingPeriod.begins_on <= Lesson.held_on,
                GradingPeriod.ends_on >= Lesson.held_on,
            ),
        )
        .where(~Lesson.is_cancelled)
        .group_by(Lesson.assignment_id, GradingPeriod.id)
        .subquery("edges")
    )
    columns = of_lesson(student=Mark.student_id)
    at_edge = or_(edges.c.first_on == Lesson.held_on, edges.c.last_on == Lesson.held_on)
    return (
        held(asked, *columns, until=asked.today)
        .join(Mark, Mark.lesson_id == Lesson.id)
        .join(edges, and_(edges.c.assignment_id == Lesson.assignment_id, at_edge))
        .where(Mark.value == "2")
        .distinct()
    )


CHECK = Check(
    "two-at-edge",
    N_("“2” in the first or last lesson of a period"),
    N_("The first lesson has not taught yet, after the last nothing can be mended."),
    "flaw",
    N_("2 in the first or last lesson of the period"),
    "cell",
    find,
    order=100,
)
