"""The timetable as everybody reads it: the whole school, a class, a teacher, a room."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from flask import render_template, request
from sqlalchemy import select

from journal.access.actor import Actor, Role
from journal.kit.text import N_, short_name
from journal.schema import Enrolment, Guardianship, Room, Staff
from journal.services import bells as ringing
from journal.services import calendar
from journal.services.refusals import Missing
from journal.services.timetable import board as boards
from journal.services.timetable import drafts
from journal.services.timetable.board import Placed
from journal.web.database import current
from journal.web.screen import SIGNED_IN, Screen
from journal.web.session import actor

screen = Screen("timetable", __name__, url_prefix="/timetable")
screen.entry(N_("Timetable"), "week", 30)
VIEWS = {"school": N_("Whole school"), "class": N_("Class"), "teacher": N_("Teacher"), "room": N_("Room")}
PICK: dict[str, Callable[[Placed], int | None]] = {
    "class": lambda placed: placed.course.class_id,
    "teacher": lambda placed: placed.course.staff_id,
    "room": lambda placed: placed.room_id,
}


@screen.page("/", to=SIGNED_IN)
def week() -> str:
    """The week in force on a date."""
    person = actor()
    assert person is not None
    session = current()
    on = asked_day(calendar.school_day(session))
    version = drafts.in_force(session, on)
    view, chosen = _view(person)
    year = calendar.current_year(session)
    board = boards.load(session, version.id, boards.courses(session, year_id=year.id if year else None)) if version else []
    choices = _choices(view, board)
    if view != "school" and chosen is None and choices:
        chosen = choices[0][0]
    if view != "school" and chosen is not None and chosen not in {key for key, _ in choices}:
        raise Missing
    shown = board if view == "school" else [placed for placed in board if PICK[view](placed) == chosen]
    return render_template(
        "timetable/week.html",
        view=view,
        views=VIEWS,
        chosen=chosen,
        choices=choices,
        version=version,
        on=on,
        grid=grid(shown),
        rows=class_rows(board) if view == "school" else [],
        days=days(board),
        numbers=numbers(shown),
        bells=ringing.load(session),
        header_bells=shown[0].course.bells if view == "class" and shown else None,
        may_edit=person.has(Role.DEPUTY, Role.ADMINISTRATOR),
        title=dict(choices).get(chosen or 0, ""),
    )


def _view(person: Actor) -> tuple[str, int | None]:
    """What was asked for, or what concerns the person most."""
    view, chosen = request.args.get("view"), request.args.get("id", type=int)
    if view in VIEWS:
        return view, chosen
    if person.has(Role.DEPUTY, Role.ADMINISTRATOR, Role.DIRECTOR, Role.CONTROL):
        return "school", None
    if person.staff_id:
        return "teacher", person.staff_id
    return "class", _class_of(person)


def _class_of(person: Actor) -> int | None:
    """The pupil's own class, or that of the first child."""
    asked = select(Enrolment.school_class_id).where(Enrolment.ends_on.is_(None)).order_by(Enrolment.id)
    if person.student_id:
        asked = asked.where(Enrolment.student_id == person.student_id)
    else:
        children = select(Guardianship.student_id).where(Guardianship.guardian_id == person.guardian_id)
        asked = asked.where(Enrolment.student_id.in_(children))
    return current().scalars(asked).first()


def _choices(view: str, board: list[Placed]) -> list[tuple[int, str]]:
    session = current()
    if view == "class":
        return list(
            {
                placed.course.class_id: placed.course.class_name
                for placed in sorted(board, key=lambda p: (p.course.grade, p.course.class_name))
            }.items()
        )
    if view == "teacher":
        used = {placed.course.staff_id for placed in board}
        staff = session.scalars(select(Staff).order_by(Staff.last_name, Staff.first_name))
        return [(s.id, short_name(s.last_name, s.first_name, s.middle_name)) for s in staff if s.id in used]
    if view == "room":
        rooms = session.execute(select(Room.id, Room.number).order_by(Room.number)).all()
        return [(row[0], row[1]) for row in rooms if row[0] in {placed.room_id for placed in board}]
    return []


def grid(board: list[Placed]) -> dict[tuple[int, int], list[Placed]]:
    """(weekday, number) -> entries."""
    found: dict[tuple[int, int], list[Placed]] = defaultdict(list)
    for placed in board:
        found[placed.weekday, placed.number].append(placed)
    return found


def class_rows(board: list[Placed]) -> list[tuple[int, str, int, dict[tuple[int, int], list[Placed]]]]:
    """The rows of the school's matrix, in the order of classes."""
    found: dict[int, list[Placed]] = defaultdict(list)
    for placed in board:
        found[placed.course.class_id].append(placed)
    ordered = sorted(found.items(), key=lambda item: (item[1][0].course.grade, item[1][0].course.class_name))
    return [(key, own[0].course.class_name, own[0].course.grade, grid(own)) for key, own in ordered]


def days(board: list[Placed]) -> list[int]:
    """The weekdays of the matrix: five, or as far as there are lessons."""
    return list(range(1, max([5, *(placed.weekday for placed in board)]) + 1))


def numbers(board: list[Placed]) -> list[int]:
    """The lesson numbers of the matrix."""
    used = [placed.number for placed in board]
    return list(range(min([1, *used]), max([6, *used]) + 1))


def asked_day(today: date) -> date:
    """The date that was asked for, else today's."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return today
