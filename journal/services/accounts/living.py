"""Who may have a session at all: an account lives as long as the work, the enrolment, or a child's enrolment."""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from journal.access.asking import TODAY
from journal.access.session import PolicySession
from journal.schema import Account, Enrolment, Guardianship, Staff


def condition(account: Any) -> ColumnElement[bool]:
    """The accounts that are active and whose person still works or learns here; `account` are the columns."""
    staff, tie, enrolment = Staff.__table__.c, Guardianship.__table__.c, Enrolment.__table__.c
    learns = or_(enrolment.ends_on.is_(None), enrolment.ends_on >= TODAY)
    works = exists().where(staff.id == account.staff_id, or_(staff.left_on.is_(None), staff.left_on >= TODAY))
    enrolled = exists().where(enrolment.student_id == account.student_id, learns)
    has_child = exists().where(tie.guardian_id == account.guardian_id, enrolment.student_id == tie.student_id, learns)
    found: ColumnElement[bool] = account.is_active & or_(
        account.staff_id.is_not(None) & works,
        account.student_id.is_not(None) & enrolled,
        account.guardian_id.is_not(None) & has_child,
        account.staff_id.is_(None) & account.student_id.is_(None) & account.guardian_id.is_(None),
    )
    return found


def may_enter(session: PolicySession, account: Account) -> bool:
    """Whether this account may have a session today."""
    return session.scalar(select(Account.id).where(Account.id == account.id, condition(Account))) is not None
