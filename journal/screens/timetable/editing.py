"""The editor: the deputy adds, moves and removes entries from a date on; every refusal says who is in the way."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Role
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Room
from journal.screens.timetable.forms import AddForm, MoveForm, RemoveForm, SlotForm
from journal.screens.timetable.routes import class_rows, days, numbers, screen
from journal.services import calendar, reach
from journal.services.refusals import Forbidden, Invalid, Missing, Stale, said
from journal.services.timetable import board as boards
from journal.services.timetable import drafts, edits, norms, verdicts
from journal.services.timetable.conflicts import Clashing
from journal.web.database import current, unit_of_work
from journal.web.errors import wants_json
from journal.web.i18n import say

PLANNERS = frozenset({Role.DEPUTY, Role.ADMINISTRATOR})
LAST_NUMBER = 8
OUT_OF_GRADES = N_("This class is not of the grade levels that you are a deputy for.")


@screen.page("/edit", to=PLANNERS)
def edit() -> Any:
    """The whole school with what is not placed yet."""
    session = current()
    since = _since()
    year = calendar.current_year(session)
    known = boards.courses(session, year_id=year.id if year else 0)
    version = drafts.in_force(session, since)
    board = boards.load(session, version.id, known) if version else []
    mine = reach.assignments(session)
    hours = {course.assignment_id: course.hours for course in known.values() if course.assignment_id in mine}
    missing = verdicts.unplaced(board, hours)
    rows = class_rows(board)
    shown = {key for key, *_rest in rows}
    empty: dict[int, Any] = {
        course.class_id: (course.class_id, course.class_name, course.grade, {})
        for course in known.values()
        if course.class_id not in shown
    }
    form = AddForm(data={"since": since, "number": 1})
    form.assignment_id.choices = [(c.assignment_id, _course_name(c)) for c in known.values() if c.assignment_id in mine]
    form.room_id.choices = _rooms()
    return render_template(
        "timetable/edit.html",
        since=since,
        version=version,
        rows=sorted([*rows, *empty.values()], key=lambda r: (r[2], r[1])),
        days=days(board),
        numbers=list(range(1, max(LAST_NUMBER, numbers(board)[-1]) + 1)),
        missing=[(known[m.assignment_id], m.hours) for m in missing],
        form=form,
        course_name=_course_name,
    )


def _course_name(course: boards.Course) -> str:
    parts = [course.class_name, course.subject, course.subgroup, course.teacher]
    return " · ".join(part for part in parts if part)


def _rooms() -> list[tuple[str, str]]:
    rooms = current().execute(select(Room.id, Room.number).order_by(Room.number))
    return [("", "—"), *((str(id_), number) for id_, number in rooms)]


def _since() -> date:
    """The date asked for, else the next school day on which a change can begin."""
    today = max(clock.today(), calendar.school_day(current()))
    try:
        return max(date.fromisoformat(request.args.get("since", "")), today)
    except ValueError:
        return today


@screen.page("/edit/verdicts", to=PLANNERS)
def slots() -> Response:
    """What every slot says to an entry, or to an assignment, in the hand."""
    session = current()
    since = _since()
    version = drafts.in_force(session, since)
    year = calendar.current_year(session)
    known = boards.courses(session, year_id=year.id if year else 0)
    board = boards.load(session, version.id, known) if version else []
    wanted = _in_hand(board, known)
    asked = [(weekday, number) for weekday in days(board) for number in range(1, LAST_NUMBER + 1)]
    found = verdicts.of_all(wanted, board, norms.in_force(session, since), asked)
    if wanted.course.assignment_id not in reach.assignments(session):
        found = [verdicts.Verdict(weekday, number, "no", [said(OUT_OF_GRADES)]) for weekday, number in asked]
    return jsonify(
        course=_course_name(wanted.course),
        class_id=wanted.course.class_id,
        busy=[[p.course.class_id, p.weekday, p.number] for p in board if p.course.staff_id == wanted.course.staff_id],
        slots=[
            {"weekday": v.weekday, "number": v.number, "state": v.state, "why": [say(text) for text in v.why]} for v in found
        ],
    )


def _in_hand(board: list[boards.Placed], known: dict[int, boards.Course]) -> boards.Placed:
    entry_id, assignment_id = request.args.get("entry", type=int), request.args.get("assignment", type=int)
    for placed in board:
        if placed.id == entry_id:
            return placed
    if entry_id is not None or assignment_id not in known:
        raise Missing
    usual = next((p for p in board if p.course.staff_id == known[assignment_id].staff_id), None)
    return boards.Placed(
        0, 0, 0, "every", usual.room_id if usual else None, usual.room if usual else None, known[assignment_id]
    )


@screen.page("/edit/add", to=PLANNERS, methods=("POST",))
def add() -> Any:
    """Put an assignment into a slot."""
    form = AddForm()
    return _edit(form, lambda session: edits.add(session, form.since.data, form.assignment_id.data, form.slot()))


@screen.page("/edit/move", to=PLANNERS, methods=("POST",))
def move() -> Any:
    """Move an entry."""
    form = MoveForm()
    return _edit(
        form, lambda session: edits.move(session, form.since.data, form.entry_id.data, form.slot(), form.version.data)
    )


@screen.page("/edit/remove", to=PLANNERS, methods=("POST",))
def remove() -> Any:
    """Take an entry out."""
    form = RemoveForm()
    return _edit(form, lambda session: edits.remove(session, form.since.data, form.entry_id.data))


def _edit(form: SlotForm | RemoveForm, act: Callable[[Any], edits.Done]) -> Any:
    """One edit in one transaction; its refusal as an answer for the script or as a note on the page."""
    if isinstance(form, SlotForm):
        form.room_id.choices = []
    if not form.validate():
        return _refused(
            [f"{form[name].label.text}: {' '.join(map(str, texts))}" for name, texts in form.errors.items() if name]
        )
    try:
        with unit_of_work() as session:
            done = act(session)
    except (Clashing, Invalid, Stale, Forbidden) as refusal:
        return _refused(_why(refusal))
    told = [say(text) for text in done.warnings]
    if wants_json():
        return jsonify(entry=done.entry_id, warnings=told)
    for text in told:
        flash(text, "warn")
    flash(_("The timetable is changed from %(day)s on.", day=form.since.data.strftime("%d.%m.%Y")), "ok")
    return redirect(url_for("timetable.edit", since=form.since.data.isoformat()))


def _why(refusal: Clashing | Invalid | Stale | Forbidden) -> list[str]:
    """A refusal in words."""
    if isinstance(refusal, Clashing):
        return [say(clash.why) for clash in refusal.clashes]
    if isinstance(refusal, Invalid):
        return [say(text) for text in refusal.errors.values()]
    return [_(refusal.text if isinstance(refusal, Stale) else OUT_OF_GRADES)]


def _refused(why: list[str]) -> Any:
    if wants_json():
        return jsonify(refused=why), 409
    for text in why:
        flash(text, "bad")
    return redirect(url_for("timetable.edit", since=request.form.get("since", "")))
