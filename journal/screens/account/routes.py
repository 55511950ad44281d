"""Sign in, sign out, set up, and how the pages look."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Engine, select

from journal.access.actor import ROLE_LABELS, Actor
from journal.kit import clock
from journal.schema import Setting
from journal.screens.account.forms import LoginForm, SetupForm
from journal.services import accounts, setup
from journal.services.refusals import Invalid
from journal.web import database
from journal.web.i18n import LANGUAGES, language
from journal.web.preferences import CHOICES, preference
from journal.web.screen import ANYBODY, Screen, own_path
from journal.web.security import limiter
from journal.web.session import actor, enter, leave

screen = Screen("account", __name__)
YEAR = 365 * 24 * 3600


@screen.page("/login", to=ANYBODY, methods=("GET", "POST"))
@limiter.limit("300 per minute", methods=["POST"])
def login() -> Any:
    """The only way in."""
    if accounts.is_empty(database.engine()):
        return redirect("/setup")
    if actor() and request.method == "GET":
        return redirect("/")
    form = LoginForm()
    if form.validate_on_submit():
        try:
            enter(form.username.data, form.password.data)
        except accounts.Refused as refused:
            form.form_errors.append(_(refused.text))
        else:
            return redirect(own_path(request.args.get("next")))
    return render_template("account/login.html", form=form, school=school_name(database.engine()))


@screen.page("/logout", to=ANYBODY, methods=("POST",))
def logout() -> Response:
    """The token ends; the page after it is the login."""
    leave()
    return redirect("/login")  # type: ignore[return-value]


@screen.page("/setup", to=ANYBODY, methods=("GET", "POST"), name="setup")
def set_up() -> Any:
    """Only while no account exists."""
    if not accounts.is_empty(database.engine()):
        abort(404)
    begins = clock.today().year - (clock.today().month < 6)
    form = SetupForm(data={"begins_on": date(begins, 9, 1), "ends_on": date(begins + 1, 5, 26)})
    if form.validate_on_submit():
        asked = setup.Beginning(
            **{name: form.data[name] for name in ("school_name", "begins_on", "ends_on", "name", "login", "password")}
        )
        try:
            setup.begin(database.engine(), asked, current_app.config["JOURNAL"].demo_password)
        except Invalid as refused:
            form.take(refused)
        else:
            enter(asked.login, asked.password)
            return redirect("/")
    return render_template("account/setup.html", form=form)


@screen.page("/preferences", to=ANYBODY, methods=("POST",))
def prefer() -> Response:
    """Theme, size, spacing, language: kept in the browser."""
    answer = redirect(own_path(request.form.get("next")))
    for name, allowed in {**CHOICES, "language": tuple(LANGUAGES)}.items():
        chosen = request.form.get(name)
        if chosen in allowed:
            answer.set_cookie(name, chosen, max_age=YEAR, httponly=True, samesite="Lax")
    return answer  # type: ignore[return-value]


def school_name(engine: Engine) -> str:
    """The school, for a visitor who isn't signed in."""
    table = Setting.__table__.c
    with engine.connect() as connection:
        return connection.scalar(select(table.value).where(table.name == "school_name")) or ""


@screen.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"view_choices": _view_choices, "preferred": _chosen, "role_names": _role_names}


def _chosen(name: str) -> str:
    return language() if name == "language" else preference(name)


def _role_names(person: Actor) -> list[str]:
    return [_(ROLE_LABELS[role]) for role in ROLE_LABELS if role in person.roles]


def _view_choices() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    yield (
        "theme",
        _("Colours"),
        [
            ("light", _("light")),
            ("dark", _("dark")),
            ("bw", _("black on white")),
            ("wb", _("white on black")),
            ("blue", _("dark blue on light blue")),
        ],
    )
    yield "size", _("Letters"), [(size, f"{size} %") for size in CHOICES["size"]]
    yield "spacing", _("Spacing"), [("normal", _("normal")), ("wide", _("wide"))]
