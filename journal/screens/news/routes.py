"""The list of news, and the choice of what is told and how often."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.schema import Student
from journal.schema.messages import MAILINGS, NEWS
from journal.screens.news.words import line
from journal.services import mail, titles
from journal.services.news import reading
from journal.services.refusals import Invalid
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import SIGNED_IN, Screen, own_path
from journal.web.session import actor

screen = Screen("news", __name__, url_prefix="/news")


@screen.page("/", to=SIGNED_IN)
def index() -> str:
    """What is new, the unread first."""
    rows = reading.listed(current())
    names = titles.many(current(), Student, (row.student_id for row in rows))
    return render_template("news/index.html", rows=rows, names=names, line=line, many=len(names) > 1, kinds=NEWS)


@screen.page("/<int:notification_id>", to=SIGNED_IN, methods=("POST",))
def follow(notification_id: int) -> Any:
    """Open what a piece of news is about; it is read then."""
    with unit_of_work() as session:
        address = reading.open_one(session, notification_id).address
    return redirect(own_path(address))


@screen.page("/read", to=SIGNED_IN, methods=("POST",))
def read_all() -> Any:
    """Everything is read."""
    with unit_of_work() as session:
        reading.read_all(session)
    return redirect(url_for("news.index"))


@screen.page("/choices", to=SIGNED_IN, methods=("GET", "POST"))
def choices() -> Any:
    """What is listed, and what is told by e-mail how often."""
    if request.method == "POST":
        kinds = reading.kinds(current())
        wanted = {kind: (f"listed-{kind}" in request.form, request.form.get(f"mail-{kind}", "never")) for kind in kinds}
        try:
            with unit_of_work() as session:
                reading.choose(session, wanted)
        except Invalid as invalid:
            flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
        else:
            flash(_("Saved."), "ok")
        return redirect(url_for("news.choices"))
    return render_template(
        "news/choices.html",
        choices=reading.choices(current()),
        kinds=NEWS,
        mailings=MAILINGS,
        address=reading.own_address(current()),
        posts=mail.is_on(current_app.config["JOURNAL"]),
    )


@screen.app_context_processor
def _in_templates() -> dict[str, Any]:
    person = actor()
    return {"news_count": person.news if person else 0}
