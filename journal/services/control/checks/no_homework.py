"""A lesson was held and no homework was given; a control work needs none."""

from typing import Any

from sqlalchemy import Select, exists, or_

from journal.kit.text import N_
from journal.schema import Homework, Lesson, WorkType
from journal.services.control.check import Asked, Check, Parameter, of_lesson
from journal.services.control.rows import held


def find(asked: Asked) -> Select[Any]:
    """Lessons, not control works, without homework for everybody."""
    columns = of_lesson()
    given = exists().where(Homework.lesson_id == Lesson.id, Homework.student_id.is_(None))
    return held(asked, *columns, until=asked.given.ago("days", asked.today)).where(
        ~given, or_(WorkType.id.is_(None), ~WorkType.is_control)
    )


CHECK = Check(
    "no-homework",
    N_("Lesson without homework"),
    N_("Homework is given in every lesson but a control work. Switch the rule off where none is given."),
    "gap",
    N_("no homework"),
    "lesson",
    find,
    (Parameter("days", N_("Days of grace"), 1, 1, 60),),
    calls_for_remark=True,
    order=20,
)
