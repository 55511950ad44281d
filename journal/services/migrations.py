"""Which schema a database is at, and which one this program wants."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from journal.config import ROOT

FOLDER = ROOT / "migrations"


def head() -> str | None:
    """The newest migration."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def revision(engine: Engine) -> str | None:
    """The migration that a database is at."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
