"""The list of an entity as a page and as a file; each of its tools is put together when somebody opens it."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from journal.access import guard
from journal.access.line import Verb
from journal.access.session import PolicySession
from journal.admin import columns as shown_columns
from journal.admin import export, facets, listing, ordering, rows, totals
from journal.admin.filters import EMPTY
from journal.admin.relative import SPANS
from journal.admin.saved import saved, saved_there
from journal.schema import Entity, Job, SavedList
from journal.schema.accounts import LIST_READERS
from journal.schema.base import columns
from journal.services import jobs, titles
from journal.web import queue
from journal.web.database import current, unit_of_work
from journal.web.noted import note

TOOLS = ("filters", "columns", "order", "saved")
"""What is opened above a list: `?tools=` opens it with the page, `?part=` gives it alone, to put into the page."""
OF_THE_MOMENT = frozenset({"tools", "part"})


def kept_of(args: MultiDict[str, str], asked: listing.Asked) -> dict[str, str]:
    """What an address asks, each name once; of the order and the columns what was understood."""
    kept = {name: ",".join(args.getlist(name)) for name in args if name not in OF_THE_MOMENT}
    kept |= {"sort": ",".join(asked.sort), "cols": ",".join(asked.cols)}
    return {name: value for name, value in kept.items() if value or name not in ("sort", "cols")}


class ListPages:
    """How `EntityView` lists its rows."""

    entity: type[Entity]

    @expose("/")
    def index_view(self: Any) -> Any:
        """The list, or one of its tools alone."""
        session = current()
        asked = listing.understand(session, self.entity, request.args)
        _name_references(session, asked)
        shown = shown_columns.listed(self.entity, self.person, asked.cols)
        keep = kept_of(request.args, asked)
        common = {
            "asked": asked,
            "shown": shown,
            "keep": keep,
            "sortable": ordering.sortable(self.entity, self.person),
        }
        if "part" in request.args:
            return self._tool(request.args["part"], common)
        counted = facets.counted(session, asked)
        page = listing.NOTHING if counted.rows == 0 else listing.page(session, asked, counted.rows)
        names_of_filters = ["match", *(name for each in asked.filters for name in each.inputs)]
        opened = "filters" if asked.errors else request.args.get("tools", "")
        return self.render_page(
            "admin/list.html",
            **common,
            page=page,
            body=self._body(session, shown, page),
            narrowing={name: keep[name] for name in names_of_filters if name in keep},
            keys={key.name: (place, key.descends) for place, key in enumerate((k for k in asked.order if k.name), 1)},
            facets=counted.facets,
            totals=totals.totals(session, asked) if "totals" in request.args else None,
            may_save="saved" in self._tools(),
            saved=saved_there(session, self.entity),
            opened=opened,
            tool=Markup(self._tool(opened, common)) if opened in self._tools() else "",
            jump=_jump(asked),
        )

    def _tool(self: Any, name: str, common: dict[str, Any]) -> Any:
        """A tool of the list, opened."""
        if name not in self._tools():
            abort(404)
        there = {each.key for each in common["shown"]}
        return self.render_page(
            f"admin/tools/{name}.html",
            **common,
            unlisted=[c for c in shown_columns.choosable(self.entity, self.person) if c.key not in there],
            saved=saved(current(), self.entity) if name == "saved" else [],
            related=shown_columns.related(self.entity, self.person) if name == "columns" else {},
            moved_ahead=shown_columns.moved_ahead,
            label=shown_columns.label,
            alone={*EMPTY, *SPANS},
            list_readers=LIST_READERS,
        )

    def _tools(self: Any) -> list[str]:
        """Those of the tools that the person has."""
        may_save = guard.may_ever(SavedList, self.person, Verb.CREATE)
        return [name for name in TOOLS if name != "saved" or may_save]

    def _body(self: Any, session: PolicySession, shown: list[shown_columns.Shown], page: listing.Page) -> Markup:
        """The rows of a page."""
        texts = shown_columns.texts(session, [each.column for each in shown], page.rows, page.ids)
        can_choose = self.may(Verb.DELETE) or self.may(Verb.CHANGE)
        cells = set(guard.writable(self.entity, self.person, Verb.CHANGE))
        return rows.body(
            rows.Look(shown, self.to("details_view"), _("Choose") if can_choose else "", cells), texts, page.ids
        )

    @expose("/export", methods=("GET", "POST"))
    def export(self: Any) -> Any:
        """Exactly the filtered list: as CSV streamed, as XLSX at once or, when it is long, by a job."""
        session = current()
        asked = listing.understand(session, self.entity, request.args)
        if asked.errors:
            abort(400)
        name, kind = str(_(self.entity.label[1])), request.args.get("format", "csv")
        if kind == "xlsx" and guard.may_ever(Job, self.person, Verb.CREATE) and listing.is_long(session, asked):
            if request.method == "GET":
                return self.render_page("admin/export.html", keep=kept_of(request.args, asked))
            session.rollback()
            with unit_of_work() as work:
                job_id = jobs.ask(work, "export-list", name, export.facts(self.entity, request.query_string)).id
            queue.enqueue(job_id)
            return redirect(url_for("jobs.page", job_id=job_id))
        note("export", self.entity)
        return export.answer(session, asked, name, kind)


def _jump(asked: listing.Asked) -> dict[str, Any] | None:
    """By which column the list can be opened at a value, and whether what was typed could be read."""
    key = asked.order[0]
    if not ordering.jumpable(key):
        return None
    column = columns(asked.entity).get(key.name.partition(".")[0])
    name = shown_columns.label(column) if column is not None else "№"
    is_bad = bool(asked.at) and asked.opened_at is None and not (asked.after or asked.before or asked.last)
    return {"name": name, "is_day": key.kind.__name__ in ("date", "datetime"), "is_bad": is_bad}


def _name_references(session: PolicySession, asked: listing.Asked) -> None:
    """The titles of the rows that filters name by id."""
    for each in asked.filters:
        if each.pointed is not None and each.parsed.get(""):
            each.titles = list(titles.many(session, each.pointed, each.parsed[""]).values())
