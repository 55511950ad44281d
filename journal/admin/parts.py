"""Rows that are parts of another — the bells of a schedule, the members of a subgroup — on one page, saved together."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access import guard
from journal.access.actor import Actor, Forbidden
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin import forms
from journal.kit.text import kebab
from journal.schema import Entity, entities
from journal.schema.base import columns, target
from journal.services import numbering, records, titles
from journal.services.refusals import Invalid, Missing, Stale
from journal.web import proof
from journal.web.database import current, unit_of_work
from journal.web.forms import Form

BLANK = 3
MOST_LINES = 200


@cache
def parts_of(entity: type[Entity]) -> list[type[Entity]]:
    """The entities whose rows are declared parts of this one's."""
    return [child for child in entities() if child.part_of and target(columns(child)[child.part_of]) is entity]


@dataclass
class Line:
    """One part with its form; a new one has no row yet."""

    key: str
    form: Form
    row: Entity | None
    place: int
    is_gone: bool = False

    @property
    def is_new(self) -> bool:
        return self.row is None


class PartsPages:
    """What `EntityView` does with the parts of a row."""

    entity: type[Entity]

    def parts(self: Any) -> dict[str, type[Entity]]:
        """The entities whose rows this person may write as parts of a row, by their names in an address."""
        able = [child for child in parts_of(self.entity) if _names(child, self.person)]
        return {kebab(child.__name__): child for child in able}

    @expose("/parts", methods=("GET", "POST"))
    def parts_view(self: Any) -> Any:
        """The parts of a row: change, add, take away and put in order, all or nothing."""
        slug = request.args.get("of", "")
        if slug not in {kebab(child.__name__) for child in parts_of(self.entity)}:
            abort(404)
        child = self.parts().get(slug)
        if child is None:
            raise Forbidden(f"write {slug}")
        session, row = current(), self.row()
        row_id, title = row.id, titles.of(session, row)
        there = _there(session, child, row_id)
        if len(there) > MOST_LINES:
            abort(413)
        _require_all(session, child, there)
        lines = _lines(session, child, there)
        if request.method == "POST":
            if any(line.is_gone for line in lines) and (asked := proof.require_fresh()) is not None:
                return asked
            if _saved(child, row_id, lines):
                flash(_("Saved: %(title)s", title=title), "ok")
                return redirect(self.to("details_view", id=row_id))
        _name_references(current(), lines)
        return self.render_page(
            "admin/parts.html",
            child=child,
            child_slug=slug,
            title=title,
            row_id=row_id,
            lines=lines,
            may_add=guard.fillable(child, self.person, Verb.CREATE),
            may_delete=guard.may_ever(child, self.person, Verb.DELETE),
        )


def _names(child: type[Entity], person: Actor) -> list[str]:
    """The columns of a part that the person may write, in a new one and in one that is there."""
    able = [
        guard.writable(child, person, verb) for verb in (Verb.CHANGE, Verb.CREATE) if guard.fillable(child, person, verb)
    ]
    kept = {child.part_of, child.ordered_by}
    return [name for name in (able[0] if able else []) if name not in kept and all(name in names for names in able)]


def _there(session: PolicySession, child: type[Entity], row_id: int) -> list[Entity]:
    """The parts of a row in their order."""
    names = [child.ordered_by] if child.ordered_by else [name for name in child.sort if name != child.part_of]
    asked = select(child).where(getattr(child, child.part_of) == row_id)
    return list(session.scalars(asked.order_by(*(getattr(child, name) for name in names), child.id).limit(MOST_LINES + 1)))


def _require_all(session: PolicySession, child: type[Entity], there: Sequence[Entity]) -> None:
    """Refuse where some part is not this person's to write: the page is for all of them."""
    ids = {row.id for row in there}
    allowed = guard.rows(child, session.actor, Verb.CHANGE)
    if set(session.scalars(select(child.id).where(child.id.in_(ids), allowed))) != ids:
        raise Forbidden(f"change {child.__name__}")


