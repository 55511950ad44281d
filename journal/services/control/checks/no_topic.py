"""A lesson was held and has no topic."""

from typing import Any

from sqlalchemy import Select

from journal.kit.text import N_
from journal.schema import Lesson
from journal.services.control.check import Asked, Check, Parameter, of_lesson
from journal.services.control.rows import held


def find(asked: Asked) -> Select[Any]:
    """Lessons with an empty topic."""
    columns = of_lesson()
    return held(asked, *columns, until=asked.given.ago("days", asked.today)).where(Lesson.topic == "")


CHECK = Check(
    "no-topic",
    N_("Lesson without a topic"),
    N_("The topic belongs into the journal on the day of the lesson."),
    "gap",
    N_("no topic"),
    "lesson",
    find,
    (Parameter("days", N_("Days of grace"), 1, 1, 60),),
    calls_for_remark=True,
    order=10,
)
