"""One's own account: the password, the sessions and devices, what the journal found unusual."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.access.actor import ROLE_LABELS
from journal.schema import Account, Alert
from journal.schema.accounts import ALERT_STATES, FACTORS
from journal.screens.account.base import screen
from journal.screens.account.forms import PasswordForm, PinForm
from journal.services import helping
from journal.services.accounts import devices, factors, passwords, pin, roles, sessions
from journal.services.alerts import review
from journal.services.refusals import Invalid
from journal.web import database
from journal.web.database import current, unit_of_work
from journal.web.screen import SIGNED_IN
from journal.web.session import actor


@screen.page("/account/", to=SIGNED_IN)
def mine() -> str:
    """What is mine: sessions, second factors, questions."""
    return _page(PasswordForm())


@screen.page("/account/password", to=SIGNED_IN, methods=("POST",), dangerous=True)
def password() -> Any:
    """Choose another password; every other session ends."""
    person, form = actor(), PasswordForm()
    assert person is not None
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with unit_of_work() as session:
            account = session.get(Account, person.account_id)
            if account is None:
                abort(404)
            kept = passwords.hashed(form.password.data, account.login, account.name)
    except Invalid as refused:
        form.take(refused)
        return _page(form), 422
    sessions.replace_password(database.engine(), person.account_id, kept, besides=person.sign_in_id)
    flash(_("The password is changed. Other sessions have ended."), "ok")
    return redirect(url_for("account.mine"))


@screen.page("/account/pin", to=SIGNED_IN, methods=("POST",), name="choose_pin", dangerous=True)
def choose_pin() -> Any:
    """Choose a PIN that takes the cover off one's own page."""
    person, form = actor(), PinForm()
    assert person is not None
    if not form.validate_on_submit():
        return _page(PasswordForm(None), form), 422
    try:
        pin.choose(database.engine(), person, form.pin.data)
    except Invalid as refused:
        form.take(refused)
        return _page(PasswordForm(None), form), 422
    flash(_("The PIN is chosen. It takes the cover off; it is no password."), "ok")
    return redirect(url_for("account.mine"))


@screen.page("/account/pin/forget", to=SIGNED_IN, methods=("POST",), name="forget_pin")
def forget_pin() -> Any:
    """No PIN any more."""
    person = actor()
    assert person is not None
    pin.forget(database.engine(), person)
    flash(_("The PIN is forgotten."), "ok")
    return redirect(url_for("account.mine"))


def _page(form: PasswordForm, pin_form: PinForm | None = None) -> str:
    person = actor()
    assert person is not None
    session = current()
    return render_template(
        "account/mine.html",
        form=form,
        pin_form=pin_form or PinForm(None),
        roles=roles.held(person, session),
        sessions=sessions.of(session, person.account_id),
        factors=factors.of(session, person.account_id),
        alerts=review.asked(session, person.account_id),
        looks=helping.looks(database.engine(), person.account_id),
        alert_states=ALERT_STATES,
        factor_kinds=FACTORS,
        role_labels=ROLE_LABELS,
        device_name=devices.name_of,
    )


@screen.page("/account/sessions/end", to=SIGNED_IN, methods=("POST",), name="end_all")
def end_all() -> Any:
    """Sign out everywhere but here."""
    person = actor()
    assert person is not None
    count = sessions.end(database.engine(), person.account_id, besides=person.sign_in_id)
    flash(ngettext("%(num)d session has ended.", "%(num)d sessions have ended.", count), "ok")
    return redirect(url_for("account.mine"))


@screen.page("/account/sessions/<int:sign_in_id>/end", to=SIGNED_IN, methods=("POST",))
def end(sign_in_id: int) -> Any:
    """End one session of one's own."""
    person = actor()
    assert person is not None
    if not sessions.end(database.engine(), person.account_id, only=sign_in_id):
        abort(404)
    return redirect(url_for("account.mine"))


@screen.page("/account/alerts/<int:alert_id>", to=SIGNED_IN, methods=("POST",))
def answer(alert_id: int) -> Any:
    """ "Was it you?" — yes or no. After a no the other sessions are over and what was changed is shown."""
    person = actor()
    assert person is not None
    said = request.form.get("said")
    if said not in ("own", "foreign"):
        abort(400)
    own = said == "own"
    review.answer(database.engine(), alert_id, account_id=person.account_id, own=own, besides=person.sign_in_id)
    if own:
        flash(_("Thank you. The administrator sees your answer."), "ok")
        return redirect(url_for("account.mine"))
    flash(_("Every other session of yours has ended. Choose another password now."), "bad")
    return redirect(url_for("alerts.case", alert_id=alert_id))


@screen.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"open_alert": _open_alert}


def _open_alert() -> Alert | None:
    """The question that the page asks its reader."""
    person = actor()
    if person is None or "alert" not in person.notices:
        return None
    return next(iter(review.asked(current(), person.account_id, only_open=True)), None)
