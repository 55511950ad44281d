"""Who came and who left: read off the enrolments; a move inside the school is told apart."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from journal.access.session import PolicySession
from journal.schema import AcademicYear, Enrolment, GradeLevel, SchoolClass, Student
from journal.services.refusals import said
from journal.services.reports.document import Column, Table

ARRIVED, LEFT, MOVED = said("arrived"), said("left"), said("moved|student")


def table(session: PolicySession, since: date, until: date, class_ids: Collection[int]) -> Table:
    """Arrivals, departures and moves between two dates, by date. Enrolments of the year's first day are no arrivals."""
    rows = sorted(_rows(session, since, until, class_ids), key=lambda row: (row[0], row[1]))
    head = [
        Column(said("Date"), "date", 11),
        Column(said("Student"), "text", 28),
        Column(said("What"), "text", 10),
        Column(said("Class"), "text", 8),
        Column(said("From or to"), "text", 10),
        Column(said("Order"), "text", 16),
    ]
    return Table(head, rows, title=said("Movement of students"), empty=said("Nobody came or left."))


def _rows(session: PolicySession, since: date, until: date, class_ids: Collection[int]) -> list[list[Any]]:
    before, after = aliased(Enrolment), aliased(Enrolment)
    from_class, to_class = aliased(SchoolClass), aliased(SchoolClass)
    found = session.execute(
        select(
            Enrolment, Student.last_name, Student.first_name, SchoolClass.name, AcademicYear, from_class.name, to_class.name
        )
        .join(Student, Student.id == Enrolment.student_id)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .join(GradeLevel, GradeLevel.id == SchoolClass.grade_level_id)
        .join(AcademicYear, AcademicYear.id == SchoolClass.academic_year_id)
        .outerjoin(
            before,
            (before.student_id == Enrolment.student_id)
            & (before.ends_on < Enrolment.starts_on)
            & (before.id != Enrolment.id)
            & (before.ends_on >= AcademicYear.begins_on),
        )
        .outerjoin(
            after,
            (after.student_id == Enrolment.student_id)
            & (after.starts_on > Enrolment.ends_on)
            & (after.id != Enrolment.id)
            & (after.starts_on <= AcademicYear.ends_on),
        )
        .outerjoin(from_class, from_class.id == before.school_class_id)
        .outerjoin(to_class, to_class.id == after.school_class_id)
        .where(Enrolment.school_class_id.in_(list(class_ids)))
        .where(
            or_(
                (Enrolment.starts_on >= since) & (Enrolment.starts_on <= until),
                (Enrolment.ends_on >= since) & (Enrolment.ends_on <= until),
            )
        )
    )
    rows: dict[tuple[Any, ...], list[Any]] = {}
    for one, last, first, name, year, came_from, went_to in found:
        student = f"{last} {first}"
        if since <= one.starts_on <= until and one.starts_on > year.begins_on:
            what = MOVED if came_from else ARRIVED
            rows[one.id, "in"] = [one.starts_on, student, what, name, came_from and f"← {came_from}", one.order_in]
        leaves = one.ends_on is not None and since <= one.ends_on <= until and one.ends_on < year.ends_on
        if leaves and not went_to:
            rows[one.id, "out"] = [one.ends_on, student, LEFT, name, None, one.order_out]
    return list(rows.values())
