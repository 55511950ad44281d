"""The second wall: what goes around the session, PostgreSQL itself narrows and refuses by the same policy."""

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from journal import schema as s
from journal.access.line import Verb
from journal.access.policy import POLICY
from journal.access.session import PolicySession
from journal.access.wall import Wall
from journal.cli import opened
from journal.services import health, records, row_security
from tests.access.expected import ENTITIES
from tests.conftest import config_for
from tests.personas import LOGINS, School

BARE = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND NOT relforcerowsecurity AND relnamespace = 'public'::regnamespace"
)


pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("store", ["postgresql"], indirect=True, scope="session"),
    pytest.mark.usefixtures("store"),
]


def past(session: PolicySession) -> Connection:
    """The bare connection of a person's transaction, as a forgotten path would reach it."""
    return Session.connection(session)


@pytest.mark.parametrize("login", LOGINS)
def test_text_finds_just_the_rows_that_the_session_finds(shared_school: School, login: str) -> None:
    session = shared_school.session(login, writing=False)
    differs = {}
    for entity in ENTITIES:
        by_session = set(session.scalars(select(entity.id)))
        by_text = set(past(session).scalars(text(f'SELECT id FROM "{entity.__tablename__}"')))
        if by_text != by_session:
            differs[entity.__name__] = (by_text - by_session, by_session - by_text)
    assert differs == {}


def test_without_a_principal_there_is_no_row(shared_school: School) -> None:
    with PolicySession(shared_school.engine) as session:
        assert past(session).scalar(text("SELECT count(*) FROM student")) == 0


def test_a_connection_that_does_not_say_who_asks_finds_nothing(shared_school: School) -> None:
    engine = create_engine(shared_school.engine.url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM student")) == 0
        assert connection.scalar(text("SELECT count(*) FROM account")) == 0
    engine.dispose()


def test_who_asks_is_forgotten_with_the_transaction(shared_school: School) -> None:
    with shared_school.engine.connect() as connection, PolicySession(connection) as session:
        session.act_as(shared_school.actor("petya"))
        seen = past(session).scalar(text("SELECT count(*) FROM student"))
        session.rollback()
        assert (seen, connection.scalar(text("SELECT count(*) FROM student")) or 0) > (0, 1)


@pytest.mark.parametrize("login", ["admin", "anna", "petya"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE mark SET value = '5'", "DELETE FROM mark", "UPDATE account SET is_active = true", "DELETE FROM role_grant"],
)
def test_text_changes_nothing_in_a_persons_transaction(school: School, login: str, statement: str) -> None:
    session = school.session(login)
    assert past(session).execute(text(statement)).rowcount == 0


@pytest.mark.parametrize("login", ["admin", "anna", "petya"])
def test_text_adds_nothing_in_a_persons_transaction(school: School, login: str) -> None:
    session = school.session(login)
    with pytest.raises(DBAPIError, match="row-level security"):
        past(session).execute(text("INSERT INTO room (version, number) VALUES (1, 'X')"))


def test_even_a_flush_writes_only_where_the_roles_can(school: School) -> None:
    """The guard of the session was passed by somehow; the wall still asks which roles write such rows at all."""
    session = school.session("petya")
    with session.ledger() as ledger:
        assert ledger.execute(text("UPDATE mark SET value = '5'")).rowcount == 0
        assert ledger.execute(text("DELETE FROM account")).rowcount == 0
    teacher = school.session("anna")
    with teacher.ledger() as ledger:
        assert ledger.execute(text("DELETE FROM account")).rowcount == 0
        assert ledger.execute(text("UPDATE mark SET value = '5'")).rowcount > 0


def test_after_a_flush_the_wall_stands_again(school: School) -> None:
    session = school.session("anna")
    mark = session.scalars(select(s.Mark)).first()
    assert mark is not None
    records.change(session, mark, {"value": "3"})
    session.flush()
    assert past(session).execute(text("DELETE FROM mark")).rowcount == 0
    own = len(session.scalars(select(s.Mark.id)).all())
    assert past(session).scalar(text("SELECT count(*) FROM mark")) == own
    session.commit()
    assert past(session).scalar(text("SELECT count(*) FROM mark")) == own


def test_an_id_among_words_opens_nothing(shared_school: School) -> None:
    """What an injection would ask: everything, joined to a question that may be asked."""
    session = shared_school.session("maria", writing=False)
    injected = "SELECT last_name FROM student WHERE id = -1 UNION SELECT login FROM account UNION SELECT name FROM device"
    assert set(past(session).scalars(text(injected))) <= {"maria", "Firefox"}


def test_every_entity_has_its_policies(shared_school: School) -> None:
    with shared_school.engine.connect() as connection:
        known = connection.execute(text("SELECT tablename, count(*) FROM pg_policies GROUP BY tablename")).all()
        bare = connection.scalars(text(BARE)).all()
    assert {name: count for name, count in known} == {entity.__tablename__: len(Verb) for entity in POLICY}
    assert bare == ["alembic_version"]


def test_a_wall_of_another_policy_is_noticed_and_put_up_anew(school: School, tmp_path: object) -> None:
    assert row_security.stands(school.engine)
    with school.engine.begin() as connection:
        connection.execute(text("COMMENT ON FUNCTION wall_sees(text[]) IS 'of last year'"))
        connection.execute(text("DROP POLICY wall_view ON mark"))
    assert not row_security.stands(school.engine)
    config = config_for(school.engine.url.render_as_string(hide_password=False), tmp_path)  # type: ignore[arg-type]
    said = {check.label: check for check in health.checks(school.engine, config)}
    assert not said["Row security in the database"].is_well
    opened.migrated(config).dispose()
    assert row_security.stands(school.engine)
    said = {check.label: check for check in health.checks(school.engine, config)}
    assert said["Row security in the database"].is_well


def test_the_wall_is_printed_the_same_each_time() -> None:
    assert Wall().mark == Wall().mark
