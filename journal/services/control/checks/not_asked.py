"""A pupil who is there was not asked for several lessons."""

from typing import Any

from sqlalchemy import Select, and_, func, select

from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, Enrolment, GradeLevel, Mark, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals, ordinals, with_pupils


def find(asked: Asked) -> Select[Any]:
    """Pupils with more lessons attended since their last mark than the threshold."""
    lessons = ordinals(asked)
    total = (
        select(lessons.c.assignment_id, func.max(lessons.c.n).label("n"), func.max(lessons.c.held_on).label("held_on"))
        .group_by(lessons.c.assignment_id)
        .subquery("total")
    )
    last = (
        select(lessons.c.assignment_id, Mark.student_id, func.max(lessons.c.n).label("n"))
        .join(Mark, Mark.lesson_id == lessons.c.lesson_id)
        .group_by(lessons.c.assignment_id, Mark.student_id)
        .cte("last_asked")
    )
    missed = (
        select(lessons.c.assignment_id, Absence.student_id, func.count(Absence.id).label("count"))
        .join(Absence, Absence.lesson_id == lessons.c.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .outerjoin(last, and_(last.c.assignment_id == lessons.c.assignment_id, last.c.student_id == Absence.student_id))
        .where(AbsenceReason.is_absence, lessons.c.n > func.coalesce(last.c.n, 0))
        .group_by(lessons.c.assignment_id, Absence.student_id)
        .subquery("missed_since")
    )
    idle = total.c.n - func.coalesce(last.c.n, 0) - func.coalesce(missed.c.count, 0)
    columns = of_journal(student=Enrolment.student_id, since=total.c.held_on, amount=idle)
    mine = (TeachingAssignment.id, Enrolment.student_id)
    return (
        with_pupils(journals(asked, *columns), asked.today)
        .join(total, total.c.assignment_id == TeachingAssignment.id)
        .outerjoin(last, and_(last.c.assignment_id == mine[0], last.c.student_id == mine[1]))
        .outerjoin(missed, and_(missed.c.assignment_id == mine[0], missed.c.student_id == mine[1]))
        .where(GradeLevel.has_marks, idle > asked.given.of("lessons"), Enrolment.starts_on <= asked.year.begins_on)
    )


CHECK = Check(
    "not-asked",
    N_("Pupil long without a mark"),
    N_("Lessons that the pupil attended since the last mark; lessons missed don't count."),
    "flaw",
    N_("attended lessons without a mark: %(amount)s"),
    "journal",
    find,
    (Parameter("lessons", N_("Lessons without a mark, at most"), 5, 1, 60),),
    order=70,
)
