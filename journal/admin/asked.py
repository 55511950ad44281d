"""What the fields of a page ask by script: the rows for a reference, and one cell of a list."""

from typing import Any

from flask import Response, abort, jsonify, request
from flask_admin import expose

from journal.access import guard
from journal.access.actor import Forbidden
from journal.access.line import Verb
from journal.admin import columns as shown_columns
from journal.admin import forms, listing
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import records, titles
from journal.web.database import current, unit_of_work

LOOKED_UP = 20


class AskedPages:
    """What `EntityView` answers to scripts."""

    entity: type[Entity]

    @expose("/lookup")
    def ajax_lookup(self: Any) -> Any:
        """Rows for a reference field or filter: only what this person may see, by what may be searched."""
        field = request.args.get("field", "")
        column = columns(self.entity).get(field)
        if field == "self":  # the row that stays when two become one
            return self._looked_up(self.entity)
        pointed = target(column) if column is not None else None
        open_columns = set(guard.readable(self.entity, self.person)) | set(
            guard.writable(self.entity, self.person, Verb.CREATE)
        )
        if pointed is None or field not in open_columns or not guard.may_ever(pointed, self.person, Verb.VIEW):
            abort(404)
        return self._looked_up(pointed)

    def _looked_up(self: Any, pointed: type[Entity]) -> Response:
        """The first rows that fit what was typed, as far as this person sees them."""
        asked = listing.Asked(pointed, self.person, q=request.args.get("q", "").strip()[: listing.LONGEST_SEARCH])
        session = current()
        statement = listing.keys(asked, asked.order).order_by(asked.order[0].expression).limit(LOOKED_UP)
        ids = [row[0] for row in session.execute(statement)]
        names = titles.many(session, pointed, ids)
        return jsonify([{"id": id_, "text": names[id_]} for id_ in ids if id_ in names])

    @expose("/cell", methods=("GET", "POST"))
    def ajax_update(self: Any) -> Any:
        """One cell of the list: the same form, rules and version as the page, for a single field."""
        row = self.row(request.values.get("id", ""))
        field = request.values.get("field", "")
        if field not in self._writable_in(row):
            raise Forbidden(f"{self.entity.__name__}.{field}")
        form = self.form_class([field], current())(obj=row)
        if request.method == "GET":
            form["version_seen"].data = row.version
            return jsonify(html=self.render_page("admin/cell.html", form=form, field=field))
        if not form.validate():
            return jsonify(errors=form.errors), 422
        with unit_of_work() as session:
            records.change(session, row, forms.values_of(self.entity, form), version_seen=forms.version_of(form))
            text = shown_columns.texts(session, [columns(self.entity)[field]], [[getattr(row, field)]])[0][0]
            return jsonify(text=text, version=row.version)
