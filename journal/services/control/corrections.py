"""Requests to change what is locked: a teacher asks with a reason, the deputy unlocks that cell or lesson for some hours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import (
    Account,
    CorrectionRequest,
    GradingPeriod,
    Lesson,
    SchoolClass,
    Student,
    Subject,
    TeachingAssignment,
)
from journal.services import finals, locks, records
from journal.services.membership import in_lesson
from journal.services.refusals import Invalid, Missing, said

MOST_HOURS = 24 * 14


@dataclass(frozen=True)
class Request:
    """A request as a list shows it."""

    row: CorrectionRequest
    class_name: str
    subject: str
    held_on: date | None
    number: int | None
    period: str | None
    student: str | None
    asked_by: str | None
    decided_by: str | None

    @property
    def is_open_now(self) -> bool:
        """Whether the cell is unlocked at this moment."""
        until = self.row.open_until
        return self.row.state == "granted" and until is not None and _aware(until) > clock.now()


def _aware(moment: datetime) -> datetime:
    return clock.local(moment)


def listed(session: PolicySession, *conditions: Any, limit: int = 200) -> list[Request]:
    """Requests, the undecided and the newest first. One query."""
    asker, decider = aliased(Account), aliased(Account)
    found = session.execute(
        select(
            CorrectionRequest,
            SchoolClass.name,
            Subject.name,
            Lesson.held_on,
            Lesson.number,
            GradingPeriod.name,
            Student.last_name,
            Student.first_name,
            asker.name,
            decider.name,
        )
        .join(TeachingAssignment, TeachingAssignment.id == CorrectionRequest.assignment_id)
        .join(SchoolClass, SchoolClass.id == TeachingAssignment.school_class_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .outerjoin(Lesson, Lesson.id == CorrectionRequest.lesson_id)
        .outerjoin(GradingPeriod, GradingPeriod.id == CorrectionRequest.period_id)
        .outerjoin(Student, Student.id == CorrectionRequest.student_id)
        .outerjoin(asker, asker.id == CorrectionRequest.written_by_id)
        .outerjoin(decider, decider.id == CorrectionRequest.changed_by_id)
        .where(*conditions)
        .order_by(CorrectionRequest.state != "open", CorrectionRequest.id.desc())
        .limit(limit)
    )
    return [_request(row) for row in found]


def _request(row: Any) -> Request:
    request, class_name, subject, held_on, number, period, last, first, asked_by, decided_by = row
    student = f"{last} {first}" if last else None
    decided = decided_by if request.state != "open" else None
    return Request(request, class_name, subject, held_on, number, period, student, asked_by, decided)


def get(session: PolicySession, request_id: int) -> CorrectionRequest:
    """A request that this person may see. Raises `Missing`."""
    found = session.get(CorrectionRequest, request_id)
    if found is None:
        raise Missing
    return found


def ask(session: PolicySession, lesson_id: int, student_id: int | None, reason: str) -> CorrectionRequest:
    """Ask to unlock a lesson or one pupil's cell. Raises `Missing`, `Forbidden`, and `Invalid` when nothing is locked."""
    lesson = session.get(Lesson, lesson_id)
    if lesson is None:
        raise Missing
    if student_id is not None and not _is_in(session, lesson_id, student_id):
        raise Missing
    if not reason.strip():
        raise Invalid({"reason": said(N_("Say what is to be changed and why."))})
    if lesson.held_on > clock.today() or locks.lock(session, lesson, student_id) is None:
        raise Invalid({"": said(N_("Nothing is locked here: it can simply be changed."))})
    place = {"assignment_id": lesson.assignment_id, "lesson_id": lesson_id, "student_id": student_id}
    return _create(session, place, reason)


def ask_for_finals(session: PolicySession, assignment_id: int, period_id: int, reason: str) -> CorrectionRequest:
    """Ask to change final marks of a closed period. Raises `Missing`, `Forbidden`, and `Invalid` when it is open."""
    period = session.get(GradingPeriod, period_id)
    if period is None or session.get(TeachingAssignment, assignment_id) is None:
        raise Missing
    if not reason.strip():
        raise Invalid({"reason": said(N_("Say what is to be changed and why."))})
    if finals.lock(session, period, assignment_id) is None:
        raise Invalid({"": said(N_("Nothing is locked here: it can simply be changed."))})
    return _create(session, {"assignment_id": assignment_id, "period_id": period_id}, reason)


def _create(session: PolicySession, place: dict[str, Any], reason: str) -> CorrectionRequest:
    """The request, unless the same waits already."""
    same = [
        getattr(CorrectionRequest, name) == value if value else getattr(CorrectionRequest, name).is_(None)
        for name, value in place.items()
    ]
    waiting = select(CorrectionRequest.id).where(*same, CorrectionRequest.state == "open")
    if session.scalar(waiting.limit(1)) is not None:
        raise Invalid({"": said(N_("This has been asked already and waits for the deputy."))})
    return records.create(session, CorrectionRequest, {**place, "reason": reason.strip()})


def _is_in(session: PolicySession, lesson_id: int, student_id: int) -> bool:
    asked = (
        select(Student.id)
        .select_from(Lesson)
        .join(Student, in_lesson())
        .where(Lesson.id == lesson_id, Student.id == student_id)
    )
    return session.scalar(asked) is not None


def grant(session: PolicySession, request_id: int, hours: int, answer: str = "") -> CorrectionRequest:
    """Unlock what was asked for, for some hours."""
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid({"hours": said(N_("From %(low)s to %(high)s."), low=1, high=MOST_HOURS)})
    until = clock.now() + timedelta(hours=hours)
    return _decide(session, request_id, {"state": "granted", "open_until": until, "answer": answer.strip() or None})


def refuse(session: PolicySession, request_id: int, answer: str) -> CorrectionRequest:
    """Leave it locked, with a reason."""
    if not answer.strip():
        raise Invalid({"answer": said(N_("Say why it is refused."))})
    return _decide(session, request_id, {"state": "refused", "answer": answer.strip()})


def _decide(session: PolicySession, request_id: int, values: dict[str, Any]) -> CorrectionRequest:
    request = get(session, request_id)
    if request.state != "open":
        raise Invalid({"": said(N_("This request has been decided already."))})
    return records.change(session, request, values)
