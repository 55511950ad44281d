"""One account changed many old marks in a day."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, func, select

from journal.kit.text import N_
from journal.schema import Account, Lesson, TrailEntry
from journal.services.control.check import Asked, Check, Parameter, finding
from journal.services.control.days import days

LOOK_BACK = 60


def find(asked: Asked) -> Select[Any]:
    """Accounts by day with more changes and deletions of marks of earlier days than the threshold."""
    since = max(asked.year.begins_on, asked.today - timedelta(days=LOOK_BACK))
    calendar = days(since, asked.today, asked.year.begins_on, asked.zone, "begins_at", "ends_at")
    count = func.count(TrailEntry.id)
    return (
        select(*finding(staff=Account.staff_id, since=calendar.c.day, amount=count))
        .select_from(TrailEntry)
        .join(Account, Account.id == TrailEntry.account_id)
        .join(Lesson, Lesson.id == TrailEntry.lesson_id)
        .join(
            calendar,
            and_(calendar.c.begins_at <= TrailEntry.happened_at, calendar.c.ends_at > TrailEntry.happened_at),
        )
        .where(TrailEntry.entity.in_(["Mark", "FinalMark"]), TrailEntry.act.in_(["change", "delete"]))
        .where(Lesson.held_on < calendar.c.day, Account.staff_id.is_not(None))
        .group_by(Account.staff_id, calendar.c.day)
        .having(count > asked.given.whole("changes"))
    )


CHECK = Check(
    "mass-edits",
    N_("Many changes of old marks"),
    N_("One account changed or deleted many marks of earlier days in one day: was it the teacher?"),
    "alarm",
    N_("changes of old marks: %(amount)s"),
    "trail",
    find,
    (Parameter("changes", N_("Changes a day, at most"), 30, 1, 999),),
    order=180,
)
