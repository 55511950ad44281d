"""The plan is behind the calendar."""

from typing import Any

from sqlalchemy import Select, and_, func, select

from journal.kit.text import N_
from journal.schema import Lesson, PlannedLesson, SchemeOfWork, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals


def find(asked: Asked) -> Select[Any]:
    """Journals whose calendar (cancelled lessons too) is more hours ahead than the rows of the plan that were taken."""
    due = (
        select(
            Lesson.assignment_id.label("assignment_id"),
            func.count(Lesson.id).label("hours"),
            func.max(Lesson.held_on).label("last_on"),
        )
        .where(Lesson.held_on >= asked.year.begins_on, Lesson.held_on < asked.today)
        .group_by(Lesson.assignment_id)
        .subquery("due")
    )
    taken = (
        select(SchemeOfWork.assignment_id.label("assignment_id"), PlannedLesson.id, PlannedLesson.hours.label("hours"))
        .join(PlannedLesson, PlannedLesson.scheme_of_work_id == SchemeOfWork.id)
        .join(Lesson, and_(Lesson.planned_lesson_id == PlannedLesson.id, Lesson.assignment_id == SchemeOfWork.assignment_id))
        .where(~Lesson.is_cancelled, Lesson.held_on < asked.today)
        .distinct()
        .subquery("taken")
    )
    done = (
        select(taken.c.assignment_id, func.sum(taken.c.hours).label("hours"))
        .group_by(taken.c.assignment_id)
        .subquery("done")
    )
    bound = select(SchemeOfWork.assignment_id).where(SchemeOfWork.assignment_id.is_not(None))
    behind = due.c.hours - func.coalesce(done.c.hours, 0)
    columns = of_journal(since=due.c.last_on, amount=behind)
    return (
        journals(asked, *columns)
        .join(due, due.c.assignment_id == TeachingAssignment.id)
        .outerjoin(done, done.c.assignment_id == TeachingAssignment.id)
        .where(TeachingAssignment.id.in_(bound), behind > asked.given.of("hours"))
    )


CHECK = Check(
    "plan-behind",
    N_("Scheme of work behind the calendar"),
    N_("Hours of the timetable so far, cancelled lessons too, less the hours of the plan that lessons have taken."),
    "flaw",
    N_("hours behind: %(amount)s"),
    "plan",
    find,
    (Parameter("hours", N_("Hours behind, at most"), 4, 0, 60),),
    order=160,
)
