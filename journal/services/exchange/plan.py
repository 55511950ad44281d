"""What an import would do: rows to come, rows to change, and what stands against single rows of the file."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from journal.access.session import PolicySession
from journal.schema import Entity
from journal.schema.base import columns
from journal.services import rules
from journal.services.exchange import reading
from journal.services.exchange.tables import Cell
from journal.services.refusals import Said

T = TypeVar("T")
NEW, CHANGED, SAME, REFUSED = STATES = ("new", "changed", "same", "refused")


@dataclass(frozen=True)
class Field:
    """What a column of a list can be."""

    name: str
    label: str
    is_required: bool = False


@dataclass(frozen=True)
class Note:
    """What is said about a row of the file: an error, or a warning."""

    row: int
    label: str
    """Of the column or the field; empty: about the row."""
    text: Said
    is_error: bool


@dataclass
class New:
    """A row to come; `refs`: references to rows that are to come too."""

    entity: type[Entity]
    values: dict[str, Any]
    refs: dict[str, "New"] = field(default_factory=dict)
    made_id: int = 0

    def resolved(self) -> dict[str, Any]:
        """The values with the ids of what was made before."""
        return {**self.values, **{name: other.made_id for name, other in self.refs.items()}}


@dataclass(frozen=True)
class Change:
    """New values of a row that is there."""

    entity: type[Entity]
    id: int
    version: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """One row of the file: what becomes of it."""

    row: int
    title: str
    state: str


@dataclass
class Plan:
    """Everything that an import would do."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    news: list[New] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How many rows are new, changed, the same, refused."""
        return Counter(outcome.state for outcome in self.outcomes)

    @property
    def rows_made(self) -> Counter[str]:
        """How many rows of each entity are to come."""
        return Counter(new.entity.__name__ for new in self.news)


class Row:
    """One row of the file being read: its cells by field, and what was found out about it."""

    def __init__(self, plan: Plan, number: int, cells: Mapping[str, Cell], labels: Mapping[str, str]) -> None:
        self.plan, self.number, self.cells, self.labels = plan, number, cells, labels
        self.news: list[New] = []
        self.changes: list[Change] = []
        self.notes: list[Note] = []

    def text(self, name: str) -> str:
        """A cell as a text; empty where there is none."""
        return reading.text_of(self.cells.get(name, ""))

    def read(self, name: str, how: Callable[[Any], T]) -> T | None:
        """A cell as a value; None where it is empty. What can't be read refuses the row."""
        cell = self.cells.get(name, "")
        if cell == "":
            return None
        try:
            return how(cell if how is reading.day else reading.text_of(cell))  # type: ignore[comparison-overlap]
        except reading.Unclear as unclear:
            self.refuse(name, unclear.why)
            return None

    def refuse(self, name: str, why: Said) -> None:
        """An error: the row will not be taken."""
        self.notes.append(Note(self.number, self.labels.get(name, ""), why, True))

    def warn(self, name: str, why: Said) -> None:
        """Something to look at: the row will be taken."""
        self.notes.append(Note(self.number, self.labels.get(name, ""), why, False))

    @property
    def is_refused(self) -> bool:
        """Whether anything is wrong."""
        return any(note.is_error for note in self.notes)

    def make(self, entity: type[Entity], values: dict[str, Any], **refs: "New | int | None") -> New:
        """A row to come; each reference is an id or another row to come. What the schema has against it refuses the row."""
        pending = {name: other for name, other in refs.items() if isinstance(other, New)}
        ready = {name: other for name, other in refs.items() if not isinstance(other, New)}
        new = New(entity, {**values, **ready}, pending)
        self._look(entity(**new.values), pending)
        self.news.append(new)
        return new

    def change(self, row: Entity, wanted: Mapping[str, Any]) -> None:
        """Values that a row should have; an empty cell leaves what is there."""
        values = {name: value for name, value in wanted.items() if value not in (None, "") and value != getattr(row, name)}
        if values:
            kept = {name: getattr(row, name) for name in columns(type(row))}
            self._look(type(row)(**{**kept, **values}), ())
            self.changes.append(Change(type(row), row.id, row.version, values))

    def _look(self, row: Entity, besides: Any) -> None:
        automatic = (name for name, column in columns(type(row)).items() if column.info.get("automatic"))
        for name, why in rules.problems(row, {*besides, *automatic}).items():
            self.notes.append(Note(self.number, columns(type(row))[name].info["label"], why, True))

    def done(self, title: str) -> None:
        """The row is read: what it came to goes into the plan."""
        self.plan.notes += self.notes
        if self.is_refused:
            state = REFUSED
        else:
            state = NEW if self.news else CHANGED if self.changes else SAME
            self.plan.news += self.news
            self.plan.changes += self.changes
        self.plan.outcomes.append(Outcome(self.number, title, state))


@dataclass(frozen=True)
class Options:
    """What is asked besides the file."""

    starts_on: date | None = None
    """From which day new pupils are in their classes."""


class Reader(Protocol):
    """Reads the rows of one kind of list, with what the school has already in the hand."""

    def take(self, row: Row) -> None:
        """Find out what becomes of a row, and call its `done`."""


@dataclass(frozen=True)
class ListKind:
    """One kind of list: what its columns can be, and who reads its rows."""

    code: str
    label: str
    help: str
    fields: tuple[Field, ...]
    reader: Callable[[PolicySession, Options], Reader]

    def labels(self) -> dict[str, str]:
        """Field -> label."""
        return {one.name: one.label for one in self.fields}
