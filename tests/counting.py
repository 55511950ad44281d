"""Counts the statements that an act sends to a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from journal.web.database import db

SAYING = "SELECT set_config("
"""With it a transaction begins on PostgreSQL: who asks. It is no question to the database."""


@dataclass
class Count:
    """How many there were."""

    statements: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Count]:
    """Count while the block runs."""
    count = Count()

    def note(_: object, __: object, statement: str, *___: object) -> None:
        count.statements += not statement.startswith(SAYING)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", note)


def queries_of_page(app: Flask, client: FlaskClient, address: str) -> int:
    """The queries of one page, which must be there."""
    with app.app_context():
        engine = db.engine
    with counted(engine) as count:
        assert client.get(address).status_code == 200, address
    return count.statements
