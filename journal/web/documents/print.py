"""A document as PDF, set by Typst: A4, page numbers, a head that repeats. It reads nothing but its own template."""

import json
from typing import Any

import typst

from journal.config import ROOT
from journal.kit import clock
from journal.services.reports.document import Document, Table
from journal.web.documents import picture
from journal.web.documents.words import cell, groups, is_right, text_of
from journal.web.i18n import say

TEMPLATES = ROOT / "templates" / "documents"
LAYOUTS = frozenset({"report", "spread"})


def pdf(document: Document, words: dict[str, str]) -> bytes:
    """The print, as PDF/A. `words` are the template's own words in the reader's language."""
    if document.layout not in LAYOUTS:
        raise ValueError(f"no such layout: {document.layout}")
    data = json.dumps(told(document) | {"words": {name: say(text) for name, text in words.items()}}, ensure_ascii=False)
    made: bytes = typst.compile(
        str(TEMPLATES / f"{document.layout}.typ"),
        root=str(TEMPLATES),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["a-2b"],
        timestamp=int(clock.now().timestamp()),
    )
    return made


def told(document: Document) -> dict[str, Any]:
    """The document as texts alone: what the template sets is never read as markup."""
    return {
        "title": text_of(document.title),
        "school": document.school,
        "facts": [[text_of(label), cell(value, "text")] for label, value in document.facts],
        "notes": [text_of(note) for note in document.notes],
        "tables": [_table(table) for table in document.tables],
        "charts": [
            {"title": text_of(chart.title), "svg": str(picture.svg(chart))} for chart in document.charts if chart.labels
        ],
        "text": [text_of(one) for one in document.text],
        "signatures": [[text_of(label), name] for label, name in document.signatures],
        "landscape": document.landscape,
        "paper": document.paper,
        "printed": clock.local(clock.now()).strftime("%d.%m.%Y %H:%M"),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": text_of(table.title),
        "groups": _groups(table),
        "columns": [
            {
                "label": text_of(column.label),
                "right": is_right(column),
                "centre": column.kind == "mark",
                "width": column.width,
            }
            for column in table.columns
        ],
        "rows": [_texts(table, row) for row in table.rows],
        "totals": [_texts(table, row) for row in table.totals],
        "empty": text_of(table.empty),
    }


def _groups(table: Table) -> list[dict[str, Any]]:
    """The row above the labels, each with its width in letters."""
    found, start = [], 0
    for label, span in groups(table) or []:
        width = sum(column.width for column in table.columns[start : start + span])
        found.append({"label": label, "span": span, "width": width})
        start += span
    return found


def _texts(table: Table, row: Any) -> list[str]:
    return [cell(value, column.kind) for column, value in zip(table.columns, row, strict=True)]
