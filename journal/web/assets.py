"""Our style sheets and scripts on their way out: without comments and blanks, each made once a process."""

from functools import cache
from pathlib import Path

from flask import Flask, Response, abort, request, send_from_directory
from rcssmin import cssmin
from rjsmin import jsmin
from werkzeug.security import safe_join

from journal.config import ROOT

FOLDER = ROOT / "static"
MADE = {".css": (cssmin, "text/css"), ".js": (jsmin, "text/javascript")}


def install(app: Flask) -> None:
    """Take the place of Flask's own view of static files."""
    app.view_functions["static"] = _static


def _static(filename: str) -> Response:
    suffix = Path(filename).suffix
    if suffix not in MADE:
        return send_from_directory(FOLDER, filename)
    path = safe_join(str(FOLDER), filename)
    if path is None or not Path(path).is_file():
        abort(404)
    found = Path(path)
    answer = Response(_made(found, found.stat().st_mtime_ns), mimetype=MADE[suffix][1])
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@cache
def _made(path: Path, _: int) -> bytes:
    """A file made small; its moment of change is part of the question, so that a changed file is made anew."""
    text = path.read_text(encoding="utf-8")
    made: str = MADE[path.suffix][0](text)
    return made.encode()
