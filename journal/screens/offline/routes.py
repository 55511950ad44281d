"""The page without a line and its worker. Nothing of a signed-in page is ever kept by the browser, only this one."""

from flask import Response, make_response, render_template

from journal.web.screen import ANYBODY, Screen

screen = Screen("offline", __name__)


@screen.page("/offline", to=ANYBODY)
def page() -> str:
    """How many values wait in this browser, and a way to try again; the worker fetches it without cookies."""
    return render_template("offline/page.html")


@screen.page("/offline.js", to=ANYBODY)
def worker() -> Response:
    """The worker: it answers a page that can't be fetched with the one above."""
    answer = make_response(render_template("offline/worker.js"))
    answer.headers["Content-Type"] = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
