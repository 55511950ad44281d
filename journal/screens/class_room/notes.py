"""Praise and remarks in the diaries of the class, and whether the parents have seen them."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from journal.kit import clock
from journal.schema import BehaviourNote
from journal.screens.class_room.base import READERS, WRITERS, ask, open_class, screen
from journal.screens.class_room.forms import NoteForm, whole
from journal.services import notes as written
from journal.services.refusals import Missing
from journal.services.reports import classes
from journal.web.database import current


@screen.page("/<int:class_id>/notes", to=READERS)
def notes(class_id: int) -> str:
    """The notes of the class in its year, the newest first."""
    opened = open_class(class_id)
    pupils = classes.pupils(current(), opened.on, [class_id])
    rows = written.listed(
        current(),
        BehaviourNote.student_id.in_([pupil.id for pupil in pupils]),
        BehaviourNote.noted_on >= opened.year.begins_on,
        BehaviourNote.noted_on <= opened.year.ends_on,
    )
    return render_template("class_room/notes.html", opened=opened, rows=rows)


@screen.page("/<int:class_id>/notes/new", to=WRITERS, methods=("GET", "POST"))
def write_note(class_id: int) -> Any:
    """A note to some pupils of the class."""
    opened = open_class(class_id)
    pupils = {pupil.id: pupil.name for pupil in classes.pupils(current(), opened.on, [class_id])}
    chosen = whole(request.args.get("student"))
    form = NoteForm(noted_on=clock.today(), student_id=[chosen] if chosen else [])
    form.student_id.choices = list(pupils.items())

    def act(session: Any) -> None:
        students = [id_ for id_ in form.student_id.data or [] if id_]
        if not set(students) <= set(pupils):
            raise Missing
        values = {"kind": form.kind.data, "text": form.text.data, "noted_on": form.noted_on.data}
        written.write(session, students, values)

    back = url_for("class_room.notes", class_id=class_id)
    return ask(form, _("A note in the diary"), back, act, _("The note stands in the diary."), opened=opened)
