"""Who is in a lesson: the pupils of the class, or of the subgroup, on its date."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from journal.schema import Enrolment, Lesson, Student, SubgroupMember, TeachingAssignment


def covers(starts: Any, ends: Any, on: Any) -> ColumnElement[bool]:
    """Whether a span that may be open holds a date."""
    return and_(starts <= on, or_(ends.is_(None), ends >= on))


def overlaps(starts: Any, ends: Any, since: date, until: date) -> ColumnElement[bool]:
    """Whether a span that may be open meets another."""
    return and_(starts <= until, or_(ends.is_(None), ends >= since))


def in_lesson() -> ColumnElement[bool]:
    """Whether `Student` is in `Lesson`: enrolled on its date, and a member if the assignment is a subgroup's."""
    subgroup = select(TeachingAssignment.subgroup_id).where(TeachingAssignment.id == Lesson.assignment_id).scalar_subquery()
    enrolled = exists().where(
        Enrolment.student_id == Student.id,
        Enrolment.school_class_id == Lesson.school_class_id,
        covers(Enrolment.starts_on, Enrolment.ends_on, Lesson.held_on),
    )
    member = exists().where(
        SubgroupMember.student_id == Student.id,
        SubgroupMember.subgroup_id == subgroup,
        covers(SubgroupMember.starts_on, SubgroupMember.ends_on, Lesson.held_on),
    )
    return and_(enrolled, or_(subgroup.is_(None), member))
