"""The journals of a person, one journal page, and the operations that its script sends."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from journal.access.actor import Forbidden, Role
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AbsenceReason, Lesson, SchoolClass
from journal.schema.trail import ACTS
from journal.screens.classbook.grid import heads, months, rows, shown
from journal.screens.classbook.operations import Malformed, Op, apply, no_cell, read
from journal.services import calendar, cell_history, directory, gradebook
from journal.services.class_room import notices
from journal.services.refusals import Missing
from journal.web.database import current, unit_of_work
from journal.web.screen import OFFICE, STAFF, Screen
from journal.web.session import actor

screen = Screen("classbook", __name__, url_prefix="/classbook")
screen.entry(N_("Journals"), "journals", 20)
LONGEST_SPAN = timedelta(days=366)


@screen.page("/", to=STAFF)
def journals() -> str:
    """The journals that the person keeps, then those of others that may be read."""
    person = actor()
    assert person is not None
    mine, others = [], defaultdict(list)
    every = calendar.years(current())
    year = calendar.chosen(every, request.args.get("year", type=int))
    for course in gradebook.courses(current(), year_id=year.id if year else None):
        if course.staff_id == person.staff_id:
            mine.append(course)
        elif person.has(Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL):
            others[course.class_name].append(course)
    led = []
    if person.has(Role.CLASS_TEACHER):
        led = directory.classes(current(), year, led_by=person.staff_id)
    return render_template("classbook/journals.html", mine=mine, others=others, led=led, years=every, year=year)


@screen.page("/<int:assignment_id>", to=STAFF)
def page(assignment_id: int) -> str:
    """The journal of one assignment in one period."""
    session, person = current(), actor()
    assert person is not None
    span = _asked_span()
    book = gradebook.load(session, assignment_id, request.args.get("period", type=int), asked_day("on"), span)
    words = shown(book.reasons)
    columns = heads(book, person)
    if not columns:
        require_theirs(book.course)
    others = [c for c in gradebook.courses(session, staff_id=person.staff_id or -1) if c.id != assignment_id]
    return render_template(
        "classbook/page.html",
        book=book,
        columns=columns,
        months=months(columns),
        rows=rows(book, columns, words),
        words=words,
        others=others,
        today=clock.today(),
        now=_now(columns),
        account=person.account_id,
        remarks=person.has(Role.DEPUTY, Role.CONTROL, Role.DIRECTOR),
        announced=_announced(book),
    )


def _announced(book: gradebook.Gradebook) -> list[str]:
    """Who of the journal is said not to come today: name and letter."""
    found = notices.on(current(), book.course.class_id, clock.today())
    return [f"{line.name} ({found[line.id][0]})" for line in book.lines if line.id in found]


def require_theirs(course: gradebook.Course) -> None:
    """The school knows who teaches what, a journal is for fewer. Raises `Missing` for a colleague who has no part in it."""
    person = actor()
    if person is None:
        raise Missing
    if not person.roles.isdisjoint(OFFICE) or course.staff_id == person.staff_id:
        return
    leader = current().scalar(select(SchoolClass.class_teacher_id).where(SchoolClass.id == course.class_id))
    taken = select(Lesson.id).where(Lesson.assignment_id == course.id).limit(1)
    if leader != person.staff_id and current().scalar(taken) is None:
        raise Missing


def asked_day(name: str) -> date | None:
    """A day of the address, or None."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _asked_span() -> tuple[date, date] | None:
    """Any dates instead of a period; no more than a year of them."""
    since, until = asked_day("since"), asked_day("until")
    if since is None or until is None or not since <= until <= since + LONGEST_SPAN:
        return None
    return since, until


def _now(columns: list[Any]) -> int | None:
    """The column to begin in: today's, else the last that was held."""
    held = [head.id for head in columns if head.on <= clock.today()]
    return held[-1] if held else None


@screen.page("/<int:assignment_id>/ops", to=STAFF, methods=("POST",))
def operations(assignment_id: int) -> Any:
    """Apply a batch of operations: each once, in order; each with its own answer."""
    try:
        asked = read(request.get_json(silent=True))
    except Malformed as error:
        return jsonify(error=str(error)), 400
    try:
        results = _together(assignment_id, asked)
    except SQLAlchemyError:
        return jsonify(error=_("The database is busy. The values are kept and will be sent again.")), 503
    return jsonify(results=results)


def _together(assignment_id: int, asked: list[Op]) -> list[dict[str, Any]]:
    """The batch in one transaction; where one operation spoils it, each in its own."""
    try:
        with unit_of_work() as session:
            return [apply(session, assignment_id, op) for op in asked]
    except (Forbidden, SQLAlchemyError):
        return [_alone(assignment_id, op) for op in asked]


def _alone(assignment_id: int, op: Op) -> dict[str, Any]:
    try:
        with unit_of_work() as session:
            return apply(session, assignment_id, op)
    except Forbidden:
        return no_cell(op)


@screen.page("/keys", to=STAFF)
def keys() -> str:
    """Every key of the journal page."""
    reasons = list(current().scalars(select(AbsenceReason).order_by(AbsenceReason.position)))
    return render_template("classbook/keys.html", reasons=reasons)


@screen.page("/<int:assignment_id>/history", to=STAFF)
def history(assignment_id: int) -> Any:
    """What happened to one cell, as a fragment for the page's dialog and as a page without a script."""
    session = current()
    lesson_id, student_id = request.args.get("lesson", 0, type=int), request.args.get("student", 0, type=int)
    course = gradebook.course(session, assignment_id)
    require_theirs(course)
    cell = cell_history.load(session, assignment_id, lesson_id, student_id)
    words = shown(cell.reasons)
    return render_template("classbook/history.html", course=course, cell=cell, words=words, acts=ACTS)


@screen.after_request
def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
