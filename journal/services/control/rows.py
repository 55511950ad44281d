"""What the rules have in common: the lessons of the year, their order in a journal, who is in a journal."""

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select

from journal.schema import (
    Enrolment,
    GradeLevel,
    GradingPeriod,
    Lesson,
    Mark,
    SchoolClass,
    SubgroupMember,
    TeachingAssignment,
    WorkType,
)
from journal.services.control.check import Asked

COUNTED = ("1", "2", "3", "4", "5")


def held(asked: Asked, *columns: Any, until: ColumnElement[Any] | date) -> Select[Any]:
    """The lessons held until a date, where the rule is on. Joins journal, class, grade level, work type."""
    return (
        select(*columns)
        .select_from(Lesson)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(SchoolClass, SchoolClass.id == Lesson.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .outerjoin(WorkType, WorkType.id == Lesson.work_type_id)
        .where(SchoolClass.academic_year_id == asked.year.id, ~Lesson.is_cancelled, asked.given.on)
        .where(Lesson.held_on >= asked.year.begins_on, Lesson.held_on <= until)
    )


def ordinals(asked: Asked) -> CTE:
    """Each lesson held so far with its number `n` in its journal."""
    return (
        select(
            Lesson.id.label("lesson_id"),
            Lesson.assignment_id.label("assignment_id"),
            Lesson.held_on.label("held_on"),
            func.row_number().over(partition_by=Lesson.assignment_id, order_by=(Lesson.held_on, Lesson.number)).label("n"),
        )
        .where(~Lesson.is_cancelled, Lesson.held_on >= asked.year.begins_on, Lesson.held_on < asked.today)
        .cte("ordinals")
    )


def journals(asked: Asked, *columns: Any) -> Select[Any]:
    """The journals of the year's classes, where the rule is on."""
    return (
        select(*columns)
        .select_from(TeachingAssignment)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .where(SchoolClass.academic_year_id == asked.year.id, asked.given.on)
        .where(or_(TeachingAssignment.ends_on.is_(None), TeachingAssignment.ends_on >= asked.today))
    )


def with_pupils(statement: Select[Any], on: Any) -> Select[Any]:
    """The pupils who are in each journal on a date: of the class, or of the subgroup."""
    return (
        statement.join(Enrolment, Enrolment.school_class_id == SchoolClass.id)
        .outerjoin(
            SubgroupMember,
            and_(
                SubgroupMember.subgroup_id == TeachingAssignment.subgroup_id,
                SubgroupMember.student_id == Enrolment.student_id,
                SubgroupMember.starts_on <= on,
                or_(SubgroupMember.ends_on.is_(None), SubgroupMember.ends_on >= on),
            ),
        )
        .where(Enrolment.starts_on <= on, or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= on))
        .where(or_(TeachingAssignment.subgroup_id.is_(None), SubgroupMember.id.is_not(None)))
    )


def with_periods(statement: Select[Any], asked: Asked) -> Select[Any]:
    """The grading periods of each class, by the kind that its grade level has."""
    return statement.join(
        GradingPeriod,
        and_(GradingPeriod.academic_year_id == asked.year.id, GradingPeriod.kind == GradeLevel.period_kind),
    )


def marks_by_period(asked: Asked) -> Any:
    """How many marks each pupil has in each journal and period."""
    return (
        select(
            Mark.assignment_id.label("assignment_id"),
            Mark.student_id.label("student_id"),
            GradingPeriod.id.label("period_id"),
            func.count(Mark.id).label("count"),
        )
        .join(Lesson, Lesson.id == Mark.lesson_id)
        .join(GradingPeriod, and_(GradingPeriod.begins_on <= Lesson.held_on, GradingPeriod.ends_on >= Lesson.held_on))
        .where(GradingPeriod.academic_year_id == asked.year.id, GradingPeriod.kind != "year")
        .group_by(Mark.assignment_id, Mark.student_id, GradingPeriod.id)
        .subquery("marks_by_period")
    )


def lessons_by_period(asked: Asked) -> Any:
    """How many lessons each journal has had in each period so far."""
    return (
        select(
            Lesson.assignment_id.label("assignment_id"),
            GradingPeriod.id.label("period_id"),
            func.count(Lesson.id).label("count"),
        )
        .join(GradingPeriod, and_(GradingPeriod.begins_on <= Lesson.held_on, GradingPeriod.ends_on >= Lesson.held_on))
        .where(GradingPeriod.academic_year_id == asked.year.id, GradingPeriod.kind != "year")
        .where(~Lesson.is_cancelled, Lesson.held_on < asked.today)
        .group_by(Lesson.assignment_id, GradingPeriod.id)
        .subquery("lessons_by_period")
    )
