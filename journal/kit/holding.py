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
        patterns = (literal(pattern, String()) for pattern in globs(text))
        super().__init__(column, *patterns, literal(like(text.lower()), String()))

    def self_group(self, against: Any = None) -> Any:
        """It stands in parentheses already."""
        return self


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


@compiles(holds, "sqlite")
def _globbed(element: holds, compiler: Any, **options: Any) -> str:
    column, *patterns, _ = element.clauses
    held = compiler.process(column, **options)
    return f"({' OR '.join(f'{held} GLOB {compiler.process(pattern, **options)}' for pattern in patterns)})"


@compiles(holds)
def _liked(element: holds, compiler: Any, **options: Any) -> str:
    column, *_, pattern = element.clauses
    return f"(lower({compiler.process(column, **options)}) LIKE {compiler.process(pattern, **options)} ESCAPE '\\')"
