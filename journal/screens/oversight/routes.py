"""Oversight of a week or a month, its print, and the accounts that nobody uses."""

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request

from journal.access.actor import Role
from journal.kit import clock
from journal.kit.text import N_
from journal.services import settings
from journal.services.control import oversight
from journal.web.database import current
from journal.web.documents import words
from journal.web.documents.answer import TYPES, download
from journal.web.screen import Screen

screen = Screen("oversight", __name__, url_prefix="/oversight")
DIRECTOR = frozenset({Role.DIRECTOR})
screen.entry(N_("Oversight"), "index", 13, to=DIRECTOR)
SPANS = {"week": N_("week"), "month": N_("month")}


@screen.page("/", to=DIRECTOR)
def index() -> str:
    """The figures of the week or the month of a date; each opens its rows."""
    kind, since, until = _span()
    step = timedelta(days=7 if kind == "week" else 31)
    return render_template(
        "oversight/index.html",
        found=oversight.load(current(), since, until),
        kind=kind,
        spans=SPANS,
        since=since,
        until=until,
        before=since - timedelta(days=1),
        after=since + step if until < clock.today() else None,
        words=words,
    )


def _span() -> tuple[str, date, date]:
    """The week or month asked for, up to today."""
    kind = request.args.get("span", "month")
    kind = kind if kind in SPANS else "month"
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = clock.today()
    on = min(max(on, date(2000, 1, 1)), clock.today())
    if kind == "week":
        since = on - timedelta(days=on.weekday())
        return kind, since, min(since + timedelta(days=6), clock.today())
    since = on.replace(day=1)
    return kind, since, min((since + timedelta(days=32)).replace(day=1) - timedelta(days=1), clock.today())


@screen.page("/page.<kind>", to=DIRECTOR)
def file(kind: str) -> Any:
    """One page for the monthly meeting."""
    if kind not in TYPES:
        abort(404)
    _, since, until = _span()
    school = settings.value(current(), "school_name")
    return download(oversight.document(oversight.load(current(), since, until), school), kind)


@screen.page("/never-used", to=DIRECTOR)
def never_used() -> str:
    """The accounts that nobody has ever signed in with."""
    return render_template("oversight/never_used.html", rows=oversight.never_used(current()))
