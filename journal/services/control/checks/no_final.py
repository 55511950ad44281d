"""A period is over and a pupil has no final mark."""

from typing import Any

from sqlalchemy import Select, and_, exists

from journal.kit.text import N_
from journal.schema import Enrolment, FinalMark, GradeLevel, GradingPeriod, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals, lessons_by_period, with_periods, with_pupils


def find(asked: Asked) -> Select[Any]:
    """Pupils of the period's last day without a final mark in a journal that had lessons."""
    lessons = lessons_by_period(asked)
    there = exists().where(
        FinalMark.assignment_id == TeachingAssignment.id,
        FinalMark.student_id == Enrolment.student_id,
        FinalMark.period_id == GradingPeriod.id,
        FinalMark.kind == "period",
    )
    columns = of_journal(student=Enrolment.student_id, period=GradingPeriod.id, since=GradingPeriod.ends_on)
    return (
        with_pupils(with_periods(journals(asked, *columns), asked), GradingPeriod.ends_on)
        .join(lessons, and_(lessons.c.assignment_id == TeachingAssignment.id, lessons.c.period_id == GradingPeriod.id))
        .where(GradeLevel.has_marks, GradingPeriod.ends_on <= asked.given.ago("days", asked.today), ~there)
    )


CHECK = Check(
    "no-final",
    N_("Final mark missing"),
    N_("The period is over; those who left before its end are out."),
    "gap",
    N_("no final mark"),
    "finals",
    find,
    (Parameter("days", N_("Days after the end of the period"), 1, 0, 60),),
    calls_for_remark=True,
    order=120,
)
