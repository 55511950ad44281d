"""A problem told, the own requests, the answer, and the bundle for the developers."""

import io
import json
import zipfile
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.kit import clock
from journal.schema import Account
from journal.schema.control import SUPPORT_STATES
from journal.services import attachments, support
from journal.services.refusals import Invalid, Missing, Said
from journal.web import database
from journal.web.database import current, unit_of_work
from journal.web.screen import SIGNED_IN, Screen, own_path
from journal.web.session import actor

screen = Screen("support", __name__, url_prefix="/support")
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@screen.page("/", to=SIGNED_IN)
def index() -> str:
    """The own requests; the administrator sees everybody's."""
    return render_template("support/index.html", rows=support.listed(current()), states=SUPPORT_STATES)


@screen.page("/new", to=SIGNED_IN, methods=("GET", "POST"))
def ask() -> Any:
    """Tell a problem of a page."""
    errors: dict[str, Said] = {}
    if request.method == "POST":
        given = request.files.get("picture")
        picture = given.stream.read(attachments.LARGEST + 1) if given is not None and given.filename else b""
        page, browser = own_path(request.form.get("page")), request.headers.get("User-Agent", "")
        try:
            with unit_of_work() as session:
                support.ask(session, request.form.get("text", ""), page, browser, picture)
        except Invalid as invalid:
            errors = invalid.errors
        else:
            flash(_("Thank you. The administrator has it; the answer comes as a message."), "ok")
            return redirect(page)
    typed = {"page": own_path(request.values.get("page")), "text": request.form.get("text", "")}
    return render_template("support/new.html", typed=typed, errors=errors), 422 if errors else 200


@screen.page("/<int:support_id>", to=SIGNED_IN)
def page(support_id: int) -> str:
    """One request with its answer."""
    return _page(support_id, {})


def _page(support_id: int, errors: dict[str, Said]) -> str:
    found = support.get(current(), support_id)
    asker = current().get(Account, found.account_id)
    person = actor()
    return render_template(
        "support/page.html",
        one=found,
        asker=asker.name if asker is not None else "",
        has_picture=support.has_picture(current(), support_id),
        states=SUPPORT_STATES,
        answers=person is not None and person.has(Role.ADMINISTRATOR),
        errors=errors,
        typed=request.form.get("answer", found.answer or ""),
    )


@screen.page("/<int:support_id>/picture", to=SIGNED_IN)
def picture(support_id: int) -> Response:
    """The picture that came with a request."""
    found = support.get(current(), support_id, with_picture=True)
    if not found.picture:
        raise Missing
    kind = attachments.kind_of(found.picture) or ""
    return Response(found.picture, mimetype=attachments.TYPES[kind], headers={"Cache-Control": "no-store"})


@screen.page("/<int:support_id>/answer", to=ADMINISTRATOR, methods=("POST",))
def answer(support_id: int) -> Any:
    """Answer, or put it away without an answer."""
    try:
        with unit_of_work() as session:
            if "close" in request.form:
                support.close(session, support_id)
            else:
                support.answer(session, support_id, request.form.get("answer", ""), _("Answer to your request"))
    except Invalid as invalid:
        return _page(support_id, invalid.errors), 422
    flash(_("Put away.") if "close" in request.form else _("The answer is sent."), "ok")
    return redirect(url_for("support.index"))


@screen.page("/<int:support_id>/bundle", to=ADMINISTRATOR, methods=("GET", "POST"))
def bundle(support_id: int) -> Any:
    """What goes on to the developers: looked at and changed first, saved second."""
    found = support.get(current(), support_id)
    if request.method == "POST":
        return _saved(support_id, request.form.get("text", ""))
    told = support.bundle(database.engine(), current_app.config["JOURNAL"], found)
    return render_template("support/bundle.html", one=found, text=support.as_text(told))


def _saved(support_id: int, text: str) -> Response:
    try:
        json.loads(text)
    except ValueError:
        text = json.dumps({"text": text}, ensure_ascii=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", text)
    name = f"journal-support-{support_id}-{clock.today():%Y-%m-%d}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(out.getvalue(), mimetype="application/zip", headers=headers)
