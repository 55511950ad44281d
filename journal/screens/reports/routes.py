"""The list of reports, a report on the screen, and the same as a file."""

from collections import defaultdict
from typing import Any

from flask import abort, redirect, render_template, request, session, url_for

from journal.access.actor import Actor
from journal.kit.text import N_
from journal.services.refusals import Invalid
from journal.services.reports import choices, registry
from journal.services.reports.report import Report
from journal.web.database import current
from journal.web.documents import words
from journal.web.documents.answer import TYPES, download
from journal.web.documents.picture import svg
from journal.web.screen import SIGNED_IN, Screen
from journal.web.session import actor

screen = Screen("reports", __name__, url_prefix="/reports")
screen.entry(N_("Reports"), "index", 60)
LONGEST_CHOICE = 40


@screen.page("/", to=SIGNED_IN)
def index() -> str:
    """The reports of the person's roles."""
    return render_template("reports/index.html", reports=registry.of(_person()))


@screen.page("/<code>", to=SIGNED_IN)
def page(code: str) -> Any:
    """One report; without choices in the address those of the last time."""
    report = registry.get(_person(), code)
    kept = session.get("reports", {}).get(code)
    if kept and not request.args:
        return redirect(url_for("reports.page", code=code, **kept))
    asked = _asked(report)
    found, document, errors = choices.Choices(), None, dict[str, Any]()
    try:
        found, given = choices.of(current(), report, asked, request.args.getlist("reason_ids"))
        document = registry.make(current(), report, given)
        _remember(code, asked)
    except choices.Unfit as unfit:
        found, errors = unfit.choices, unfit.errors
    except Invalid as invalid:
        errors = invalid.errors
    return render_template(
        "reports/page.html",
        report=report,
        choices=found,
        document=document,
        errors=defaultdict(str, errors),
        kept=asked,
        address={**asked, "reason_ids": request.args.getlist("reason_ids")},
        words=words,
        svg=svg,
    )


@screen.page("/<code>.<kind>", to=SIGNED_IN)
def file(code: str, kind: str) -> Any:
    """The same as a file; choices that can't be used lead back to the page, which says why."""
    report = registry.get(_person(), code)
    if kind not in TYPES:
        abort(404)
    try:
        _, given = choices.of(current(), report, _asked(report), request.args.getlist("reason_ids"))
        document = registry.make(current(), report, given)
    except Invalid:
        return redirect(f"{url_for('reports.page', code=code)}?{request.query_string.decode('ascii', 'ignore')}")
    return download(document, kind)


def _person() -> Actor:
    person = actor()
    assert person is not None
    return person


def _asked(report: Report) -> dict[str, str]:
    """What of the address this report reads."""
    names = ("year", *(name for name in report.asks if name != "reason_ids"))
    return {name: request.args[name][:LONGEST_CHOICE] for name in names if request.args.get(name)}


def _remember(code: str, asked: dict[str, str]) -> None:
    """Keep the last choice of each report in the person's own cookie; dates go stale, so they are asked anew."""
    kept = {name: text for name, text in asked.items() if name not in ("year", "since", "until", "week")}
    if kept and session.get("reports", {}).get(code) != kept:
        session["reports"] = {**session.get("reports", {}), code: kept}
