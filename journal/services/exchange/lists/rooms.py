"""The rooms of a list."""

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Room
from journal.services.exchange import reading
from journal.services.exchange.plan import Field, ListKind, Options, Row
from journal.services.refusals import said


class Reader:
    """Knows the rooms by number."""

    def __init__(self, session: PolicySession, _: Options) -> None:
        self.known = {reading.plain(one.number): one for one in session.scalars(select(Room))}
        self.seen: dict[str, int] = {}

    def take(self, row: Row) -> None:
        """A new room, or new values of one."""
        number = row.text("number")
        key = reading.plain(number)
        values = {"name": row.text("name") or None, "capacity": row.read("capacity", reading.whole)}
        if not number:
            row.refuse("number", said(N_("This field is required.")))
        elif key in self.seen:
            row.refuse("number", said(N_("The same as row %(row)d of the file."), row=self.seen[key]))
        elif key in self.known:
            row.change(self.known[key], values)
        else:
            row.make(Room, {"number": number, **values})
        self.seen.setdefault(key, row.number)
        row.done(number)


KIND = ListKind(
    "rooms",
    N_("Rooms"),
    N_("Numbers, names and seats."),
    (Field("number", N_("Room number"), True), Field("name", N_("Name")), Field("capacity", N_("Seats"))),
    Reader,
)
