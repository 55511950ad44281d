"""Proving oneself again: after a while without a request, and before a dangerous act; and the second factor a role needs."""

from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, session, url_for

from journal.kit import clock
from journal.services.accounts import sessions
from journal.web.database import SAFE
from journal.web.errors import wants_json
from journal.web.session import actor

OPEN = frozenset(
    {
        "static",
        "account.unlock",
        "account.logout",
        "account.prefer",
        "account.login",
        "status.healthz",
        "offline.worker",
        "offline.page",
    }
)
"""What answers while a session is locked."""
OWN = frozenset({"account", "offline", "status"})
"""The screens that answer while the second factor is still to be set up."""
REFRESH_AFTER = 60


def install(app: Flask) -> None:
    """Ask for the password where it is due, before the endpoint runs."""
    app.extensions.setdefault("dangerous", set())
    app.before_request(_unlocked)
    app.before_request(_furnished)


def dangerous(app: Flask, endpoint: str) -> None:
    """Declare an endpoint that wants the password to have been proven just now."""
    app.extensions.setdefault("dangerous", set()).add(endpoint)


def _unlocked() -> Any:
    """The time since the last request is kept in the signed cookie, so a GET writes nothing."""
    person = actor()
    if person is None or not person.idle_minutes or request.endpoint in OPEN:
        return None
    now, seen = clock.seconds(), session.get("seen")
    if session.get("locked") or (seen is not None and now - seen > person.idle_minutes * 60):
        session["locked"] = True
        return asked("idle")
    if seen is None or now - seen > REFRESH_AFTER:
        session["seen"] = now
    return None


def unlock() -> None:
    """The password was proven: work goes on."""
    session.pop("locked", None)
    session["seen"] = clock.seconds()


def asked(why: str) -> Any:
    """The page that asks for the password and then goes on with what was asked for, what was typed included."""
    if wants_json():
        abort(401)
    if request.method in SAFE:
        return redirect(url_for("account.unlock", next=request.full_path.rstrip("?"), why=why))
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "unlock_password")]
    return render_template("account/unlock.html", why=why, kept=kept, target=request.full_path.rstrip("?"))


def require_fresh() -> Any:
    """The page to answer with where the password must have been proven just now; None when it was."""
    person = actor()
    if person is None or sessions.is_fresh(person):
        return None
    return asked("danger")


def _furnished() -> Response | None:
    """Who needs a second factor and had days enough to set one up does that first."""
    person = actor()
    if person is None or "factor-now" not in person.notices or (request.blueprint or request.endpoint) in (*OWN, "static"):
        return None
    if wants_json():
        abort(403)
    return redirect(url_for("account.factors"))  # type: ignore[return-value]
