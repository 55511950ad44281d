"""A journal has no calendar-thematic plan."""

from typing import Any

from sqlalchemy import Select, exists

from journal.kit.text import N_
from journal.schema import PlannedLesson, SchemeOfWork, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals


def find(asked: Asked) -> Select[Any]:
    """Journals, some days after they began, to which no scheme of work with rows is bound."""
    bound = exists().where(
        SchemeOfWork.assignment_id == TeachingAssignment.id, PlannedLesson.scheme_of_work_id == SchemeOfWork.id
    )
    columns = of_journal(since=TeachingAssignment.starts_on)
    return journals(asked, *columns).where(~bound, TeachingAssignment.starts_on <= asked.given.ago("days", asked.today))


CHECK = Check(
    "no-plan",
    N_("No scheme of work"),
    N_("The calendar-thematic plan is drawn up before the lessons begin."),
    "gap",
    N_("no scheme of work is bound to the journal"),
    "plan",
    find,
    (Parameter("days", N_("Days after the beginning"), 7, 0, 120),),
    calls_for_remark=True,
    order=150,
)
