"""A calendar-thematic plan from a table of XLSX, DOCX or CSV: the head is found, rows that can't be read are named."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import docx as word
from openpyxl import load_workbook

from journal.kit.text import N_
from journal.services.reference import read as data_file
from journal.services.refusals import Said, said

LARGEST = 4 * 1024 * 1024
LARGEST_PART = 32 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_TOPIC = 2000, 40, 500
LONGEST_TOTAL = 3


class Unreadable(Exception):
    """The file is no table of a plan; `why` says it to people."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass
class Found:
    """What was read: rows as values of `PlannedLesson`, and errors by the number of the row in the file."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[tuple[int, Said]] = field(default_factory=list)

    @property
    def hours(self) -> int:
        """Hours of all rows."""
        return sum(row["hours"] for row in self.rows)


def read(data: bytes) -> Found:
    """Read a plan by the content of the file; its name says nothing. Raises `Unreadable`."""
    if len(data) > LARGEST:
        raise Unreadable(said(N_("The file is larger than %(size)d MB."), size=LARGEST // 2**20))
    if not data.strip():
        raise Unreadable(said(N_("The file is empty.")))
    try:
        tables = list(_tables(data))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(said(N_("The file can't be read: %(why)s"), why=type(error).__name__)) from error
    for table in tables:
        place = _head(table)
        if place is not None:
            return _rows(table, *place)
    if tables and all(len(row) <= 1 for row in tables[0]):
        return _rows(tables[0], -1, {"topic": 0})
    raise Unreadable(said(N_("No table with a column for the topic was found.")))


def settled(found: Found, kinds: Mapping[int, str]) -> list[dict[str, Any]]:
    """The rows as a plan takes them: the kind of work (id -> name) is found by its name, or by its name in the topic."""
    plain = [(name.casefold(), id_) for id_, name in kinds.items()]
    rows = []
    for row in found.rows:
        said_ = (row["kind"] or row["topic"]).casefold()
        id_ = next((id_ for name, id_ in plain if name and name in said_), None)
        rows.append({**{name: value for name, value in row.items() if name != "kind"}, "work_type_id": id_})
    return rows


Table = list[list[str]]


def _tables(data: bytes) -> Iterator[Table]:
    if not data.startswith(b"PK"):
        yield _from_csv(data)
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > LARGEST_PART:
            raise Unreadable(said(N_("The file unpacks to more than a plan can be.")))
        names = set(archive.namelist())
        if "word/document.xml" in names:
            yield from _from_word(data)
            return
    if "xl/workbook.xml" not in names:
        raise Unreadable(said(N_("This is neither a spreadsheet nor a document with a table.")))
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            yield [[_text(value) for value in row] for row in rows]
    finally:
        book.close()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _from_csv(data: bytes) -> Table:
    """Separator and encoding are guessed: UTF-8, else windows-1251; semicolons, else commas, else tabs."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1251")
    if "\x00" in text:
        raise Unreadable(said(N_("This is neither a spreadsheet nor a document with a table.")))
    first = text.splitlines()[0]
    separator = max(";\t,", key=first.count)
    return [[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)][:MOST_ROWS]


def _from_word(data: bytes) -> Iterator[Table]:
    """The tables of a document; a merged cell gives its text to each of the places that it covers."""
    for table in word.Document(io.BytesIO(data)).tables:
        yield [[_text(cell.text) for cell in row.cells[:MOST_COLUMNS]] for row in table.rows[:MOST_ROWS]]


def _head(table: Table) -> tuple[int, dict[str, int]] | None:
    """(row of the labels, column of each field): the first row that names a topic."""
    words: dict[str, list[str]] = data_file("reference.toml")["plan_columns"]
    for number, row in enumerate(table[:30]):
        found: dict[str, int] = {}
        for column, label in enumerate(row):
            plain = label.casefold() if label else ""
            for name, starts in words.items():
                if plain and name not in found and any(word in plain for word in starts):
                    found[name] = column
                    break
        if "topic" in found and len(found) > 1:
            return number, found
    return None


def _rows(table: Table, head: int, columns: dict[str, int]) -> Found:
    """Rows with a topic are rows of the plan; a row with one text alone names the section of those after it."""
    found, section = Found(), None
    for number, row in enumerate(table[head + 1 :], head + 2):
        values = {name: row[column] if column < len(row) else "" for name, column in columns.items()}
        filled = [text for text in row if text]
        if not filled or _is_total(filled):
            continue
        if len(columns) > 1 and len(set(filled)) == 1 and not values.get("hours", "")[:1].isdigit():
            section = filled[0][:200]
        elif not values["topic"]:
            found.errors.append((number, said(N_("no topic"))))
        else:
            _take(found, number, values, section)
    return found


def _is_total(filled: Sequence[str]) -> bool:
    """A sum under the table: it begins with its word and has little beside it."""
    words: Iterable[str] = data_file("reference.toml")["plan_totals"]
    return len(filled) <= LONGEST_TOTAL and filled[0].casefold().startswith(tuple(words))


def _take(found: Found, number: int, values: dict[str, str], section: str | None) -> None:
    hours = values.get("hours", "") or "1"
    match = re.fullmatch(r"(\d{1,2})(?:[.,]0+)?(?:\s.*)?", hours)
    if match is None or not 1 <= int(match.group(1)) <= 40:
        found.errors.append((number, said(N_("hours can't be read: %(hours)s"), hours=hours[:40])))
        return
    length = len(values["topic"])
    if length > 500:
        found.errors.append(
            (number, said(N_("At most %(size)d characters, and this is %(length)d."), size=500, length=length))
        )
        return
    found.rows.append(
        {
            "section": (values.get("section") or section or "")[:200] or None,
            "topic": values["topic"],
            "hours": int(match.group(1)),
            "homework": values.get("homework", "")[:500] or None,
            "kind": values.get("work_type", ""),
        }
    )
