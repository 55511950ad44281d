"""Kinds of work: the school's, and a teacher's own where the school allows them."""

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import WorkType
from journal.services import locks, settings
from journal.services.records import derives
from journal.services.refusals import Invalid, said
from journal.services.rules import rule

ALLOWED = "1"


@derives(WorkType)
def _own(session: PolicySession, kind: WorkType) -> None:
    """What a teacher adds is the teacher's own."""
    if not locks.plans(session):
        kind.staff_id = session.actor.staff_id


@rule(WorkType)
def _where_the_school_allows(session: PolicySession, kind: WorkType, act: str) -> None:
    if act != "delete" and not locks.plans(session) and settings.value(session, "own_work_types") != ALLOWED:
        raise Invalid({"": said(N_("The school has one list of work types for all teachers."))})
