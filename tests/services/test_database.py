"""How transactions begin and end: a reading one keeps nothing, and PostgreSQL keeps what it has prepared."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from journal import schema as s
from journal.services import database
from journal.web.database import db
from tests.conftest import client_of
from tests.personas import School

PREPARED = text("SELECT count(*) FROM pg_prepared_statements")


def test_a_reading_that_ends_writes_nothing(school: School) -> None:
    session = school.session("admin", writing=False)
    room = session.get_one(s.Room, school.id(s.Room, "A"))
    number, room.number = room.number, "changed by the way"
    database.end_reading(session)
    assert session.scalar(select(s.Room.number).where(s.Room.id == school.id(s.Room, "A"))) == number


def test_one_question_is_answered_outside_a_transaction_of_its_own(school: School) -> None:
    for _ in range(3):
        with database.asking(school.engine) as connection:
            assert connection.scalar(select(s.Room.__table__.c.id).limit(1))
    with school.engine.connect() as connection:
        assert connection.get_isolation_level() != "AUTOCOMMIT", "only that one question"


@pytest.mark.postgresql
@pytest.mark.parametrize("store", ["postgresql"], indirect=True, scope="session")
@pytest.mark.usefixtures("store")
def test_what_a_page_asks_stays_prepared_from_page_to_page(app: Flask) -> None:
    client = client_of(app, "admin")
    for _ in range(8):
        assert client.get("/admin/room/").status_code == 200
    with app.app_context(), database.asking(db.engine) as connection:
        assert connection.scalar(PREPARED) > 5
