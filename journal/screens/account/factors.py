"""Setting up the second factor: an application, a passkey, spare codes."""

import io
from typing import Any

import segno
from flask import Response, abort, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from journal.schema import Account, SecondFactor
from journal.schema.accounts import FACTORS
from journal.screens.account.base import school_name, screen, site
from journal.screens.account.forms import AppForm
from journal.services import records
from journal.services.accounts import devices, factors
from journal.services.refusals import Invalid
from journal.web.database import current, unit_of_work
from journal.web.screen import SIGNED_IN
from journal.web.session import actor


@screen.page("/account/factors", to=SIGNED_IN, name="factors")
def show() -> str:
    """What there is besides the password, and how to add to it."""
    return _page(AppForm())


def _page(form: AppForm, spare: list[str] | None = None) -> str:
    person = actor()
    assert person is not None
    reader = current()
    account = reader.get(Account, person.account_id)
    secret = session.setdefault("app_secret", factors.new_secret())
    address = factors.address(secret, account.login if account else person.name, school_name() or "Journal")
    return render_template(
        "account/factors.html",
        form=form,
        factors=factors.of(reader, person.account_id),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        picture=_qr(address),
        factor_kinds=FACTORS,
        spare=spare,
    )


def _qr(text: str) -> Markup:
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True, dark="#000", light="#fff", svgclass="qr"
    )
    return Markup(out.getvalue().decode())


@screen.page("/account/factors/app", to=SIGNED_IN, methods=("POST",), dangerous=True)
def add_app() -> Any:
    """The application has shown its first code: keep it, and print spare codes with it."""
    person, form = actor(), AppForm()
    assert person is not None
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with unit_of_work() as work:
            factors.add_app(work, person.account_id, session.get("app_secret", ""), form.code.data, _device())
            spare = _first_spare(work, person.account_id)
    except Invalid as refused:
        form.take(refused)
        return _page(form), 422
    session.pop("app_secret", None)
    flash(_("From now on a sign-in asks for a code of the application."), "ok")
    return _page(AppForm(formdata=None), spare)


def _first_spare(work: Any, account_id: int) -> list[str] | None:
    has = any(row.kind == "spare" for row in factors.of(work, account_id))
    return None if has else factors.new_spare_codes(work, account_id)


def _device() -> str:
    return devices.name_of(request.headers.get("User-Agent", ""))


@screen.page("/account/factors/spare", to=SIGNED_IN, methods=("POST",), dangerous=True)
def spare() -> str:
    """Ten new spare codes, shown once; the ones of before stop working."""
    person = actor()
    assert person is not None
    with unit_of_work() as work:
        made = factors.new_spare_codes(work, person.account_id)
    return _page(AppForm(formdata=None), made)


@screen.page("/account/factors/passkey", to=SIGNED_IN, methods=("POST",), dangerous=True)
def add_passkey() -> Any:
    """What the browser needs to make a passkey, then the passkey: JSON both ways."""
    person = actor()
    assert person is not None
    given = request.get_json(silent=True) or {}
    if "answer" not in given:
        account = current().get(Account, person.account_id)
        options, challenge = factors.passkey_options(
            current(), person.account_id, account.login if account else person.name, site()
        )
        session["challenge"] = challenge
        return Response(options, mimetype="application/json")
    with unit_of_work() as work:
        factors.add_passkey(work, person.account_id, dict(given["answer"]), session.pop("challenge", ""), site(), _device())
    flash(_("The passkey is kept. From now on a sign-in asks for it."), "ok")
    return jsonify(next=url_for("account.factors"))


@screen.page("/account/factors/<int:factor_id>/remove", to=SIGNED_IN, methods=("POST",), dangerous=True)
def remove(factor_id: int) -> Any:
    """Take one away; the spare codes go with the last."""
    person = actor()
    assert person is not None
    with unit_of_work() as work:
        row = work.get(SecondFactor, factor_id)
        if row is None or row.account_id != person.account_id:
            abort(404)
        records.delete(work, row)
        left = factors.of(work, person.account_id)
        if all(one.kind == "spare" for one in left):
            for one in left:
                records.delete(work, one)
    flash(_("It is taken away."), "ok")
    return redirect(url_for("account.factors"))
