"""The journal is written at night."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account, TrailEntry
from journal.services import settings
from journal.services.alerts.unusual import Doing, Unusual

WRITTEN = ("Mark", "FinalMark", "Absence", "Lesson", "Homework")


def look(session: PolicySession, since: datetime) -> Iterator[Doing]:
    """One case a login and a night; a night belongs to the day on which it begins."""
    begins, ends = (_hour(settings.value(session, name)) for name in ("night_begins_at", "night_ends_at"))
    for day in (clock.today() - timedelta(days=1), clock.today()):
        first = clock.at(day, begins)
        last = clock.at(day + timedelta(days=begins > ends), ends)
        found = session.execute(
            select(
                TrailEntry.account_id,
                func.count(TrailEntry.id),
                func.min(TrailEntry.happened_at),
                func.max(TrailEntry.sign_in_id),
            )
            .join(Account, Account.id == TrailEntry.account_id)
            .where(
                TrailEntry.happened_at >= max(first, since),
                TrailEntry.happened_at < last,
                TrailEntry.entity.in_(WRITTEN),
                Account.staff_id.is_not(None),
            )
            .group_by(TrailEntry.account_id)
        )
        for account_id, number, began, sign_in_id in found:
            yield Doing(account_id or 0, f"night:{account_id}:{day}", began, {"count": number}, sign_in_id)


def _hour(text: str) -> time:
    return time.fromisoformat(text)


RULE = Unusual("night", N_("Changes at night"), N_("%(count)s changes in the journal were made at night."), look=look)
