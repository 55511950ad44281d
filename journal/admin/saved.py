"""Lists kept under a name: the person's own, and those that others share with one of the person's roles."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import func, select

from journal.access.session import PolicySession
from journal.kit.numbers import number_of
from journal.schema import Entity, SavedList
from journal.schema.accounts import LIST_READERS
from journal.services import records
from journal.services.refusals import Missing
from journal.web.database import unit_of_work

NOT_KEPT = frozenset({"after", "before", "last", "totals", "tools", "part", "csrf_token"})
"""The place in a list belongs to the moment, and so does what is open above it."""
LONGEST_QUERY, LONGEST_NAME = 2000, 80


def saved(session: PolicySession, entity: type[Entity]) -> list[SavedList]:
    """The lists of an entity that the person may open, the own ones first."""
    mine = SavedList.account_id == session.actor.account_id
    found = select(SavedList).where(SavedList.entity == entity.__name__).order_by(mine.desc(), SavedList.name)
    return list(session.scalars(found.limit(50)))


def kept(query: str) -> str:
    """The lasting part of an address."""
    return urlencode([(name, value) for name, value in parse_qsl(query[:10_000]) if name not in NOT_KEPT])


def saved_there(session: PolicySession, entity: type[Entity]) -> int:
    """How many lists of an entity the person may open."""
    return session.scalar(select(func.count(SavedList.id)).where(SavedList.entity == entity.__name__)) or 0


class SavedPages:
    """What `EntityView` does with lists under a name."""

    entity: type[Entity]

    @expose("/save", methods=("POST",))
    def save_view(self: Any) -> Any:
        """Keep the list under a name; one's own of the same name is replaced."""
        query = kept(request.form.get("query", ""))
        name, role = request.form.get("name", "").strip(), request.form.get("shared_with", "")
        address = f"{self.to('index_view')}?{query}"
        if not name or len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY or role not in ("", *LIST_READERS):
            flash(_("The list was not saved: give it a name of at most 80 characters, and fewer filters."), "bad")
            return redirect(address)
        with unit_of_work() as session:
            own = select(SavedList).where(
                SavedList.account_id == self.person.account_id,
                SavedList.entity == self.entity.__name__,
                SavedList.name == name,
            )
            values = {"query": query or None, "shared_with": role or None}
            found = session.scalar(own)
            if found is not None:
                records.change(session, found, values)
            else:
                names = {"account_id": self.person.account_id, "entity": self.entity.__name__, "name": name}
                records.create(session, SavedList, names | values)
        flash(_("The list is saved: %(name)s", name=name), "ok")
        return redirect(address)

    @expose("/forget", methods=("POST",))
    def forget_view(self: Any) -> Any:
        """A saved list of one's own goes."""
        saved_id = number_of(request.form.get("saved"))
        with unit_of_work() as session:
            found = session.get(SavedList, saved_id) if saved_id is not None else None
            if found is None or found.entity != self.entity.__name__:
                raise Missing
            name = found.name
            records.delete(session, found)
        flash(_("Deleted: %(title)s", title=name), "ok")
        return redirect(self.to("index_view"))
