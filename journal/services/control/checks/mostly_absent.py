"""A pupil missed most lessons of a subject in a period."""

from typing import Any

from sqlalchemy import Select, and_, func, select

from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, Enrolment, GradingPeriod, Lesson, SchoolClass, TeachingAssignment
from journal.services.control.check import Asked, Check, Parameter, of_journal
from journal.services.control.rows import journals, lessons_by_period, with_periods


def find(asked: Asked) -> Select[Any]:
    """Pupils whose missed lessons are more than so many hundredths of those held."""
    lessons = lessons_by_period(asked)
    missed = (
        select(
            Absence.assignment_id.label("assignment_id"),
            Absence.student_id.label("student_id"),
            GradingPeriod.id.label("period_id"),
            func.count(Absence.id).label("count"),
            func.max(Lesson.held_on).label("last_on"),
        )
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .join(GradingPeriod, and_(GradingPeriod.begins_on <= Lesson.held_on, GradingPeriod.ends_on >= Lesson.held_on))
        .where(AbsenceReason.is_absence, GradingPeriod.academic_year_id == asked.year.id, GradingPeriod.kind != "year")
        .group_by(Absence.assignment_id, Absence.student_id, GradingPeriod.id)
        .subquery("missed")
    )
    columns = of_journal(student=missed.c.student_id, period=GradingPeriod.id, since=missed.c.last_on, amount=missed.c.count)
    return (
        with_periods(journals(asked, *columns), asked)
        .join(lessons, and_(lessons.c.assignment_id == TeachingAssignment.id, lessons.c.period_id == GradingPeriod.id))
        .join(missed, and_(missed.c.assignment_id == TeachingAssignment.id, missed.c.period_id == GradingPeriod.id))
        .join(
            Enrolment,
            and_(
                Enrolment.student_id == missed.c.student_id,
                Enrolment.school_class_id == SchoolClass.id,
                Enrolment.ends_on.is_(None) | (Enrolment.ends_on >= missed.c.last_on),
                Enrolment.starts_on <= missed.c.last_on,
            ),
        )
        .where(
            lessons.c.count >= asked.given.of("lessons"), missed.c.count * 100 > lessons.c.count * asked.given.of("share")
        )
    )


CHECK = Check(
    "mostly-absent",
    N_("Most lessons missed"),
    N_("More than two thirds of the lessons of a subject in a period were missed: a mark can hardly be given."),
    "flaw",
    N_("lessons missed: %(amount)s"),
    "journal",
    find,
    (
        Parameter("share", N_("Lessons missed, per cent"), 67, 1, 100),
        Parameter("lessons", N_("Lessons held, at least"), 6, 1, 100),
    ),
    order=140,
)
