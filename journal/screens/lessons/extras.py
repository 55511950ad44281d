"""What hangs on a lesson: files of the homework, homework for one pupil, the days of debts."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.schema import Attachment
from journal.schema.homework import NOTE_KINDS
from journal.screens.lessons.forms import whole
from journal.screens.lessons.routes import screen
from journal.services import attachments, debts, homework, lessons, notes
from journal.services.refusals import Invalid, Locked, Missing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import SIGNED_IN

WRITERS = frozenset({Role.TEACHER, Role.ADMINISTRATOR})


def done(lesson_id: int, act: Callable[[PolicySession], Any], text: str, anchor: str) -> Any:
    """Do one thing to a lesson in a transaction of its own and come back to its place on the page."""
    try:
        with unit_of_work() as session:
            lessons.get(session, lesson_id)
            act(session)
    except Invalid as invalid:
        flash(" ".join(say(one) for one in invalid.errors.values()), "bad")
    except Locked as locked:
        flash(say(locked.why), "bad")
    else:
        flash(text, "ok")
    return redirect(url_for("lessons.page", lesson_id=lesson_id, _anchor=anchor))


@screen.page("/<int:lesson_id>/files", to=WRITERS, methods=("POST",))
def attach(lesson_id: int) -> Any:
    """Hang files on the homework of the lesson."""
    files = [(one.filename or "", one.stream.read(attachments.LARGEST + 1)) for one in request.files.getlist("file")]

    def act(session: PolicySession) -> None:
        given = lessons.homework_of(session, lesson_id)
        if given is None:
            raise Missing
        for name, data in files:
            attachments.attach(session, given.id, name, data)

    return done(lesson_id, act, _("Attached."), "homework")


@screen.page("/<int:lesson_id>/files/<int:file_id>/remove", to=WRITERS, methods=("POST",))
def detach(lesson_id: int, file_id: int) -> Any:
    """Take a file away."""
    return done(lesson_id, lambda session: attachments.detach(session, file_id), _("Taken away."), "homework")


@screen.page("/files/<int:file_id>", to=SIGNED_IN)
def download(file_id: int) -> Any:
    """The file, to those who may see the homework; never shown as a page of ours."""
    found = current().get(Attachment, file_id)
    if found is None or found.blob is None:
        raise Missing
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(found.file_name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
    return Response(found.blob, content_type=found.content_type, headers=headers)


@screen.page("/<int:lesson_id>/own", to=WRITERS, methods=("POST",))
def own(lesson_id: int) -> Any:
    """Homework for one pupil; an empty text takes it back."""
    student, text = whole(request.form.get("student_id")) or 0, request.form.get("own_text", "")[:2000]
    return done(lesson_id, lambda session: homework.put_own(session, lesson_id, student, text), _("Saved."), "homework")


@screen.page("/<int:lesson_id>/debts", to=WRITERS, methods=("POST",))
def due(lesson_id: int) -> Any:
    """Until when a debt is to be settled, and what it is."""
    student = whole(request.form.get("student_id")) or 0
    try:
        day = date.fromisoformat(request.form.get("due_on", ""))
    except ValueError:
        flash(_("This date can't be read."), "bad")
        return redirect(url_for("lessons.page", lesson_id=lesson_id, _anchor="debts"))
    note = request.form.get("note", "")[:200]
    return done(lesson_id, lambda session: debts.set_due(session, lesson_id, student, day, note), _("Saved."), "debts")


@screen.page("/<int:lesson_id>/notes", to=WRITERS, methods=("POST",))
def note(lesson_id: int) -> Any:
    """A praise or a remark in the diaries of some pupils of the lesson."""
    students = [id_ for id_ in map(whole, request.form.getlist("student_id")) if id_]
    kind = request.form.get("kind", "")
    values = {"lesson_id": lesson_id, "kind": kind if kind in NOTE_KINDS else "remark"}

    def act(session: PolicySession) -> None:
        on = lessons.get(session, lesson_id).held_on
        text = request.form.get("note_text", "")[:1000]
        notes.write(session, students, {**values, "noted_on": on, "text": text})

    return done(lesson_id, act, _("The note stands in the diary."), "notes")


@screen.page("/<int:lesson_id>/notes/<int:note_id>/remove", to=WRITERS, methods=("POST",))
def remove_note(lesson_id: int, note_id: int) -> Any:
    """Take a note back."""
    return done(lesson_id, lambda session: notes.remove(session, note_id), _("Taken away."), "notes")
