"""`within`: whether a number is one of some that are known, as one value of a statement.

SQLAlchemy writes IN with a bind for each number, so that the statement is another one for each length of a list: neither
SQLAlchemy nor PostgreSQL's driver meets it again.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Boolean, ColumnElement, Dialect, Integer, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class Numbers(TypeDecorator[Collection[int]]):
    """Some whole numbers: an array on PostgreSQL, JSON elsewhere."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """What the engine takes."""
        return dialect.type_descriptor(ARRAY(Integer()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        """The numbers as the engine takes them."""
        return list(value or ()) if dialect.name == "postgresql" else json.dumps(list(value or ()))


class within(FunctionElement[bool]):
    """Whether a column is one of some numbers; `numbers` may be the name of a bind whose value comes with the execution."""

    inherit_cache = True
    name = "within"
    type = Boolean()

    def __init__(self, column: ColumnElement[int] | Any, numbers: Collection[int] | str) -> None:
        made: BindParameter[Any] = (
            bindparam(numbers, type_=Numbers()) if isinstance(numbers, str) else bindparam(None, numbers, type_=Numbers())
        )
        super().__init__(column, made)

    def self_group(self, against: Any = None) -> Any:
        """It stands in parentheses already."""
        return self


@compiles(within, "postgresql")
def _of_array(element: within, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} = ANY ({numbers}))"


@compiles(within)
def _of_json(element: within, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({numbers})))"
