"""What the school has already, found by what people write: pupils and staff by name, classes by number and letter."""

from collections import defaultdict
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import AcademicYear, GradeLevel, SchoolClass, Staff
from journal.services import calendar
from journal.services.exchange import reading
from journal.services.exchange.plan import Field, New, Row
from journal.services.refusals import Invalid, said

P = TypeVar("P")
SEVERAL = N_("Several of the staff are called “%(name)s”.")
NOBODY = N_("Nobody of the staff is called “%(name)s”.")


def require_year(session: PolicySession) -> AcademicYear:
    """The current year. Raises `Invalid` where there is none."""
    year = calendar.current_year(session)
    if year is None:
        raise Invalid({"": said(N_("Choose the current year among the academic years."))})
    return year


NAME_FIELDS = (
    Field("full_name", N_("Full name")),
    Field("last_name", N_("Last name")),
    Field("first_name", N_("First name")),
    Field("middle_name", N_("Patronymic")),
)
"""A person's name in one column or in three; `name_of` reads it."""


def key_of(*parts: str | None) -> tuple[str, ...]:
    """What makes two rows the same, however the letters are written."""
    return tuple(reading.plain(part or "") for part in parts)


def name_of(row: Row) -> tuple[str, str, str | None] | None:
    """The name in one column or in three; a missing one refuses the row."""
    if row.text("full_name"):
        return row.read("full_name", reading.name)
    last, first, middle = (row.text(part) for part in ("last_name", "first_name", "middle_name"))
    if not last or not first:
        missing = "last_name" if not last else "first_name"
        row.refuse(missing, said(N_("The last name and the first name are needed.")))
        return None
    return last, first, middle or None


class People(Generic[P]):
    """People by name, however the letters are written."""

    def __init__(self, people: Any) -> None:
        self.by_name: dict[tuple[str, str], list[P]] = defaultdict(list)
        for person in people:
            self.add(person)

    def add(self, person: Any) -> None:
        """One more."""
        self.by_name[reading.plain(person.last_name), reading.plain(person.first_name)].append(person)

    def find(self, last: str, first: str, middle: str | None) -> list[P]:
        """Those with this name; a patronymic tells them apart only where both have one."""
        found: list[Any] = self.by_name.get((reading.plain(last), reading.plain(first)), [])
        if middle:
            return [one for one in found if not one.middle_name or reading.plain(one.middle_name) == reading.plain(middle)]
        return found

    def find_written(self, text: str) -> list[P]:
        """Those whom a name with initials or a full one means."""
        parts = reading.plain(text.replace(".", ". ").replace(",", " ")).split()
        if not parts:
            return []
        last, *rest = parts
        first = rest[0].rstrip(".") if rest else ""
        middle = rest[1].rstrip(".") if len(rest) > 1 else ""
        return [
            person
            for (known_last, known_first), people in self.by_name.items()
            if known_last == last and known_first.startswith(first)
            for person in people
            if reading.plain(person.middle_name or "").startswith(middle)  # type: ignore[attr-defined]
        ]


class Teachers:
    """The staff, for columns that name one of them."""

    def __init__(self, session: PolicySession) -> None:
        self.people: People[Staff] = People(session.scalars(select(Staff)).all())

    def one(self, row: Row, name: str) -> Staff | None:
        """Whom a cell means; nobody, or several, refuses the row."""
        found = self.people.find_written(row.text(name))
        if len(found) == 1:
            return found[0]
        text = (
            N_("Several of the staff are called “%(name)s”.") if found else N_("Nobody of the staff is called “%(name)s”.")
        )
        row.refuse(name, said(text, name=row.text(name)[:60]))
        return None


class Classes:
    """The classes of the current year; one that is missing is made where the list may do so."""

    def __init__(self, session: PolicySession) -> None:
        self.year = require_year(session)
        self.grades = {row.number: row.id for row in session.scalars(select(GradeLevel))}
        numbers = {id_: number for number, id_ in self.grades.items()}
        self.known: dict[tuple[int, str], SchoolClass | New] = {
            (numbers[one.grade_level_id], reading.letters(one.letter).upper()): one
            for one in session.scalars(select(SchoolClass).where(SchoolClass.academic_year_id == self.year.id))
        }

    def one(self, row: Row, name: str, *, may_make: bool = False) -> SchoolClass | New | None:
        """The class that a cell means; None where the cell is empty, or where the row was refused for it."""
        key = row.read(name, reading.school_class)
        if key is None:
            return None
        key = (key[0], key[1].upper())
        if key in self.known:
            return self.known[key]
        if not may_make or key[0] not in self.grades or not key[1]:
            row.refuse(name, said(N_("There is no class “%(name)s” in the current year."), name=row.text(name)[:40]))
            return None
        title = f"{key[0]}{key[1]}"
        values = {"academic_year_id": self.year.id, "grade_level_id": self.grades[key[0]]}
        made = row.make(SchoolClass, {**values, "letter": key[1][:15], "name": title[:20]})
        row.warn(name, said(N_("There is no class “%(name)s” yet: it will be made."), name=title))
        if not row.is_refused:
            self.known[key] = made
        return made


def id_or_new(found: Any) -> Any:
    """How a row to come points at what is there or is to come too."""
    return found if isinstance(found, New) else found.id
