"""`holds`: whether a column's text has some letters in it, in capitals or not, by what each engine does fast.

SQLite's own `lower` knows Latin letters only, and one of ours is called for every row; its GLOB compares in C, and takes
both forms of each letter. PostgreSQL has an index of trigrams for the lower-case text.
"""

from typing import Any

from sqlalchemy import Boolean, String, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from journal.kit.text import like


class holds(FunctionElement[bool]):
    """Whether the text of a column has `text` in it. A column that is empty has nothing in it: NULL."""

    inherit_cache = True
    name = "holds"
    type = Boolean()

    def __init__(self, column: Any, text: str) -> None:
        super().__init__(column, literal(glob(text), String()), literal(like(text.lower()), String()))

    def self_group(self, against: Any = None) -> Any:
        """It stands in parentheses already."""
        return self


def glob(text: str) -> str:
    """A pattern for GLOB that finds `text` anywhere, each letter in both its forms."""
    return f"*{''.join(_both(letter) for letter in text)}*"


def _both(letter: str) -> str:
    forms = sorted({letter.lower(), letter.upper()})
    if len(forms) == 2 and all(len(form) == 1 for form in forms):
        return f"[{''.join(forms)}]"
    return f"[{letter}]" if letter in "*?[" else letter


@compiles(holds, "sqlite")
def _globbed(element: holds, compiler: Any, **options: Any) -> str:
    column, pattern, _ = element.clauses
    return f"({compiler.process(column, **options)} GLOB {compiler.process(pattern, **options)})"


@compiles(holds)
def _liked(element: holds, compiler: Any, **options: Any) -> str:
    column, _, pattern = element.clauses
    return f"(lower({compiler.process(column, **options)}) LIKE {compiler.process(pattern, **options)} ESCAPE '\\')"
