"""An order that no index gives, on each engine."""

from sqlalchemy import column, select
from sqlalchemy.dialects import postgresql, sqlite

from journal.kit.gathering import gathered


def test_postgresql_cannot_take_an_index_for_the_order_and_sqlite_orders_as_ever() -> None:
    asked = select(column("id")).order_by(gathered(column("id")).desc())
    assert "ORDER BY greatest(id, id) DESC" in str(asked.compile(dialect=postgresql.dialect()))
    assert "ORDER BY id DESC" in str(asked.compile(dialect=sqlite.dialect()))
