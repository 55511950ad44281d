"""A sign of life without details."""

from flask import Response, jsonify

from journal.web.screen import ANYBODY, Screen

screen = Screen("status", __name__)


@screen.page("/healthz", to=ANYBODY)
def healthz() -> Response:
    """For monitors: the process answers."""
    return jsonify(status="ok")
