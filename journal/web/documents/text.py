"""A document as DOCX: a heading, facts, one table after another with a head that repeats on each page."""

import io
from typing import Any

from docx import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from journal.services.reports.document import Document, Table
from journal.web.documents.words import cell, text_of

A4 = (Cm(21), Cm(29.7))
MARGIN = Cm(1.5)
FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)}


def docx(document: Document) -> bytes:
    """The text document."""
    word = Word()
    page = word.sections[0]
    short, long = A4
    page.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (long, short) if document.landscape else (short, long)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = MARGIN
    word.styles["Normal"].font.size = Pt(10)
    if document.school:
        word.add_paragraph(_plain(document.school))
    word.add_heading(_plain(text_of(document.title)), 1)
    for label, value in document.facts:
        word.add_paragraph(f"{_plain(text_of(label))}: {_plain(cell(value, 'text'))}")
    for table in document.tables:
        _table(word, table, page.page_width - 2 * MARGIN)
    for label, name in document.signatures:
        word.add_paragraph(f"{_plain(text_of(label))} ____________________ {_plain(name)}")
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _plain(text: str) -> str:
    return text.translate(FORBIDDEN)


def _table(word: Any, table: Table, width: int) -> None:
    if table.title:
        word.add_heading(_plain(text_of(table.title)), 2)
    if not table.rows:
        word.add_paragraph(_plain(text_of(table.empty)))
        return
    made = word.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.style, made.autofit = "Table Grid", False
    letters = sum(column.width for column in table.columns)
    for column, place in zip(table.columns, made.columns, strict=True):
        place.width = int(width * column.width / letters)
    lines = [[_plain(text_of(column.label)) for column in table.columns]]
    lines += [
        [_plain(cell(value, column.kind)) for value, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    for number, (line, row) in enumerate(zip(lines, made.rows, strict=True)):
        for text, place, column in zip(line, row.cells, made.columns, strict=True):
            place.text, place.width = text, column.width
            if number == 0:
                place.paragraphs[0].runs[0].bold = True
    repeated = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
