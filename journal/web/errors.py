"""Refusals and failures as pages: a number for support, never a trace."""

from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from journal.access.actor import Forbidden
from journal.services.refusals import Invalid, Missing, Stale
from journal.web.i18n import say
from journal.web.noted import note_refusal

TEXTS = {
    400: (_("The request could not be read"), _("Go back and try once more.")),
    401: (_("Sign in"), _("The session has ended. What you typed is kept.")),
    403: (_("No access"), _("This page is not for your role.")),
    404: (_("Not found"), _("There is no such page, or it is not yours to see.")),
    405: (_("Not found"), _("There is no such page, or it is not yours to see.")),
    409: (_("Somebody else has changed this"), _("Open the page again to see the present value.")),
    413: (_("Too big"), _("The request is larger than the journal takes. Nothing of it was saved.")),
    429: (_("Too many attempts"), _("Wait a little and try again.")),
    500: (_("Something broke"), _("It was our fault. Nothing half-done was saved.")),
}


def install(app: Flask) -> None:
    """Answer refusals and failures in words."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: answer(400))
    app.register_error_handler(Forbidden, lambda error: _refused())
    app.register_error_handler(Missing, lambda error: answer(404))
    app.register_error_handler(Stale, lambda error: answer(409))
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(Exception, _broken)


def _http(error: HTTPException) -> Any:
    return _refused() if error.code == 403 else answer(error.code or 500)


def _refused() -> Any:
    """A refusal of a signed-in person stands in the trail."""
    note_refusal(f"{request.method} {request.path}")
    return answer(403)


def answer(code: int) -> Any:
    """The page, or the JSON, of a status."""
    title, text = TEXTS.get(code, TEXTS[500 if code >= 500 else 400])
    if wants_json():
        return jsonify(error=str(title), number=g.get("request_id")), code
    return render_template("error.html", title=title, text=text, code=code, number=g.get("request_id", "")), code


def wants_json() -> bool:
    """Whether a script asks, not a person."""
    return bool(request.is_json or request.accept_mimetypes.best == "application/json")


def _invalid(error: Invalid) -> tuple[Response, int]:
    return jsonify(errors={name: say(text) for name, text in error.errors.items()}), 422


def _broken(error: Exception) -> Any:
    if current_app.testing:
        raise error
    current_app.logger.exception("request %s", g.get("request_id"))
    return answer(500)
