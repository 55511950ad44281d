"""A final mark is not what the weighted average asks for, and no reason is given."""

from typing import Any

from sqlalchemy import Float, Integer, Select, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from journal.kit.text import N_
from journal.schema import FinalMark, GradingPeriod, Lesson, Mark, Subject, TeachingAssignment, WorkType
from journal.services.control.check import Asked, Check, of_journal
from journal.services.control.rows import COUNTED, journals
from journal.services.formulas import TOLERANCE


def find(asked: Asked) -> Select[Any]:
    """Final marks 1 to 5 beside the average of their period, rounded by the subject's threshold."""
    own, of_lesson = aliased(WorkType), aliased(WorkType)
    weight = cast(func.coalesce(own.weight, of_lesson.weight, 1), Float)
    mean = (
        select(
            Mark.assignment_id.label("assignment_id"),
            Mark.student_id.label("student_id"),
            GradingPeriod.id.label("period_id"),
            (func.sum(cast(Mark.value, Integer) * weight) / func.sum(weight)).label("mean"),
        )
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .join(GradingPeriod, and_(GradingPeriod.begins_on <= Lesson.held_on, GradingPeriod.ends_on >= Lesson.held_on))
        .outerjoin(own, own.id == Mark.work_type_id)
        .outerjoin(of_lesson, of_lesson.id == Lesson.work_type_id)
        .where(GradingPeriod.academic_year_id == asked.year.id, GradingPeriod.kind != "year", Mark.value.in_(COUNTED))
        .where(weight > 0)
        .group_by(Mark.assignment_id, Mark.student_id, GradingPeriod.id)
        .subquery("means")
    )
    risen = mean.c.mean + 1 - cast(Subject.final_threshold, Float) + float(TOLERANCE)
    proposal = case(*((risen >= value, str(value)) for value in (5, 4, 3, 2)), else_="1")
    columns = of_journal(
        student=FinalMark.student_id, period=FinalMark.period_id, since=GradingPeriod.ends_on, amount=mean.c.mean
    )
    return (
        journals(asked, *columns)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .join(FinalMark, FinalMark.assignment_id == TeachingAssignment.id)
        .join(GradingPeriod, GradingPeriod.id == FinalMark.period_id)
        .join(
            mean,
            and_(
                mean.c.assignment_id == FinalMark.assignment_id,
                mean.c.student_id == FinalMark.student_id,
                mean.c.period_id == FinalMark.period_id,
            ),
        )
        .where(FinalMark.kind == "period", FinalMark.value.in_(COUNTED), func.coalesce(FinalMark.reason, "") == "")
        .where(FinalMark.value != proposal)
    )


CHECK = Check(
    "final-differs",
    N_("Final mark differs from the average"),
    N_("The weighted average, rounded by the subject's threshold, asks for another mark, and no reason is written."),
    "flaw",
    N_("average %(amount)s"),
    "finals",
    find,
    order=130,
)
