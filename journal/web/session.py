"""Flask-Login's user: the token of a sign-in, behind which stands an actor."""

from typing import cast

from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from journal.access.actor import Actor, Role
from journal.kit import clock
from journal.services.accounts import sessions, signing_in
from journal.web import database
from journal.web.security import cookie_name

login = LoginManager()
YEAR = 365 * 24 * 3600
HELP_LASTS = 30 * 60
"""Seconds for which somebody who helps sees the journal as another person."""


class SignedIn(UserMixin):
    """A person who signed in; the id that Flask-Login keeps is the token of this very sign-in."""

    def __init__(self, token: str, actor: Actor, shown: Actor | None = None) -> None:
        self.id = token
        self.own = actor
        self.actor = shown or actor


def install(app: Flask) -> None:
    """Load the person of each request and give the request's session its principal."""
    login.init_app(app)
    login.session_protection = "basic"
    app.before_request(_become)
    app.after_request(_remember_device)
    app.jinja_env.globals["actor"] = actor


@login.user_loader
def _load(token: str) -> SignedIn | None:
    found = sessions.actor_of(database.engine(), token, request.remote_addr or "", g.get("request_id", ""))
    return SignedIn(token, found, _seen_as(found)) if found else None


def _become() -> None:
    g.actor = person = actor()
    if person:
        database.current().act_as(person)


def actor() -> Actor | None:
    """Who asks, or None; found once a request, unless somebody comes or goes during it."""
    if "actor" in g:
        return cast(Actor | None, g.actor)
    return cast(SignedIn, current_user).actor if current_user and current_user.is_authenticated else None


# --- coming in and going out


def visit() -> signing_in.Visit:
    """Where this request comes from."""
    cookie = request.cookies.get(_device_cookie(), "")[:100]
    return signing_in.Visit(request.remote_addr or "", request.headers.get("User-Agent", ""), cookie)


def enter(name: str, password: str) -> bool:
    """Sign in; nothing of the session before stays. False: the second factor is owed. Raises `signing_in.Refused`."""
    return open_session(signing_in.sign_in(database.engine(), name, password, visit()))


def open_session(entered: signing_in.Entered) -> bool:
    """Give the browser what was opened; whether it is complete."""
    session.clear()
    g.device_cookie = entered.device_cookie
    if entered.owes_factor:
        session["half"] = entered.token
        return False
    complete(entered.token)
    return True


def complete(token: str) -> None:
    """The session is proven: from here on it is a person's."""
    session.clear()
    person = _load(token)
    assert person is not None
    session.permanent = not person.actor.staff_id
    login_user(person)
    g.actor = person.actor


def half() -> str | None:
    """The token of a sign-in that still owes the second factor."""
    return session.get("half")


def leave() -> None:
    """Sign out: the token ends on the server too."""
    if current_user.is_authenticated:
        signing_in.sign_out(database.engine(), current_user.get_id())
    logout_user()
    session.clear()
    g.actor = None


def _device_cookie() -> str:
    return cookie_name("device", current_app.config["JOURNAL"])


def _remember_device(response: Response) -> Response:
    """The browser is known again by a cookie that outlives sessions; it opens nothing by itself."""
    made = g.get("device_cookie")
    if made:
        config = current_app.config["JOURNAL"]
        response.set_cookie(_device_cookie(), made, max_age=YEAR, httponly=True, samesite="Lax", secure=config.tls, path="/")
    return response


# --- looking as another person, for support


def look_as(account_id: int) -> bool:
    """See the journal as another person does, reading only; False when nobody is there."""
    helper = cast(SignedIn, current_user).own
    if sessions.seen_as(database.engine(), account_id, helper) is None:
        return False
    session["seen_as"] = [account_id, clock.seconds() + HELP_LASTS]
    return True


def stop_looking() -> None:
    """Be oneself again."""
    session.pop("seen_as", None)


def _seen_as(helper: Actor) -> Actor | None:
    account_id, until = session.get("seen_as") or (0, 0)
    if not account_id or until < clock.seconds() or not helper.has(Role.ADMINISTRATOR):
        return None
    return sessions.seen_as(database.engine(), account_id, helper)
