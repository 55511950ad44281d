"""The register of missed lessons: a month of the class, reasons by one key, documents, absences that families announce."""

from datetime import date
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.kit import clock
from journal.kit.numbers import number_of
from journal.schema import AbsenceNotice
from journal.screens.class_room.base import (
    READERS,
    WRITERS,
    Opened,
    ask,
    asked_date,
    counted,
    open_class,
    person,
    screen,
    tried,
)
from journal.screens.class_room.forms import DocumentForm, whole
from journal.services import calendar, directory
from journal.services.class_room import notices, register
from journal.services.refusals import Invalid, Missing
from journal.services.reports import classes
from journal.web.database import current, unit_of_work
from journal.web.i18n import say

MOST_CELLS = 1000


@screen.page("/absences", to=READERS, name="own_absences")
def own() -> Any:
    """The register of the class that the person leads: where news about announced absences lead."""
    led = directory.classes(current(), calendar.current_year(current()), led_by=person().staff_id or -1)
    if not led:
        return redirect(url_for("class_room.index"))
    return redirect(url_for("class_room.absences", class_id=led[0][0]))


@screen.page("/<int:class_id>/absences", to=READERS)
def absences(class_id: int) -> str:
    """A month of the class."""
    opened = open_class(class_id)
    month = register.load(current(), class_id, _month(opened))
    return render_template(
        "class_room/absences.html",
        opened=opened,
        month=month,
        months=register.months(opened.year, clock.today()),
        cells=_cells(month),
        reasons=month.reasons,
        notices=notices.waiting(current(), [class_id]),
        others=notices.listed(current(), *_of_month(month)),
        keys={key: reason.id for reason in month.reasons for key in reason.keys.split() if len(key) == 1},
    )


def _month(opened: Opened) -> date:
    asked = asked_date("month", opened.on).replace(day=1)
    return asked if opened.year.begins_on.replace(day=1) <= asked <= opened.year.ends_on else opened.on.replace(day=1)


def _of_month(month: register.Month) -> list[Any]:
    """Answered notices that touch the month."""
    notice, pupils = AbsenceNotice, [line.pupil.id for line in month.lines]
    return [notice.student_id.in_(pupils), notice.begins_on <= month.last, notice.ends_on >= month.first,
            notice.state != "open"]  # fmt: skip


def _cells(month: register.Month) -> dict[tuple[int, date], tuple[str, str]]:
    """(pupil, day) -> what stands in the cell, and the same in words."""
    letters = {reason.id: reason.letter for reason in month.reasons}
    names = {reason.id: reason.name for reason in month.reasons}
    found = {}
    for line in month.lines:
        for on, cell in line.cells.items():
            text = " ".join(f"{letters[id_]}{count}" for id_, count in sorted(cell.counts.items()))
            words = ", ".join(f"{names[id_]}: {count}" for id_, count in sorted(cell.counts.items()))
            found[line.pupil.id, on] = (text, words)
    return found


@screen.page("/<int:class_id>/absences/reason", to=WRITERS, methods=("POST",))
def reason(class_id: int) -> Any:
    """A reason for a pupil's absences between two days."""
    open_class(class_id)
    since, until = _typed_date("since"), _typed_date("until")
    back = redirect(url_for("class_room.absences", class_id=class_id, month=request.form.get("month")))
    if since is None or until is None:
        flash(_("This date can't be read."), "bad")
        return back
    chosen, students = whole(request.form.get("reason_id")) or 0, [whole(request.form.get("student_id")) or 0]
    count = counted(lambda session: register.put_reason(session, class_id, students, since, until, chosen))
    if count is not None:
        _tell(count)
    return back


