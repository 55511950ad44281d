"""What people write into cells: names, classes, dates, marks. Each reading gives a value or says in words why it can't."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from journal.kit.text import N_
from journal.services import reference
from journal.services.exchange.tables import Cell
from journal.services.refusals import Said, said

EXCEL_BEGINS = date(1899, 12, 30)
YO, YE = "\u0451", "\u0435"
DAYS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?"), (0, 1, 2)),
    (re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: .*)?"), (2, 1, 0)),
    (re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{2})"), (2, 1, 0)),
)
CLASS = re.compile(r"(\d{1,2})[\s\-\u2013\u2014.]*(.*)")


class Unclear(ValueError):
    """A cell that can't be read as what it should be."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = why


@cache
def words() -> dict[str, Any]:
    """The words of `data/exchange.toml`."""
    return reference.read("exchange.toml")


def plain(text: str) -> str:
    """A text as it is compared: small letters, one blank, no difference between two letters that people mix."""
    return " ".join(text.casefold().replace(YO, YE).split())


def text_of(cell: Cell) -> str:
    """A cell as a text."""
    return cell.strftime("%d.%m.%Y") if isinstance(cell, date) else cell


def name(text: str) -> tuple[str, str, str | None]:
    """(last, first, middle) of a name in one cell. Raises `Unclear`."""
    parts = text.replace(",", " ").split()
    if len(parts) < 2:
        raise Unclear(said(N_("“%(given)s” is no full name: the last name and the first name are needed."), given=text[:60]))
    last, first, *rest = [part.capitalize() if part.isupper() and len(part) > 1 else part for part in parts]
    return last, first, " ".join(rest) or None


def school_class(text: str) -> tuple[int, str]:
    """(grade, letter) of a class however it is written: with blanks, dashes, quotes, Latin letters. Raises `Unclear`."""
    bare = re.sub(r"[\"'\u00ab\u00bb\u201c\u201d()]", "", text).strip()
    match = CLASS.fullmatch(bare)
    if match is None or not 1 <= int(match.group(1)) <= 13:
        raise Unclear(said(N_("“%(given)s” is no class: a number and a letter are needed."), given=text[:40]))
    letter = " ".join(match.group(2).split())
    return int(match.group(1)), letters(letter).upper() if len(letter) <= 2 else letter


def letters(text: str) -> str:
    """Latin letters that look like Russian ones, as Russian ones."""
    pair = words()["letters"]
    return text.translate(str.maketrans(pair["latin"], pair["cyrillic"]))


def day(cell: Cell) -> date:
    """A day, however it is written. Raises `Unclear`."""
    if isinstance(cell, date):
        return cell
    for pattern, order in DAYS:
        match = pattern.fullmatch(cell)
        if match:
            year, month, number = (int(match.group(place + 1)) for place in order)
            century = 0 if year > 99 else 2000 if year < 70 else 1900
            try:
                return date(year + century, month, number)
            except ValueError:
                break
    if re.fullmatch(r"[1-6]\d{4}", cell):  # a day that lost its format in a spreadsheet
        return EXCEL_BEGINS + timedelta(days=int(cell))
    raise Unclear(said(N_("“%(given)s” is no date: write it as 31.12.2015."), given=cell[:40]))


def number(text: str) -> Decimal:
    """A number, with a comma or a point. Raises `Unclear`."""
    try:
        found = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        raise Unclear(said(N_("“%(given)s” is no number."), given=text[:40])) from None
    if not found.is_finite() or abs(found) > 1_000_000:
        raise Unclear(said(N_("“%(given)s” is no number."), given=text[:40]))
    return found


def whole(text: str) -> int:
    """A whole number. Raises `Unclear`."""
    found = number(text)
    if found != found.to_integral_value():
        raise Unclear(said(N_("“%(given)s” is no whole number."), given=text[:40]))
    return int(found)


def weekday(text: str) -> int:
    """The number of a weekday, Monday is 1: a name, a shortened one, or the number. Raises `Unclear`."""
    bare = text.strip().rstrip(".")
    return int(bare) if bare in "1234567" and bare else int(_one_of(bare, ("1", "2", "3", "4", "5", "6", "7")))


def weeks(text: str) -> str:
    """Every week, odd or even ones. Raises `Unclear`."""
    return _one_of(text, ("every", "odd", "even"))


def sex(text: str) -> str:
    """Male or female. Raises `Unclear`."""
    return _one_of(text, ("male", "female"))


def mark(text: str) -> str:
    """The code of a mark. Raises `Unclear`."""
    return text if text in ("5", "4", "3", "2", "1") else _one_of(text, ("pass", "fail", "exempt", "none"))


def _one_of(text: str, codes: tuple[str, ...]) -> str:
    known = words()["values"]
    found = plain(text)
    for code in codes:
        if found == code or found.rstrip(".") in known[code]:
            return code
    raise Unclear(said(N_("“%(given)s” is not understood."), given=text[:40]))
