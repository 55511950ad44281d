"""A month of control works, planning one, filling from the schemes of work, and the schedule as a file."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from journal.access.actor import Actor, Role
from journal.kit import clock
from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.schema import AcademicYear, Subject, WorkType
from journal.services import assessments as service
from journal.services import directory, gradebook, settings
from journal.services.refusals import Invalid, said
from journal.services.reports.document import Column, Document, Table
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import TYPES, download
from journal.web.forms import Form
from journal.web.screen import SIGNED_IN, STAFF, Screen
from journal.web.session import actor

screen = Screen("assessments", __name__, url_prefix="/assessments")
screen.entry(N_("Control works"), "index", 55, to=STAFF)
PLANNERS = frozenset({Role.ADMINISTRATOR, Role.DEPUTY, Role.TEACHER})
FILLERS = frozenset({Role.ADMINISTRATOR, Role.DEPUTY})


def _whole(text: Any) -> int | None:
    return number_of(text)


class WorkForm(Form):
    """A control work to be planned."""

    assignment_id = SelectField(lazy_gettext("Journal"), [InputRequired()], coerce=_whole, validate_choice=False)
    planned_on = DateField(lazy_gettext("Date"), [InputRequired()])
    work_type_id = SelectField(lazy_gettext("Work type"), [InputRequired()], coerce=_whole, validate_choice=False)
    topic = StringField(lazy_gettext("Topic"), [Length(max=300)])


@screen.page("/", to=SIGNED_IN)
def index() -> Any:
    """The works of a month on a calendar, of all classes or one."""
    session, person = current(), _person()
    try:
        year = service.current(session)
    except Invalid as invalid:
        return render_template("assessments/index.html", weeks=None, problem=invalid.errors[""])
    month = _month(year)
    class_id, subject_id = _id("school_class_id"), _id("subject_id")
    weeks = _weeks(month)
    shown = (weeks[0][0], weeks[-1][-1])
    found = service.works(session, year, class_id=class_id, subject_id=subject_id, warn=shown)
    by_day: dict[date, list[service.Work]] = defaultdict(list)
    for work in found:
        by_day[work.on].append(work)
    return render_template(
        "assessments/index.html",
        year=year,
        month=month,
        months=_months(year),
        weeks=weeks,
        by_day=by_day,
        found=found,
        warned=[work for work in found if work.warnings],
        class_id=class_id,
        subject_id=subject_id,
        classes=directory.classes(current(), year),
        subjects=list(session.scalars(select(Subject).order_by(Subject.name))),
        plans=not person.roles.isdisjoint(PLANNERS),
        fills=not person.roles.isdisjoint(FILLERS),
        mine=lambda work: work.staff_id == person.staff_id or not person.roles.isdisjoint(FILLERS),
    )


def _person() -> Actor:
    person = actor()
    assert person is not None
    return person


def _id(name: str) -> int | None:
    text = request.args.get(name, "")
    return number_of(text)


def _month(year: AcademicYear) -> date:
    """The first day of the month asked for, inside the year."""
    try:
        asked = date.fromisoformat(request.args.get("month", "")[:7] + "-01")
    except ValueError:
        asked = clock.today().replace(day=1)
    return min(max(asked, year.begins_on.replace(day=1)), year.ends_on.replace(day=1))


def _months(year: AcademicYear) -> list[date]:
    months, on = [], year.begins_on.replace(day=1)
    while on <= year.ends_on:
        months.append(on)
        on = (on + timedelta(days=32)).replace(day=1)
    return months


def _weeks(month: date) -> list[list[date]]:
    """The school weeks that touch a month, Monday to Saturday."""
    first = month - timedelta(days=month.weekday())
    after = (month + timedelta(days=32)).replace(day=1)
    mondays = [first + timedelta(days=7 * n) for n in range(6) if first + timedelta(days=7 * n) < after]
    return [[monday + timedelta(days=n) for n in range(6)] for monday in mondays]


@screen.page("/new", to=PLANNERS, methods=("GET", "POST"))
def plan() -> Any:
    """Plan one; what is against it is said first, then the person decides."""
    session, person = current(), _person()
    form = WorkForm()
    own = None if not person.roles.isdisjoint(FILLERS) else person.staff_id
    form.assignment_id.choices = [
        (str(one.id), " · ".join(part for part in (one.class_name, one.subject, one.subgroup, one.teacher) if part))
        for one in gradebook.courses(session, staff_id=own)
    ]
    kinds = list(session.scalars(select(WorkType).where(WorkType.is_control).order_by(WorkType.position)))
    form.work_type_id.choices = [(str(kind.id), kind.name) for kind in kinds]
    if not form.is_submitted():
        form.planned_on.data, form.assignment_id.data = _asked_day(), request.args.get("assignment", type=int)
    warnings = []
    if form.validate_on_submit() and form.assignment_id.data and form.work_type_id.data and form.planned_on.data:
        warnings = service.check(session, form.assignment_id.data, form.planned_on.data)
        if not warnings or "despite" in request.form:
            try:
                with unit_of_work() as writing:
                    service.plan(
                        writing, form.assignment_id.data, form.planned_on.data, form.work_type_id.data, form.topic.data or ""
                    )
            except Invalid as invalid:
                form.take(invalid)
            else:
                flash(_("The control work is on the calendar."), "ok")
                return redirect(url_for("assessments.index", month=form.planned_on.data.strftime("%Y-%m")))
    return render_template("assessments/plan.html", form=form, warnings=warnings)


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return None


@screen.page("/<int:work_id>/remove", to=PLANNERS, methods=("POST",))
def remove(work_id: int) -> Any:
    """Take one off."""
    with unit_of_work() as session:
        service.remove(session, work_id)
    flash(_("The control work is off the calendar."), "ok")
    month = request.form.get("month", "")[:7]
    return redirect(url_for("assessments.index", month=month))


@screen.page("/fill", to=FILLERS, methods=("POST",))
def fill() -> Any:
    """Fill from the schemes of work."""
    with unit_of_work() as session:
        made = service.fill_from_plans(session, service.current(session))
    flash(
        ngettext("%(num)d control work was put on the calendar.", "%(num)d control works were put on the calendar.", made),
        "ok",
    )
    return redirect(url_for("assessments.index"))


@screen.page("/schedule.<kind>", to=SIGNED_IN)
def schedule(kind: str) -> Any:
    """The schedule for the school's site: class and subject by months."""
    if kind not in TYPES:
        abort(404)
    session = current()
    year = service.current(session)
    months = _months(year)
    rows: dict[tuple[str, str], dict[date, list[str]]] = {}
    for work in service.works(session, year, class_id=_id("school_class_id"), subject_id=_id("subject_id")):
        name = f"{work.subject} ({work.subgroup})" if work.subgroup else work.subject
        days = rows.setdefault((work.class_name, name), defaultdict(list))
        days[work.on.replace(day=1)].append(f"{work.on.day}")
    head = [Column(said("Class"), "text", 7), Column(said("Subject"), "text", 26)]
    head += [Column(f"{month:%m.%Y}", "text", 9) for month in months]
    order = {name: n for n, (_, name) in enumerate(directory.classes(current(), year))}
    ranked = sorted(rows.items(), key=lambda pair: (order.get(pair[0][0], 0), pair[0][1]))
    values = [[*key, *(", ".join(days.get(month, ())) for month in months)] for key, days in ranked]
    document = Document(
        said("Schedule of assessment procedures"),
        [(said("Academic year"), year.name), (said("As of"), clock.today())],
        [Table(head, values, empty=said("No control work is planned yet."))],
        landscape=True,
        school=settings.value(session, "school_name"),
    )
    return download(document, kind)
