"""Putting the second wall up on PostgreSQL, taking it down for a migration, and whether it stands."""

from sqlalchemy import Connection, Engine, text

from journal.access.wall import Wall

MARK = "wall_sees(text[])"
"""The function whose comment says which policy the wall was printed from."""


def put_up(engine: Engine) -> None:
    """The wall of this program's policy in place of whatever stands there. Nothing on SQLite, which knows no such thing."""
    if engine.dialect.name != "postgresql":
        return
    wall = Wall()
    with engine.begin() as connection:
        _remove(connection)
        connection.exec_driver_sql(wall.text)
        connection.exec_driver_sql(f"COMMENT ON FUNCTION {MARK} IS '{wall.mark}'")


def take_down(engine: Engine) -> None:
    """No wall, so that a migration can change what policies speak of."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            _remove(connection)


def stands(engine: Engine) -> bool:
    """Whether the wall is the one of this program's policy."""
    if engine.dialect.name != "postgresql":
        return True
    asked = text("SELECT obj_description(to_regprocedure(:name), 'pg_proc')")
    with engine.connect() as connection:
        return bool(connection.scalar(asked, {"name": MARK}) == Wall().mark)


def is_passed_by(connection: Connection) -> bool:
    """Whether PostgreSQL asks no policy of this user: a superuser, or one with BYPASSRLS."""
    asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    return bool(connection.scalar(asked))


def _remove(connection: Connection) -> None:
    policies = text(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND policyname LIKE 'wall\\_%'"
    )
    tables = text("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
    functions = text(
        "SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'wall\\_%' AND pronamespace = 'public'::regnamespace"
    )
    said = [f'DROP POLICY {policy} ON "{table}"' for table, policy in connection.execute(policies)]
    for table in connection.scalars(tables):
        said += [f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY', f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY']
    said += [f"DROP FUNCTION {function}" for function in connection.scalars(functions)]
    if said:
        connection.exec_driver_sql("; ".join(said))
