"""The usual texts: the school's own and the teacher's."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from journal.schema import MessageTemplate
from journal.schema.messages import TOPICS
from journal.screens.messages.base import person, screen
from journal.services.messages import posting
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.screen import STAFF


class TemplateForm(Form):
    """A usual text."""

    name = StringField(lazy_gettext("Name"), [InputRequired(), Length(max=120)])
    topic = SelectField(lazy_gettext("About what"), choices=[(code, lazy_gettext(label)) for code, label in TOPICS.items()])
    text = TextAreaField(
        lazy_gettext("Text"),
        [InputRequired(), Length(max=2000)],
        description=lazy_gettext("{name} becomes the first name of the student."),
    )


@screen.page("/templates", to=STAFF, methods=("GET", "POST"))
def usual() -> Any:
    """The texts, and one more of one's own; with `id` new words for one."""
    id_ = request.args.get("id", 0, type=int)
    row = current().get(MessageTemplate, id_) if id_ else None
    if id_ and (row is None or row.staff_id != person().staff_id):
        raise Missing
    form = TemplateForm(obj=row)
    if form.validate_on_submit():
        values = {"name": form.name.data, "topic": form.topic.data, "text": form.text.data}
        try:
            with unit_of_work() as session:
                posting.put_template(session, id_ or None, values)
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("Saved."), "ok")
            return redirect(url_for("messages.usual"))
    rows = posting.templates(current(), person().staff_id)
    return render_template("messages/templates.html", rows=rows, form=form, topics=TOPICS, id=id_, own=person().staff_id)


@screen.page("/templates/<int:template_id>/remove", to=STAFF, methods=("POST",))
def remove_usual(template_id: int) -> Any:
    """Take a text of one's own away."""
    with unit_of_work() as session:
        posting.remove_template(session, template_id)
    flash(_("Taken away."), "ok")
    return redirect(url_for("messages.usual"))