def _typed_date(name: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None


def _tell(count: int) -> None:
    if count:
        flash(ngettext("The reason of %(num)d lesson was set.", "The reasons of %(num)d lessons were set.", count), "ok")
    else:
        flash(_("There are no such absences on these days."), "")


@screen.page("/<int:class_id>/absences/keys", to=WRITERS, methods=("POST",))
def keys(class_id: int) -> Any:
    """One key over some cells of the grid; the answer is the changed lines as they are now."""
    open_class(class_id)
    asked: Any = request.get_json(silent=True)
    try:
        places = [(_id(one["student"]), date.fromisoformat(one["day"])) for one in asked["cells"]]
        chosen = _id(asked["reason"])
    except (TypeError, KeyError, ValueError):
        abort(400)
    if not places or len(places) > MOST_CELLS:
        abort(400)
    try:
        with unit_of_work() as session:
            count = sum(register.put_reason(session, class_id, [who], on, on, chosen) for who, on in places)
    except Invalid as invalid:
        return jsonify(error=" ".join(say(text) for text in invalid.errors.values())), 422
    month = register.load(current(), class_id, places[0][1].replace(day=1))
    return jsonify(count=count, lines=_lines(month, {who for who, _on in places}))


def _id(given: Any) -> int:
    found = number_of(given)
    if found is None:
        raise ValueError(given)
    return found


def _lines(month: register.Month, students: set[int]) -> list[dict[str, Any]]:
    cells = _cells(month)
    return [
        {
            "student": line.pupil.id,
            "cells": {on.isoformat(): list(cells[line.pupil.id, on]) for on in line.cells},
            "totals": [line.missed.lessons.get(reason.id, 0) for reason in month.reasons],
        }
        for line in month.lines
        if line.pupil.id in students
    ]


@screen.page("/<int:class_id>/absences/document", to=WRITERS, methods=("GET", "POST"))
def document(class_id: int) -> Any:
    """Take a document: its days get its reason, those entered already and those to come."""
    opened = open_class(class_id)
    form = DocumentForm(begins_on=opened.on, ends_on=opened.on, student_id=whole(request.args.get("student")))
    form.student_id.choices = [(one.id, one.name) for one in classes.pupils(current(), opened.on, [class_id])]
    form.reason_id.choices = [(one.id, f"{one.letter} — {one.name}") for one in notices.reasons(current())]
    if form.reason_id.data is None:
        ill = [one.id for one in notices.reasons(current())]
        form.reason_id.data = ill[-1] if ill else None

    def act(session: Any) -> None:
        if form.student_id.data not in {id_ for id_, _name in form.student_id.choices}:
            raise Missing
        assert form.begins_on.data and form.ends_on.data
        count = register.add_document(
            session,
            form.student_id.data,
            form.reason_id.data or 0,
            form.begins_on.data,
            form.ends_on.data,
            form.document_number.data or "",
        )
        flash(ngettext("%(num)d lesson is excused by it.", "%(num)d lessons are excused by it.", count), "ok")

    back = url_for("class_room.absences", class_id=class_id)
    return ask(form, _("Document about days missed"), back, act, _("The document was taken."), opened=opened)


@screen.page("/<int:class_id>/absences/document/<int:document_id>/remove", to=WRITERS, methods=("POST",))
def remove_document(class_id: int, document_id: int) -> Any:
    """A document was taken by mistake: its absences have no reason again."""
    open_class(class_id)
    text = _("Taken away: the absences have no reason again.")
    tried(lambda session: register.remove_document(session, document_id), text)
    return redirect(url_for("class_room.absences", class_id=class_id, month=request.form.get("month")))


@screen.page("/<int:class_id>/notices/<int:notice_id>/<any(accept, decline):verb>", to=WRITERS, methods=("POST",))
def answer(class_id: int, notice_id: int, verb: str) -> Any:
    """Accept an announced absence, or say why not."""
    open_class(class_id)
    if verb == "accept":
        text = _("Accepted: the lessons missed on these days have this reason.")
        tried(lambda session: notices.accept(session, notice_id), text)
    else:
        words = request.form.get("answer", "")[:300]
        tried(lambda session: notices.decline(session, notice_id, words), _("The parents are told."))
    return redirect(url_for("class_room.absences", class_id=class_id))
