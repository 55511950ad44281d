"""Many marks of earlier days are changed under one login in one day."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account, Lesson, TrailEntry
from journal.services import settings
from journal.services.alerts.unusual import Doing, Unusual


def look(session: PolicySession, since: datetime) -> Iterator[Doing]:
    """Counts from the beginning of today; what the setting allows is a teacher who catches up."""
    today = clock.today()
    most = settings.whole(session, "old_marks_a_day")
    count, first = func.count(TrailEntry.id), func.min(TrailEntry.happened_at)
    found = session.execute(
        select(TrailEntry.account_id, count, first, func.max(TrailEntry.sign_in_id))
        .join(Account, Account.id == TrailEntry.account_id)
        .join(Lesson, Lesson.id == TrailEntry.lesson_id)
        .where(
            TrailEntry.happened_at >= clock.day_begins_at(today),
            TrailEntry.entity.in_(["Mark", "FinalMark"]),
            TrailEntry.act.in_(["change", "delete"]),
            Lesson.held_on < today,
            Account.staff_id.is_not(None),
        )
        .group_by(TrailEntry.account_id)
        .having(count > most)
    )
    for account_id, number, began, sign_in_id in found:
        yield Doing(account_id or 0, f"old-marks:{account_id}:{today}", began, {"count": number}, sign_in_id)


RULE = Unusual(
    "old-marks",
    N_("Many changes of old marks"),
    N_("%(count)s marks of earlier days were changed in one day."),
    look=look,
)
