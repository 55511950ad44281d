"""Headers, tokens and the limits of a request."""

import uuid

from flask import Flask, Response, abort, current_app, g, request
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from journal.config import Config
from journal.services.accounts.sessions import FAMILY_LASTS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LARGEST_REQUEST = 4 * 1024 * 1024
LARGEST_UPLOAD = 12 * 1024 * 1024
LARGE = frozenset({"exchange.upload", "lessons.attach", "messages.answer", "messages.write", "plans.bring", "support.ask"})
"""The endpoints that take files."""

csrf = CSRFProtect()
compress = Compress()
YEAR = 365 * 24 * 3600
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def install(app: Flask) -> None:
    """Tokens on every POST, strict headers on every answer, nothing of a signed-in page kept by the browser."""
    app.config.setdefault("MAX_CONTENT_LENGTH", LARGEST_REQUEST)
    app.config.setdefault("MAX_FORM_MEMORY_SIZE", LARGEST_REQUEST)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    config: Config = app.config["JOURNAL"]
    app.config.update(
        SESSION_COOKIE_NAME=cookie_name("journal", config),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.tls,
        PERMANENT_SESSION_LIFETIME=FAMILY_LASTS,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    app.before_request(_widen)
    csrf.init_app(app)
    limiter.init_app(app)
    app.config.setdefault("COMPRESS_ALGORITHM", ["gzip"])
    compress.init_app(app)
    app.before_request(_name_request)
    app.before_request(_refuse_nul)
    app.after_request(_harden)


def cookie_name(name: str, config: Config) -> str:
    """Behind TLS a cookie is bound to this very host; the training school beside the real one has cookies of its own."""
    own = f"{name}-demo" if config.demo else name
    return f"__Host-{own}" if config.tls else own


def _widen() -> None:
    """Endpoints that take files take larger requests; said before the token is looked for in the body."""
    if request.endpoint in LARGE:
        request.max_content_length = LARGEST_UPLOAD


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex


def _refuse_nul() -> None:
    """No text of a person holds a NUL, and PostgreSQL takes none."""
    typed = (text for given in (request.args, request.form) for values in given.listvalues() for text in values)
    if any("\0" in text for text in typed) or (request.is_json and rb"\u0000" in request.get_data()):
        abort(400)


def _harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["JOURNAL"].tls:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    elif request.endpoint != "static" and current_user and not response.headers.get("Cache-Control"):
        response.headers["Cache-Control"] = "no-store"
    return response
