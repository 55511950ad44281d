"""A "2" that the pupil has not made good within the next lessons."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from journal.kit.text import N_
from journal.schema import Lesson, Mark
from journal.services.control.check import Asked, Check, Parameter, of_lesson
from journal.services.control.rows import held, ordinals

BETTER = ("3", "4", "5")


def find(asked: Asked) -> Select[Any]:
    """Twos with no better mark since, though so many lessons have been held."""
    lessons = ordinals(asked)
    later = lessons.alias("later")
    better = Mark.__table__.alias("better")
    newest = (
        select(lessons.c.assignment_id, func.max(lessons.c.n).label("n"))
        .group_by(lessons.c.assignment_id)
        .subquery("newest")
    )
    mended = exists().where(
        better.c.student_id == Mark.student_id,
        better.c.value.in_(BETTER),
        better.c.lesson_id == later.c.lesson_id,
        later.c.assignment_id == lessons.c.assignment_id,
        later.c.n >= lessons.c.n,
        (later.c.n > lessons.c.n) | (better.c.position > Mark.position),
    )
    columns = of_lesson(student=Mark.student_id, amount=newest.c.n - lessons.c.n)
    return (
        held(asked, *columns, until=asked.today)
        .join(Mark, Mark.lesson_id == Lesson.id)
        .join(lessons, lessons.c.lesson_id == Lesson.id)
        .join(newest, and_(newest.c.assignment_id == lessons.c.assignment_id))
        .where(Mark.value == "2", newest.c.n - lessons.c.n >= asked.given.of("lessons"), ~mended)
        .distinct()
    )


CHECK = Check(
    "two-not-mended",
    N_("“2” not made good"),
    N_("No better mark since, though the pupil should have been asked again."),
    "flaw",
    N_("lessons since: %(amount)s"),
    "cell",
    find,
    (Parameter("lessons", N_("Lessons to make it good"), 3, 1, 60),),
    order=110,
)
