"""The history of a row: who changed what, from the trail; one old value, or the row as it was, is put back from there."""

from typing import Any

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access.actor import Forbidden
from journal.access.line import Verb
from journal.admin import changes
from journal.admin import columns as shown_columns
from journal.kit.numbers import number_of
from journal.schema import Entity, TrailEntry
from journal.schema.base import columns
from journal.services import records, titles, trail
from journal.services.refusals import Invalid, Missing
from journal.web.database import current, unit_of_work
from journal.web.i18n import say

MOST = 200
HIDDEN = records.UNSAID


class HistoryPages:
    """What `EntityView` shows of the past of a row."""

    entity: type[Entity]

    @expose("/history")
    def history_view(self: Any) -> str:
        """What the trail says of a row, as far as the person may read the trail."""
        row = self.row()
        entries = current().scalars(_of(self.entity, row.id).order_by(TrailEntry.id.desc()).limit(MOST)).all()
        open_columns = {column.key for column in self._visible_in(row, shown_columns.detailed(self.entity, self.person))}
        writable = frozenset(self._writable_in(row)) if self.may(Verb.CHANGE) else frozenset()
        return str(
            self.render_page(
                "admin/history.html",
                row=row,
                title=titles.of(current(), row),
                entries=entries,
                told=changes.of_entity(current(), self.entity, entries, open_columns),
                who=changes.who,
                restorable={entry.id: _restorable(row, entry, writable) for entry in entries},
            )
        )

    @expose("/restore", methods=("POST",))
    def restore_view(self: Any) -> Any:
        """Put back what an entry says was before: one field, or all of the entry that may be written."""
        row = self.row_within(Verb.CHANGE)
        row_id, entry = row.id, _entry(self.entity, row.id, request.form.get("entry", ""))
        own, field = columns(self.entity), request.form.get("field", "")
        names = [field] if field else list(entry.changes or {})
        able = frozenset(self._writable_in(row))
        if field and (field not in able or field not in (entry.changes or {})):
            raise Forbidden(f"{self.entity.__name__}.{field}")
        wanted = {
            name: trail.untold(own[name], (entry.changes or {})[name][0])
            for name in names
            if name in able and _differs(row, name, (entry.changes or {})[name])
        }
        try:
            with unit_of_work() as session:
                records.change(session, row, wanted)
        except Invalid as invalid:
            flash(" ".join(say(text) for text in invalid.errors.values()), "bad")
        else:
            flash(_("Put back."), "ok")
        return redirect(self.to("history_view", id=row_id))


def _of(entity: type[Entity], row_id: int) -> Any:
    return select(TrailEntry).where(TrailEntry.entity == entity.__name__, TrailEntry.row_id == row_id)


def _entry(entity: type[Entity], row_id: int, text: str) -> TrailEntry:
    """An entry about this very row, of a change. Raises `Missing`."""
    entry_id = number_of(text)
    if entry_id is None:
        raise Missing
    asked = _of(entity, row_id).where(TrailEntry.act == "change", TrailEntry.id == entry_id)
    found: TrailEntry | None = current().scalar(asked)
    if found is None:
        raise Missing
    return found


def _restorable(row: Entity, entry: TrailEntry, writable: frozenset[str]) -> list[str]:
    """The fields of an entry whose values of before can be put back."""
    if entry.act != "change":
        return []
    return [name for name, pair in (entry.changes or {}).items() if name in writable and _differs(row, name, pair)]


def _differs(row: Entity, name: str, pair: Any) -> bool:
    """Whether the value of before is known and is not the present one."""
    column = columns(type(row)).get(name)
    if column is None or len(pair) != 2 or pair[0] == HIDDEN:
        return False
    return bool(trail.untold(column, pair[0]) != getattr(row, name))
