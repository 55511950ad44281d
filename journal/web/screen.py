"""A blueprint whose pages must say whom they are for; what is not declared is refused."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, url_for

from journal.access.actor import STAFF_ROLES, Role
from journal.web import proof
from journal.web.database import SAFE
from journal.web.menu import Entry
from journal.web.session import actor

View = TypeVar("View", bound=Callable[..., Any])

ANYBODY: frozenset[Role] | None = None
"""Also signed-out visitors."""
SIGNED_IN = frozenset(Role)
STAFF = STAFF_ROLES
OFFICE = frozenset({Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL})
WHILE_HELPING = frozenset({"account.logout", "account.prefer", "account.unlock", "accounts.stop"})
"""What may be posted by somebody who sees the journal as another person: nothing that writes."""
UNDECLARED_ALLOWED = frozenset({"static"})


class Screen(Blueprint):
    """One hand-made page or a family of them."""

    def __init__(self, name: str, import_name: str, url_prefix: str = "") -> None:
        super().__init__(name, import_name, url_prefix=url_prefix or None)
        self.audiences: dict[str, frozenset[Role] | None] = {}
        self.dangers: set[str] = set()
        self.entries: list[Entry] = []

    def page(
        self,
        rule: str,
        *,
        to: Iterable[Role] | None,
        methods: tuple[str, ...] = ("GET",),
        name: str | None = None,
        dangerous: bool = False,
    ) -> Callable[[View], View]:
        """Declare a page and whom it is for; a dangerous one wants the password to have been proven just now."""

        def declare(view: View) -> View:
            endpoint = name or view.__name__
            self.audiences[f"{self.name}.{endpoint}"] = None if to is None else frozenset(to)
            if dangerous:
                self.dangers.add(f"{self.name}.{endpoint}")
            self.add_url_rule(rule, endpoint, view, methods=list(methods))
            return view

        return declare

    def entry(self, label: str, page: str, order: int, *, to: frozenset[Role] = SIGNED_IN, counts: str = "") -> None:
        """Put a page into the menu of those of `to` who may open it; `counts` names a count of the person on its tab."""
        self.entries.append(Entry(label, f"{self.name}.{page}", order, to, counts))


def install(app: Flask, screens: Iterable[Screen]) -> None:
    """Register the screens and refuse every request to an endpoint without an audience."""
    audiences: dict[str, frozenset[Role] | None] = app.extensions.setdefault("audiences", {})
    entries: list[Entry] = app.extensions.setdefault("menu", [])
    for screen in screens:
        app.register_blueprint(screen)
        audiences.update(screen.audiences)
        app.extensions["dangerous"].update(screen.dangers)
        entries.extend(screen.entries)
    app.before_request(_admit)


def declare(app: Flask, endpoint: str, to: frozenset[Role] | None) -> None:
    """Declare the audience of an endpoint that is not a screen's."""
    app.extensions.setdefault("audiences", {})[endpoint] = to


def audience_of(app: Flask, endpoint: str) -> frozenset[Role] | None:
    """Whom an endpoint is for; nobody when it was not declared."""
    audiences: dict[str, frozenset[Role] | None] = app.extensions["audiences"]
    return audiences.get(endpoint, frozenset())


def _admit() -> Any:
    endpoint = request.endpoint
    if endpoint is None or endpoint in UNDECLARED_ALLOWED:
        return None
    audience = audience_of(current_app, endpoint)
    if audience is None:
        return None
    person = actor()
    if person is None:
        return sign_in_first()
    if person.roles.isdisjoint(audience):
        abort(403)
    if person.helper_id and request.method not in SAFE and endpoint not in WHILE_HELPING:
        abort(403)
    return proof.require_fresh() if endpoint in current_app.extensions["dangerous"] else None


def sign_in_first() -> Response:
    """A signed-out visitor goes to the login and comes back; a script is told so."""
    if request.accept_mimetypes.best == "application/json" or request.is_json:
        abort(401)
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("account.login", next=back))  # type: ignore[return-value]


def own_path(address: str | None) -> str:
    """The address if it is a path of ours, else the first page."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return "/"
    return "/" if any(ord(letter) < 32 for letter in address) else address  # browsers drop tabs and line breaks
