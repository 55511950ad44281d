"""A pupil has too few marks for the final mark of a period that ends."""

from typing import Any

from sqlalchemy import Select, and_, case, func, literal

from journal.kit.text import N_
from journal.schema import Enrolment, GradeLevel, GradingPeriod, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals, lessons_by_period, marks_by_period, with_periods, with_pupils


def find(asked: Asked) -> Select[Any]:
    """Pupils of the whole period with fewer marks than the threshold, when it is over or near its end."""
    given, lessons = marks_by_period(asked), lessons_by_period(asked)
    least = case((GradingPeriod.kind == "half", asked.given.of("half")), else_=asked.given.of("quarter"))
    count = func.coalesce(given.c.count, 0)
    end = case((GradingPeriod.ends_on < asked.today, GradingPeriod.ends_on), else_=literal(asked.today))
    columns = of_journal(student=Enrolment.student_id, period=GradingPeriod.id, since=end, amount=count)
    statement = with_pupils(with_periods(journals(asked, *columns), asked), end)
    return (
        statement.join(
            lessons, and_(lessons.c.assignment_id == TeachingAssignment.id, lessons.c.period_id == GradingPeriod.id)
        )
        .outerjoin(
            given,
            and_(
                given.c.assignment_id == TeachingAssignment.id,
                given.c.period_id == GradingPeriod.id,
                given.c.student_id == Enrolment.student_id,
            ),
        )
        .where(GradeLevel.has_marks, GradingPeriod.begins_on < asked.today, Enrolment.starts_on <= GradingPeriod.begins_on)
        .where(GradingPeriod.ends_on <= asked.given.ahead("left", asked.today))
        .where(count < least, lessons.c.count > least)
    )


CHECK = Check(
    "few-marks",
    N_("Too few marks"),
    N_("Fewer marks than a final mark needs, in a period that is over or ends soon; who came in its course is left out."),
    "flaw",
    N_("marks in the period: %(amount)s"),
    "journal",
    find,
    (
        Parameter("quarter", N_("Marks in a quarter or trimester, at least"), 3, 0, 30),
        Parameter("half", N_("Marks in a half-year, at least"), 5, 0, 30),
        Parameter("left", N_("Days before the end of the period"), 10, 0, 120),
    ),
    order=50,
)
