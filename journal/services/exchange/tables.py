"""Tables of any office program as rows of cells: XLSX, XLS, ODS, CSV. What is no table, or too large, is refused in words.

Nothing in a file is trusted: unpacked sizes are looked at before unpacking, entities are refused by defusedxml, and a table
is never larger than `MOST_ROWS` × `MOST_COLUMNS`, whatever the file says of itself.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlrd
from defusedxml import ElementTree
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from journal.kit.text import N_
from journal.services.refusals import Said, said

LARGEST = 10 * 1024 * 1024
LARGEST_PARTS = 64 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 80, 30
LONGEST_TEXT = 2000
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
TABLE, TEXT, OFFICE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "text", "office"))
WHOLE = re.compile(r"-?\d{1,15}\.0")
"""A whole number as programs write it that know only fractions."""
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})\"")

Cell = str | date
"""A text without blanks around it (numbers too, as they are read), or a day."""


class Unreadable(Exception):
    """The file is no table; `why` says it to people."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass
class Sheet:
    """One sheet: rows from the first of the file on, so that a row's number is its place plus one."""

    name: str
    rows: list[list[Cell]]


def read(data: bytes) -> list[Sheet]:
    """The sheets of a file that have anything on them; its name says nothing. Raises `Unreadable`."""
    if len(data) > LARGEST:
        raise Unreadable(said(N_("The file is larger than %(size)d MB."), size=LARGEST // 2**20))
    if not data.strip():
        raise Unreadable(said(N_("The file is empty.")))
    try:
        sheets = [Sheet(name, _trimmed(rows)) for name, rows in _sheets(data)]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(said(N_("The file can't be read: %(why)s"), why=type(error).__name__)) from error
    found = [sheet for sheet in sheets if sheet.rows]
    if not found:
        raise Unreadable(said(N_("There is nothing in the file.")))
    return found


def _sheets(data: bytes) -> Iterator[tuple[str, list[list[Cell]]]]:
    if data.startswith(OLD_EXCEL):
        yield from _of_old_excel(data)
    elif data.startswith(b"PK"):
        yield from _zipped(data)
    else:
        yield "", _of_text(data)


def _zipped(data: bytes) -> Iterator[tuple[str, list[list[Cell]]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > LARGEST_PARTS:
            raise Unreadable(said(N_("The file unpacks to more than a list can be.")))
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            yield from _of_excel(data, archive)
        elif "content.xml" in names:
            yield from _of_open_document(archive.read("content.xml"))
        else:
            raise Unreadable(said(N_("This is no table: XLSX, XLS, ODS and CSV can be read.")))


def _of_excel(data: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[str, list[list[Cell]]]]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets[:MOST_SHEETS]:
            sheet.reset_dimensions()  # what a file says of its own size is not believed
            rows = [
                [_cell(value) for value in row]
                for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            ]
            path = getattr(sheet, "_worksheet_path", "").lstrip("/")
            if path in archive.namelist():
                for match in MERGED.finditer(archive.read(path)):
                    left, top, right, bottom = range_boundaries(match.group(1).decode())
                    _fill(rows, top - 1, left - 1, bottom, right)
            yield sheet.title, rows
    finally:
        book.close()


def _fill(rows: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> None:
    """A merged cell gives its text to the places under it; those to the right stay empty, as in a heading of a group."""
    if top >= len(rows) or left >= len(rows[top]) or right - left != 1:
        return
    for row in rows[top + 1 : bottom]:
        if left < len(row):
            row[left] = rows[top][left]


def _of_old_excel(data: bytes) -> Iterator[tuple[str, list[list[Cell]]]]:
    book = xlrd.open_workbook(file_contents=data, ragged_rows=True, on_demand=True, logfile=io.StringIO())
    for sheet in book.sheets()[:MOST_SHEETS]:
        yield (
            sheet.name,
            [
                [_of_xlrd(cell, book.datemode) for cell in sheet.row_slice(number, 0, MOST_COLUMNS)]
                for number in range(min(sheet.nrows, MOST_ROWS))
            ],
        )


def _of_xlrd(cell: Any, datemode: int) -> Cell:
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
        return moment.date()
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    return _cell(cell.value)


def _of_open_document(content: bytes) -> Iterator[tuple[str, list[list[Cell]]]]:
    root = ElementTree.fromstring(content, forbid_dtd=True)
    for table in list(root.iter(f"{TABLE}table"))[:MOST_SHEETS]:
        yield table.get(f"{TABLE}name", ""), list(_open_rows(table))


def _open_rows(table: Any) -> Iterator[list[Cell]]:
    """The rows of a sheet; a cell that spans rows gives its text to those under it."""
    left_over: dict[int, tuple[int, Cell]] = {}
    given = 0
    for element in table.iter(f"{TABLE}table-row"):
        cells = list(_open_cells(element, left_over))
        repeated = min(int(element.get(f"{TABLE}number-rows-repeated", "1")), MOST_ROWS)
        for _ in range(repeated if any(cells) else min(repeated, 50)):
            if given == MOST_ROWS:
                return
            given += 1
            yield list(cells)


def _open_cells(row: Any, left_over: dict[int, tuple[int, Cell]]) -> Iterator[Cell]:
    place = 0
    for element in row:
        if element.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        value = _open_value(element)
        rows_left, above = left_over.pop(place, (0, ""))
        if element.tag.endswith("covered-table-cell") and rows_left:
            value = above
            if rows_left > 1:
                left_over[place] = (rows_left - 1, above)
        spanned = int(element.get(f"{TABLE}number-rows-spanned", "1"))
        if spanned > 1 and element.get(f"{TABLE}number-columns-spanned", "1") == "1":
            left_over[place] = (spanned - 1, value)
        for _ in range(min(int(element.get(f"{TABLE}number-columns-repeated", "1")), MOST_COLUMNS)):
            if place == MOST_COLUMNS:
                return
            place += 1
            yield value


def _open_value(element: Any) -> Cell:
    kind = element.get(f"{OFFICE}value-type")
    if kind == "date":
        return date.fromisoformat(element.get(f"{OFFICE}date-value", "")[:10])
    if kind in ("float", "percentage", "currency"):
        return _cell(float(element.get(f"{OFFICE}value", "nan")))
    return _cell(" ".join("".join(part.itertext()) for part in element.iter(f"{TEXT}p")))


def _of_text(data: bytes) -> list[list[Cell]]:
    """Encoding and separator are found: UTF-8 or UTF-16 by their marks, else windows-1251; the separator of most lines."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1251")
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text[:4000]):
        raise Unreadable(said(N_("This is no table: XLSX, XLS, ODS and CSV can be read.")))
    lines = [line for line in text.splitlines() if line.strip()][:50]
    separator = max(";\t,", key=lambda mark: sum(min(line.count(mark), 20) for line in lines))
    csv.field_size_limit(LARGEST)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [[_cell(value) for value in row[:MOST_COLUMNS]] for row, _ in zip(rows, range(MOST_ROWS), strict=False)]


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ".join(str(value).replace("\x00", " ").split())[:LONGEST_TEXT]
    return text[:-2] if WHOLE.fullmatch(text) else text


def _trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """Without the empty cells at the ends of rows and the empty rows at the end; rows before the first stay."""
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows
