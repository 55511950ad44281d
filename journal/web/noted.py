"""What leaves the journal as a file or on paper stands in the trail, although nothing of the school's is changed by it."""

from journal.schema import Entity
from journal.services import records
from journal.services.database import work
from journal.web import database
from journal.web.session import actor


def note(act: str, entity: type[Entity] | str, title: str | None = None) -> None:
    """Note an export or a print, in a transaction of its own: the request's session may be reading only."""
    person = actor()
    if person is not None:
        with work(database.engine(), person) as session:
            records.note(session, act, entity, title=title)
