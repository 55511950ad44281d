"""One pupil of the class: data, guardians, enrolments, how the year goes; departures and moves."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.screens.class_room.base import READERS, WRITERS, Opened, ask, open_class, screen, tried
from journal.screens.class_room.forms import GuardianForm, LeaveForm, MoveForm, PupilForm, whole
from journal.services import directory, notes
from journal.services.class_room import data, enrolling
from journal.services.class_room import progress as progresses
from journal.services.class_room import roster as rosters
from journal.services.refusals import Missing
from journal.services.reports import attendance
from journal.web.database import current
from journal.web.documents.picture import svg


def _pupil(opened: Opened, student_id: int) -> rosters.Pupil:
    """A pupil who is in the class now. Raises `Missing`."""
    for pupil in rosters.load(current(), [opened.id], opened.on).pupils:
        if pupil.row.id == student_id:
            return pupil
    raise Missing


@screen.page("/<int:class_id>/students/<int:student_id>", to=READERS)
def pupil(class_id: int, student_id: int) -> str:
    """Everything about one pupil on one page."""
    opened = open_class(class_id)
    session, year = current(), opened.year
    found = _pupil(opened, student_id)
    missed = attendance.load(session, year.begins_on, opened.on, [class_id])
    chart = progresses.chart(session, student_id, year, opened.on)
    return render_template(
        "class_room/pupil.html",
        opened=opened,
        pupil=found,
        gaps=rosters.GAPS,
        history=enrolling.history(session, student_id),
        missed=missed.of(class_id, student_id),
        reasons=missed.reasons,
        chart=svg(chart) if len(chart.labels) > 1 else None,
        notes=notes.of_pupil(session, student_id, year.begins_on, year.ends_on)[:5],
    )


def _back(class_id: int, student_id: int) -> str:
    return url_for("class_room.pupil", class_id=class_id, student_id=student_id)


@screen.page("/<int:class_id>/students/<int:student_id>/edit", to=WRITERS, methods=("GET", "POST"))
def edit(class_id: int, student_id: int) -> Any:
    """The pupil's own data."""
    opened = open_class(class_id)
    found = _pupil(opened, student_id)
    form = PupilForm(obj=found.row)
    seen = whole(request.form.get("version_seen")) or found.row.version
    return ask(
        form,
        found.name,
        _back(class_id, student_id),
        lambda session: data.write_pupil(session, student_id, form.values(), seen),
        _("Saved."),
        opened=opened,
        version=seen,
    )


@screen.page("/<int:class_id>/students/<int:student_id>/guardians/new", to=WRITERS, methods=("GET", "POST"))
def add_guardian(class_id: int, student_id: int) -> Any:
    """One more guardian."""
    opened = open_class(class_id)
    found = _pupil(opened, student_id)
    form = GuardianForm(last_name=found.row.last_name)
    title = _("A guardian of %(name)s", name=found.name)
    back = _back(class_id, student_id)
    return ask(
        form, title, back, lambda session: data.add_guardian(session, student_id, form.values()), _("Saved."), opened=opened
    )


@screen.page("/<int:class_id>/students/<int:student_id>/guardians/<int:guardian_id>", to=WRITERS, methods=("GET", "POST"))
def guardian(class_id: int, student_id: int, guardian_id: int) -> Any:
    """The data of a guardian."""
    opened = open_class(class_id)
    found = _pupil(opened, student_id)
    tie = next((one for one in found.guardians if one[0].id == guardian_id), None)
    if tie is None:
        raise Missing
    form = GuardianForm(obj=tie[0], kinship=tie[1])
    del form.kinship
    seen = whole(request.form.get("version_seen")) or tie[0].version
    return ask(
        form,
        _("A guardian of %(name)s", name=found.name),
        _back(class_id, student_id),
        lambda session: data.write_guardian(session, guardian_id, form.values(), seen),
        _("Saved."),
        opened=opened,
        version=seen,
    )


@screen.page("/<int:class_id>/students/<int:student_id>/guardians/<int:guardian_id>/remove", to=WRITERS, methods=("POST",))
def remove_guardian(class_id: int, student_id: int, guardian_id: int) -> Any:
    """This guardian represents the pupil no more."""
    _pupil(open_class(class_id), student_id)
    tried(lambda session: data.take_guardian(session, student_id, guardian_id))
    return redirect(_back(class_id, student_id))


@screen.page("/<int:class_id>/students/<int:student_id>/leave", to=WRITERS, methods=("GET", "POST"))
def leave(class_id: int, student_id: int) -> Any:
    """The pupil leaves the school."""
    opened = open_class(class_id)
    found = _pupil(opened, student_id)
    form = LeaveForm(on=opened.on)
    return ask(
        form,
        _("%(name)s leaves", name=found.name),
        url_for("class_room.page", class_id=class_id),
        lambda session: enrolling.leave(session, student_id, class_id, form.on.data or opened.on, form.order.data or ""),
        _("Saved. The marks stay in the journals; the diary can be read until the last day."),
        opened=opened,
    )


@screen.page("/<int:class_id>/students/<int:student_id>/move", to=WRITERS, methods=("GET", "POST"))
def move(class_id: int, student_id: int) -> Any:
    """The pupil moves to another class."""
    opened = open_class(class_id)
    found = _pupil(opened, student_id)
    form = MoveForm(on=opened.on)
    others = directory.classes(current(), opened.year)
    form.to_class_id.choices = [(id_, name) for id_, name in others if id_ != class_id]

    def act(session: Any) -> None:
        target = form.to_class_id.data or 0
        enrolling.move(session, student_id, class_id, target, form.on.data or opened.on, form.order.data or "")

    title, back = _("%(name)s moves", name=found.name), url_for("class_room.page", class_id=class_id)
    return ask(form, title, back, act, _("Moved. The marks of this class stay in its journals."), opened=opened)


@screen.page("/<int:class_id>/students/<int:student_id>/notes/<int:note_id>/remove", to=WRITERS, methods=("POST",))
def remove_note(class_id: int, student_id: int, note_id: int) -> Any:
    """Take a note back."""
    _pupil(open_class(class_id), student_id)
    tried(lambda session: notes.remove(session, note_id), _("Taken away."))
    return redirect(_back(class_id, student_id))
