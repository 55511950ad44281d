"""A document as XLSX: real numbers and dates, a frozen head, widths, a print area; no text is ever a formula."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from journal.services.reports.document import Column, Document, Table, plain
from journal.web.documents.words import cell, groups, text_of

FORMATS = {"number": "0.00", "percent": "0.0", "whole": "0", "date": "dd.mm.yyyy"}
BOLD, HEAD = Font(bold=True), PatternFill("solid", fgColor="ECEFF6")
THIN = Side(style="thin", color="B4BFD5")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
LONGEST = 32_000
FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)}


def xlsx(document: Document) -> bytes:
    """The workbook: the first sheet has the head, each further table a sheet of its own."""
    book = Workbook()
    book.remove(book.active)
    tables = document.tables or [Table([], [])]
    names: set[str] = set()
    for number, table in enumerate(tables, 1):
        sheet = book.create_sheet(_name(document, table, number, names))
        row = _head(sheet, document) if number == 1 else 1
        _table(sheet, table, row, freeze=True)
        sheet.page_setup.orientation = "landscape" if document.landscape else "portrait"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3 if document.paper == "a3" else sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_area = f"A1:{get_column_letter(max(1, sheet.max_column))}{max(1, sheet.max_row)}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(document: Document, table: Table, number: int, taken: set[str]) -> str:
    """A sheet's name: 31 characters, none of those that spreadsheets refuse, none twice."""
    full = text_of(table.title) or (text_of(document.title) if number == 1 else str(number))
    name = "".join(" " if letter in "[]:*?/\\" else letter for letter in full)[:28].strip(" '") or str(number)
    while name.casefold() in taken:
        name = f"{name[:25]} {number}"
    taken.add(name.casefold())
    return name


def _head(sheet: Worksheet, document: Document) -> int:
    """Title, facts and notes; gives the row under them."""
    lines: list[tuple[str, Any]] = [(text_of(document.title), None)]
    if document.school:
        lines.insert(0, (document.school, None))
    lines += [(text_of(label), value) for label, value in document.facts]
    lines += [(text_of(note), None) for note in document.notes]
    for number, (label, value) in enumerate(lines, 1):
        _put(sheet, number, 1, label, "text").font = BOLD
        if value is not None:
            _put(sheet, number, 2, value, "date" if isinstance(value, date) else "text").alignment = Alignment(
                horizontal="left"
            )
    return len(lines) + 2


def _table(sheet: Worksheet, table: Table, row: int, *, freeze: bool) -> None:
    if not table.columns:
        return
    top, row = row, _labels(sheet, table, row)
    if freeze:
        sheet.freeze_panes = sheet.cell(row + 1, 2 if len(table.columns) > 4 else 1)
        sheet.print_title_rows = f"{top}:{row}"
    for values in table.rows:
        row += 1
        _row(sheet, row, table.columns, values)
    for values in table.totals:
        row += 1
        for found in _row(sheet, row, table.columns, values):
            found.font = BOLD
    if not table.rows and table.empty:
        _put(sheet, row + 1, 1, text_of(table.empty), "text")


def _labels(sheet: Worksheet, table: Table, row: int) -> int:
    """The head of a table; gives its last row."""
    column = 1
    spans = groups(table)
    for label, span in spans or ():
        _put(sheet, row, column, label, "text", head=True)
        if span > 1:
            sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + span - 1)
        column += span
    row += spans is not None
    for number, one in enumerate(table.columns, 1):
        _put(sheet, row, number, text_of(one.label), "text", head=True)
        letter = get_column_letter(number)
        present = sheet.column_dimensions[letter].width if letter in sheet.column_dimensions else 0
        sheet.column_dimensions[letter].width = max(present or 0, one.width + 2)
    return row


def _row(sheet: Worksheet, row: int, columns: Any, values: Any) -> list[Any]:
    made = []
    for number, (column, value) in enumerate(zip(columns, values, strict=True), 1):
        found = _put(sheet, row, number, value, _kind(column, value))
        found.border = BOX
        made.append(found)
    return made


def _kind(column: Column, value: Any) -> str:
    return "whole" if column.kind == "mark" and str(plain(value)) in "12345" and value else column.kind


def _put(sheet: Worksheet, row: int, column: int, value: Any, kind: str, *, head: bool = False) -> Any:
    """One value; what is no number and no date goes in as text, whatever it begins with."""
    found = sheet.cell(row, column)
    value = plain(value)
    if kind in ("whole", "number", "percent") and isinstance(value, int | float | Decimal | str) and _is_number(value):
        found.value = float(value) if kind != "whole" else int(value)
        found.number_format = FORMATS[kind]
    elif isinstance(value, date):
        found.value, found.number_format = value, FORMATS["date"]
    elif value is not None:
        found.value = cell(value, kind).translate(FORBIDDEN)[:LONGEST]
        found.data_type = "s"
        found.alignment = Alignment(
            wrap_text=not sheet.title.isdigit() and kind == "text" and row > 1 and column > 1, vertical="top"
        )
    if head:
        found.font, found.fill, found.border = BOLD, HEAD, BOX
        found.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return found


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
