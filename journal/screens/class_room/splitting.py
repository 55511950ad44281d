"""Subgroups of the class: who is in which, from a day on. Subject teachers split the classes that they teach."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from journal.access.actor import Role
from journal.schema import TeachingAssignment
from journal.screens.class_room.base import Opened, ask, asked_date, counted, open_class, person, screen
from journal.screens.class_room.forms import SubgroupForm, whole
from journal.services import directory, reach
from journal.services.class_room import splitting, years
from journal.services.refusals import Missing
from journal.web.database import current
from journal.web.screen import OFFICE, STAFF

SPLITTERS = frozenset({Role.ADMINISTRATOR, Role.DEPUTY, Role.CLASS_TEACHER, Role.TEACHER})


def _open(class_id: int) -> tuple[Opened, set[int] | None]:
    """The class, and the subjects that the person may split it in; None is every one. Raises `Missing`."""
    session, who = current(), person()
    row, _year = years.of_class(session, class_id)
    if row.class_teacher_id == who.staff_id or not who.roles.isdisjoint(OFFICE):
        return open_class(class_id), None
    own = select(TeachingAssignment.subject_id).where(
        TeachingAssignment.staff_id == who.staff_id, TeachingAssignment.school_class_id == class_id
    )
    subjects = set(session.scalars(own).all())
    if not subjects:
        raise Missing
    others = directory.classes(session, _year)
    return Opened(row, _year, False, True, [one for one in others if one[0] == class_id]), subjects


@screen.page("/<int:class_id>/subgroups", to=STAFF)
def subgroups(class_id: int) -> Any:
    """How the class is split in a subject on a day."""
    opened, own = _open(class_id)
    every = [one for one in splitting.subjects(current(), class_id) if own is None or one[0] in own]
    asked = whole(request.args.get("subject"))
    if asked is not None and asked not in {id_ for id_, *_rest in every}:
        raise Missing
    chosen = asked or (every[0][0] if every else None)
    on = asked_date("on", opened.on)
    split = splitting.load(current(), class_id, chosen, on) if chosen else None
    may = not person().roles.isdisjoint(SPLITTERS) and (
        opened.leads or own is not None or reach.plans_class(current(), class_id)
    )
    return render_template(
        "class_room/subgroups.html", opened=opened, subjects=every, split=split, on=on, may=may, whole_class=own is None
    )


@screen.page("/<int:class_id>/subgroups/<int:subject_id>", to=SPLITTERS, methods=("POST",))
def split(class_id: int, subject_id: int) -> Any:
    """Put the pupils into subgroups from a day on."""
    opened, own = _open(class_id)
    if own is not None and subject_id not in own:
        raise Missing
    on = asked_date("on", opened.on)
    wanted = {}
    for key, text in request.form.items():
        student = whole(key.removeprefix("group-"))
        if key.startswith("group-") and student:
            wanted[student] = whole(text) or None
    count = counted(lambda session: splitting.put(session, class_id, subject_id, wanted, on))
    if count is not None:
        flash(
            ngettext("%(num)d student was moved.", "%(num)d students were moved.", count)
            if count
            else _("Nothing changed."),
            "ok" if count else "",
        )
    return redirect(url_for("class_room.subgroups", class_id=class_id, subject=subject_id, on=on.isoformat()))


@screen.page("/<int:class_id>/subgroups/<int:subject_id>/new", to=SPLITTERS, methods=("GET", "POST"))
def add_group(class_id: int, subject_id: int) -> Any:
    """One more subgroup of the subject."""
    opened, own = _open(class_id)
    if own is not None and subject_id not in own:
        raise Missing
    form = SubgroupForm()
    back = url_for("class_room.subgroups", class_id=class_id, subject=subject_id)
    return ask(
        form,
        _("One more subgroup"),
        back,
        lambda session: splitting.add_group(session, class_id, subject_id, form.name.data or ""),
        _("The subgroup was made."),
        opened=opened,
    )
