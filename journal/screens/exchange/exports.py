"""The school goes out: as a job, since it may be long."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _

from journal.screens.exchange.base import ADMINISTRATOR, screen
from journal.services import jobs
from journal.services.exchange.outgoing import SHAPES
from journal.services.refusals import Missing
from journal.web import queue
from journal.web.database import unit_of_work


@screen.page("/export/<shape>", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def export(shape: str) -> Any:
    """Ask for the file."""
    if shape not in SHAPES:
        raise Missing
    with unit_of_work() as session:
        job_id = jobs.ask(session, f"export-{shape}", _("Complete dump") if shape == "dump" else "OneRoster 1.1", {}).id
    queue.enqueue(job_id)
    return redirect(url_for("jobs.page", job_id=job_id))
