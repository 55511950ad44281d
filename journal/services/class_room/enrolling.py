"""Arrivals, departures and moves of pupils: each with a date and an order; what was stays as it was."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Absence, Enrolment, Lesson, Mark, SchoolClass, Student, Subgroup, SubgroupMember
from journal.services import records
from journal.services.class_room import years
from journal.services.refusals import Invalid, Missing, said


def arrive(session: PolicySession, class_id: int, person: Mapping[str, Any] | int, on: date, order: str) -> Student:
    """A pupil comes into a class: a new one by the fields of a person, or one who was at the school, by id."""
    _, year = years.of_class(session, class_id)
    years.require_inside(year, on=on)
    _require_order(order)
    if isinstance(person, int):
        student = session.get(Student, person)
        if student is None:
            raise Missing
    else:
        student = records.create(session, Student, person)
    if _open(session, student.id) is not None:
        raise Invalid({"student_id": said(N_("This pupil is in a class already: that is a move."))})
    _require_no_overlap(session, student.id, on)
    enrolment = {"student_id": student.id, "school_class_id": class_id, "starts_on": on, "order_in": order.strip()}
    records.create(session, Enrolment, enrolment)
    return student


def leave(session: PolicySession, student_id: int, class_id: int, on: date, order: str) -> None:
    """A pupil leaves the school; `on` is the last day in the class."""
    enrolment = _require_open(session, student_id, class_id)
    _, year = years.of_class(session, class_id)
    years.require_inside(year, on=on)
    _require_order(order)
    _end(session, enrolment, on, order)


def move(session: PolicySession, student_id: int, class_id: int, to_class_id: int, on: date, order: str) -> None:
    """A pupil moves to another class; `on` is the first day there."""
    enrolment = _require_open(session, student_id, class_id)
    _, year = years.of_class(session, class_id)
    target, _ = years.of_class(session, to_class_id)
    if target.id == class_id or target.academic_year_id != year.id:
        raise Invalid({"to_class_id": said(N_("Choose another class of the same year."))})
    years.require_inside(year, on=on)
    _require_order(order)
    if on <= enrolment.starts_on:
        raise Invalid({"on": said(N_("The pupil came on %(day)s: a move is later."), day=enrolment.starts_on)})
    _end(session, enrolment, on - timedelta(days=1), order)
    values = {"student_id": student_id, "school_class_id": target.id, "starts_on": on, "order_in": order.strip()}
    records.create(session, Enrolment, values)


def without_class(session: PolicySession) -> list[tuple[int, str]]:
    """Pupils who were at the school and are in no class now, by name: whom the person may see of them."""
    present = select(Enrolment.student_id).where(Enrolment.ends_on.is_(None))
    rows = session.execute(
        select(Student.id, Student.last_name, Student.first_name, Student.middle_name)
        .where(Student.id.not_in(present))
        .order_by(Student.last_name, Student.first_name, Student.id)
        .limit(300)
    )
    return [(row[0], " ".join(part for part in row[1:] if part)) for row in rows]


def history(session: PolicySession, student_id: int) -> list[tuple[Enrolment, str]]:
    """Every class that a pupil was in, the newest first."""
    rows = session.execute(
        select(Enrolment, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == Enrolment.school_class_id)
        .where(Enrolment.student_id == student_id)
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def _require_order(order: str) -> None:
    if not order.strip():
        raise Invalid({"order": said(N_("Number and date of the order are needed."))})


def _open(session: PolicySession, student_id: int) -> Enrolment | None:
    return session.scalar(select(Enrolment).where(Enrolment.student_id == student_id, Enrolment.ends_on.is_(None)))


def _require_open(session: PolicySession, student_id: int, class_id: int) -> Enrolment:
    found = _open(session, student_id)
    if found is None or found.school_class_id != class_id:
        raise Missing
    return found


def _require_no_overlap(session: PolicySession, student_id: int, on: date) -> None:
    last = session.scalar(
        select(Enrolment.ends_on)
        .where(Enrolment.student_id == student_id, Enrolment.ends_on >= on)
        .order_by(Enrolment.ends_on.desc())
        .limit(1)
    )
    if last is not None:
        raise Invalid({"on": said(N_("The pupil was in a class until %(day)s."), day=last)})


def _end(session: PolicySession, enrolment: Enrolment, last_on: date, order: str) -> None:
    """End an enrolment and the memberships of the class's subgroups. Refused where the journal says the pupil was there."""
    if last_on < enrolment.starts_on:
        raise Invalid({"on": said(N_("The pupil came on %(day)s: the last day is not earlier."), day=enrolment.starts_on)})
    later = _written_after(session, enrolment, last_on)
    if later is not None:
        raise Invalid(
            {"on": said(N_("The journal has marks or absences of the pupil on %(day)s: choose a later day."), day=later)}
        )
    records.change(session, enrolment, {"ends_on": last_on, "order_out": order.strip()})
    members = session.scalars(
        select(SubgroupMember)
        .join(Subgroup, Subgroup.id == SubgroupMember.subgroup_id)
        .where(Subgroup.school_class_id == enrolment.school_class_id, SubgroupMember.student_id == enrolment.student_id)
        .where(or_(SubgroupMember.ends_on.is_(None), SubgroupMember.ends_on > last_on))
    ).all()
    for member in members:
        if member.starts_on > last_on:
            records.delete(session, member)
        else:
            records.change(session, member, {"ends_on": last_on})


def _written_after(session: PolicySession, enrolment: Enrolment, last_on: date) -> date | None:
    """The last day after the departure on which something is written about the pupil in a journal of the class."""
    days = []
    for entity in (Mark, Absence):
        days.append(
            session.scalar(
                select(Lesson.held_on)
                .join(entity, entity.lesson_id == Lesson.id)
                .where(entity.student_id == enrolment.student_id, Lesson.held_on > last_on)
                .where(Lesson.school_class_id == enrolment.school_class_id)
                .order_by(Lesson.held_on.desc())
                .limit(1)
            )
        )
    return max((on for on in days if on is not None), default=None)