def _lines(session: PolicySession, child: type[Entity], there: Sequence[Entity]) -> list[Line]:
    """The lines of the page: as they are, or as they were typed. Raises `Missing` for a line of another row."""
    made = forms.form_class(child, _names(child, session.actor), session)
    typed = request.method == "POST"
    gone, known = set(request.form.getlist("gone")), {str(row.id): row for row in there}
    keys = request.form.getlist("line") if typed else [*known, *(f"new-{n}" for n in range(BLANK))]
    if len(keys) > MOST_LINES + BLANK or (typed and any(key not in known and not key.startswith("new-") for key in keys)):
        raise Missing
    lines = []
    for place, key in enumerate(dict.fromkeys(keys), 1):
        row = known.get(key)
        form = made(obj=row, prefix=f"{key}-", meta={"csrf": False})
        if row is not None and not typed:
            form["version_seen"].data = row.version
        given = request.form.get(f"place-{key}", "")
        lines.append(Line(key, form, row, int(given) if given.isdecimal() and len(given) < 6 else place, key in gone))
    return sorted(lines, key=lambda line: line.place) if typed else lines


def _touched(line: Line) -> bool:
    """Whether anything was typed into a blank line."""
    blank = type(line.form)(formdata=None, meta={"csrf": False})
    return any(
        (field.data or None) != (blank[field.short_name].data or None) or getattr(field, "text", "")
        for field in line.form
        if field.short_name != "version_seen"
    )


class Refused(Exception):
    """A line can't be written; why stands in its form."""


@contextmanager
def _telling(line: Line) -> Iterator[None]:
    """What is refused while a line is written goes to that line."""
    try:
        yield
    except Invalid as invalid:
        line.form.take(invalid)
        raise Refused from None
    except (Stale, Missing) as error:
        gone = _("A row that this one points at is not there for you.")
        line.form.form_errors.append(_(error.text) if isinstance(error, Stale) else gone)
        raise Refused from None


def _saved(child: type[Entity], row_id: int, lines: list[Line]) -> bool:
    """Write every line in one transaction; a refusal goes to its line, and nothing is kept."""
    used = [line for line in lines if not line.is_gone and (not line.is_new or _touched(line))]
    fresh = [line for line in used if line.is_new]
    if not all([line.form.validate() for line in used]):
        return False
    try:
        with unit_of_work() as session:
            for line in (each for each in lines if each.is_gone):
                with _telling(line):
                    _delete(session, line)
            for line in used:
                with _telling(line):
                    _write(session, child, row_id, line)
            if child.ordered_by and used:
                with _telling(used[0]):
                    numbering.renumber(session, [each.row for each in used if each.row is not None], child.ordered_by)
    except Refused:
        for line in fresh:
            line.row = None
        return False
    return True


def _delete(session: PolicySession, line: Line) -> None:
    if line.row is not None:
        records.delete(session, line.row)


def _write(session: PolicySession, child: type[Entity], row_id: int, line: Line) -> None:
    values = forms.values_of(child, line.form)
    if line.row is not None:
        records.change(session, line.row, values, version_seen=forms.version_of(line.form))
        return
    values[child.part_of] = row_id
    if child.ordered_by:
        values[child.ordered_by] = numbering.free(_there(session, child, row_id), child, child.ordered_by)
    line.row = records.create(session, child, values)


def _name_references(session: PolicySession, lines: Sequence[Line]) -> None:
    """The titles of all references of the page, by one query for each column."""
    fields = [field for line in lines for field in line.form if isinstance(field, forms.LookupField) and field.data]
    for name in {field.short_name for field in fields}:
        own = [field for field in fields if field.short_name == name]
        known = titles.many(session, own[0].pointed, [field.data for field in own])
        for field in own:
            field.text = field.text or known.get(int(field.data or 0), "")
