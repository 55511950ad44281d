"""The timetable as files: prints and spreadsheets for everybody, files of other timetable programs for who plans."""

from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.schema import Timetable, entities
from journal.schema.calendar import WEEKDAYS
from journal.screens.timetable.editing import PLANNERS
from journal.screens.timetable.routes import VIEWS, asked_day, screen
from journal.services import calendar, jobs
from journal.services.exchange import timetable_files, timetable_out
from journal.services.exchange.fet import LARGEST_FILE, Unreadable
from journal.services.refusals import Invalid, Missing
from journal.services.timetable import drafts, sheets
from journal.web import queue
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import download
from journal.web.noted import note
from journal.web.screen import SIGNED_IN

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
SHAPES = {"fet": timetable_out.fet, "xml": timetable_out.asc}


@screen.page("/print.<any(pdf,xlsx):kind>", to=SIGNED_IN)
def printed(kind: str) -> Response:
    """The timetable in force, to print or as a spreadsheet: the school on one sheet, or by class, teacher, room."""
    view = request.args.get("view", "school")
    if view not in VIEWS:
        raise Missing
    session = current()
    version = drafts.in_force(session, asked_day(calendar.school_day(session)))
    if version is None:
        raise Missing
    points = request.args.get("points") == "1"
    return download(sheets.document(session, version, view, request.args.get("id", type=int), points=points), kind)


@screen.page("/files", to=PLANNERS)
def files_page() -> str:
    """Files in and out."""
    return _page()


def _page(problem: str = "") -> str:
    session = current()
    year = calendar.current_year(session)
    return render_template(
        "timetable/files.html",
        versions=drafts.listed(session, year.id) if year else [],
        views=VIEWS,
        problem=problem,
        largest=LARGEST_FILE // 2**20,
    )


@screen.page("/files/version.<any(fet,xml):shape>", to=PLANNERS)
def version_file(shape: str) -> Response:
    """A version for FET or for aSc Timetables."""
    session = current()
    version = session.get(Timetable, request.args.get("version", 0, type=int))
    if version is None:
        raise Missing
    body = SHAPES[shape](session, version, [str(_(name)) for name in WEEKDAYS.values()])
    note("export", "Timetable", version.name)
    name = quote(f"{version.name}.{shape}".replace("/", "-"))
    return Response(
        body,
        mimetype="application/xml",
        headers={
            "Content-Disposition": f"attachment; filename=\"timetable.{shape}\"; filename*=UTF-8''{name}",
            "Cache-Control": "no-store",
        },
    )


@screen.page("/files/upload", to=ADMINISTRATOR, methods=("POST",))
def upload() -> Any:
    """Receive a file of another program; nothing is taken in yet."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return _page(_("Choose a file.")), 422
    data = given.stream.read(LARGEST_FILE + 1)
    try:
        with unit_of_work() as session:
            run_id = timetable_files.receive(session, given.filename, data).id
    except Unreadable as error:
        return _page(_("This file can't be read: %(why)s", why=str(error))), 422
    return redirect(url_for("timetable.incoming", run_id=run_id))


@screen.page("/files/<int:run_id>", to=ADMINISTRATOR)
def incoming(run_id: int) -> str:
    """What a file would bring, with everything that stands against it."""
    session = current()
    run = timetable_files.kept(session, run_id)
    name, state, problem, report = run.file_name, run.state, None, None
    if state == "checked":
        session.rollback()
        session.writing = True
        try:
            report = timetable_files.look(session, run_id)
        except Invalid as invalid:
            session.rollback()
            problem = invalid
    labels = {entity.__name__: entity.label[1] for entity in entities()}
    return render_template(
        "timetable/incoming.html",
        run_id=run_id,
        name=name,
        state=state,
        report=report,
        labels=labels,
        refused=list(problem.errors.values()) if problem else [],
    )


@screen.page("/files/<int:run_id>/take", to=ADMINISTRATOR, methods=("POST",))
def take_in(run_id: int) -> Any:
    """Take the file in, as a job."""
    with unit_of_work() as session:
        run = timetable_files.kept(session, run_id)
        if run.state != "checked":
            raise Missing
        job_id = jobs.ask(session, "timetable-file", run.file_name, {"run": run_id}).id
    queue.enqueue(job_id)
    flash(_("The file is being taken in."), "ok")
    return redirect(url_for("jobs.page", job_id=job_id))
