"""What changes nothing of the school's and still stands in the trail: files, prints, refusals."""

from journal.access.actor import System
from journal.schema import Entity
from journal.services import records
from journal.services.database import reading, work
from journal.services.trail import refusals_lately
from journal.web import database
from journal.web.session import actor

MOST_REFUSALS = 10
"""A minute and person: whoever tries every address fills no trail."""


def note(act: str, entity: type[Entity] | str, title: str | None = None) -> None:
    """Note an export or a print, in a transaction of its own: the request's session may be reading only."""
    person = actor()
    if person is not None:
        with work(database.engine(), person) as session:
            records.note(session, act, entity, title=title)


def note_refusal(what: str) -> None:
    """Note that somebody asked for what the roles don't give; the request itself is undone already."""
    person = actor()
    if person is None:
        return
    database.current().rollback()  # or a refused POST would wait for its own lock
    with reading(database.engine(), System("accounts")) as session:
        enough = refusals_lately(session, person.account_id) >= MOST_REFUSALS
    if not enough:
        with work(database.engine(), person) as session:
            records.note(session, "refuse", "Page", title=what[:300])
