"""The help of the page one stands on, all topics of one's roles, and the end of the tour."""

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for

from journal.config import ROOT
from journal.services import help as service
from journal.web.database import current
from journal.web.i18n import language
from journal.web.screen import SIGNED_IN, Screen, own_path
from journal.web.session import actor

screen = Screen("help", __name__, url_prefix="/help")
YEAR = 365 * 24 * 3600
TOUR = "tour"
FIRST_PAGES = frozenset({"home.first", "diary.week"})


@screen.page("/", to=SIGNED_IN)
def index() -> Any:
    """The topic of a page (`page`), or all topics."""
    person = actor()
    assert person is not None
    asked = request.args.get("page", "")
    found = service.about(person, asked, language()) if asked else None
    if found is not None:
        return redirect(url_for("help.topic", code=found.code))
    config = current_app.config["JOURNAL"]
    return render_template(
        "help/index.html", topics=service.of(person, language()), training=_training(config.training, request.host)
    )


def _training(place: str, host: str) -> str:
    """The address of the school to practise in: as set, or on its own port of this host."""
    return f"{request.scheme}://{host.rpartition(':')[0] or host}:{place}/" if place.isdecimal() else place


@screen.page("/<code>", to=SIGNED_IN)
def topic(code: str) -> str:
    """One topic."""
    person = actor()
    assert person is not None
    found = service.get(person, code, language())
    has_picture = bool(found.picture) and (ROOT / "static" / "help" / found.picture).exists()
    return render_template("help/topic.html", topic=found, own=service.own_words(current(), found), has_picture=has_picture)


@screen.page("/tour", to=SIGNED_IN, methods=("POST",))
def end_tour() -> Response:
    """The first steps are read: this browser does not show them any more."""
    answer = redirect(own_path(request.form.get("next")))
    answer.set_cookie(TOUR, "read", max_age=YEAR, httponly=True, samesite="Lax")
    return answer  # type: ignore[return-value]


@screen.app_context_processor
def _in_templates() -> dict[str, Any]:
    return {"tour": _tour}


def _tour() -> list[tuple[str, str]]:
    """The first steps, on the first page of somebody who has never been here before."""
    person = actor()
    if person is None or "first" not in person.notices or request.endpoint not in FIRST_PAGES or request.cookies.get(TOUR):
        return []
    return service.tour(person.roles, language())
