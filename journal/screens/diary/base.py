"""Whose diary is open: the own one, a child's, or that of a pupil of the class."""

from dataclasses import dataclass
from datetime import date

from flask import abort, request
from sqlalchemy import select

from journal.access.actor import Actor, Role
from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.schema import SchoolClass, Student
from journal.services import diary
from journal.services.refusals import Missing
from journal.web.database import current
from journal.web.screen import Screen
from journal.web.session import actor

screen = Screen("diary", __name__, url_prefix="/diary")
READERS = frozenset({Role.STUDENT, Role.GUARDIAN, Role.CLASS_TEACHER})
FAMILY = frozenset({Role.STUDENT, Role.GUARDIAN})
GUARDIANS = frozenset({Role.GUARDIAN})
screen.entry(N_("Diary"), "week", 15, to=FAMILY)


@dataclass(frozen=True)
class Opened:
    """The diary that is open, and the others that may be."""

    student: Student | None
    choices: list[Student]
    is_guardian: bool
    """Whether the person represents this very pupil, and may sign and announce."""

    @property
    def many(self) -> bool:
        return len(self.choices) > 1


def person() -> Actor:
    """Who asks."""
    found = actor()
    assert found is not None
    return found


def open_diary() -> Opened:
    """The diary asked for; one that is not this person's is not there."""
    who, session = person(), current()
    children = diary.children(session, who.guardian_id) if who.guardian_id else []
    choices = [*_own(who), *children]
    if who.has(Role.CLASS_TEACHER):
        classes = session.scalars(select(SchoolClass.id).where(SchoolClass.class_teacher_id == who.staff_id)).all()
        choices.extend(diary.of_class(session, list(classes)))
    chosen = _chosen(choices)
    return Opened(chosen, choices, chosen is not None and chosen.id in {child.id for child in children})


def _own(who: Actor) -> list[Student]:
    found = current().get(Student, who.student_id) if who.student_id else None
    return [found] if found is not None else []


def _chosen(choices: list[Student]) -> Student | None:
    asked = request.values.get("student", "")
    if not asked:
        return choices[0] if choices else None
    student_id = number_of(asked)
    if student_id is None:
        raise Missing
    found = [student for student in choices if student.id == student_id]
    if not found:
        abort(404)
    return found[0]


def asked_day(name: str, otherwise: date) -> date:
    """A day of the address, or another one."""
    try:
        asked = date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return otherwise
    return asked if 2000 < asked.year < 2100 else otherwise
