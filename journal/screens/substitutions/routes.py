"""The day of the deputy: absent teachers, the school's lessons of a date, candidates for each that has nobody."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select

from journal.access.actor import Role
from journal.access.session import PolicySession
from journal.kit.text import N_, short_name
from journal.schema import Staff, StaffAbsence
from journal.schema.planning import ABSENCE_CAUSES
from journal.screens.substitutions.forms import AbsenceForm, MoveLessonForm
from journal.services import calendar, records
from journal.services.refusals import Forbidden, Invalid, Missing
from journal.services.timetable import absent, day_sheet, substitutions
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import download
from journal.web.i18n import say
from journal.web.screen import OFFICE, Screen

PLANNERS = frozenset({Role.DEPUTY, Role.ADMINISTRATOR})
screen = Screen("substitutions", __name__, url_prefix="/substitutions")
screen.entry(N_("Substitutions"), "day", 32, to=OFFICE)
OUT_OF_GRADES = N_("This class is not of the grade levels that you are a deputy for.")


@screen.page("/", to=OFFICE)
def day() -> str:
    """A date: the lessons of the whole school, those without a teacher ringed."""
    return _page(_day(), AbsenceForm(), MoveLessonForm())


def _page(on: date, absence: AbsenceForm, moving: MoveLessonForm) -> str:
    session = current()
    lessons = absent.day(session, on)
    chosen = next((one for one in lessons if one.id == request.args.get("lesson", type=int)), None)
    chosen = chosen or next((one for one in lessons if one.is_open), None)
    gone = absent.away(session, on)
    people = _people(session, on)
    absence.staff_id.choices = list(people.items())
    if not absence.is_submitted():
        absence.begins_on.data = absence.ends_on.data = on
    if not moving.is_submitted():
        moving.on.data, moving.number.data = on, (chosen.number if chosen else 1)
    return render_template(
        "substitutions/day.html",
        on=on,
        before=_school_day(session, on, -1),
        after=_school_day(session, on, 1),
        rows=_rows(lessons),
        numbers=sorted({*range(1, 7), *(one.number for one in lessons)}),
        chosen=chosen,
        candidates=absent.candidates(session, chosen, lessons, on) if chosen else [],
        merging=absent.merging(chosen, lessons) if chosen else [],
        open_count=sum(1 for one in lessons if one.is_open),
        away=[(row, people.get(staff_id, "…")) for staff_id, row in gone.items()],
        causes=ABSENCE_CAUSES,
        absence=absence,
        moving=moving,
    )


def _rows(lessons: list[absent.DayLesson]) -> list[tuple[str, int, dict[int, list[absent.DayLesson]]]]:
    found: dict[str, dict[int, list[absent.DayLesson]]] = defaultdict(lambda: defaultdict(list))
    grades = {}
    for one in lessons:
        found[one.class_name][one.number].append(one)
        grades[one.class_name] = one.grade_level_id
    return [(name, grades[name], own) for name, own in found.items()]


def _people(session: PolicySession, on: date) -> dict[int, str]:
    rows = session.scalars(
        select(Staff).where(or_(Staff.left_on.is_(None), Staff.left_on >= on)).order_by(Staff.last_name, Staff.first_name)
    )
    return {row.id: short_name(row.last_name, row.first_name, row.middle_name) for row in rows}


def _day() -> date:
    try:
        return date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        return calendar.school_day(current())


def _school_day(session: PolicySession, on: date, step: int) -> date:
    """The neighbouring day that is no Sunday."""
    found = on + timedelta(days=step)
    return found + timedelta(days=step) if found.isoweekday() == 7 else found


@screen.page("/absence", to=PLANNERS, methods=("POST",))
def add_absence() -> Any:
    """A teacher is away."""
    form = AbsenceForm()
    form.staff_id.choices = list(_people(current(), _day()).items())
    if form.validate():
        try:
            with unit_of_work() as session:
                names = ("staff_id", "begins_on", "ends_on", "cause", "note")
                records.create(session, StaffAbsence, {name: form[name].data for name in names})
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("The absence is noted. Choose who takes the lessons."), "ok")
            return redirect(url_for("substitutions.day", on=form.begins_on.data.isoformat()))
    return _page(_day(), form, MoveLessonForm(formdata=None)), 422


@screen.page("/absence/<int:absence_id>/end", to=PLANNERS, methods=("POST",))
def end_absence(absence_id: int) -> Any:
    """The teacher is there after all; what was arranged for the lessons stays until it is undone."""
    with unit_of_work() as session:
        found = session.get(StaffAbsence, absence_id)
        if found is None:
            raise Missing
        records.delete(session, found)
    flash(_("The absence is taken back. Substitutions that were arranged stay until you undo them."), "ok")
    return redirect(url_for("substitutions.day", on=_day().isoformat()))


@screen.page("/<int:lesson_id>/give", to=PLANNERS, methods=("POST",))
def give(lesson_id: int) -> Any:
    """Another teacher takes the lesson."""
    staff_id = request.form.get("staff_id", type=int) or 0
    return _act(lambda session: substitutions.give(session, lesson_id, staff_id), _("The substitute is noted and told."))


@screen.page("/<int:lesson_id>/merge", to=PLANNERS, methods=("POST",))
def merge(lesson_id: int) -> Any:
    """The pupils join another subgroup."""
    other = request.form.get("other_id", type=int) or 0
    return _act(lambda session: substitutions.merge(session, lesson_id, other), _("The subgroups are merged."))


@screen.page("/<int:lesson_id>/cancel", to=PLANNERS, methods=("POST",))
def cancel(lesson_id: int) -> Any:
    """The lesson does not take place."""
    return _act(lambda session: substitutions.cancel(session, lesson_id), _("The lesson is cancelled."))


@screen.page("/<int:lesson_id>/move", to=PLANNERS, methods=("POST",))
def move(lesson_id: int) -> Any:
    """The lesson takes place at another time."""
    form = MoveLessonForm()
    if not form.validate():
        return _page(_day(), AbsenceForm(formdata=None), form), 422
    on, number = form.on.data, form.number.data
    return _act(lambda session: substitutions.move(session, lesson_id, on, number), _("The lesson is moved."))


@screen.page("/<int:lesson_id>/undo", to=PLANNERS, methods=("POST",))
def undo(lesson_id: int) -> Any:
    """The lesson is as the timetable has it."""
    return _act(lambda session: substitutions.undo(session, lesson_id), _("The lesson is as in the timetable again."))


def _act(act: Callable[[PolicySession], Any], told: str) -> Any:
    """One change in one transaction; a refusal is a note on the page of the day."""
    back = url_for("substitutions.day", on=_day().isoformat())
    try:
        with unit_of_work() as session:
            act(session)
    except Invalid as invalid:
        for text in invalid.errors.values():
            flash(say(text), "bad")
        return redirect(f"{back}&lesson={request.view_args['lesson_id']}" if request.view_args else back)
    except Forbidden:
        flash(_(OUT_OF_GRADES), "bad")
    else:
        flash(told, "ok")
    return redirect(back)


@screen.page("/sheet.<any(pdf,xlsx):kind>", to=OFFICE)
def sheet(kind: str) -> Response:
    """The day's changes to print and to hang up."""
    return download(day_sheet.document(current(), _day()), kind)
