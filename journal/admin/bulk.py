"""Many rows at once: one value for all that were chosen, looked at first, then kept in one transaction."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from journal.access import guard
from journal.access.actor import Forbidden
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin import columns as shown_columns
from journal.admin import forms
from journal.kit.numbers import number_of
from journal.kit.text import N_
from journal.schema import Entity
from journal.schema.base import columns
from journal.services import records, titles
from journal.services.refusals import Invalid, Missing, Said, Stale, said
from journal.web.database import current, unit_of_work

MOST_CHOSEN = 500
NOT_YOURS = N_("This row is not yours to change.")


@dataclass(frozen=True)
class Foreseen:
    """What would become of one row: its value now and then, or why not."""

    id: int
    title: str
    before: str
    after: str
    refused: list[Said]
    version: int

    @property
    def is_same(self) -> bool:
        return not self.refused and self.before == self.after


class BulkPages:
    """What `EntityView` does to many rows."""

    entity: type[Entity]

    @expose("/bulk", methods=("POST",))
    def bulk_view(self: Any) -> Any:
        """Choose a field and its value, look at what would change and what would be refused, keep it."""
        rows = self.chosen()
        if not rows:
            flash(_("Choose at least one row."), "bad")
            return redirect(self.to("index_view"))
        able = guard.writable(self.entity, self.person, Verb.CHANGE)
        names = [name for name in able if not columns(self.entity)[name].unique]
        field = request.form.get("field", "")
        if field and field not in names:
            raise Forbidden(f"{self.entity.__name__}.{field}")
        form = self.form_class([field], current())() if field else None
        foreseen: list[Foreseen] = []
        if form is not None and "step" in request.form and form.validate():
            value = forms.values_of(self.entity, form)[field]
            if request.form["step"] == "keep":
                return self._keep(rows, field, value)
            foreseen = _foresee(current(), self.entity, [row.id for row in rows], field, value)
        ids = [row.id for row in rows]
        return self.render_page(
            "admin/bulk.html",
            ids=ids,
            names=titles.many(current(), self.entity, ids),
            fields={name: shown_columns.label(columns(self.entity)[name]) for name in names},
            field=field,
            form=form,
            foreseen=foreseen,
            good=[one for one in foreseen if not one.refused and not one.is_same],
        )

    @expose("/action", methods=("POST",))
    def action_view(self: Any) -> Any:
        """Delete the chosen rows together: asked for first, and all or nothing."""
        rows = self.chosen()
        if not rows:
            flash(_("Choose at least one row."), "bad")
            return redirect(self.to("index_view"))
        ids = [row.id for row in rows]
        allowed = guard.rows(self.entity, self.person, Verb.DELETE)
        if set(current().scalars(select(self.entity.id).where(self.entity.id.in_(ids), allowed))) != set(ids):
            raise Forbidden(f"delete {self.entity.__name__}")
        names = titles.many(current(), self.entity, ids)
        error = None
        if "sure" in request.form:
            try:
                with unit_of_work() as session:
                    for text in ids:
                        records.delete(session, self.row(str(text)))
            except Invalid as invalid:
                error = invalid
            else:
                flash(_("Deleted: %(count)d", count=len(ids)), "ok")
                return redirect(self.to("index_view"))
        return self.render_page("admin/delete_many.html", names=names, error=error)

    def chosen(self: Any) -> list[Entity]:
        """The rows that were marked in the list. Raises `Missing` for one that isn't there for this person."""
        given = request.form.getlist("rowid")
        if len(given) > MOST_CHOSEN:
            abort(413)
        return [self.row(text) for text in given]

    def _keep(self: Any, rows: list[Entity], field: str, value: Any) -> Any:
        """All rows that were foreseen to change, or none of them."""
        seen = {number_of(key[5:]): number_of(text) for key, text in request.form.items() if key.startswith("seen-")}
        count = 0
        try:
            with unit_of_work() as session:
                for row in rows:
                    if row.id in seen:
                        records.change(session, row, {field: value}, version_seen=seen[row.id] or -1)
                        count += 1
        except (Invalid, Stale, Forbidden):
            flash(_("Somebody changed these rows meanwhile, or one is refused now: nothing was changed. Look again."), "bad")
        else:
            flash(ngettext("%(num)d row changed", "%(num)d rows changed", count), "ok")
        return redirect(self.to("index_view"))


def _foresee(session: PolicySession, entity: type[Entity], ids: list[int], field: str, value: Any) -> list[Foreseen]:
    """Each row is changed and taken back, so the rules themselves say what they would say; nothing is kept."""
    session.rollback()
    session.writing = True
    column = columns(entity)[field]
    names = titles.many(session, entity, ids)
    found = []
    for row_id in ids:
        row = session.get(entity, row_id)
        if row is None:
            raise Missing
        before, version, refused = getattr(row, field), row.version, []
        point = session.begin_nested()
        try:
            records.change(session, row, {field: value})
        except Invalid as invalid:
            refused = list(invalid.errors.values())
        except Forbidden:
            refused = [said(NOT_YOURS)]
        if point.is_active:
            point.rollback()
        session.expire_all()
        texts = [told[0] for told in shown_columns.texts(session, [column], [[before], [value]])]
        found.append(Foreseen(row_id, names.get(row_id, "…"), texts[0] or "—", texts[1] or "—", refused, version))
    session.rollback()
    return found
