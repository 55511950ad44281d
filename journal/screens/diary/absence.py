"""A guardian announces that the child won't come, and sees what the class teacher answered."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from journal.kit import clock
from journal.kit.numbers import number_of
from journal.schema import AbsenceNotice
from journal.screens.diary.base import GUARDIANS, open_diary, screen
from journal.services.class_room import notices
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.i18n import say


def _whole(text: Any) -> int | None:
    text = str(text or "")
    return number_of(text)


class NoticeForm(Form):
    """An absence to come."""

    begins_on = DateField(lazy_gettext("From"), [InputRequired()])
    ends_on = DateField(lazy_gettext("To"), [InputRequired()])
    reason_id = SelectField(lazy_gettext("Reason"), coerce=_whole, validate_choice=False)
    text = StringField(
        lazy_gettext("To the class teacher"),
        [Length(max=300)],
        description=lazy_gettext("Not needed; please no diagnosis."),
    )


@screen.page("/absence", to=GUARDIANS, methods=("GET", "POST"))
def absence() -> Any:
    """Announce an absence of the child; those announced before, with the answers."""
    opened = open_diary()
    if opened.student is None or not opened.is_guardian:
        raise Missing
    student_id = opened.student.id
    form = NoticeForm(begins_on=clock.today(), ends_on=clock.today())
    form.reason_id.choices = [(one.id, one.name) for one in notices.reasons(current())]
    if form.validate_on_submit():
        names = ("begins_on", "ends_on", "reason_id", "text")
        values = {name: form[name].data or None for name in names}
        try:
            with unit_of_work() as session:
                notices.announce(session, student_id, values)
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("The class teacher is told, and teachers see it at the roll-call."), "ok")
            return redirect(url_for("diary.absence", student=student_id))
    rows = notices.listed(current(), AbsenceNotice.student_id == student_id)
    return render_template("diary/absence.html", opened=opened, chosen=opened.student, form=form, rows=rows[::-1])


@screen.page("/absence/<int:notice_id>/back", to=GUARDIANS, methods=("POST",))
def take_back(notice_id: int) -> Any:
    """Take back what nobody has answered yet."""
    try:
        with unit_of_work() as session:
            notices.take_back(session, notice_id)
    except Invalid as invalid:
        flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
    else:
        flash(_("Taken back."), "ok")
    opened = open_diary()
    return redirect(url_for("diary.absence", student=opened.student.id if opened.student else None))
