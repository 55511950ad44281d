"""Spans of time that move with today: what «this week» of a filter means."""

from datetime import date, timedelta

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import GradingPeriod
from journal.services import calendar

SPANS = {
    "today": N_("today"),
    "yesterday": N_("yesterday"),
    "week": N_("this week"),
    "last7": N_("last 7 days"),
    "last30": N_("last 30 days"),
    "next7": N_("next 7 days"),
    "month": N_("this month"),
    "period": N_("this quarter (grading period)"),
    "year": N_("this academic year"),
}


def span(session: PolicySession, code: str) -> tuple[date, date] | None:
    """The first and the last day, or None where the calendar has no such span today."""
    today = clock.today()
    monday, first = calendar.monday(today), today.replace(day=1)
    if code == "period":
        return _period(session, today)
    if code == "year":
        year = calendar.current_year(session)
        return (year.begins_on, year.ends_on) if year is not None else None
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1),) * 2,
        "week": (monday, monday + timedelta(days=6)),
        "last7": (today - timedelta(days=6), today),
        "last30": (today - timedelta(days=29), today),
        "next7": (today + timedelta(days=1), today + timedelta(days=7)),
        "month": (first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)),
    }[code]


def _period(session: PolicySession, today: date) -> tuple[date, date] | None:
    """Of the periods that hold today the shortest: a quarter before a half-year; in the holidays none."""
    found = session.scalars(
        select(GradingPeriod).where(
            GradingPeriod.begins_on <= today, GradingPeriod.ends_on >= today, GradingPeriod.kind != "year"
        )
    )
    spans = [(each.begins_on, each.ends_on) for each in found]
    return min(spans, key=lambda ends: ends[1] - ends[0], default=None)
