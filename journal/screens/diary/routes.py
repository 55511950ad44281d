"""The week of one's own or one's child; a class teacher opens any of the class."""

from datetime import date, timedelta
from typing import Any

from flask import abort, render_template, request
from sqlalchemy import select

from journal.access.actor import Actor, Role
from journal.kit.text import N_
from journal.schema import SchoolClass, Student
from journal.services import calendar, diary
from journal.services.refusals import Missing
from journal.web.database import current
from journal.web.screen import Screen
from journal.web.session import actor

screen = Screen("diary", __name__, url_prefix="/diary")
READERS = frozenset({Role.STUDENT, Role.GUARDIAN, Role.CLASS_TEACHER})
screen.entry(N_("Diary"), "week", 15)


@screen.page("/", to=READERS)
def week() -> Any:
    """The week with a date in it; of `student` where the person has a choice."""
    person = actor()
    assert person is not None
    choices = _choices(person)
    chosen = _chosen(choices)
    if chosen is None:
        return render_template("diary/week.html", week=None, choices=[], on=None)
    session = current()
    today = calendar.school_day(session)
    on = _day(today)
    shown = diary.week(session, chosen.id, on)
    return render_template(
        "diary/week.html",
        week=shown,
        choices=choices,
        chosen=chosen,
        on=on,
        today=today,
        before=on - timedelta(days=7),
        after=on + timedelta(days=7),
        many=len(choices) > 1,
    )


def _choices(person: Actor) -> list[Student]:
    session = current()
    found: list[Student] = []
    if person.student_id:
        found.extend(student for student in [session.get(Student, person.student_id)] if student)
    if person.guardian_id:
        found.extend(diary.children(session, person.guardian_id))
    if person.has(Role.CLASS_TEACHER):
        classes = session.scalars(select(SchoolClass.id).where(SchoolClass.class_teacher_id == person.staff_id)).all()
        found.extend(diary.of_class(session, list(classes)))
    return found


def _chosen(choices: list[Student]) -> Student | None:
    """The pupil asked for; one that is not this person's is not there."""
    asked = request.args.get("student", "")
    if not asked:
        return choices[0] if choices else None
    if not (asked.isascii() and asked.isdecimal()):
        raise Missing
    found = [student for student in choices if student.id == int(asked)]
    if not found:
        abort(404)
    return found[0]


def _day(today: date) -> date:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return asked if 2000 < asked.year < 2100 else today
