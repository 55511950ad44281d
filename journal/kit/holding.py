"""`holds`: whether a text has some letters in it, in capitals or not, by what each engine does fast.

SQLite's own `lower` knows Latin letters only, and one of ours is called for every row; its GLOB compares in C, and takes
both forms of each letter. Where an entity has an index for it (`services/search_index.py`), SQLite looks three letters and
more up in it first and reads only the rows that it gives; PostgreSQL reads texts that stand there in small letters already.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, and_, literal, literal_column, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from journal.kit.text import like

TRIGRAMS, FOLDED = "trigrams_", "folded_"
"""How the index of a table, and a text in small letters, are called, before the name of the table and of the column."""
CYRILLIC = "\u0400", "\u0527"


def holds(attributes: Sequence[Any], text: str, index_of: Any = None) -> ColumnElement[bool]:
    """Whether one of some columns has `text` in it; `index_of`: the key of the entity, where it has an index for that."""
    if index_of is None:
        return or_(*(holding(attribute, text) for attribute in attributes))
    read = or_(*(holding_folded(attribute, text) for attribute in attributes))
    return and_(looked_up(index_of, text), read) if trigrams(text) else read


class holding(FunctionElement[bool]):
    """Whether the text of a column has `text` in it. A column that is empty has nothing in it: NULL."""

    inherit_cache = True
    name = "holding"
    type = Boolean()

    def __init__(self, column: Any, text: str) -> None:
        patterns = (literal(pattern, String()) for pattern in globs(text))
        super().__init__(column, *patterns, literal(like(text.lower()), String()), literal(text.lower(), String()))

    def self_group(self, against: Any = None) -> Any:
        """It stands in parentheses already."""
        return self


class holding_folded(holding):
    """The same of a column whose text is kept in small letters too, where the engine reads that."""

    inherit_cache = True
    name = "holding_folded"


class looked_up(FunctionElement[bool]):
    """Whether a row is among those that the index gives for `text`: all that have it, and maybe others."""

    inherit_cache = True
    name = "looked_up"
    type = Boolean()

    def __init__(self, key: Any, text: str) -> None:
        index: ColumnElement[Any] = literal_column(f"{TRIGRAMS}{key.expression.table.name}")
        super().__init__(key, index, literal(trigrams(text), String()))

    def self_group(self, against: Any = None) -> Any:
        """It stands in parentheses already."""
        return self


def trigrams(text: str) -> str:
    """What FTS5 is asked for texts that have all of `text` that stands three letters beside each other; nothing for less.

    Of rare letters it has other ideas of what is a capital than Python and GLOB: those are left to them.
    """
    threes = dict.fromkeys(text[place : place + 3] for place in range(len(text) - 2))
    return " AND ".join('"{}"'.format(three.replace('"', '""')) for three in threes if all(map(_is_plain, three)))


def _is_plain(letter: str) -> bool:
    """A Latin or Cyrillic letter, or a sign that has no capital."""
    return letter.isascii() or CYRILLIC[0] <= letter <= CYRILLIC[1] or letter.lower() == letter.upper()


def globs(text: str) -> list[str]:
    """Patterns for GLOB, one of which finds `text` anywhere, each letter in both its forms.

    A pattern for each form of the first letter: where a plain letter follows the star, GLOB skips to it.
    """
    rest = "".join(_class(_forms(letter)) for letter in text[1:])
    return [f"*{_class(form)}{rest}*" for form in _forms(text[:1])] or ["*"]


def _forms(letter: str) -> str:
    """A letter as it is and in capitals; one that has no other single letter stays alone."""
    forms = "".join(sorted({letter.lower(), letter.upper()}))
    return forms if len(forms) == 2 else letter


def _class(letters: str) -> str:
    return f"[{letters}]" if len(letters) == 2 or letters in ("*", "?", "[") else letters


@compiles(holding, "sqlite")
def _globbed(element: holding, compiler: Any, **options: Any) -> str:
    column, *patterns, _, _ = element.clauses
    held = compiler.process(column, **options)
    return f"({' OR '.join(f'{held} GLOB {compiler.process(pattern, **options)}' for pattern in patterns)})"


@compiles(holding)
def _liked(element: holding, compiler: Any, **options: Any) -> str:
    column, *_, pattern, _ = element.clauses
    return f"(lower({compiler.process(column, **options)}) LIKE {compiler.process(pattern, **options)} ESCAPE '\\')"


@compiles(holding_folded, "postgresql")
def _in_folded(element: holding_folded, compiler: Any, **options: Any) -> str:
    column, *_, text = (compiler.process(part, **options) for part in element.clauses)
    table, _, name = column.rpartition(".")
    return f"(strpos({table}.{FOLDED}{name}, {text}) > 0)"


@compiles(looked_up, "sqlite")
def _matched(element: looked_up, compiler: Any, **options: Any) -> str:
    key, index, threes = (compiler.process(part, **options) for part in element.clauses)
    return f"({key} IN (SELECT rowid FROM {index} WHERE {index} MATCH {threes}))"


@compiles(looked_up)
def _not_asked(_: looked_up, __: Any, **___: Any) -> str:
    return "true"
