"""Closing a year for good, and its archive: made as a job, fetched as a file."""

from typing import Any

from flask import current_app, redirect, send_file, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from journal.access.actor import System
from journal.schema import AcademicYear, Archive
from journal.screens.years.base import ADMINISTRATOR, READERS, screen
from journal.services import database as databases
from journal.services import jobs, records
from journal.services.refusals import Missing
from journal.services.reports.document import Document
from journal.services.years import archive, closed
from journal.web import noted, queue
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import WORDS
from journal.web.documents.print import pdf


def printed(document: Document) -> bytes:
    """A paper of the archive: always in the language of the school."""
    with force_locale("ru"):
        return pdf(document, WORDS)


@jobs.kind("archive")
def make(task: jobs.Task) -> dict[str, Any]:
    """The archive of a year as it is now."""
    archive.make(task.engine, task.config, int(task.facts["year"]), printed, task.progress.tell)
    return {"address": "/years/"}


@jobs.kind("close-year")
def close_and_archive(task: jobs.Task) -> dict[str, Any]:
    """Close a year and put it into its archive; where that fails, the year is open again."""
    year_id = int(task.facts["year"])
    with databases.work(task.engine, task.actor) as session:
        closed.close(session, year_id)
    try:
        return make(task)
    except BaseException:
        with databases.work(task.engine, System("job")) as session:
            records.change(session, session.get_one(AcademicYear, year_id), {"closed_at": None})
        raise


@screen.page("/<int:year_id>/archive", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def ask_archive(year_id: int) -> Any:
    """Make an archive of a year that stays open."""
    return _ask("archive", year_id)


@screen.page("/<int:year_id>/close", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def ask_close(year_id: int) -> Any:
    """Close a year for good."""
    return _ask("close-year", year_id)


def _ask(code: str, year_id: int) -> Any:
    with unit_of_work() as session:
        year = session.get(AcademicYear, year_id)
        if year is None:
            raise Missing
        words = (
            _("Closing of %(year)s", year=year.name) if code == "close-year" else _("Archive of %(year)s", year=year.name)
        )
        job_id = jobs.ask(session, code, words, {"year": year_id}).id
    queue.enqueue(job_id)
    return redirect(url_for("jobs.page", job_id=job_id))


@screen.page("/archives/<int:archive_id>", to=READERS)
def fetch(archive_id: int) -> Any:
    """The file of an archive."""
    found = current().get(Archive, archive_id)
    path = current_app.config["JOURNAL"].archives / found.file_name if found is not None else None
    if found is None or path is None or not path.is_file():
        raise Missing
    noted.note("export", Archive, found.file_name)
    return send_file(path, as_attachment=True, download_name=path.name, max_age=0)
