"""Runs the migrations for Alembic, from a command or from Flask-Migrate."""

from alembic import context

import journal.schema  # noqa: F401 - the mapped classes fill the metadata
from journal.config import load
from journal.schema.base import Entity
from journal.services.database import open_engine


def url() -> str:
    """The database that was asked for, else the school's own."""
    return context.config.attributes.get("database_url") or load().database_url


def run() -> None:
    """Each migration in a transaction of its own; SQLite rebuilds tables in batches, so keys are checked at the end."""
    engine = open_engine(url())
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.rollback()
        context.configure(
            connection=connection,
            target_metadata=Entity.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
