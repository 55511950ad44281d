"""How transactions begin and end: a reading one keeps nothing, and PostgreSQL keeps what it has prepared."""

import os

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text

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


@pytest.mark.postgresql
@pytest.mark.parametrize("store", ["postgresql"], indirect=True, scope="session")
def test_a_server_that_began_anew_is_noticed_by_connections_that_rested(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_all = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :of")
    asked = select(s.Room.__table__.c.id).limit(1)
    with database.asking(school.engine) as first, database.asking(school.engine) as second:
        assert first.scalar(asked) == second.scalar(asked)
    with create_engine(os.environ["JOURNAL_TEST_PG"]).connect() as outside:
        assert outside.scalar(end_all, {"of": school.engine.url.database}) == 2
    monkeypatch.setattr(database, "LONG_REST", 0)
    with database.asking(school.engine) as first, database.asking(school.engine) as second:
        assert first.scalar(asked) == second.scalar(asked)


@pytest.mark.postgresql
@pytest.mark.parametrize("store", ["postgresql"], indirect=True, scope="session")
@pytest.mark.usefixtures("store")
def test_what_a_page_asks_stays_prepared_from_page_to_page(app: Flask) -> None:
    client = client_of(app, "admin")
    for _ in range(8):
        assert client.get("/admin/room/").status_code == 200
    with app.app_context(), database.asking(db.engine) as connection:
        assert connection.scalar(PREPARED) > 5
