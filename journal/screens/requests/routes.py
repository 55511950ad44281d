"""Ask, grant, refuse, and the register of requests."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from journal.access.actor import Actor, Role
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import CorrectionRequest, GradingPeriod, Student
from journal.schema.control import REQUEST_STATES
from journal.services import finals, gradebook, lessons, locks, reach, settings
from journal.services.control import corrections
from journal.services.refusals import Invalid, Missing, Said, said
from journal.services.reports.document import Column, Document, Table
from journal.web import show
from journal.web.database import current, unit_of_work
from journal.web.documents.answer import TYPES, download
from journal.web.forms import Form
from journal.web.i18n import say
from journal.web.screen import OFFICE, STAFF, Screen
from journal.web.session import actor

screen = Screen("requests", __name__, url_prefix="/requests")
screen.entry(N_("Requests"), "index", 70, to=frozenset({Role.TEACHER}))
MOST_PRINTED = 2000


class AskForm(Form):
    """Why something locked has to be changed."""

    reason = TextAreaField(lazy_gettext("What is to be changed and why"), [InputRequired(), Length(max=500)])


@screen.page("/", to=STAFF)
def index() -> str:
    """The requests that the person may see: the own ones, or all."""
    state = request.args.get("state", "")
    conditions = [CorrectionRequest.state == state] if state in REQUEST_STATES else []
    person = _person()
    rows = corrections.listed(current(), *conditions)
    waiting = [one.row.id for one in rows if one.row.state == "open"]
    return render_template(
        "requests/index.html",
        rows=rows,
        state=state,
        states=REQUEST_STATES,
        mine=reach.changeable(current(), CorrectionRequest, waiting, "state"),
        office=not person.roles.isdisjoint(OFFICE),
        hours=settings.whole(current(), "unlock_hours"),
    )


def _person() -> Actor:
    person = actor()
    assert person is not None
    return person


@screen.page("/new", to=frozenset({Role.TEACHER}), methods=("GET", "POST"))
def ask() -> Any:
    """Ask to unlock a lesson (`lesson`), one pupil's cell of it (`student` too), or final marks (`assignment`, `period`)."""
    period_id = request.args.get("period", type=int)
    return _ask_for_finals(period_id) if period_id else _ask_for_lesson()


def _ask_for_finals(period_id: int) -> Any:
    session = current()
    course = gradebook.course(session, request.args.get("assignment", 0, type=int))
    period = session.get(GradingPeriod, period_id)
    if period is None:
        raise Missing
    form = AskForm()
    if _sent(form, lambda writing, reason: corrections.ask_for_finals(writing, course.id, period_id, reason)):
        return redirect(url_for("requests.index"))
    why = finals.lock(current(), period, course.id)
    back = url_for("classbook.finals", assignment_id=course.id, period=period_id)
    return render_template("requests/ask.html", form=form, course=course, what=period.name, student=None, why=why, back=back)


def _ask_for_lesson() -> Any:
    session = current()
    lesson = lessons.get(session, request.args.get("lesson", 0, type=int))
    lesson_id, assignment_id, student_id = lesson.id, lesson.assignment_id, request.args.get("student", type=int)
    student = session.get(Student, student_id) if student_id else None
    if student_id and student is None:
        raise Missing
    form = AskForm()
    if _sent(form, lambda writing, reason: corrections.ask(writing, lesson_id, student_id, reason)):
        return redirect(url_for("requests.index"))
    lesson = lessons.get(current(), lesson_id)
    return render_template(
        "requests/ask.html",
        form=form,
        course=gradebook.course(current(), assignment_id),
        what=f"{show.long_day(lesson.held_on)}, {_('lesson %(number)d', number=lesson.number)}",
        student=student,
        why=locks.lock(current(), lesson, student_id),
        back=url_for("classbook.page", assignment_id=assignment_id),
    )


def _sent(form: AskForm, ask_: Callable[[PolicySession, str], Any]) -> bool:
    """Whether the form was sent and taken; what is wrong with it stands in it."""
    if not form.validate_on_submit():
        return False
    try:
        with unit_of_work() as writing:
            ask_(writing, form.reason.data or "")
    except Invalid as invalid:
        form.take(invalid)
        return False
    flash(_("The request is with the deputy."), "ok")
    return True


@screen.page("/<int:request_id>/<verb>", to=frozenset({Role.DEPUTY}), methods=("POST",))
def decide(request_id: int, verb: str) -> Any:
    """Grant for some hours, or refuse with a reason."""
    answer = request.form.get("answer", "")[:500]
    try:
        with unit_of_work() as session:
            if verb == "grant":
                corrections.grant(session, request_id, request.form.get("hours", 0, type=int), answer)
            elif verb == "refuse":
                corrections.refuse(session, request_id, answer)
            else:
                abort(404)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(_("Unlocked.") if verb == "grant" else _("Refused."), "ok")
    return redirect(url_for("requests.index"))


@screen.page("/register.<kind>", to=STAFF)
def register(kind: str) -> Any:
    """The register of requests, to print."""
    if kind not in TYPES:
        abort(404)
    rows = [
        [
            clock.local(one.row.written_at).date(),
            one.asked_by,
            one.class_name,
            one.subject,
            one.held_on or one.period,
            one.student or (said("Final marks") if one.period else said("the whole lesson")),
            one.row.reason,
            Said(REQUEST_STATES[one.row.state]),
            one.decided_by,
            clock.local(one.row.open_until).strftime("%d.%m.%Y %H:%M") if one.row.open_until else None,
            one.row.answer,
        ]
        for one in corrections.listed(current(), limit=MOST_PRINTED)
    ]
    head = [
        Column(said("Date"), "date", 10),
        Column(said("Asked by"), "text", 18),
        Column(said("Class"), "text", 6),
        Column(said("Subject"), "text", 16),
        Column(said("Lesson of"), "text", 11),
        Column(said("Student"), "text", 18),
        Column(said("Why"), "text", 26),
        Column(said("State"), "text", 9),
        Column(said("Decided by"), "text", 16),
        Column(said("Unlocked until"), "text", 14),
        Column(said("Answer"), "text", 16),
    ]
    document = Document(
        said("Register of correction requests"),
        [(said("As of"), clock.today())],
        [Table(head, rows, empty=said("Nobody has asked to change what is locked."))],
        landscape=True,
        school=settings.value(current(), "school_name"),
    )
    return download(document, kind)
