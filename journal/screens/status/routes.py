"""A sign of life without details, and the health of the installation for its administrator."""

from typing import Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.kit.text import N_
from journal.services import backup, health
from journal.web import database
from journal.web.screen import ANYBODY, Screen

screen = Screen("status", __name__)
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
screen.entry(N_("State of the system"), "page", 90, to=ADMINISTRATOR)


@screen.page("/healthz", to=ANYBODY)
def healthz() -> Response:
    """For monitors: the process answers."""
    return jsonify(status="ok")


@screen.page("/status/", to=ADMINISTRATOR)
def page() -> str:
    """Whether everything is well, what to do where it is not, and the copies of the database."""
    config = current_app.config["JOURNAL"]
    return render_template(
        "status/page.html",
        checks=health.checks(database.engine(), config),
        copies=[backup.as_facts(copy) for copy in backup.copies(config.backups)],
        folder=config.backups,
    )


@screen.page("/status/backup", to=ADMINISTRATOR, methods=("POST",))
def copy() -> Any:
    """Take a copy now and check it."""
    engine, config = database.engine(), current_app.config["JOURNAL"]
    try:
        made = backup.make(engine, config.backups)
        backup.verify(made.path, engine)
    except (backup.Unfit, OSError) as error:
        flash(_("The copy could not be taken: %(why)s", why=error), "bad")
    else:
        backup.note(engine, made, verified=True)
        flash(_("The copy is taken and found whole: %(file)s", file=made.path.name), "ok")
    return redirect(url_for("status.page"))
