"""The tabs of the header: every entry is shown to exactly those who may open it."""

from dataclasses import dataclass

from flask import current_app, request

from journal.access.actor import Role
from journal.web.session import actor
from journal.web.show import address


@dataclass(frozen=True)
class Entry:
    """A tab: its label (a msgid), its endpoint, its place, and whom it is meant for."""

    label: str
    endpoint: str
    order: int
    to: frozenset[Role]
    counts: str = ""
    """What of the person is counted on the tab: a name of `Actor`."""


@dataclass(frozen=True)
class Tab:
    """An entry as one person sees it now."""

    label: str
    url: str
    is_current: bool
    count: int = 0


def tabs() -> list[Tab]:
    """The tabs of the person who asks."""
    person = actor()
    if person is None:
        return []
    audiences = current_app.extensions["audiences"]
    entries = sorted(current_app.extensions["menu"], key=lambda entry: entry.order)
    section = (request.endpoint or "").split(".")[0]
    return [
        Tab(
            entry.label,
            address(entry.endpoint),
            _is_current(entry, section),
            getattr(person, entry.counts) if entry.counts else 0,
        )
        for entry in entries
        if person.roles & entry.to & (audiences.get(entry.endpoint) or frozenset())
    ]


def _is_current(entry: Entry, section: str) -> bool:
    own = entry.endpoint.split(".")[0]
    return own == section or (own == "panel" and request.path.startswith("/admin/"))
