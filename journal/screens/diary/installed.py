"""What makes the diary an application of the phone."""

from flask import Response, jsonify
from flask_babel import gettext as _

from journal.screens.diary.base import screen
from journal.web.screen import ANYBODY
from journal.web.show import asset


@screen.page("/app.webmanifest", to=ANYBODY)
def manifest() -> Response:
    """Name, colours and icon; it names no school and no person."""
    answer = jsonify(
        name=_("School diary"),
        short_name=_("Diary"),
        start_url="/diary/",
        scope="/",
        display="standalone",
        background_color="#f4f5fa",
        theme_color="#262c5b",
        icons=[{"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    )
    answer.headers["Content-Type"] = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
