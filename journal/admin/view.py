"""EntityView: Flask-Admin's routes over the policy's session; every write goes through `services.records`."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_admin.model import BaseModelView
from flask_babel import gettext as _
from sqlalchemy import select

from journal.access import guard
from journal.access.actor import Actor, Forbidden
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin import columns as shown_columns
from journal.admin import forms, hanging
from journal.admin.adding import AddingPages
from journal.admin.asked import AskedPages
from journal.admin.bulk import BulkPages
from journal.admin.history import HistoryPages
from journal.admin.lists import ListPages
from journal.admin.mending import MendingPages
from journal.admin.parts import PartsPages
from journal.admin.saved import SavedPages
from journal.admin.sections import sections
from journal.kit.numbers import number_of
from journal.kit.text import kebab
from journal.schema import Entity
from journal.schema.base import columns, target
from journal.services import records, titles
from journal.services.refusals import Invalid, Missing, Stale
from journal.web.database import current, unit_of_work
from journal.web.forms import Form
from journal.web.session import actor
from journal.web.show import address, with_query

NEEDS = {
    "index_view": Verb.VIEW,
    "details_view": Verb.VIEW,
    "history_view": Verb.VIEW,
    "restore_view": Verb.CHANGE,
    "export": Verb.VIEW,
    "ajax_lookup": Verb.VIEW,
    "create_view": Verb.CREATE,
    "edit_view": Verb.CHANGE,
    "ajax_update": Verb.CHANGE,
    "delete_view": Verb.DELETE,
    "action_view": Verb.DELETE,
    "bulk_view": Verb.CHANGE,
    "deleted_view": Verb.CREATE,
    "bring_back_view": Verb.CREATE,
    "merge_view": Verb.DELETE,
    "parts_view": Verb.VIEW,
    "save_view": Verb.VIEW,
    "forget_view": Verb.VIEW,
}
"""What each endpoint needs the policy to allow in at least some row; the rows themselves are the session's matter."""


NONE: Mapping[str, str] = {}


