"""A list as CSV or XLSX that spreadsheets open: semicolons, a mark of UTF-8, Russian file names, no formulas."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import parse_qsl, quote

from flask import Response, stream_with_context
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from werkzeug.datastructures import MultiDict

from journal.access.session import PolicySession
from journal.admin import columns as shown_columns
from journal.admin import listing
from journal.admin.totals import totals
from journal.kit import clock
from journal.schema import Entity
from journal.schema.base import entities
from journal.services import database, jobs, records

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHEET_ROWS = 1_000_000
ROWS_AT_ONCE, LETTERS_AT_ONCE = 1000, 32_000
MOST_QUERY = 4000
FORBIDDEN = {code: None for code in range(32) if code not in (9, 10, 13)}


def lines(session: PolicySession, asked: listing.Asked) -> Iterator[list[str]]:
    """The head and every row, page by page: two queries a page and its titles, so memory stays the same at any size."""
    shown = shown_columns.listed(asked.entity, asked.actor, asked.cols)
    asked.before, asked.after, asked.last = None, None, False
    try:
        yield [each.label for each in shown]
        while True:
            page = listing.page(session, asked, counted=0, size=ROWS_AT_ONCE)
            yield from shown_columns.texts(session, [each.column for each in shown], page.rows, page.ids)
            if page.next is None:
                return
            asked.after = page.next
    finally:
        session.close()  # the request that made it is over by now: nobody else gives its connection back


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """The rows as CSV, some hundreds of lines at a time."""
    yield "\ufeff"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(value) for value in row])
        if out.tell() > LETTERS_AT_ONCE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def xlsx(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """The rows as a workbook, row by row into a file that is gone when it was sent; every value is a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in islice(rows, MOST_SHEET_ROWS):
        cells = [WriteOnlyCell(sheet, value.translate(FORBIDDEN)[:32_000]) for value in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(64 * 1024):
            yield chunk


def safe(value: str) -> str:
    """A value that no spreadsheet program takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def facts(entity: type[Entity], query: bytes) -> dict[str, str]:
    """What the job of a long list has to know."""
    return {"entity": entity.__name__, "query": query.decode("ascii", "replace")[:MOST_QUERY]}


@jobs.kind("export-list")
def by_job(task: jobs.Task) -> dict[str, str]:
    """A long list as a workbook, under the policy of whoever asked."""
    entity = next(each for each in entities() if each.__name__ == task.facts["entity"])
    name = f"{task.job_id}.xlsx"
    task.config.exports.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database.reading(task.engine, task.actor) as session:
        asked = listing.understand(session, entity, MultiDict(parse_qsl(task.facts["query"])))
        total = min(totals(session, asked).rows, MOST_SHEET_ROWS)
        with (task.config.exports / name).open("wb") as file:
            for chunk in xlsx(_watched(task, lines(session, asked), total)):
                file.write(chunk)
    with database.work(task.engine, task.actor) as work:
        records.note(work, "export", entity, {"rows": [None, total]})
    return {"file": name, "name": _file_name(str(_(entity.label[1])), "xlsx")}


def _watched(task: jobs.Task, rows: Iterable[list[str]], total: int) -> Iterator[list[str]]:
    """The rows, telling now and then how many have gone by."""
    for number, row in enumerate(rows):
        if number % ROWS_AT_ONCE == 0:
            task.progress.tell(number, total)
        yield row


def _file_name(name: str, kind: str) -> str:
    return f"{name} {clock.today():%d.%m.%Y}.{kind}"


def answer(session: PolicySession, asked: listing.Asked, name: str, kind: str) -> Response:
    """The file as a download."""
    rows = lines(session, asked)
    body: Iterator[str] | Iterator[bytes] = xlsx(rows) if kind == "xlsx" else csv_lines(rows)
    kind = "xlsx" if kind == "xlsx" else "csv"
    file_name = _file_name(name, kind)
    return Response(
        stream_with_context(body),
        mimetype=XLSX if kind == "xlsx" else "text/csv",
        headers={  # type: ignore[arg-type]
            "Content-Disposition": f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{quote(file_name)}",
            "Cache-Control": "no-store",
        },
    )
