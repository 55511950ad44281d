"""Some known numbers are one value of a statement, however many they are."""

from typing import Any

import pytest
from sqlalchemy import column, select
from sqlalchemy.dialects import postgresql, sqlite

from journal import schema as s
from journal.kit.within import within
from tests.personas import School


@pytest.mark.parametrize("some", [[], [1], [3, 1, 2], list(range(-5, 700))])
def test_it_is_what_in_is(school: School, some: list[int]) -> None:
    room, engine = s.Room.__table__.c, school.engine
    with engine.connect() as connection:
        known = set(connection.scalars(select(room.id)))
        assert set(connection.scalars(select(room.id).where(within(room.id, some)))) == known & set(some)
        named = select(room.id).where(within(room.id, "ids"))
        assert set(connection.scalars(named, {"ids": some})) == known & set(some)
        assert set(connection.scalars(select(room.id).where(~within(room.id, some)))) == known - set(some)


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_the_statement_is_the_same_for_any_length(dialect: Any) -> None:
    one, many = (
        str(select(column("id")).where(within(column("id"), ids)).compile(dialect=dialect)) for ids in ([1], [1, 2])
    )
    assert one == many
