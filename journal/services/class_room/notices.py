"""Absences that families announce: the class teacher accepts them, teachers see them when they call the roll."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AbsenceNotice, AbsenceReason, Account, Enrolment, ExcuseDocument, Student
from journal.services import records
from journal.services.class_room import years
from journal.services.membership import covers
from journal.services.refusals import Invalid, Missing, said
from journal.services.rules import rule


@dataclass(frozen=True)
class Announced:
    """A notice with its names."""

    row: AbsenceNotice
    student: str
    letter: str
    reason: str
    by: str


@rule(AbsenceNotice)
def _may_be(session: PolicySession, notice: AbsenceNotice, act: str) -> None:
    """A family announces what is to come and takes back what nobody has answered."""
    family = isinstance(session.principal, Actor) and not session.principal.has(Role.CLASS_TEACHER, Role.ADMINISTRATOR)
    if family and act != "create" and notice.state != "open":
        raise Invalid({"": said(N_("The class teacher has answered already: write a message."))})
    if act == "delete":
        return
    reason = session.get(AbsenceReason, notice.reason_id)
    if reason is None or reason.is_default or not reason.is_absence:
        raise Invalid({"reason_id": said(N_("Choose one of the list."))})
    years.require_in_any(session, begins_on=notice.begins_on, ends_on=notice.ends_on)
    if family and act == "create" and notice.ends_on < clock.today():
        raise Invalid({"ends_on": said(N_("These days are over: bring the document to the class teacher."))})


def announce(session: PolicySession, student_id: int, values: dict[str, Any]) -> AbsenceNotice:
    """Announce an absence of a pupil. Raises `Missing`, `Invalid`."""
    if session.get(Student, student_id) is None:
        raise Missing
    same = session.scalar(
        select(AbsenceNotice.id).where(
            AbsenceNotice.student_id == student_id,
            AbsenceNotice.begins_on == values["begins_on"],
            AbsenceNotice.ends_on == values["ends_on"],
            AbsenceNotice.state != "declined",
        )
    )
    if same is not None:
        raise Invalid({"": said(N_("This absence is announced already."))})
    return records.create(session, AbsenceNotice, {"student_id": student_id, **values})


def take_back(session: PolicySession, notice_id: int) -> None:
    """The family takes a notice back. Raises `Missing`, `Invalid`."""
    records.delete(session, _get(session, notice_id))


def accept(session: PolicySession, notice_id: int) -> ExcuseDocument:
    """The class teacher accepts: absences of these days get the reason, those entered already and those to come."""
    notice = _get(session, notice_id)
    if notice.state == "accepted":
        raise Invalid({"": said(N_("This is answered already."))})
    records.change(session, notice, {"state": "accepted", "answer": None})
    names = ("student_id", "reason_id", "begins_on", "ends_on")
    return records.create(session, ExcuseDocument, {name: getattr(notice, name) for name in names})


def decline(session: PolicySession, notice_id: int, answer: str) -> None:
    """The class teacher does not accept, and says why. Raises `Missing`, `Invalid`."""
    notice = _get(session, notice_id)
    if notice.state != "open":
        raise Invalid({"": said(N_("This is answered already."))})
    if not answer.strip():
        raise Invalid({"answer": said(N_("Say to the parents why."))})
    records.change(session, notice, {"state": "declined", "answer": answer.strip()})


def _get(session: PolicySession, notice_id: int) -> AbsenceNotice:
    found = session.get(AbsenceNotice, notice_id)
    if found is None:
        raise Missing
    return found


def listed(session: PolicySession, *conditions: Any, most: int = 100) -> list[Announced]:
    """Notices with names, the next first. One query."""
    by = Account.__table__
    name = select(by.c.name).where(by.c.id == AbsenceNotice.written_by_id).scalar_subquery()
    rows = session.execute(
        select(AbsenceNotice, Student.last_name, Student.first_name, AbsenceReason.letter, AbsenceReason.name, name)
        .join(Student, Student.id == AbsenceNotice.student_id)
        .join(AbsenceReason, AbsenceReason.id == AbsenceNotice.reason_id)
        .where(*conditions)
        .order_by(AbsenceNotice.begins_on, AbsenceNotice.id)
        .limit(most)
    )
    return [Announced(row[0], f"{row[1]} {row[2]}", row[3], row[4], row[5] or "") for row in rows]


def waiting(session: PolicySession, class_ids: Collection[int]) -> list[Announced]:
    """Notices of the classes' pupils that wait for an answer."""
    present = select(Enrolment.student_id).where(
        Enrolment.school_class_id.in_(list(class_ids)), covers(Enrolment.starts_on, Enrolment.ends_on, clock.today())
    )
    return listed(session, AbsenceNotice.student_id.in_(present), AbsenceNotice.state == "open")


def on(session: PolicySession, class_id: int, day: date) -> dict[int, tuple[str, str, bool]]:
    """Pupil -> (letter, reason, accepted) of those of a class who are said not to come on a day. One query."""
    rows = session.execute(
        select(AbsenceNotice.student_id, AbsenceReason.letter, AbsenceReason.name, AbsenceNotice.state)
        .join(AbsenceReason, AbsenceReason.id == AbsenceNotice.reason_id)
        .join(Enrolment, Enrolment.student_id == AbsenceNotice.student_id)
        .where(Enrolment.school_class_id == class_id, covers(Enrolment.starts_on, Enrolment.ends_on, day))
        .where(AbsenceNotice.begins_on <= day, AbsenceNotice.ends_on >= day, AbsenceNotice.state != "declined")
    )
    return {row[0]: (row[1], row[2], row[3] == "accepted") for row in rows}


def reasons(session: PolicySession) -> list[AbsenceReason]:
    """The reasons that a family or a document can give."""
    wanted = select(AbsenceReason).where(~AbsenceReason.is_default, AbsenceReason.is_absence)
    return list(session.scalars(wanted.order_by(AbsenceReason.position)))
