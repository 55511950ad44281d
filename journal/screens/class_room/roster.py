"""The classes with how whole their data are, the pupils of one class, and the list of gaps to work off."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from journal.kit import clock
from journal.screens.class_room.base import READERS, WRITERS, open_class, person, screen, tried
from journal.screens.class_room.forms import ArrivalForm, whole
from journal.services import calendar, directory
from journal.services.class_room import data, enrolling, notices
from journal.services.class_room import roster as rosters
from journal.services.refusals import Invalid
from journal.services.reports import classes
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import OFFICE


@screen.page("/", to=READERS)
def index() -> Any:
    """The classes of the person with their gaps; who leads one goes straight there."""
    session, who = current(), person()
    year = calendar.current_year(session)
    office = not who.roles.isdisjoint(OFFICE)
    own = directory.classes(session, year, led_by=who.staff_id or -1)
    if len(own) == 1 and not office:
        return redirect(url_for("class_room.page", class_id=own[0][0]))
    shown = directory.classes(session, year) if office else own
    found = rosters.load(session, [id_ for id_, _name in shown], calendar.school_day(session)).by_class()
    teachers = {one.id: one.teacher for one in classes.classes(session, year)} if year else {}
    return render_template(
        "class_room/index.html",
        classes=shown,
        rosters=found,
        teachers=teachers,
        gaps=rosters.GAPS,
        own={id_ for id_, _ in own},
    )


@screen.page("/<int:class_id>", to=READERS)
def page(class_id: int) -> str:
    """The pupils of a class: what is missing first, then everybody."""
    return _show(class_id)


def _show(class_id: int, errors: dict[str, str] | None = None) -> str:
    opened = open_class(class_id)
    return render_template(
        "class_room/roster.html",
        opened=opened,
        roster=rosters.load(current(), [class_id], opened.on),
        gaps=rosters.GAPS,
        notices=notices.waiting(current(), [class_id]),
        errors=errors or {},
        typed=request.form if errors else {},
    )


@screen.page("/<int:class_id>/fill", to=WRITERS, methods=("POST",))
def fill(class_id: int) -> Any:
    """Fill gaps from the list: everything that was typed, or nothing when something of it is wrong."""
    opened = open_class(class_id)
    typed, errors = dict[tuple[str, int, str], Any](), dict[str, str]()
    allowed = _gaps_of(class_id, opened.on)
    for key, text in request.form.items():
        kind, _dash, rest = key.partition("-")
        id_, _dash, name = rest.partition("-")
        place = (kind, whole(id_) or 0, name)
        if place in allowed and text.strip():
            value: Any = text.strip()
            if name == "born_on":
                try:
                    value = date.fromisoformat(value)
                except ValueError:
                    errors[key] = _("This date can't be read.")
            typed[place] = value
    try:
        if errors:
            return _show(class_id, errors)
        with unit_of_work() as session:
            count = data.fill(session, typed)
    except Invalid as invalid:
        return _show(class_id, {name: say(text) for name, text in invalid.errors.items()})
    flash(ngettext("%(num)d value was saved.", "%(num)d values were saved.", count), "ok")
    return redirect(url_for("class_room.page", class_id=class_id))


def _gaps_of(class_id: int, on: date) -> set[tuple[str, int, str]]:
    """What may be filled from the list: fields that are missing now, of people of this class."""
    places = set()
    for pupil in rosters.load(current(), [class_id], on).pupils:
        for gap in pupil.gaps:
            if gap.code in ("no-birth", "age"):
                places.add(("student", pupil.row.id, "born_on"))
            if gap.guardian_id:
                places.add(("guardian", gap.guardian_id, "phone"))
    return places


@screen.page("/<int:class_id>/confirm", to=WRITERS, methods=("POST",))
def confirm(class_id: int) -> Any:
    """A doubtful value is right."""
    open_class(class_id)
    student, _colon, doubt = request.form.get("doubt", "").partition(":")
    tried(lambda session: data.confirm(session, whole(student) or 0, doubt))
    return redirect(url_for("class_room.page", class_id=class_id))


@screen.page("/<int:class_id>/arrive", to=WRITERS, methods=("GET", "POST"))
def arrive(class_id: int) -> Any:
    """A pupil comes into the class."""
    opened = open_class(class_id)
    form = ArrivalForm(on=opened.on)
    form.student_id.choices = [("", _("no, a new student")), *enrolling.without_class(current())]
    back = url_for("class_room.page", class_id=class_id)
    if form.is_submitted() and not form.student_id.data:
        for field in (form.last_name, form.first_name):
            if not (field.data or "").strip():
                form.form_errors.append(_("A new student needs a last name and a first name."))
                break
    if not form.form_errors and form.validate_on_submit():
        try:
            with unit_of_work() as session:
                who = form.student_id.data or form.values()
                enrolling.arrive(session, class_id, who, form.on.data or clock.today(), form.order.data or "")
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("Enrolled."), "ok")
            return redirect(back)
    title = _("A student comes to %(name)s", name=opened.row.name)
    return render_template("class_room/form.html", form=form, title=title, back=back, opened=opened)
