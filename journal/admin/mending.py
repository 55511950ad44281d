"""What can be mended in a list: a deleted row comes back, two rows that are one thing become one."""

from typing import Any

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _

from journal.access.actor import Forbidden
from journal.access.line import Verb
from journal.admin import changes
from journal.kit.numbers import number_of
from journal.schema import Entity, entities
from journal.services import bringing_back, merging, titles
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say


class MendingPages:
    """What `EntityView` puts right."""

    entity: type[Entity]

    @expose("/deleted")
    def deleted_view(self: Any) -> str:
        """Rows that were deleted, with what went along, as far as the person may read the trail."""
        session = current()
        entries = bringing_back.deleted(session, self.entity)
        along = {entry.id: len(bringing_back.with_it(session, entry)) for entry in entries}
        return str(self.render_page("admin/deleted.html", entries=entries, along=along, who=changes.who))

    @expose("/bring-back", methods=("POST",))
    def bring_back_view(self: Any) -> Any:
        """One of them comes back, with what hung on it."""
        entry_id = number_of(request.form.get("entry"))
        if entry_id is None:
            raise Missing
        try:
            with unit_of_work() as session:
                row = bringing_back.bring_back(session, self.entity, entry_id)
                row_id, title = row.id, titles.of(session, row)
        except Invalid as invalid:
            flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
            return redirect(self.to("deleted_view"))
        flash(_("It is back: %(title)s", title=title), "ok")
        return redirect(self.to("details_view", id=row_id))

    @expose("/merge", methods=("GET", "POST"))
    def merge_view(self: Any) -> Any:
        """Two rows that are one thing: what would move, then the merge itself."""
        row, session = self.row_within(Verb.DELETE), current()
        row_id, title = row.id, titles.of(session, row)
        given = request.values.get("into", "")
        kept = self.row(given) if given else None
        kept_id = kept.id if kept is not None else None
        if kept_id is not None and request.method == "POST":
            try:
                with unit_of_work() as work:
                    merging.merge(work, self.entity, row_id, kept_id)
            except (Invalid, Forbidden):
                flash(_("The rows can't be merged: look at what stands against it."), "bad")
                return redirect(self.to("merge_view", id=row_id, into=kept_id))
            flash(_("The rows are one now."), "ok")
            return redirect(self.to("details_view", id=kept_id))
        seen, kept_title = None, ""
        if kept is not None and kept_id is not None:
            kept_title = titles.of(session, kept)
            session.rollback()
            session.writing = True
            seen = merging.preview(session, self.entity, row_id, kept_id)
        labels = {one.__name__: one.label[1] for one in entities()}
        return self.render_page(
            "admin/merge.html", row_id=row_id, title=title, kept_id=kept_id, kept_title=kept_title, seen=seen, labels=labels
        )
