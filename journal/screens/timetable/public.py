"""What hangs in the hall: the board of the day, and the timetable for everybody where the school wants it so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import render_template, request

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.screens.timetable.routes import asked_day, days, grid, numbers, screen
from journal.services import bells as ringing
from journal.services import calendar, settings
from journal.services.database import reading
from journal.services.refusals import Missing
from journal.services.timetable import absent, drafts
from journal.services.timetable import board as boards
from journal.web.database import engine
from journal.web.screen import ANYBODY, sign_in_first
from journal.web.session import actor

EVERY_S = 60
"""How often the board looks again."""


@contextmanager
def _session(*, for_signed_in: bool) -> Iterator[PolicySession]:
    """What the school shows to everybody; raises `Missing` where it shows nothing to this reader.

    Whoever is signed in reads the timetable and its substitutions of the whole school anyway, so the board is whole too.
    """
    with reading(engine(), System("public")) as session:
        if not (for_signed_in and actor()) and settings.value(session, "timetable_public") != "1":
            raise Missing
        yield session


@screen.page("/board", to=ANYBODY)
def board() -> Any:
    """The changes of a day on a big screen; it refreshes itself. Without sign-in it names nobody."""
    try:
        with _session(for_signed_in=True) as session:
            on = asked_day(calendar.school_day(session))
            lessons = absent.day(session, on)
    except Missing:
        return sign_in_first()
    return render_template(
        "timetable/board.html",
        on=on,
        lessons=sorted(
            (one for one in lessons if one.kind), key=lambda one: (one.number, one.grade_level_id, one.class_name)
        ),
        names=actor() is not None,
        now=clock.local(clock.now()),
        every=EVERY_S,
    )


@screen.page("/public", to=ANYBODY)
def everybody() -> str:
    """The week of a class for everybody: subjects, rooms and bells, no person."""
    with _session(for_signed_in=False) as session:
        on = asked_day(calendar.school_day(session))
        version, classes, board, bells = _week(session, on)
    chosen = request.args.get("class", type=int)
    if chosen is not None and chosen not in classes:
        raise Missing
    if chosen is None and classes:
        chosen = next(iter(classes))
    shown = [placed for placed in board if placed.course.class_id == chosen]
    return render_template(
        "timetable/public.html",
        classes=classes,
        chosen=chosen,
        version=version,
        on=on,
        grid=grid(shown),
        days=days(shown),
        numbers=numbers(shown),
        bells=bells,
        header_bells=shown[0].course.bells if shown else None,
    )


def _week(session: PolicySession, on: date) -> tuple[Any, dict[int, str], list[boards.Placed], Any]:
    from_year = calendar.current_year(session)
    version = drafts.in_force(session, on)
    known = boards.courses(session, year_id=from_year.id) if from_year and version else {}
    board = boards.load(session, version.id, known) if version else []
    ordered = sorted(board, key=lambda placed: (placed.course.grade, placed.course.class_name))
    return version, {p.course.class_id: p.course.class_name for p in ordered}, board, ringing.load(session)
