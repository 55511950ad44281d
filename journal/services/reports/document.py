"""A document as plain data: head, tables, charts, lists; the web turns it into a page, a spreadsheet or a print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from journal.services.refusals import Said

Text = str | Said
"""A plain text of the school's own, or one to be translated."""
KINDS = frozenset({"text", "whole", "number", "percent", "date", "mark"})


@dataclass(frozen=True)
class Column:
    """A column. `kind` says how values look; `group` stands above neighbours; `width` is in letters."""

    label: Text
    kind: str = "text"
    width: float = 10
    group: Text = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such kind of column: {self.kind}")


@dataclass(frozen=True)
class Linked:
    """A value that leads somewhere on the screen; elsewhere it is the value alone."""

    value: Any
    url: str


@dataclass
class Table:
    """Rows under columns. `totals` are rows in bold at the end; `title` stands above."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    totals: Sequence[Sequence[Any]] = ()
    title: Text | date = ""
    empty: Text = ""
    """What to say when there are no rows."""


@dataclass(frozen=True)
class Series:
    """One line or one set of bars of a chart; None is a gap."""

    label: Text
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """A picture of numbers that stand in a table too. `kind`: bars or line."""

    kind: str
    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    highest: float = 100
    lowest: float = 0


@dataclass
class Document:
    """All of it. `facts` are pairs under the title; `signatures` are lines to sign at the end."""

    title: Text
    facts: list[tuple[Text, Any]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    signatures: list[tuple[Text, str]] = field(default_factory=list)
    landscape: bool = False
    text: list[Text] = field(default_factory=list)
    """Paragraphs after the tables."""
    notes: list[Text] = field(default_factory=list)
    """What a reader has to know before reading."""
    school: str = ""
    paper: str = "a4"
    layout: str = "report"
    """How it is printed: the name of a template in `templates/documents`."""


def plain(value: Any) -> Any:
    """A value without its link."""
    return value.value if isinstance(value, Linked) else value


def total_of(label: Text, rows: Iterable[Sequence[Any]], skip: int) -> list[Any]:
    """A row of sums under the columns after the first `skip`; a column without numbers stays empty."""
    sums: list[Any] = []
    for values in zip(*(row[skip:] for row in rows), strict=True):
        numbers = [plain(value) for value in values if isinstance(plain(value), int | float)]
        sums.append(sum(numbers) if numbers else None)
    return [label, *[None] * (skip - 1), *sums]
