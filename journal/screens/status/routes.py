"""A sign of life without details, and the health of the installation for its administrator."""

from typing import Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.kit.text import N_
from journal.schema.base import by_table
from journal.services import backup, health, migrations
from journal.services.refusals import Missing
from journal.web import database
from journal.web.screen import ANYBODY, Screen
from journal.web.session import actor

screen = Screen("status", __name__)
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
OF_ANOTHER_DATABASE = N_("This copy is of another kind of database.")
OF_ANOTHER_VERSION = N_("This copy is of another version of the journal: put it back by the command backup restore.")


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
        settings=config.shown(),
    )


@screen.page("/status/backup", to=ADMINISTRATOR, methods=("POST",))
def copy() -> Any:
    """Take a copy now and check it."""
    engine, config = database.engine(), current_app.config["JOURNAL"]
    try:
        made = backup.make(engine, config.backups, config.trail)
        backup.verify(made.path, engine)
    except (backup.Unfit, OSError) as error:
        flash(_("The copy could not be taken: %(why)s", why=error), "bad")
    else:
        backup.note(engine, made, verified=True)
        flash(_("The copy is taken and found whole: %(file)s", file=made.path.name), "ok")
    return redirect(url_for("status.page"))


@screen.page("/status/restore/<name>", to=ADMINISTRATOR)
def restoring(name: str) -> str:
    """What would change if a copy were put back; nothing is changed yet."""
    engine = database.engine()
    found = _copy_named(name)
    unfit = _why_not(found)
    differences = [
        (getattr(by_table().get(table), "label", (table, table))[1], now, after)
        for table, (now, after) in backup.differences(engine, found).items()
        if table in by_table()
    ]
    return render_template(
        "status/restore.html", copy=backup.as_facts(found), name=name, unfit=unfit, differences=differences
    )


@screen.page("/status/restore/<name>", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def restore(name: str) -> Any:
    """Put a copy back, after a safety copy of what is there; everybody signs in again if the copy knows no session."""
    engine, config, person = database.engine(), current_app.config["JOURNAL"], actor()
    assert person is not None
    found = _copy_named(name)
    if _why_not(found):
        return redirect(url_for("status.restoring", name=name))
    database.current().rollback()  # the copy waits for every lock
    try:
        safety = backup.restore(engine, found.path, config.backups, migrations.head() or "", config.trail)
    except (backup.Unfit, OSError) as error:
        flash(_("The copy could not be put back, nothing was changed: %(why)s", why=error), "bad")
        return redirect(url_for("status.page"))
    backup.note(engine, safety, verified=False)
    backup.note_restore(engine, name, person.name)
    flash(_("The copy is put back. What was there before is in %(file)s.", file=safety.path.name), "ok")
    return redirect(url_for("status.page"))


def _copy_named(name: str) -> backup.Copy:
    """A copy of the folder by its name. Raises `Missing`: the name is never used as a path."""
    for found in backup.copies(current_app.config["JOURNAL"].backups):
        if found.path.name == name:
            return found
    raise Missing


def _why_not(found: backup.Copy) -> str:
    """Why a copy can't be put back from here; empty where it can."""
    if found.manifest.kind != database.engine().dialect.name:
        return OF_ANOTHER_DATABASE
    return "" if found.manifest.schema == migrations.head() else OF_ANOTHER_VERSION
