"""Runs the migrations for Alembic, from a command or from Flask-Migrate."""

from alembic import context

import journal.schema  # noqa: F401 - the mapped classes fill the metadata
from journal.config import load
from journal.schema.base import Entity
from journal.services.database import is_mapped, open_engine


def url() -> str:
    """The database that was asked for, else the school's own."""
    return context.config.attributes.get("database_url") or load().database_url


def run() -> None:
    """Each migration in a transaction of its own; SQLite rebuilds tables in batches, so keys are checked at the end."""
    engine = open_engine(url())
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # inside a transaction the pragma would do nothing, and SQLAlchemy begins one before its first statement
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=Entity.metadata,
            render_as_batch=True,
            compare_type=True,
            include_object=is_mapped,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if engine.dialect.name == "sqlite":
            dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            connection.rollback()
            if dangling:
                raise RuntimeError(f"the migration left rows that point at nothing: {dangling[:3]}")
    engine.dispose()


run()
