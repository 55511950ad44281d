"""`gathered`: an order for which the rows are found first and then sorted, since no index gives it.

PostgreSQL takes the rows that a person may see for spread evenly over a table, and walks through the table in the order of
a list until it has a page of them. A teacher's marks stand together, so it walks through the marks of all the others.
"""

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class gathered(GenericFunction[Any]):
    """The value of an expression, by another way than an index's."""

    inherit_cache = True
    name = "gathered"

    def __init__(self, expression: Any) -> None:
        super().__init__(expression)
        self.type = expression.type


@compiles(gathered, "postgresql")
def _by_another_way(element: gathered, compiler: Any, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"greatest({value}, {value})"


@compiles(gathered)
def _plainly(element: gathered, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))
