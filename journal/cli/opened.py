"""How commands reach a database."""

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from journal.config import ROOT, Config
from journal.services import trail
from journal.services.database import open_engine

MIGRATIONS = ROOT / "migrations"


def engine(config: Config) -> Engine:
    """The database of a configuration. One clear line when it can't be reached."""
    trail.use_key(config.trail_key)
    opened = open_engine(config.database_url)
    try:
        opened.connect().close()
    except (OperationalError, SQLAlchemyError) as error:
        raise click.ClickException(f"the database can't be opened: {str(error).splitlines()[0]}") from None
    return opened


def head() -> str | None:
    """The newest migration."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def revision(opened: Engine) -> str | None:
    """The migration that a database is at."""
    with opened.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrated(config: Config) -> Engine:
    """The database, brought to the newest schema. A database newer than the program is refused."""
    opened = engine(config)
    at = revision(opened)
    if at != head():
        upgrade(config)
    return opened


def upgrade(config: Config, to: str = "head") -> None:
    """Run the migrations."""
    command.upgrade(_alembic(config), to)


def downgrade(config: Config, to: str) -> None:
    """Take migrations back."""
    command.downgrade(_alembic(config), to)


def revise(config: Config, message: str) -> None:
    """Write the next migration, numbered after the newest."""
    number = int(head() or 0) + 1
    command.revision(_alembic(config), message=message, autogenerate=True, rev_id=f"{number:04}")


def _alembic(config: Config) -> AlembicConfig:
    made = AlembicConfig()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["database_url"] = config.database_url
    return made
