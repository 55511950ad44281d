"""The week of one's own or one's child; a guardian confirms having read it, and each note."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from journal.kit import clock
from journal.screens.diary.base import FAMILY, GUARDIANS, READERS, asked_day, open_diary, person, screen
from journal.services import calendar, diary, notes
from journal.services.refusals import Missing
from journal.web.database import current, unit_of_work


@screen.page("/", to=READERS)
def week() -> Any:
    """The week with a date in it; of `student` where the person has a choice."""
    opened = open_diary()
    if opened.student is None:
        return render_template("diary/week.html", opened=opened, week=None)
    session = current()
    today = calendar.school_day(session)
    on = asked_day("day", today)
    page = render_template(
        "diary/week.html",
        opened=opened,
        week=diary.week(session, opened.student.id, on),
        chosen=opened.student,
        on=on,
        today=today,
        monday=calendar.monday(on),
        before=on - timedelta(days=7),
        after=on + timedelta(days=7),
        now=clock.now(),
    )
    return _kept(page)


def _kept(page: str) -> Response:
    """A family's phone may keep the week that it saw last; a computer at school never."""
    answer = make_response(page)
    if not person().staff_id and not person().roles.isdisjoint(FAMILY):
        answer.headers["X-Keep"] = "diary"
    return answer


@screen.page("/read", to=GUARDIANS, methods=("POST",))
def sign() -> Any:
    """A guardian has read the week."""
    opened = open_diary()
    if opened.student is None or not opened.is_guardian:
        raise Missing
    on, student_id = asked_day("day", calendar.school_day(current())), opened.student.id
    with unit_of_work() as session:
        diary.sign(session, student_id, on)
    flash(_("Thank you: the class teacher sees that you have read the week."), "ok")
    return redirect(url_for("diary.week", student=student_id, day=on.isoformat()))


@screen.page("/notes/<int:note_id>", to=GUARDIANS, methods=("POST",))
def seen(note_id: int) -> Any:
    """A guardian has seen a note."""
    with unit_of_work() as session:
        notes.confirm(session, note_id)
    student = request.form.get("student", type=int)
    return redirect(url_for("diary.week", student=student, day=request.form.get("day")))
