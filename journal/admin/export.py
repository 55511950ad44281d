"""A list as CSV that Excel opens: semicolons, a mark of UTF-8, Russian file names, no formulas."""

import csv
import io
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from flask import Response

from journal.access.session import PolicySession
from journal.admin import columns as shown_columns
from journal.admin import listing
from journal.kit import clock

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(session: PolicySession, asked: listing.Asked) -> Iterator[str]:
    """The whole list page by page: each page is two queries and its titles, so memory stays the same at any size."""
    shown = shown_columns.listed(asked.entity, asked.actor)
    asked.before, asked.after, asked.last = None, None, False
    try:
        yield "\ufeff" + _line([shown_columns.label(column) for column in shown])
        while True:
            page = listing.page(session, asked)
            yield "".join(_line(row) for row in shown_columns.texts(session, shown, page.rows))
            if page.next is None:
                return
            asked.after = page.next
    finally:
        session.close()  # the request that made it is over by now: nobody else gives its connection back


def _line(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([safe(value) for value in values])
    return out.getvalue()


def safe(value: str) -> str:
    """A value that no spreadsheet program takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def answer(body: Iterable[str], name: str) -> Response:
    """The file as a download."""
    file_name = f"{name} {clock.today():%d.%m.%Y}.csv"
    return Response(
        body,
        mimetype="text/csv",
        headers={  # type: ignore[arg-type]
            "Content-Disposition": f"attachment; filename=\"export.csv\"; filename*=UTF-8''{quote(file_name)}",
            "Cache-Control": "no-store",
        },
    )
