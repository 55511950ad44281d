"""A day off takes its lessons away, and gives them back when it goes."""

from datetime import timedelta

from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import Holiday
from journal.services.records import then
from journal.services.timetable import laying


@then(Holiday)
def _relay(session: PolicySession, holiday: Holiday, _: str) -> None:
    since = max(holiday.begins_on, clock.today())
    if holiday.ends_on + timedelta(days=1) > since:
        laying.lay(session, since)
