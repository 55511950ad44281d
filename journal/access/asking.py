"""Who asks, and when: binds of the policy's conditions, whose values are read when a statement runs."""

from collections.abc import Callable
from contextvars import ContextVar

from sqlalchemy import Date, DateTime, Integer, bindparam

from journal.access.actor import Actor
from journal.kit import clock

acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
"""Who runs the present statement; the session sets it before each."""


def _id(kind: str) -> Callable[[], int]:
    def value() -> int:
        actor = acting.get()
        return getattr(actor, kind) if actor else 0

    return value


ACCOUNT = bindparam("acting_account", callable_=_id("account_id"), type_=Integer)
STAFF = bindparam("acting_staff", callable_=_id("staff_id"), type_=Integer)
STUDENT = bindparam("acting_student", callable_=_id("student_id"), type_=Integer)
GUARDIAN = bindparam("acting_guardian", callable_=_id("guardian_id"), type_=Integer)
NOW = bindparam("acting_now", callable_=lambda: clock.now(), type_=DateTime(timezone=True))
TODAY = bindparam("acting_today", callable_=lambda: clock.today(), type_=Date)
