"""A document gives the absences of its dates their reason, and goes on doing so for those entered later.

Only an absence without a reason (the default one) is touched; a reason set by hand stays. `Absence.document_id` says by
which document a reason came, so that the absence loses the reason when the document goes or its dates change.
"""

from sqlalchemy import or_, select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Absence, AbsenceReason, ExcuseDocument, Lesson
from journal.services import records
from journal.services.class_room import years
from journal.services.records import before_delete, derives, then
from journal.services.refusals import Invalid, said
from journal.services.rules import rule


@rule(ExcuseDocument)
def _is_likely(session: PolicySession, document: ExcuseDocument, act: str) -> None:
    """The reason is a real one, and the days are school days of some year."""
    if act == "delete":
        return
    reason = session.get(AbsenceReason, document.reason_id)
    if reason is None or reason.is_default or not reason.is_absence:
        raise Invalid({"reason_id": said(N_("A document says why the pupil was absent: choose such a reason."))})
    years.require_in_any(session, begins_on=document.begins_on, ends_on=document.ends_on)


@derives(Absence)
def _covered(session: PolicySession, absence: Absence) -> None:
    """An absence without a reason on a day of a document takes the document's reason."""
    if absence.lesson_id is None or absence.reason_id is None:
        return
    document = session.scalar(
        select(ExcuseDocument)
        .join(Lesson, Lesson.id == absence.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == absence.reason_id)
        .where(ExcuseDocument.student_id == absence.student_id, AbsenceReason.is_default)
        .where(ExcuseDocument.id.not_in(_going(session)))
        .where(ExcuseDocument.begins_on <= Lesson.held_on, ExcuseDocument.ends_on >= Lesson.held_on)
        .order_by(ExcuseDocument.id.desc())
        .limit(1)
    )
    if document is not None:
        absence.reason_id, absence.document_id = document.reason_id, document.id


@then(ExcuseDocument)
def _spread(session: PolicySession, document: ExcuseDocument, act: str) -> None:
    """Bring the absences of the document's dates, and those that had its reason, to what it says now."""
    if act == "delete":
        return
    rows = session.execute(
        select(Absence, Lesson.held_on, AbsenceReason.is_default)
        .join(Lesson, Lesson.id == Absence.lesson_id)
        .join(AbsenceReason, AbsenceReason.id == Absence.reason_id)
        .where(Absence.student_id == document.student_id)
        .where(
            or_(
                Absence.document_id == document.id,
                AbsenceReason.is_default & Lesson.held_on.between(document.begins_on, document.ends_on),
            )
        )
    ).all()
    plain = _default(session)
    for absence, on, _ in rows:
        if document.begins_on <= on <= document.ends_on:
            records.change(session, absence, {"reason_id": document.reason_id, "document_id": document.id})
        elif plain is not None:
            records.change(session, absence, {"reason_id": plain, "document_id": None})


@before_delete(ExcuseDocument)
def _take_back(session: PolicySession, document: ExcuseDocument) -> None:
    """The absences that had their reason from the document have none again, or that of another document of the day."""
    plain = _default(session)
    _going(session).add(document.id)
    for absence in session.scalars(select(Absence).where(Absence.document_id == document.id)).all():
        if plain is not None:
            records.change(session, absence, {"reason_id": plain, "document_id": None})


def _going(session: PolicySession) -> set[int]:
    """Documents that are being deleted in this transaction: they excuse nothing any more."""
    going: set[int] = session.info.setdefault("documents_going", set())
    return going


def _default(session: PolicySession) -> int | None:
    return session.scalar(select(AbsenceReason.id).where(AbsenceReason.is_default).limit(1))