class EntityView(  # type: ignore[misc]
    AddingPages, HistoryPages, AskedPages, BulkPages, ListPages, MendingPages, PartsPages, SavedPages, BaseModelView
):
    """One entity in the panel."""

    def __init__(self, entity: type[Entity], **kwargs: Any) -> None:
        self.entity = entity
        super().__init__(entity, name=entity.label[1], category=entity.area, **kwargs)

    # --- what Flask-Admin asks of a model view; lists and forms are made per request, so it gets nothing to keep

    def scaffold_list_columns(self) -> list[str]:
        return [name for name, column in columns(self.entity).items() if column.info.get("listed", True)]

    def scaffold_sortable_columns(self) -> dict[str, str]:
        return {name: name for name in columns(self.entity)}

    def scaffold_form(self) -> type[Form]:
        return Form

    def scaffold_list_form(self, *_: Any, **__: Any) -> type[Form]:
        return Form

    def is_accessible(self) -> bool:
        """Whether anything of the entity is for this person; each endpoint asks its own verb besides."""
        person = actor()
        return person is not None and guard.may_ever(self.entity, person, Verb.VIEW)

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        verb = NEEDS.get(name)
        if verb is None:
            abort(404)
        if (person := actor()) is None or not guard.fillable(self.entity, person, verb):
            raise Forbidden(f"{verb} {self.entity.__name__}")

    # --- the parts

    @property
    def person(self) -> Actor:
        found = actor()
        if found is None:
            raise Forbidden("nobody is signed in")
        return found

    def may(self, verb: Verb) -> bool:
        return guard.fillable(self.entity, self.person, verb)

    def row(self, text: str | None = None) -> Entity:
        """The row that the address names. Raises `Missing` for one that isn't there for this person."""
        row_id = number_of(request.args.get("id") if text is None else text)
        found = current().get(self.entity, row_id) if row_id is not None else None
        if found is None:
            raise Missing
        return found

    def row_within(self, verb: Verb) -> Entity:
        """The row, if the person may do this to it."""
        row = self.row()
        allowed = guard.rows(self.entity, self.person, verb)
        if current().scalar(select(self.entity.id).where(self.entity.id == row.id, allowed)) is None:
            raise Forbidden(f"{verb} {self.entity.__name__}")
        return row

    def form_class(self, names: Iterable[str], session: PolicySession) -> type[Form]:
        """The form for these columns."""
        return forms.form_class(self.entity, names, session)

    def after_write(self, session: PolicySession, row: Entity, form: Form) -> None:
        """What a view adds to the transaction of its form."""

    def render_page(self, template: str, **values: Any) -> str:
        return str(
            self.render(template, view=self, entity=self.entity, slug=kebab(self.entity.__name__), verbs=Verb, **values)
        )

    def to(self, page: str, /, **values: Any) -> str:
        """The address of one of its pages; a list asks for a hundred of them."""
        return with_query(address(f"{self.endpoint}.{page}"), values)

    # --- pages

    @expose("/details")
    def details_view(self) -> str:
        """One row with what hangs on it."""
        row, session = self.row(), current()
        shown = self._visible_in(row, shown_columns.detailed(self.entity, self.person))
        values = shown_columns.texts(session, shown, [[getattr(row, column.key) for column in shown]], [row.id])[0]
        links = [self.link(row, column) for column in shown]
        return self.render_page(
            "admin/details.html",
            row=row,
            title=titles.of(session, row),
            related=hanging.related(session, row),
            sections=sections(self.entity, zip(shown, values, links, strict=True), lambda each: each[0].key),
            label=shown_columns.label,
        )

    def _visible_in(self, row: Entity, shown: list[Any]) -> list[Any]:
        """Without the columns hidden from the role by which the person sees this row."""
        whole = guard.wholly_readable(self.entity, self.person)
        kept = []
        for column in shown:
            allowed = guard.rows(self.entity, self.person, Verb.VIEW, [column.key])
            if column.key in whole or current().scalar(select(self.entity.id).where(self.entity.id == row.id, allowed)):
                kept.append(column)
        return kept

    def link(self, row: Any, column: Any) -> str | None:
        """The address of the row that a column of a row names."""
        pointed, value = target(column), getattr(row, column.key)
        if pointed is None or value is None or not guard.may_ever(pointed, self.person, Verb.VIEW):
            return None
        return f"/admin/{kebab(pointed.__name__)}/details?id={value}"

    @expose("/new", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A new row."""
        names = guard.writable(self.entity, self.person, Verb.CREATE)
        like = self.row(request.args["like"]) if request.method == "GET" and "like" in request.args else None
        answer = self.adding(lambda data: self.form_class(names, current())(data), self._form_page)
        if answer is not None:
            return answer
        form = forms.begun(self.form_class(names, current())(obj=like))
        if form.validate_on_submit():
            saved = self._write(form, None)
            if saved is not None:
                flash(_("Created: %(title)s", title=saved[1]), "ok")
                return redirect(self._after(saved[0]))
        return self._form_page(form)

    def _form_page(self, form: Form, row: int | None = None, title: str = "", theirs: Mapping[str, str] = NONE) -> str:
        """The form of a new row or of a row."""
        return self.render_page(
            "admin/form.html",
            form=form,
            sections=sections(self.entity, form, lambda field: field.short_name),
            row=row,
            title=title,
            theirs=theirs,
            added=self.addable(form),
        )

    @expose("/edit", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Change a row; what somebody else saved meanwhile is shown beside what was typed."""
        row = self.row_within(Verb.CHANGE)
        row_id, title = row.id, titles.of(current(), row)
        names = self._writable_in(row)
        answer = self.adding(
            lambda data: self.form_class(names, current())(data), lambda form: self._form_page(form, row_id, title)
        )
        if answer is not None:
            return answer
        form = self.form_class(names, current())(obj=row)
        theirs = NONE
        if request.method == "GET":
            form["version_seen"].data = row.version
        elif form.validate_on_submit():
            try:
                saved = self._write(form, row)
            except Stale as stale:
                form.form_errors.append(_(stale.text))
                theirs = self._theirs(form)
            else:
                if saved is not None:
                    flash(_("Saved: %(title)s", title=saved[1]), "ok")
                    return redirect(self._after(saved[0]))
        return self._form_page(form, row_id, title, theirs)

    def _writable_in(self, row: Entity) -> list[str]:
        """The columns that the person may write in this very row."""
        session, found = current(), []
        known: dict[Any, bool] = {}
        for name in guard.writable(self.entity, self.person, Verb.CHANGE):
            roles = guard.roles_for(self.entity, self.person.roles, Verb.CHANGE, frozenset([name]))
            if roles not in known:
                allowed = guard.rows(self.entity, self.person, Verb.CHANGE, [name])
                known[roles] = session.scalar(select(self.entity.id).where(self.entity.id == row.id, allowed)) is not None
            if known[roles]:
                found.append(name)
        return found

    def _write(self, form: Form, row: Entity | None) -> tuple[int, str] | None:
        """Save in one transaction; a refusal goes to its field and nothing is kept. Raises `Stale`."""
        values = forms.values_of(self.entity, form)
        with forms.refused_in(form), unit_of_work() as session:
            if row is None:
                row = records.create(session, self.entity, values)
            else:
                records.change(session, row, values, version_seen=forms.version_of(form))
            self.after_write(session, row, form)
            return row.id, titles.of(session, row)
        return None

    def _theirs(self, form: Form) -> dict[str, str]:
        """The present values of the fields that differ from what was typed; the next save is about these."""
        row = self.row()
        shown = [column for name, column in columns(self.entity).items() if name in form]
        texts = shown_columns.texts(current(), shown, [[getattr(row, column.key) for column in shown]])[0]
        typed = forms.values_of(self.entity, form)
        form["version_seen"].data = row.version
        return {
            column.key: text or "—"
            for column, text in zip(shown, texts, strict=True)
            if getattr(row, column.key) != typed[column.key]
        }

    def _after(self, row_id: int) -> str:
        again = "another" in request.form
        return self.to("create_view") if again else self.to("details_view", id=row_id)

    @expose("/delete", methods=("GET", "POST"))
    def delete_view(self) -> Any:
        """Ask first, on a page that tells what hangs on the row; works without a script."""
        row, session = self.row_within(Verb.DELETE), current()
        title, hangs = titles.of(session, row), hanging.on_delete(session, row)
        error = None
        if request.method == "POST" and not any(h.blocks and h.count for h in hangs):
            try:
                with unit_of_work() as work:
                    records.delete(work, self.row())
            except Invalid as invalid:
                error = invalid
            else:
                flash(_("Deleted: %(title)s", title=title), "ok")
                return redirect(self.to("index_view"))
        row_id = request.args.get("id")
        return self.render_page("admin/delete.html", row_id=row_id, title=title, hangs=hangs, error=error)

    # --- the rest of BaseModelView: not used, since nothing here goes past the policy's session

    def get_list(self, *_: Any, **__: Any) -> Any:
        raise Forbidden("use the list page")

    def get_one(self, id: Any) -> Entity | None:
        return current().get(self.entity, int(id))

    def create_model(self, form: Form) -> Any:
        raise Forbidden("use the form page")

    def update_model(self, form: Form, model: Any) -> Any:
        raise Forbidden("use the form page")

    def delete_model(self, model: Any) -> Any:
        raise Forbidden("use the delete page")

    def get_pk_value(self, model: Any) -> Any:
        return model.id
