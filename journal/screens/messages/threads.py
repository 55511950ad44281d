"""The boxes and one thread: reading, answering, putting away."""

from typing import Any
from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from journal.schema import MessageFile
from journal.screens.messages.base import person, screen, typed_files
from journal.services.messages import posting, threads
from journal.services.news import reading
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.screen import SIGNED_IN

LONGEST_QUERY = 100


class AnswerForm(Form):
    """An answer."""

    text = TextAreaField(lazy_gettext("Answer"), [InputRequired(), Length(max=posting.LONGEST)])


@screen.page("/", to=SIGNED_IN)
def index() -> str:
    """A box: received, sent or put away; searched by words."""
    box = request.args.get("box", "inbox")
    if box not in threads.BOXES:
        abort(404)
    page = max(1, request.args.get("page", 1, type=int))
    query = request.args.get("q", "")[:LONGEST_QUERY].strip()
    heads, more = threads.box(current(), box, query, min(page, 1000))
    return render_template(
        "messages/index.html", heads=heads, more=more, box=box, query=query, page=page, staff=bool(person().staff_id)
    )


@screen.page("/<int:thread_id>", to=SIGNED_IN)
def thread(thread_id: int) -> str:
    """A thread from its first message to the last."""
    return _show(thread_id, AnswerForm())


def _show(thread_id: int, form: AnswerForm, to: int | None = None) -> str:
    parts = threads.load(current(), thread_id)
    last = parts[-1].row.id
    wanted = to or request.args.get("to", last, type=int)
    chosen = next((part for part in parts if part.row.id == wanted), parts[-1])
    return render_template(
        "messages/thread.html",
        parts=parts,
        thread_id=thread_id,
        form=form,
        chosen=chosen,
        unread=any(part.is_unread for part in parts),
        many=len({part.sender for part in parts if not part.is_mine}) > 1,
    )


@screen.page("/<int:thread_id>/answer/<int:message_id>", to=SIGNED_IN, methods=("POST",))
def answer(thread_id: int, message_id: int) -> Any:
    """Answer one message of a thread; what is wrong leaves the words where they are."""
    form = AnswerForm()
    if not any(part.row.id == message_id for part in threads.load(current(), thread_id)):
        raise Missing
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                posting.answer(session, message_id, posting.Letter("", form.text.data or "", files=typed_files()))
                threads.read(session, thread_id)
                reading.read_thread(session, thread_id)
        except Invalid as invalid:
            form.take(invalid)
        else:
            flash(_("Sent."), "ok")
            return redirect(url_for("messages.thread", thread_id=thread_id))
    return _show(thread_id, form, message_id)


@screen.page("/<int:thread_id>/read", to=SIGNED_IN, methods=("POST",))
def read(thread_id: int) -> Any:
    """The thread was read: its page says so by itself."""
    with unit_of_work() as session:
        threads.read(session, thread_id)
        reading.read_thread(session, thread_id)
    return redirect(url_for("messages.thread", thread_id=thread_id))


@screen.page("/<int:thread_id>/<any(away, back):verb>", to=SIGNED_IN, methods=("POST",))
def put(thread_id: int, verb: str) -> Any:
    """Put a thread into the own archive, or take it out."""
    with unit_of_work() as session:
        threads.put_away(session, thread_id, away=verb == "away")
    flash(_("Put into the archive.") if verb == "away" else _("Taken out of the archive."), "ok")
    return redirect(url_for("messages.index"))


@screen.page("/files/<int:file_id>", to=SIGNED_IN)
def download(file_id: int) -> Response:
    """A file of a message, to those who sent or got it; never shown as a page of ours."""
    found = current().get(MessageFile, file_id)
    if found is None or found.blob is None:
        raise Missing
    headers = {
        "Content-Disposition": f"attachment; filename=\"file\"; filename*=UTF-8''{quote(found.file_name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
    return Response(found.blob, content_type=found.content_type, headers=headers)
