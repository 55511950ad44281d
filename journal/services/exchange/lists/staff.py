"""The staff of a list."""

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import Staff
from journal.services.exchange import reading
from journal.services.exchange.lists.known import NAME_FIELDS, People, key_of, name_of
from journal.services.exchange.plan import Field, ListKind, Options, Row
from journal.services.refusals import said


class Reader:
    """Knows everybody who works or has worked at the school."""

    def __init__(self, session: PolicySession, _: Options) -> None:
        self.people: People[Staff] = People(session.scalars(select(Staff)).all())
        self.seen: dict[tuple[str, ...], int] = {}

    def take(self, row: Row) -> None:
        """Somebody new, or new values of somebody known by name."""
        name = name_of(row)
        values = {part: row.text(part) or None for part in ("position", "phone", "email")}
        values["hired_on"] = row.read("hired_on", reading.day)  # type: ignore[assignment]
        if name is not None:
            self._take(row, name, values)
        row.done(" ".join(part for part in name or () if part))

    def _take(self, row: Row, name: tuple[str, str, str | None], values: dict[str, str | None]) -> None:
        key = key_of(*name)
        if key in self.seen:
            row.refuse("", said(N_("The same as row %(row)d of the file."), row=self.seen[key]))
            return
        self.seen[key] = row.number
        found = self.people.find(*name)
        if len(found) > 1:
            row.refuse("", said(N_("Several of the staff have this name: change them in the reference data.")))
        elif found:
            row.change(found[0], {**values, "middle_name": name[2]})
        else:
            row.make(Staff, {"last_name": name[0], "first_name": name[1], "middle_name": name[2], **values})


KIND = ListKind(
    "staff",
    N_("Staff"),
    N_("Teachers and everybody else who works at the school."),
    (
        *NAME_FIELDS,
        Field("position", N_("Position")),
        Field("phone", N_("Phone")),
        Field("email", N_("E-mail")),
        Field("hired_on", N_("Employed from")),
    ),
    Reader,
)
