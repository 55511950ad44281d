"""Rows, pages and help that fit what was typed, for a dialog and for a page without a script."""

from collections.abc import Iterator
from typing import Any

from flask import current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from journal.access import guard
from journal.access.actor import Actor
from journal.access.line import Verb
from journal.kit.text import kebab
from journal.schema import entities
from journal.services import help as helping
from journal.services import search
from journal.services.accounts import letters
from journal.web.database import current
from journal.web.errors import wants_json
from journal.web.i18n import language
from journal.web.screen import STAFF, Screen
from journal.web.session import actor

screen = Screen("search", __name__)
MOST_PAGES = 6


@screen.page("/search", to=STAFF)
def page() -> Any:
    """What fits, as groups of (label, [(text, address)])."""
    person = actor()
    assert person is not None
    asked = request.args.get("q", "").strip()[: search.LONGEST]
    groups = list(_groups(person, asked)) if asked else []
    if wants_json():
        return jsonify(groups=[{"label": label, "hits": hits} for label, hits in groups])
    return render_template("search/page.html", asked=asked, groups=groups)


def _groups(person: Actor, asked: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    rows: dict[str, list[tuple[str, str]]] = {}
    for hit in search.find(current(), asked):
        address = f"/admin/{kebab(hit.entity.__name__)}/details?id={hit.id}"
        rows.setdefault(_(hit.entity.label[1]), []).append((hit.title, address))
    yield from rows.items()
    spellings = {asked.casefold(), letters.other_layout(asked).casefold()}
    for label, every in ((_("Pages"), _pages(person)), (_("Help"), _topics(person))):
        fits = [(text, url) for text, url in every if any(_fits(text, spelling) for spelling in spellings)]
        if fits:
            yield label, list(dict.fromkeys(fits))[:MOST_PAGES]


def _fits(text: str, asked: str) -> bool:
    """Whether a word of a text begins so."""
    return any(word.startswith(asked) for word in (text.casefold(), *text.casefold().split()))


def _pages(person: Actor) -> Iterator[tuple[str, str]]:
    """The tabs and the lists that this person may open."""
    audiences = current_app.extensions["audiences"]
    for entry in current_app.extensions["menu"]:
        if person.roles & entry.to & (audiences.get(entry.endpoint) or frozenset()):
            yield _(entry.label), url_for(entry.endpoint)
    for entity in entities():
        if guard.may_ever(entity, person, Verb.VIEW):
            yield _(entity.label[1]), f"/admin/{kebab(entity.__name__)}/"


def _topics(person: Actor) -> Iterator[tuple[str, str]]:
    for topic in helping.of(person, language()):
        yield topic.title, url_for("help.topic", code=topic.code)
