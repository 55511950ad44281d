"""Flask-Login's user: the token of a sign-in, behind which stands an actor."""

from typing import cast

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from journal.access.actor import Actor
from journal.services import accounts
from journal.web import database

login = LoginManager()


class SignedIn(UserMixin):
    """A person who signed in; the id that Flask-Login keeps is the token of this very sign-in."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.id = token
        self.actor = actor


def install(app: Flask) -> None:
    """Load the person of each request and give the request's session its principal."""
    login.init_app(app)
    login.session_protection = "basic"
    app.before_request(_become)
    app.jinja_env.globals["actor"] = actor


@login.user_loader
def _load(token: str) -> SignedIn | None:
    found = accounts.actor_of(database.engine(), token, request.remote_addr or "", g.get("request_id", ""))
    return SignedIn(token, found) if found else None


def _become() -> None:
    person = actor()
    if person:
        database.current().act_as(person)


def actor() -> Actor | None:
    """Who asks, or None."""
    return cast(SignedIn, current_user).actor if current_user and current_user.is_authenticated else None


def enter(name: str, password: str) -> None:
    """Sign in; nothing of the session before stays. Raises `accounts.Refused`."""
    visit = accounts.Visit(request.remote_addr or "", request.headers.get("User-Agent", ""))
    token = accounts.sign_in(database.engine(), name, password, visit)
    session.clear()
    person = _load(token)
    assert person is not None
    login_user(person)


def leave() -> None:
    """Sign out: the token ends on the server too."""
    if current_user.is_authenticated:
        accounts.sign_out(database.engine(), current_user.get_id())
    logout_user()
    session.clear()
