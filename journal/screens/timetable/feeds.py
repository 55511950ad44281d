"""The lessons in a person's own calendar program: a secret address, made and revoked on one page."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from journal.screens.timetable.routes import screen
from journal.services.refusals import Missing
from journal.services.timetable import feed
from journal.web.database import current, engine, unit_of_work
from journal.web.screen import ANYBODY, SIGNED_IN


@screen.page("/calendar", to=SIGNED_IN)
def calendar() -> str:
    """Whether the person has an address, and how to make one."""
    return render_template("timetable/calendar.html", found=feed.own(current()), address="")


@screen.page("/calendar/new", to=SIGNED_IN, methods=("POST",))
def new_feed() -> Any:
    """Make an address; it is shown this once."""
    with unit_of_work() as session:
        key = feed.make(session)
    address = url_for("timetable.ics", key=key, _external=True)
    return render_template("timetable/calendar.html", found=feed.own(current()), address=address)


@screen.page("/calendar/revoke", to=SIGNED_IN, methods=("POST",))
def revoke_feed() -> Any:
    """End the address."""
    with unit_of_work() as session:
        feed.revoke(session)
    flash(_("The address opens nothing any more."), "ok")
    return redirect(url_for("timetable.calendar"))


@screen.page("/calendar/<key>.ics", to=ANYBODY)
def ics(key: str) -> Response:
    """The lessons behind a secret address: whoever knows it reads them, and nothing else."""
    body = feed.of_key(engine(), key, ZoneInfo(current_app.config["JOURNAL"].zone)) if len(key) <= 64 else None
    if body is None:
        raise Missing
    return Response(body, mimetype="text/calendar", headers={"Cache-Control": "private, max-age=900"})
