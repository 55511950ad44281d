"""The remarks on a teacher's journals, with an answer to each."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.access.actor import Role
from journal.schema.control import REMARK_STATES
from journal.services.control import remarks
from journal.services.refusals import Invalid
from journal.web import database
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import Screen
from journal.web.session import actor

screen = Screen("remarks", __name__, url_prefix="/remarks")
TEACHERS = frozenset({Role.TEACHER})


@screen.page("/", to=TEACHERS)
def index() -> str:
    """What has been remarked on."""
    person = actor()
    assert person is not None
    return render_template("remarks/index.html", rows=remarks.of_teacher(current(), person.staff_id), states=REMARK_STATES)


@screen.page("/<int:remark_id>/answer", to=TEACHERS, methods=("POST",))
def answer(remark_id: int) -> Any:
    """Answer a remark."""
    try:
        with unit_of_work() as session:
            remarks.answer(session, remark_id, request.form.get("answer", "")[:1000])
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(_("The answer is written."), "ok")
    return redirect(url_for("remarks.index"))


@screen.page("/look", to=TEACHERS, methods=("POST",))
def look() -> Any:
    """Look whether what was remarked on is mended."""
    person = actor()
    assert person is not None
    closed = remarks.settle(database.engine(), person.staff_id)
    if closed:
        flash(ngettext("%(num)d remark closed itself.", "%(num)d remarks closed themselves.", closed), "ok")
    else:
        flash(_("What the remarks speak of is not mended yet."), "bad")
    return redirect(url_for("remarks.index"))
