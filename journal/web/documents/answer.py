"""A document as an answer: for the screen, or as a file with a name that people can read."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Response

from journal.kit import clock
from journal.kit.text import N_
from journal.services.reports.document import Document
from journal.web.documents.print import pdf
from journal.web.documents.sheet import xlsx
from journal.web.documents.text import docx
from journal.web.documents.words import text_of
from journal.web.noted import note

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
WORDS = {
    "page": N_("page"),
    "of": N_("of"),
    "printed": N_("printed"),
    "signature": N_("signature"),
    "contents": N_("Contents"),
    "sheets": N_("Sheets in this journal"),
    "director": N_("Director"),
    "student": N_("Student"),
    "journal": N_("Class journal"),
}
TABLE_TYPES = {**TYPES, "docx": DOCX}
"""What is a plain table can be a text document as well."""
MAKERS: dict[str, Callable[[Document], bytes]] = {"xlsx": xlsx, "docx": docx, "pdf": lambda document: pdf(document, WORDS)}


def download(document: Document, kind: str) -> Response:
    """The document as a file."""
    body = MAKERS[kind](document)
    note("print" if kind == "pdf" else "export", "Document", text_of(document.title))
    parts = [
        text_of(document.title),
        *(str(value) for label, value in document.facts[:2] if isinstance(value, str) and value),
    ]
    name = " ".join(parts).translate({ord(letter): " " for letter in '/\\:*?"<>|'})[:120]
    file_name = f"{name} {clock.today():%d.%m.%Y}.{kind}"
    return Response(
        body,
        mimetype=TABLE_TYPES[kind],
        headers={  # type: ignore[arg-type]
            "Content-Disposition": f'{"inline" if kind == "pdf" else "attachment"}; filename="report.{kind}"; '
            f"filename*=UTF-8''{quote(file_name)}",
            "Cache-Control": "no-store",
        },
    )
