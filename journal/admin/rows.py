"""The rows of a list as HTML, in one pass: what is the same in every row is put together once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from journal.admin.columns import Shown

LONGEST = 120
"""Characters of a value that a cell shows."""


@dataclass(frozen=True)
class Look:
    """What the rows of a list have in common. `details`: the address of a row's page; `choose`: what its tick box is called,
    nothing where no row is chosen; `cells`: the columns that are changed in place."""

    shown: Sequence[Shown]
    details: str
    choose: str
    cells: Collection[str]


def body(look: Look, texts: Sequence[Sequence[str]], ids: Sequence[int]) -> Markup:
    """The rows, each value as people read it; the first one leads to the row's page."""
    before = [_before(each, look.cells) for each in look.shown]
    details, choose = escape(look.details), escape(look.choose)
    parts = []
    for number, row in zip(ids, texts, strict=True):
        parts.append(f'<tr data-id="{number}">')
        first = escape(row[0])
        if choose:
            box = f'<input type="checkbox" name="rowid" value="{number}" aria-label="{choose}: {first}">'
            parts.append(f'<td class="pick">{box}</td>')
        parts.append(f'{before[0]}<a href="{details}?id={number}">{first or "—"}</a></td>')
        parts += [f"{start}{escape(_short(text))}</td>" for start, text in zip(before[1:], row[1:], strict=True)]
        parts.append("</tr>\n")
    return Markup("".join(parts))


def _before(each: Shown, cells: Collection[str]) -> str:
    """What opens the cells of a column."""
    field = f' data-field="{escape(each.key)}"' if each.key in cells else ""
    look = f' class="{each.look}"' if each.look else ""
    return f'<td{field}{look} data-label="{escape(each.label)}">'


def _short(text: str) -> str:
    """A long value is cut at a word."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]}…"
