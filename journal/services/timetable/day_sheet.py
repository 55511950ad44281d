"""The sheet of a day's changes, to print and to hang up: who takes which lesson, what is cancelled and moved."""

from datetime import date
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Lesson, Substitution
from journal.services import settings
from journal.services.refusals import Said, said
from journal.services.reports.document import Column, Document, Table
from journal.services.timetable import absent

DONE = {
    "cancel": said(N_("cancelled")),
    "teacher": said(N_("another teacher")),
    "merge": said(N_("subgroups merged")),
    "move": said(N_("moved")),
}


def document(session: PolicySession, on: date) -> Document:
    """The changes of a date, by lesson and class."""
    lessons = absent.day(session, on)
    rows: list[list[Any]] = [
        [one.number, one.class_name, _subject(one), one.teacher, _done(one), one.substitute or "", one.room or ""]
        for one in sorted(lessons, key=lambda one: (one.number, one.grade_level_id, one.class_name))
        if one.kind or one.is_open
    ]
    rows += [
        [
            number,
            class_name,
            subject,
            teacher,
            said(N_("moved to %(day)s, lesson %(number)d"), day=f"{to:%d.%m}", number=n),
            "",
            "",
        ]
        for number, class_name, subject, teacher, to, n in _moved_away(session, on)
    ]
    columns = [
        Column(said("Lesson"), "whole", 7),
        Column(said("Class"), "text", 8),
        Column(said("Subject"), "text", 24),
        Column(said("Teacher"), "text", 20),
        Column(said("What"), "text", 18),
        Column(said("Substitute"), "text", 20),
        Column(said("Room"), "text", 8),
    ]
    table = Table(columns, rows, empty=said(N_("Nothing is changed on this day.")))
    return Document(
        said(N_("Changes of lessons")), [(said("Date"), on)], [table], school=settings.value(session, "school_name")
    )


def _subject(one: absent.DayLesson) -> str:
    return f"{one.subject}, {one.subgroup}" if one.subgroup else one.subject


def _done(one: absent.DayLesson) -> Said:
    return DONE[one.kind] if one.kind else said(N_("nobody yet"))


def _moved_away(session: PolicySession, on: date) -> list[Any]:
    """Lessons that would be on the date but take place on another."""
    ids = select(Substitution.lesson_id).where(
        Substitution.kind == "move", Substitution.was_on == on, Substitution.moved_to_on != on
    )
    found = []
    for lesson_id, held_on, number in session.execute(
        select(Lesson.id, Lesson.held_on, Lesson.number).where(Lesson.id.in_(ids))
    ).all():
        one = next((one for one in absent.day(session, held_on) if one.id == lesson_id), None)
        was = session.scalar(select(Substitution.was_number).where(Substitution.lesson_id == lesson_id))
        if one is not None:
            found.append([was, one.class_name, _subject(one), one.teacher, held_on, number])
    return found
