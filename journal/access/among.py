"""`among`: a value among those of a sub-select, so written that both engines use the index of the value.

PostgreSQL hashes `x IN (SELECT …)` as soon as another condition stands beside it with OR, and reads the whole table; the
same values as an array, read once before, it looks up.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class among(FunctionElement[bool]):
    """Whether a value is one of those that a sub-select gives."""

    inherit_cache = True
    name = "among"
    type = Boolean()

    def __init__(self, value: ColumnElement[Any], given: Select[Any]) -> None:
        super().__init__(value, given.scalar_subquery())

    def self_group(self, against: Any = None) -> Any:
        """It stands in parentheses already, and is a condition on every engine: SQLite need not compare it with 1."""
        return self


@compiles(among)
def _listed(element: among, compiler: Any, **options: Any) -> str:
    value, given = (compiler.process(part, **options) for part in element.clauses)
    return f"({value} IN {given})"


@compiles(among, "postgresql")
def _as_array(element: among, compiler: Any, **options: Any) -> str:
    value, given = (compiler.process(part, **options) for part in element.clauses)
    return f"({value} = ANY (ARRAY{given}))"
