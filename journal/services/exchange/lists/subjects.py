"""The subjects of a list."""

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Subject
from journal.services.exchange import reading
from journal.services.exchange.plan import Field, ListKind, Options, Row
from journal.services.refusals import said

COLOURS = 8


class Reader:
    """Knows the subjects by name."""

    def __init__(self, session: PolicySession, _: Options) -> None:
        self.known = {reading.plain(one.name): one for one in session.scalars(select(Subject))}
        self.seen: dict[str, int] = {}

    def take(self, row: Row) -> None:
        """A new subject, or another short name."""
        name = row.text("name")
        key = reading.plain(name)
        if not name:
            row.refuse("name", said(N_("This field is required.")))
        elif key in self.seen:
            row.refuse("name", said(N_("The same as row %(row)d of the file."), row=self.seen[key]))
        elif key in self.known:
            row.change(self.known[key], {"code": row.text("code")})
        else:
            colour = 1 + (len(self.known) + len(self.seen)) % COLOURS
            row.make(Subject, {"name": name, "code": row.text("code") or _short(name), "colour": colour})
        self.seen.setdefault(key, row.number)
        row.done(name)


def _short(name: str) -> str:
    """The first letters of the words, or of the only word."""
    parts = name.replace("-", " ").split()
    return "".join(part[0].upper() for part in parts)[:4] if len(parts) > 1 else name[:4]


KIND = ListKind(
    "subjects",
    N_("Subjects"),
    N_("What is taught, with short names for the timetable."),
    (Field("name", N_("Name"), True), Field("code", N_("Short name"))),
    Reader,
)
