"""The short lists that forms and filters offer: classes and teachers of a year, each with its name."""

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import short_name
from journal.schema import AcademicYear, GradeLevel, SchoolClass, Staff, TeachingAssignment

Pairs = list[tuple[int, str]]
"""Ids with names, in the order that people expect."""


def classes(session: PolicySession, year: AcademicYear | None, *, led_by: int | None = None) -> Pairs:
    """The classes of a year, or those that a person leads."""
    asked = (
        select(SchoolClass.id, SchoolClass.name)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .where(SchoolClass.academic_year_id == (year.id if year else 0))
        .order_by(GradeLevel.number, SchoolClass.letter)
    )
    if led_by is not None:
        asked = asked.where(SchoolClass.class_teacher_id == led_by)
    return [(row[0], row[1]) for row in session.execute(asked)]


def teachers(session: PolicySession, year: AcademicYear | None, *, only: int | None = None) -> Pairs:
    """Who teaches in a year, or one of them."""
    own = select(TeachingAssignment.staff_id).join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
    asked = (
        select(Staff.id, Staff.last_name, Staff.first_name, Staff.middle_name)
        .where(Staff.id.in_(own.where(SchoolClass.academic_year_id == (year.id if year else 0))))
        .order_by(Staff.last_name, Staff.first_name, Staff.id)
    )
    if only is not None:
        asked = asked.where(Staff.id == only)
    return [(row[0], short_name(row[1], row[2], row[3])) for row in session.execute(asked)]
