"""The list of journals with their plans, a new plan, and the steps of approval."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Actor, Role
from journal.kit.text import N_
from journal.schema import SchemeOfWork, SchoolClass, Staff
from journal.schema.teaching import PLAN_STATES
from journal.services import calendar, directory, gradebook
from journal.services.plans import reading, writing
from journal.services.refusals import Invalid
from journal.web.database import current, unit_of_work
from journal.web.i18n import say
from journal.web.screen import OFFICE, STAFF, Screen
from journal.web.session import actor

screen = Screen("plans", __name__, url_prefix="/plans")
screen.entry(N_("Plans"), "index", 50, to=STAFF)
WRITERS = frozenset({Role.ADMINISTRATOR, Role.DEPUTY, Role.TEACHER})
APPROVERS = frozenset({Role.ADMINISTRATOR, Role.DEPUTY})


def person() -> Actor:
    """Who asks; the screen admits nobody else."""
    found = actor()
    assert found is not None
    return found


def approves() -> bool:
    """Whether the person approves plans."""
    return not person().roles.isdisjoint(APPROVERS)


@screen.page("/", to=STAFF)
def index() -> str:
    """The journals with their plans: one's own, or all with filters for the office."""
    session, who = current(), person()
    office = not who.roles.isdisjoint(OFFICE)
    wanted = request.args.get("whose", "all" if office else "own")
    class_id, state = request.args.get("school_class_id", type=int), request.args.get("state", "")
    conditions: list[Any] = []
    if wanted == "own" or not office:
        conditions.append(Staff.id == who.staff_id)
    if class_id:
        conditions.append(SchoolClass.id == class_id)
    if state == "none":
        conditions.append(SchemeOfWork.id.is_(None))
    elif state in PLAN_STATES:
        conditions.append(SchemeOfWork.state == state)
    year = calendar.current_year(session)
    return render_template(
        "plans/index.html",
        lines=reading.journals(session, *conditions),
        states=PLAN_STATES,
        state=state,
        whose=wanted,
        office=office,
        approves=approves(),
        class_id=class_id,
        classes=directory.classes(session, year) if year and office else [],
        mine=lambda line: line.staff_id == who.staff_id or approves(),
    )


@screen.page("/new", to=WRITERS, methods=("GET", "POST"))
def new() -> Any:
    """A plan for a journal: empty, or with the rows of another."""
    session = current()
    assignment_id = request.args.get("assignment", 0, type=int)
    course = gradebook.course(session, assignment_id)
    problem = ""
    if request.method == "POST":
        source, name = request.form.get("source", type=int), _name(course)
        try:
            with unit_of_work() as unit:
                if source:
                    made = writing.copy(unit, source, assignment_id, name).id
                else:
                    made = writing.begin(unit, assignment_id, name).id
        except Invalid as invalid:
            problem = " ".join(say(text) for text in invalid.errors.values())
        else:
            address = "plans.bring" if request.form.get("then") == "bring" else "plans.table"
            return redirect(url_for(address, scheme_id=made))
    return render_template("plans/new.html", course=course, sources=reading.sources(session, assignment_id), problem=problem)


def _name(course: gradebook.Course) -> str:
    return " · ".join(part for part in (course.class_name, course.subject, course.subgroup) if part)


@screen.page("/<int:scheme_id>/step", to=WRITERS, methods=("POST",))
def step(scheme_id: int) -> Any:
    """Submit, approve, return."""
    verb = request.form.get("verb", "")
    try:
        with unit_of_work() as session:
            writing.step(session, scheme_id, verb)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        done = {"submit": _("The plan is with the deputy."), "approve": _("Approved.")}
        flash(done.get(verb, _("The plan is a draft again.")), "ok")
    if request.form.get("back") == "index":
        return redirect(url_for("plans.index", state="submitted"))
    return redirect(_table(scheme_id))


def _table(scheme_id: int) -> str:
    return url_for("plans.table", scheme_id=scheme_id)


@screen.page("/of/<int:assignment_id>", to=STAFF)
def of_journal(assignment_id: int) -> Any:
    """The plan of a journal; where there is none, the page to begin one."""
    session = current()
    gradebook.course(session, assignment_id)
    found = session.scalar(select(SchemeOfWork.id).where(SchemeOfWork.assignment_id == assignment_id).limit(1))
    if found is not None:
        return redirect(_table(found))
    if person().roles.isdisjoint(WRITERS):
        return redirect(url_for("plans.index", state="none"))
    return redirect(url_for("plans.new", assignment=assignment_id))
