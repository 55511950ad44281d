"""A job as its person watches it."""

from typing import Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from journal.kit import clock
from journal.schema import Job
from journal.schema.trail import JOB_STATES
from journal.services import jobs
from journal.services.refusals import Missing
from journal.web import database, queue
from journal.web.database import current
from journal.web.screen import STAFF, Screen, own_path
from journal.web.session import actor

screen = Screen("jobs", __name__, url_prefix="/jobs")


@screen.page("/", to=STAFF)
def index() -> str:
    """The last jobs that the person may see."""
    return render_template("jobs/index.html", rows=jobs.listed(current()), states=JOB_STATES)


@screen.page("/<int:job_id>", to=STAFF)
def page(job_id: int) -> Any:
    """One job; a finished one leads to what it made."""
    job = _job(job_id)
    return render_template(
        "jobs/page.html", job=job, facts=_facts(job), states=JOB_STATES, problems=jobs.problems(job), over=jobs.OVER
    )


@screen.page("/<int:job_id>/state", to=STAFF)
def state(job_id: int) -> Response:
    """How far it is, for the script of the page."""
    return jsonify(_facts(_job(job_id)))


@screen.page("/<int:job_id>/file", to=STAFF)
def file(job_id: int) -> Response:
    """What a job has made, for whoever asked for it."""
    job, person = _job(job_id), actor()
    made = job.result or {}
    name = made.get("file")
    config = current_app.config["JOURNAL"]
    if person is None or job.account_id != person.account_id or not name or not (config.exports / name).is_file():
        raise Missing
    return send_file(config.exports / name, as_attachment=True, download_name=made["name"], max_age=0)


@screen.page("/<int:job_id>/stop", to=STAFF, methods=("POST",))
def stop(job_id: int) -> Any:
    """Stop a job: nothing of it is kept."""
    keeps_best = _job(job_id).kind == "timetable"
    current().rollback()
    if not jobs.stop_waiting(database.engine(), job_id):
        queue.stop(job_id)
    told = _("The search is being stopped.") if keeps_best else _("The job is being stopped; nothing of it will be kept.")
    flash(told, "ok")
    return redirect(url_for("jobs.page", job_id=job_id))


def _job(job_id: int) -> Job:
    found = current().get(Job, job_id)
    if found is None:
        raise Missing
    return found


def _facts(job: Job) -> dict[str, Any]:
    """What the page shows of a job: how far it is, how long it may take, where to go when it is done."""
    done, total, best = queue.progress(job.id) if job.state == "running" else (0, 0, None)
    left = None
    if job.started_at is not None and 0 < done <= total:
        spent = (clock.now() - clock.local(job.started_at)).total_seconds()
        left = round(spent * (total - done) / done)
    found = (job.result or {}).get("address") if job.state == "done" else None
    address = own_path(found) if found else ""
    return {"state": job.state, "done": done, "total": total, "left": left, "best": best, "address": address}
