"""How the pages look: kept in the browser."""

from collections.abc import Iterator
from typing import Any

from flask import Response, redirect, request
from flask_babel import gettext as _

from journal.access.actor import ROLE_LABELS, Actor
from journal.screens.account.base import screen
from journal.web.i18n import LANGUAGES, language
from journal.web.preferences import CHOICES, preference
from journal.web.screen import ANYBODY, own_path

YEAR = 365 * 24 * 3600


@screen.page("/preferences", to=ANYBODY, methods=("POST",))
def prefer() -> Response:
    """Theme, size, spacing, language: kept in the browser."""
    answer = redirect(own_path(request.form.get("next")))
    for name, allowed in {**CHOICES, "language": tuple(LANGUAGES)}.items():
        chosen = request.form.get(name)
        if chosen in allowed:
            answer.set_cookie(name, chosen, max_age=YEAR, httponly=True, samesite="Lax")
    return answer  # type: ignore[return-value]


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
