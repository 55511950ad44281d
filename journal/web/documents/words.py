"""The values of a document as people read them, in the language of the page."""

from datetime import date
from typing import Any

from journal.services.refusals import Said
from journal.services.reports.document import Column, Linked, Table, Text, plain
from journal.web import show


def text_of(value: Text | date | None) -> str:
    """A label, a title, a note: texts of services are translated, the school's own stay."""
    if isinstance(value, Said):
        return show.words_of(value)
    if isinstance(value, date):
        return show.long_day(value)
    return value or ""


def cell(value: Any, kind: str) -> str:
    """One value by the kind of its column."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "/".join(cell(part, "text") for part in value)
    if isinstance(value, Said):
        return text_of(value)
    if kind == "mark":
        return show.mark(str(value))
    if kind in ("number", "percent") and not isinstance(value, str):
        return show.decimal(value, 2 if kind == "number" else 1)
    return show.plain(value)


def link(value: Any) -> str | None:
    """Where a value leads."""
    return value.url if isinstance(value, Linked) else None


def groups(table: Table) -> list[tuple[str, int]] | None:
    """The row above the labels: (label, span); None where no column has a group."""
    if not any(column.group for column in table.columns):
        return None
    found: list[tuple[str, int]] = []
    last: Any = object()
    for column in table.columns:
        if column.group and column.group == last:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((text_of(column.group), 1))
        last = column.group or object()
    return found


def is_right(column: Column) -> bool:
    """Whether the values of a column line up to the right."""
    return column.kind in ("whole", "number", "percent")


def full_label(column: Column) -> str:
    """The label with its group, for where a value stands alone."""
    return " ".join(part for part in (text_of(column.group), text_of(column.label)) if part)
