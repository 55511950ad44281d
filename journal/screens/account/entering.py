"""Sign in, prove it twice, choose a password with a code, unlock, sign out; set up an empty database."""

from datetime import date
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from journal.kit import clock
from journal.screens.account.base import school_name, screen, site
from journal.screens.account.forms import ActivateForm, CodeForm, LoginForm, SetupForm
from journal.services import setup
from journal.services.accounts import codes, factors, sessions, signing_in
from journal.services.database import reading
from journal.services.refusals import Invalid
from journal.services.years import planning
from journal.web import database, proof
from journal.web.errors import wants_json
from journal.web.screen import ANYBODY, SIGNED_IN, own_path
from journal.web.security import limiter
from journal.web.session import actor, complete, enter, half, leave, open_session, visit

WHY = frozenset({"idle", "danger"})


def _failed(response: Response) -> bool:
    """Whether an attempt counts against the address: only what was refused does."""
    return response.status_code not in (302, 307)


@screen.page("/login", to=ANYBODY, methods=("GET", "POST"))
@limiter.limit("300 per minute; 100 per 10 minutes", methods=["POST"], deduct_when=_failed)
def login() -> Any:
    """The only way in."""
    if setup.is_empty(database.engine()):
        return redirect("/setup")
    if actor() and request.method == "GET":
        return redirect("/")
    form = LoginForm()
    if form.validate_on_submit():
        try:
            whole = enter(form.username.data, form.password.data)
        except signing_in.TooMany as refused:
            form.form_errors.append(_(refused.text, seconds=refused.seconds))
        except signing_in.Refused as refused:
            form.form_errors.append(_(refused.text))
        else:
            back = own_path(request.args.get("next"))
            return redirect(back if whole else url_for("account.second", next=back))
    return render_template("account/login.html", form=form, school=school_name())


@screen.page("/login/second", to=ANYBODY, methods=("GET", "POST"))
@limiter.limit("30 per 10 minutes", methods=["POST"], deduct_when=_failed)
def second() -> Any:
    """The second factor, after the password was right."""
    token, account_id = _owing()
    form = CodeForm()
    if form.validate_on_submit():
        try:
            factors.prove(database.engine(), token, account_id, form.code.data, remember=form.remember.data)
        except Invalid as refused:
            form.take(refused)
        else:
            complete(token)
            return redirect(own_path(request.args.get("next")))
    return render_template("account/second.html", form=form, has_passkey=_passkey_question(account_id) is not None)


@screen.page("/login/passkey", to=ANYBODY, methods=("POST",))
@limiter.limit("30 per 10 minutes", deduct_when=lambda response: response.status_code != 200)
def passkey() -> Any:
    """The question for the browser's passkey, then its answer: JSON both ways."""
    token, account_id = _owing()
    given = request.get_json(silent=True) or {}
    if "answer" not in given:
        question = _passkey_question(account_id)
        if question is None:
            abort(404)
        session["challenge"] = question[1]
        return Response(question[0], mimetype="application/json")
    challenge = session.pop("challenge", "")
    remember = bool(given.get("remember"))
    factors.prove_passkey(database.engine(), token, account_id, dict(given["answer"]), challenge, site(), remember=remember)
    complete(token)
    return jsonify(next=own_path(given.get("next")))


def _owing() -> tuple[str, int]:
    """The sign-in of this browser that owes the second factor; without one, back to the beginning."""
    token = half()
    account_id = sessions.owing(database.engine(), token) if token else None
    if token is None or account_id is None:
        session.pop("half", None)
        if wants_json():
            abort(401)
        abort(redirect(url_for("account.login")))
    return token, account_id


def _passkey_question(account_id: int) -> tuple[str, str] | None:
    with reading(database.engine(), signing_in.DOOR) as reader:
        return factors.passkey_question(reader, account_id, site())


@screen.page("/activate", to=ANYBODY, methods=("GET", "POST"))
@limiter.limit("30 per 10 minutes", methods=["POST"], deduct_when=_failed)
def activate() -> Any:
    """A password of one's own, with the one-time code of the slip."""
    form = ActivateForm()
    if form.validate_on_submit():
        try:
            name, entered = codes.activate(database.engine(), form.code.data, form.password.data, visit())
        except Invalid as refused:
            form.take(refused)
        else:
            leave()
            whole = open_session(entered)
            flash(_("The password is chosen. Your login: %(login)s", login=name), "ok")
            return redirect("/" if whole else url_for("account.second"))
    return render_template("account/activate.html", form=form, school=school_name())


@screen.page("/unlock", to=SIGNED_IN, methods=("GET", "POST"))
@limiter.limit("60 per 10 minutes", methods=["POST"], deduct_when=_failed)
def unlock() -> Any:
    """The password again; then what was asked for goes on, what was typed included."""
    person = actor()
    assert person is not None
    why = request.args.get("why", "idle")
    why = why if why in WHY else "idle"
    if request.method == "GET":
        target = own_path(request.args.get("next"))
        return render_template("account/unlock.html", why=why, kept=None, target=target)
    proves = signing_in.uncover if why == "idle" else signing_in.prove_again
    try:
        proves(database.engine(), person, request.form.get("unlock_password", ""), visit())
    except signing_in.Refused as refused:
        told = _(refused.text, seconds=getattr(refused, "seconds", 0))
        if wants_json():
            return jsonify(error=told), 422
        kept = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN_FIELDS]
        target = own_path(request.form.get("unlock_to"))
        again = "unlock_again" in request.form
        return render_template("account/unlock.html", why=why, kept=kept if again else None, target=target, error=told)
    proof.unlock()
    if wants_json():
        return jsonify(ok=True)
    return redirect(own_path(request.form.get("unlock_to")), 307 if "unlock_again" in request.form else 302)


OWN_FIELDS = frozenset({"csrf_token", "unlock_password", "unlock_to", "unlock_again"})


@screen.page("/logout", to=ANYBODY, methods=("POST",))
def logout() -> Response:
    """The token ends; the page after it is the login."""
    leave()
    return redirect("/login")  # type: ignore[return-value]


@screen.page("/setup", to=ANYBODY, methods=("GET", "POST"), name="setup")
def set_up() -> Any:
    """Only while no account exists."""
    if not setup.is_empty(database.engine()):
        abort(404)
    form = SetupForm(data=_usual_year())
    if form.validate_on_submit():
        breaks = tuple(planning.Break(code, form.data[f"{code}_from"], form.data[f"{code}_to"]) for code in planning.BREAKS)
        names = ("school_name", "begins_on", "ends_on", "name", "login", "password")
        asked = setup.Beginning(**{name: form.data[name] for name in names}, breaks=breaks)
        try:
            setup.begin(database.engine(), asked, current_app.config["JOURNAL"].demo_password)
        except Invalid as refused:
            form.take(refused)
        else:
            enter(asked.login, asked.password)
            return redirect(url_for("account.factors"))
    return render_template("account/setup.html", form=form)


def _usual_year() -> dict[str, date]:
    """The dates that most schools have: from September to May, with three breaks."""
    begins = clock.today().year - (clock.today().month < 6)
    found = {"begins_on": date(begins, 9, 1), "ends_on": date(begins + 1, 5, 26)}
    for one in planning.proposed(begins):
        found |= {f"{one.code}_from": one.first, f"{one.code}_to": one.last}
    return found
