"""Which sheet, which row is the head, which column is what: guessed by the words of the head, remembered, and changeable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.schema import ImportRun
from journal.services.exchange import reading
from journal.services.exchange.plan import ListKind
from journal.services.exchange.tables import Cell, Sheet

LOOKED_AT = 30
REMEMBERED = 30
SAMPLES = 3


@dataclass
class Layout:
    """How a file is read. `columns`: place of a column -> field; `head`: the place of its row, -1 without one."""

    sheet: int = 0
    head: int = 0
    columns: dict[int, str] = field(default_factory=dict)

    def as_json(self, headers: Iterable[str]) -> dict[str, Any]:
        """As an import keeps it; the words of the head are kept for the next file that has them."""
        kept = {str(place): name for place, name in self.columns.items()}
        return {"sheet": self.sheet, "head": self.head, "columns": kept, "headers": list(headers)}


def of_json(kept: Mapping[str, Any] | None) -> Layout:
    """The layout that an import keeps."""
    found = kept or {}
    return Layout(found.get("sheet", 0), found.get("head", 0), {int(k): v for k, v in found.get("columns", {}).items()})


def headers(sheet: Sheet, head: int) -> list[str]:
    """The words over the columns."""
    width = max((len(row) for row in sheet.rows[: head + 50]), default=0)
    row = sheet.rows[head] if 0 <= head < len(sheet.rows) else []
    return [reading.text_of(row[place]) if place < len(row) else "" for place in range(width)]


def samples(sheet: Sheet, head: int, place: int) -> list[str]:
    """The first values of a column."""
    texts = (reading.text_of(row[place]) for row in sheet.rows[head + 1 : head + 200] if place < len(row))
    found = [text for text in dict.fromkeys(texts) if text]
    return found[:SAMPLES]


def guess(kind: ListKind, sheets: list[Sheet], remembered: Mapping[str, str]) -> Layout:
    """The sheet and the row whose words say most about the columns."""
    best, most = Layout(), 0
    for number, sheet in enumerate(sheets):
        for head, row in enumerate(sheet.rows[:LOOKED_AT]):
            columns = of_words(kind, [reading.text_of(cell) for cell in row], remembered)
            if len(columns) > most:
                best, most = Layout(number, head, columns), len(columns)
    if not most:
        best.head = next((place for place, row in enumerate(sheets[0].rows) if row), 0)
    return best


def of_words(kind: ListKind, texts: list[str], remembered: Mapping[str, str]) -> dict[int, str]:
    """What columns are by the words over them: as chosen before, else by the best fitting word, each field once."""
    known: dict[str, list[str]] = reading.words()[kind.code]
    every = {one.name for one in kind.fields}
    scored = []
    for place, text in enumerate(texts):
        said = reading.plain(text)
        if said and remembered.get(said) in every:
            scored.append((1000, -place, place, remembered[said]))
        for name in every if said else ():
            fits = max((_fit(said, word) for word in known[name]), default=0)
            if fits:
                scored.append((fits, -place, place, name))
    columns: dict[int, str] = {}
    for _, _, place, name in sorted(scored, reverse=True):
        if place not in columns and name not in columns.values():
            columns[place] = name
    return dict(sorted(columns.items()))


def _fit(said: str, word: str) -> int:
    """How well a head fits a word: the same, begun with it, holding it; longer words count more."""
    if said == word:
        return 200 + len(word)
    if said.startswith(word) and len(word) > 2:
        return 100 + len(word)
    return len(word) if len(word) > 3 and f" {word}" in f" {said}" else 0


def remembered(session: PolicySession, kind: ListKind) -> dict[str, str]:
    """What was chosen for the same words over the columns of earlier files: word -> field."""
    found: dict[str, str] = {}
    asked = select(ImportRun.layout).where(ImportRun.source == kind.code, ImportRun.state == "applied")
    for kept in session.scalars(asked.order_by(ImportRun.id.desc()).limit(REMEMBERED)):
        layout = of_json(kept)
        for place, text in enumerate((kept or {}).get("headers", ())):
            if place in layout.columns and text:
                found.setdefault(reading.plain(text), layout.columns[place])
    return found


def rows(sheet: Sheet, layout: Layout) -> Iterable[tuple[int, dict[str, Cell]]]:
    """(number in the file, cells by field) of every row under the head that has anything in a chosen column."""
    for place, row in enumerate(sheet.rows[layout.head + 1 :], layout.head + 2):
        cells = {name: row[column] for column, name in layout.columns.items() if column < len(row) and row[column] != ""}
        if cells:
            yield place, cells
