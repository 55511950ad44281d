"""A list comes in: the file, the columns, what would happen, and then it happens — or is taken back."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.schema.trail import RUN_STATES
from journal.screens.exchange.base import ADMINISTRATOR, screen
from journal.services import jobs
from journal.services.exchange import importing, layout, tables
from journal.services.exchange.importing import Opened
from journal.services.exchange.layout import Layout
from journal.services.exchange.plan import REFUSED, STATES, Plan
from journal.services.refusals import Invalid, Missing
from journal.web import queue
from journal.web.database import current, unit_of_work
from journal.web.i18n import say

LABELS = {"new": N_("new|rows"), "changed": N_("changed|rows"), "same": N_("same|rows"), "refused": N_("refused|rows")}
OF_ROW = {"new": N_("new|row"), "changed": N_("changed|row"), "same": N_("same|row")}
SHOWN_NOTES, SHOWN_ROWS = 100, 25


@screen.page("/upload", to=ADMINISTRATOR, methods=("POST",))
def upload() -> Any:
    """Take a file; how it is laid out is guessed."""
    given = request.files.get("file")
    if given is None or not given.filename:
        flash(_("Choose a file."), "bad")
        return redirect(url_for("exchange.index"))
    data = given.stream.read(tables.LARGEST + 1)
    try:
        with unit_of_work() as session:
            run_id = importing.receive(session, request.form.get("kind", ""), given.filename, data).id
    except tables.Unreadable as unreadable:
        flash(say(unreadable.why), "bad")
        return redirect(url_for("exchange.index"))
    return redirect(url_for("exchange.columns", run_id=run_id))


@screen.page("/<int:run_id>/columns", to=ADMINISTRATOR, methods=("GET", "POST"))
def columns(run_id: int) -> Any:
    """Say which column is what."""
    opened = importing.open_run(current(), run_id)
    if opened.run.state != "checked":
        return redirect(url_for("exchange.run", run_id=run_id))
    problem = ""
    if request.method == "POST":
        wanted = _wanted(opened)
        try:
            with unit_of_work() as session:
                importing.lay_out(session, importing.open_run(session, run_id), wanted, _starts_on())
        except Invalid as invalid:
            problem = " ".join(_said(text) for text in invalid.errors.values())
            opened = importing.open_run(current(), run_id)
            opened.layout = wanted
        else:
            return redirect(url_for("exchange.run", run_id=run_id))
    elif "sheet" in request.args or "head" in request.args:
        opened.layout = _another(opened)
    return _columns_page(opened, problem), 422 if problem else 200


def _columns_page(opened: Opened, problem: str) -> str:
    head = opened.layout.head
    headers = layout.headers(opened.sheet, head)
    return render_template(
        "exchange/columns.html",
        opened=opened,
        headers=headers,
        samples=[layout.samples(opened.sheet, head, place) for place in range(len(headers))],
        heads=[
            (place, " · ".join(text for text in layout.headers(opened.sheet, place) if text)[:80])
            for place, row in enumerate(opened.sheet.rows[:15])
            if row
        ],
        problem=problem,
    )


def _said(text: Any) -> str:
    """A refusal whose value may be a label to translate."""
    values = {key: _(value) if key == "what" else value for key, value in text.values.items()}
    return str(_(text.text, **values))


def _wanted(opened: Opened) -> Layout:
    """The layout that was chosen; what is no field and no place is left out."""
    known = opened.kind.labels()
    sheet = _place("sheet", len(opened.sheets))
    head = _place("head", len(opened.sheets[sheet].rows))
    typed = {number_of(key[7:]): name for key, name in request.form.items() if key.startswith("column-")}
    chosen = {place: name for place, name in typed.items() if place is not None and place < 1000 and name in known}
    return Layout(sheet, head, dict(sorted(chosen.items())))


def _another(opened: Opened) -> Layout:
    """Another sheet or another head, with the columns guessed for it."""
    sheet = _place("sheet", len(opened.sheets))
    table = opened.sheets[sheet]
    remembered = layout.remembered(current(), opened.kind)
    if "head" not in request.args:
        guessed = layout.guess(opened.kind, [table], remembered)
        return Layout(sheet, guessed.head, guessed.columns)
    head = _place("head", len(table.rows))
    return Layout(sheet, head, layout.of_words(opened.kind, layout.headers(table, head), remembered))


def _place(name: str, count: int) -> int:
    found = request.values.get(name, 0, type=int)
    return found if 0 <= found < count else 0


def _starts_on() -> date | None:
    try:
        return date.fromisoformat(request.form.get("starts_on", ""))
    except ValueError:
        return None


@screen.page("/<int:run_id>", to=ADMINISTRATOR)
def run(run_id: int) -> str:
    """What an import would do, or what it has done."""
    opened = importing.open_run(current(), run_id)
    if opened.run.state == "checked":
        try:
            plan, problem = importing.plan(current(), opened), ""
        except Invalid as invalid:
            plan, problem = Plan(), " ".join(say(text) for text in invalid.errors.values())
        counts, notes = dict(plan.counts), plan.notes
    else:
        plan, problem = None, ""
        counts, notes = (opened.run.report or {}).get("counts", {}), importing.kept_notes(opened.run)
    return render_template(
        "exchange/run.html",
        opened=opened,
        plan=plan,
        counts=counts,
        labels={state: LABELS[state] for state in STATES},
        of_row=OF_ROW,
        errors=[note for note in notes if note.is_error],
        warnings=[note for note in notes if not note.is_error],
        most=SHOWN_NOTES,
        rows=[one for one in plan.outcomes if one.state != REFUSED][:SHOWN_ROWS] if plan else [],
        problem=problem,
        states=RUN_STATES,
    )


@screen.page("/<int:run_id>/apply", to=ADMINISTRATOR, methods=("POST",))
def apply(run_id: int) -> Any:
    """Carry it out, as a job."""
    return _job(run_id, "import", "checked")


@screen.page("/<int:run_id>/undo", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def undo(run_id: int) -> Any:
    """Take it back, as a job."""
    return _job(run_id, "undo-import", "applied")


def _job(run_id: int, code: str, state: str) -> Any:
    with unit_of_work() as session:
        opened = importing.open_run(session, run_id)
        if opened.run.state != state:
            raise Missing
        name = opened.run.file_name
        words = _("Import: %(file)s", file=name) if code == "import" else _("Undo the import: %(file)s", file=name)
        job_id = jobs.ask(session, code, words, {"run": run_id}).id
    queue.enqueue(job_id)
    return redirect(url_for("jobs.page", job_id=job_id))
