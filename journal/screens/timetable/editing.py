"""The editor: the deputy changes the timetable from a date on, or a draft; every refusal says who is in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Role
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Room, Timetable
from journal.schema.calendar import WEEKDAYS
from journal.screens.timetable.forms import AddForm, MoveForm, RemoveForm, SlotForm, steps_of
from journal.screens.timetable.routes import class_rows, days, numbers, screen
from journal.services import calendar, reach
from journal.services.refusals import Forbidden, Invalid, Missing, Stale, said
from journal.services.timetable import board as boards
from journal.services.timetable import drafts, edits, norms, offers, steps, times, verdicts
from journal.services.timetable.conflicts import Clashing
from journal.web.database import current, unit_of_work
from journal.web.errors import wants_json
from journal.web.i18n import say

PLANNERS = frozenset({Role.DEPUTY, Role.ADMINISTRATOR})
LAST_NUMBER = 8
OUT_OF_GRADES = N_("This class is not of the grade levels that you are a deputy for.")
ZOOMS = {"school": N_("Whole school"), "grade": N_("Grade level"), "class": N_("Class"), "teacher": N_("Teacher"),
         "room": N_("Room")}  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """What is being edited: a draft or the version in force on a date, with its lessons in memory."""

    since: date
    draft_id: int | None
    version: Timetable | None
    known: dict[int, boards.Course]
    board: list[boards.Placed]

    @property
    def days(self) -> list[int]:
        return days(self.board)

    @property
    def numbers(self) -> list[int]:
        return list(range(min([1, *numbers(self.board)]), max(LAST_NUMBER, numbers(self.board)[-1]) + 1))

    def slots(self) -> list[tuple[int, int]]:
        return [(weekday, number) for weekday in self.days for number in self.numbers]


def opened() -> Opened:
    """The version that the request is about. Raises `Missing`."""
    session = current()
    draft_id = request.values.get("draft", type=int)
    since = _since()
    version = drafts.in_force(session, since) if draft_id is None else drafts.draft(session, draft_id)
    year = calendar.current_year(session)
    known = boards.courses(session, year_id=year.id if year else 0)
    return Opened(since, draft_id, version, known, boards.load(session, version.id, known) if version else [])


@screen.page("/edit", to=PLANNERS)
def edit() -> Any:
    """The whole school with what is not placed yet."""
    now = opened()
    form = AddForm(data={"since": now.since, "number": 1, "draft": now.draft_id})
    mine = reach.assignments(current())
    form.assignment_id.choices = [(c.assignment_id, course_name(c)) for c in now.known.values() if c.assignment_id in mine]
    form.room_id.choices = _rooms()
    zoom, chosen, choices = _zoom(now)
    rows = _rows(now, zoom, chosen)
    return render_template(
        "timetable/edit.html",
        now=now,
        rows=rows,
        zoom=zoom,
        zooms=ZOOMS,
        chosen=chosen,
        choices=choices,
        big=len(rows) <= 6,
        locked=_locked(now),
        missing=_missing(now),
        form=form,
        rooms=form.room_id.choices,
        course_name=course_name,
    )


def _missing(now: Opened) -> list[tuple[boards.Course, int]]:
    """What is not placed yet, of those whom the person may place."""
    mine = reach.assignments(current())
    hours = {course.assignment_id: course.hours for course in now.known.values() if course.assignment_id in mine}
    return [(now.known[one.assignment_id], one.hours) for one in verdicts.unplaced(now.board, hours)]


def _locked(now: Opened) -> set[int]:
    return {placed.id for placed in now.board if placed.is_locked}


def _rows(now: Opened, zoom: str = "school", chosen: int | None = None) -> list[Any]:
    """The classes with their weeks; those without a lesson too."""
    rows = class_rows(now.board)
    shown = {key for key, *_rest in rows}
    empty: dict[int, Any] = {
        c.class_id: (c.class_id, c.class_name, c.grade, {}) for c in now.known.values() if c.class_id not in shown
    }
    every = sorted([*rows, *empty.values()], key=lambda row: (row[2], row[1]))
    if zoom == "school" or chosen is None:
        return every
    inside = {
        "grade": {c.class_id for c in now.known.values() if c.grade == chosen},
        "class": {chosen},
        "teacher": {c.class_id for c in now.known.values() if c.staff_id == chosen},
        "room": {p.course.class_id for p in now.board if p.room_id == chosen},
    }[zoom]
    return [row for row in every if row[0] in inside]


def _zoom(now: Opened) -> tuple[str, int | None, list[tuple[int, str]]]:
    zoom, chosen = request.args.get("zoom", "school"), request.args.get("id", type=int)
    courses = sorted(now.known.values(), key=lambda c: (c.grade, c.class_name))
    choices: dict[int, str] = {
        "grade": {c.grade: str(c.grade) for c in courses},
        "class": {c.class_id: c.class_name for c in courses},
        "teacher": {c.staff_id: c.teacher for c in sorted(courses, key=lambda c: c.teacher)},
        "room": {p.room_id: p.room for p in sorted(now.board, key=lambda p: p.room or "") if p.room_id and p.room},
    }.get(zoom, {})  # type: ignore[assignment]
    if zoom not in ZOOMS or (chosen is not None and chosen not in choices):
        raise Missing
    return zoom, chosen if chosen is not None else next(iter(choices), None), list(choices.items())


def course_name(course: boards.Course) -> str:
    """A course in one line."""
    parts = [course.class_name, course.subject, course.subgroup, course.teacher]
    return " · ".join(part for part in parts if part)


def _rooms() -> list[tuple[str, str]]:
    rooms = current().execute(select(Room.id, Room.number).order_by(Room.number))
    return [("", "—"), *((str(id_), number) for id_, number in rooms)]


def _since() -> date:
    """The date asked for, else the next school day on which a change can begin."""
    today = max(clock.today(), calendar.school_day(current()))
    try:
        return max(date.fromisoformat(request.values.get("since", "")), today)
    except ValueError:
        return today


# --- what a slot says


@screen.page("/edit/verdicts", to=PLANNERS)
def slots() -> Response:
    """What every slot says to an entry, or to an assignment, in the hand."""
    session, now = current(), opened()
    wanted = _in_hand(now)
    asked = now.slots()
    never, unwanted = times.closed(session), times.closed(session, "unwanted")
    found = verdicts.of_all(wanted, now.board, norms.in_force(session, now.since), asked, never, unwanted)
    if wanted.course.assignment_id not in reach.assignments(session):
        found = [verdicts.Verdict(weekday, number, "no", [said(OUT_OF_GRADES)]) for weekday, number in asked]
    elif wanted.is_locked:
        found = [verdicts.Verdict(weekday, number, "no", [said(N_("This lesson is locked: unlock it first."))])
                 for weekday, number in asked]  # fmt: skip
    return jsonify(
        course=course_name(wanted.course),
        assignment=wanted.course.assignment_id,
        class_id=wanted.course.class_id,
        place=[wanted.weekday, wanted.number, wanted.parity, wanted.room_id],
        room=wanted.room_id,
        locked=wanted.is_locked,
        busy=[[p.course.class_id, p.weekday, p.number] for p in now.board if p.course.staff_id == wanted.course.staff_id],
        slots=[
            {"weekday": v.weekday, "number": v.number, "state": v.state, "points": v.points,
             "why": [say(text) for text in v.why]} for v in found
        ],
    )  # fmt: skip


@screen.page("/edit/offers", to=PLANNERS)
def exchange() -> Response:
    """How an entry could get into a slot that is taken: by changing places, in up to three steps."""
    session, now = current(), opened()
    wanted = _in_hand(now)
    slot = (request.args.get("weekday", 0, type=int), request.args.get("number", -1, type=int))
    if slot not in now.slots():
        raise Missing
    board = offers.Board(now.board, times.closed(session), frozenset(_locked(now)), now.slots())
    found = offers.ways(wanted, slot, board) if wanted.course.assignment_id in reach.assignments(session) else []
    return jsonify(offers=[{"text": _offer(one), "steps": [_told(step) for step in one.steps]} for one in found])


def _offer(one: offers.Offer) -> str:
    parts = [
        _("%(course)s to %(day)s, lesson %(number)d", course=course_name(placed.course), day=_weekday(to[0]), number=to[1])
        for placed, to in one.moved
    ]
    return str(_("Change places: %(moves)s", moves="; ".join(parts)) if one.kind == "swap" else "; ".join(parts))


def _weekday(weekday: int) -> str:
    return str(_(WEEKDAYS[weekday])).lower()


def _told(step: steps.Step) -> dict[str, Any]:
    """A step as the script keeps it and gives it back."""
    place = [None if one is None else [one.weekday, one.number, one.parity, one.room_id] for one in (step.was, step.to)]
    return {"assignment": step.assignment_id, "was": place[0], "to": place[1]}


def _in_hand(now: Opened) -> boards.Placed:
    entry_id, assignment_id = request.args.get("entry", type=int), request.args.get("assignment", type=int)
    for placed in now.board:
        if placed.id == entry_id:
            return placed
    if entry_id is not None or assignment_id not in now.known:
        raise Missing
    course = now.known[assignment_id]
    usual = next((p for p in now.board if p.course.staff_id == course.staff_id and p.room_id), None)
    room_id = course.room_id or (usual.room_id if usual else None)
    name = current().scalar(select(Room.number).where(Room.id == room_id)) if room_id else None
    return boards.Placed(0, 0, 0, "every", room_id, name, course)


# --- changes


@screen.page("/edit/steps", to=PLANNERS, methods=("POST",))
def take_steps() -> Any:
    """Moves, swaps, additions and removals of the script, all or none; the answer has the way back and the new rows."""
    body = request.get_json(silent=True)
    wanted = steps_of(body)
    if wanted is None or not isinstance(body, dict):
        return jsonify(refused=[_("The request can't be read.")]), 400
    draft_id = body.get("draft") if isinstance(body.get("draft"), int) else None
    try:
        since = date.fromisoformat(str(body.get("since", "")))
    except ValueError:
        return jsonify(refused=[_("Not a valid date.")]), 400
    try:
        with unit_of_work() as session:
            taken = steps.take(session, since, wanted, draft_id)
    except (Clashing, Invalid, Stale, Forbidden) as refusal:
        return jsonify(refused=_why(refusal)), 409
    return jsonify(
        back=[_told(step) for step in taken.back], warnings=[say(text) for text in taken.warnings],
        **_fresh(since, draft_id, taken.class_ids),
    )  # fmt: skip


def _fresh(since: date, draft_id: int | None, class_ids: set[int]) -> dict[str, Any]:
    """The rows that look different now, and the tray."""
    session = current()
    version = drafts.in_force(session, since) if draft_id is None else drafts.draft(session, draft_id)
    year = calendar.current_year(session)
    known = boards.courses(session, year_id=year.id if year else 0)
    now = Opened(since, draft_id, version, known, boards.load(session, version.id, known) if version else [])
    rows = [row for row in _rows(now) if row[0] in class_ids]
    shared = {"now": now, "locked": _locked(now), "course_name": course_name, "big": request.args.get("big") == "1"}
    return {
        "rows": {str(row[0]): render_template("timetable/row.html", row=row, **shared) for row in rows},
        "tray": render_template("timetable/tray.html", missing=_missing(now)),
    }


@screen.page("/edit/lock", to=PLANNERS, methods=("POST",))
def lock() -> Any:
    """Lock an entry where it stands, or unlock it."""
    now = opened()
    entry_id, on = request.form.get("entry", 0, type=int), request.form.get("on") == "1"
    class_ids = {placed.course.class_id for placed in now.board if placed.id == entry_id}
    try:
        with unit_of_work() as session:
            edits.lock(session, now.since, entry_id, on, now.draft_id)
    except (Clashing, Invalid, Stale, Forbidden) as refusal:
        return _refused(_why(refusal))
    if wants_json():
        return jsonify(back=[], warnings=[], **_fresh(now.since, now.draft_id, class_ids))
    return redirect(_back())


@screen.page("/edit/add", to=PLANNERS, methods=("POST",))
def add() -> Any:
    """Put an assignment into a slot."""
    form = AddForm()
    return _edit(form, lambda s: edits.add(s, form.since.data, form.assignment_id.data, form.slot(), form.draft.data))


@screen.page("/edit/move", to=PLANNERS, methods=("POST",))
def move() -> Any:
    """Move an entry."""
    form = MoveForm()
    return _edit(
        form,
        lambda s: edits.move(s, form.since.data, form.entry_id.data, form.slot(), form.version.data, form.draft.data),
    )


@screen.page("/edit/remove", to=PLANNERS, methods=("POST",))
def remove() -> Any:
    """Take an entry out."""
    form = RemoveForm()
    return _edit(form, lambda s: edits.remove(s, form.since.data, form.entry_id.data, form.draft.data))


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
    return redirect(_back())


def _why(refusal: Clashing | Invalid | Stale | Forbidden) -> list[str]:
    """A refusal in words."""
    if isinstance(refusal, Clashing):
        return list(dict.fromkeys(say(clash.why) for clash in refusal.clashes))
    if isinstance(refusal, Invalid):
        return [say(text) for text in refusal.errors.values()]
    return [_(refusal.text if isinstance(refusal, Stale) else OUT_OF_GRADES)]


def _refused(why: list[str]) -> Any:
    if wants_json():
        return jsonify(refused=why), 409
    for text in why:
        flash(text, "bad")
    return redirect(_back())


def _back() -> str:
    draft = request.form.get("draft", type=int)
    return (
        url_for("timetable.edit", draft=draft) if draft else url_for("timetable.edit", since=request.form.get("since", ""))
    )
