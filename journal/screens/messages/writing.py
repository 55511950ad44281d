"""Writing a message: to whom, about which mark or absence, with which usual text."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy import select
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from journal.schema import Absence, AbsenceReason, Lesson, Mark, MessageTemplate, Student, Subject, TeachingAssignment
from journal.screens.messages.base import person, screen, typed_files
from journal.services.messages import addressees, posting
from journal.services.refusals import Invalid, Missing
from journal.web import show
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.screen import SIGNED_IN

MOST_ADDRESSEES = 60


class LetterForm(Form):
    """A message."""

    subject = StringField(lazy_gettext("Subject line"), [InputRequired(), Length(max=200)])
    text = TextAreaField(lazy_gettext("Text"), [InputRequired(), Length(max=posting.LONGEST)])


@screen.page("/new", to=SIGNED_IN, methods=("GET", "POST"))
def write() -> Any:
    """A new message. `to`: keys of addressees; `lesson` and `student`: what is quoted; `template`: a usual text."""
    keys = request.values.getlist("to")[:MOST_ADDRESSEES]
    quote = _quote(request.values.get("lesson", 0, type=int), request.values.get("student", 0, type=int))
    chosen = addressees.resolve(current(), keys) if keys else []
    form = LetterForm(subject=_("About your child") if quote else "", text=_usual(chosen))
    if form.validate_on_submit():
        names = "; ".join(show.words_of(one.label) for one in chosen)
        letter = posting.Letter(form.subject.data or "", form.text.data or "", quote, names, typed_files())
        try:
            with unit_of_work() as session:
                sent = posting.send(session, keys, letter)
                thread_id, count, without = sent.message.id, sent.count, sent.without
        except Invalid as invalid:
            form.take(invalid)
            form.form_errors.extend(show.words_of(text) for name, text in invalid.errors.items() if name in ("to", "files"))
        else:
            _tell(count, without)
            return redirect(url_for("messages.thread", thread_id=thread_id))
    class_id = request.values.get("class", 0, type=int)
    choices = addressees.choices(current(), class_id)
    return render_template(
        "messages/new.html",
        form=form,
        keys=keys,
        chosen=chosen,
        choices=choices,
        class_id=class_id,
        quote=quote,
        templates=posting.templates(current(), person().staff_id) if person().staff_id else [],
        staff=bool(person().staff_id),
        kept={name: request.values[name] for name in ("lesson", "student") if request.values.get(name)},
    )


def _tell(count: int, without: int) -> None:
    flash(ngettext("Sent to %(num)d person.", "Sent to %(num)d people.", count), "ok")
    if without:
        text = ngettext(
            "%(num)d person has no account and gets nothing.", "%(num)d people have no account and get nothing.", without
        )
        flash(text, "warn")


def _usual(chosen: list[addressees.Addressee]) -> str:
    """The words of a usual text, with the pupil's first name where one pupil is meant."""
    template_id = request.args.get("template", 0, type=int)
    found = current().get(MessageTemplate, template_id) if template_id else None
    if found is None:
        return ""
    student = current().get(Student, chosen[0].student_id) if len(chosen) == 1 and chosen[0].student_id else None
    return found.text.replace("{name}", student.first_name if student else "")


def _quote(lesson_id: int, student_id: int) -> str:
    """A cell of the journal in words, as far as the person may see it. Raises `Missing` where there is none."""
    if not lesson_id or not student_id:
        return ""
    session = current()
    row = session.execute(
        select(Lesson.held_on, Subject.name)
        .join(TeachingAssignment, TeachingAssignment.id == Lesson.assignment_id)
        .join(Subject, Subject.id == TeachingAssignment.subject_id)
        .where(Lesson.id == lesson_id)
    ).one_or_none()
    student = session.get(Student, student_id)
    if row is None or student is None:
        raise Missing
    mine = (Mark.lesson_id == lesson_id, Mark.student_id == student_id)
    marks = [show.mark(value) for value in session.scalars(select(Mark.value).where(*mine).order_by(Mark.position))]
    absence = session.scalar(
        select(AbsenceReason.name)
        .join(Absence, Absence.reason_id == AbsenceReason.id)
        .where(Absence.lesson_id == lesson_id, Absence.student_id == student_id)
    )
    told = [*([_("mark %(value)s", value="/".join(marks))] if marks else []), *([absence] if absence else [])]
    where = f"{student.last_name} {student.first_name}: {row[1]}, {show.day(row[0])}"
    return f"{where} — {', '.join(told)}" if told else where
