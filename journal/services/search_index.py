"""What a search goes through in the entities that grow with each pupil and lesson; `kit/holding.py` asks it.

On SQLite it is a table of trigrams beside each of them, FTS5's, kept by triggers. PostgreSQL can look nothing up by letters
past the second wall, since it must not show a pattern the rows that a person may not see: it reads them all, and the
searched texts stand there a second time in small letters, so that reading is all it does.
"""

import sqlite3
from contextlib import AbstractContextManager, closing

from sqlalchemy import Connection, Engine, text

from journal.kit.holding import FOLDED, TRIGRAMS
from journal.schema.base import columns, entities

OURS = {"postgresql": FOLDED, "sqlite": TRIGRAMS}
FOLDED_THERE = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND is_generated = 'ALWAYS' AND starts_with(column_name, :ours)
"""
TRIGRAMS_THERE = """
SELECT name, sql FROM sqlite_master
WHERE name LIKE :ours || '%' AND (type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%')
"""


def put_up(engine: Engine) -> None:
    """The index of this program's declarations in place of whatever stands there."""
    with _writing(engine) as connection:
        _remove(connection)
        (_onto_postgresql if engine.dialect.name == "postgresql" else _onto_sqlite)(connection)


def take_down(engine: Engine) -> None:
    """Nothing that would hold fast what a migration changes, or be lost with it."""
    with _writing(engine) as connection:
        _remove(connection)


def stands(engine: Engine) -> bool:
    """Whether the index is the one of this program's declarations."""
    with engine.connect() as connection:
        return _there(connection) == (_folded() if engine.dialect.name == "postgresql" else _beside())


def is_able() -> bool:
    """Whether the SQLite of this machine knows what is put up: FTS5 with trigrams came with 3.34."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='trigram')")
        except sqlite3.OperationalError:
            return False
    return True


def _writing(engine: Engine) -> AbstractContextManager[Connection]:
    return engine.execution_options(journal_writes=True).begin()


def _there(connection: Connection) -> set[tuple[str, str]]:
    """What stands there: (table, column), or (name, what made it)."""
    asked = FOLDED_THERE if connection.dialect.name == "postgresql" else TRIGRAMS_THERE
    return {(name, told) for name, told in connection.execute(text(asked), {"ours": OURS[connection.dialect.name]})}


def _remove(connection: Connection) -> None:
    for name, told in sorted(_there(connection), key=lambda pair: pair[1], reverse=True):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER TABLE {name} DROP COLUMN {told}")
        else:
            connection.exec_driver_sql(f"DROP {'TABLE' if ' VIRTUAL ' in told else 'TRIGGER'} {name}")


def indexed() -> dict[str, list[str]]:
    """Table -> the columns in which a search looks."""
    return {
        entity.__tablename__: [
            name
            for name, column in columns(entity).items()
            if column.info.get("search") and not column.info.get("names_entity")
        ]
        for entity in entities()
        if entity.has_search_index
    }


# --- PostgreSQL


def _onto_postgresql(connection: Connection) -> None:
    for table, names in indexed().items():
        added = ", ".join(f"ADD COLUMN {FOLDED}{name} text GENERATED ALWAYS AS (lower({name})) STORED" for name in names)
        connection.exec_driver_sql(f"ALTER TABLE {table} {added}")


def _folded() -> set[tuple[str, str]]:
    return {(table, f"{FOLDED}{name}") for table, names in indexed().items() for name in names}


# --- SQLite


def _onto_sqlite(connection: Connection) -> None:
    for name, made in sorted(_beside()):
        connection.exec_driver_sql(made)
        if " VIRTUAL " in made:
            connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")


def _beside() -> set[tuple[str, str]]:
    """(name, what makes it) of each table of trigrams, and of the triggers that keep it.

    It holds no texts and no places in them: FTS5 reads those from the entity, and must be told what a row was when it goes.
    """
    made = set()
    for table, names in indexed().items():
        own = f"{TRIGRAMS}{table}"
        listed, new, old = (", ".join(f"{prefix}{name}" for name in names) for prefix in ("", "new.", "old."))
        options = f"content='{table}', content_rowid='id', tokenize='trigram', detail='none', columnsize=0"
        comes = f"INSERT INTO {own} (rowid, {listed}) VALUES (new.id, {new});"
        goes = f"INSERT INTO {own} ({own}, rowid, {listed}) VALUES ('delete', old.id, {old});"
        made |= {
            (own, f"CREATE VIRTUAL TABLE {own} USING fts5({listed}, {options})"),
            (f"{own}_new", f"CREATE TRIGGER {own}_new AFTER INSERT ON {table} BEGIN {comes} END"),
            (f"{own}_changed", f"CREATE TRIGGER {own}_changed AFTER UPDATE OF {listed} ON {table} BEGIN {goes} {comes} END"),
            (f"{own}_gone", f"CREATE TRIGGER {own}_gone AFTER DELETE ON {table} BEGIN {goes} END"),
        }
    return made
