"""How commands reach a database."""

import sqlite3

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from journal.config import Config
from journal.services import backup, row_security, search_index, trail
from journal.services.database import open_engine
from journal.services.migrations import FOLDER, head, revision

__all__ = ["downgrade", "engine", "head", "migrated", "raised", "revise", "revision", "upgrade"]

AIDS = (search_index, row_security)
"""What the program puts up beside the tables after each migration."""


def engine(config: Config) -> Engine:
    """The database of a configuration. One clear line when it can't be reached."""
    trail.use_key(config.trail_key)
    opened = open_engine(config.database_url)
    try:
        opened.connect().close()
    except (OperationalError, SQLAlchemyError) as error:
        raise click.ClickException(f"the database can't be opened: {str(error).splitlines()[0]}") from None
    if opened.dialect.name == "sqlite" and not search_index.is_able():
        raise click.ClickException(f"SQLite {sqlite3.sqlite_version} is too old: 3.34 or newer is needed, with FTS5")
    return opened


def migrated(config: Config) -> Engine:
    """The database, brought to the newest schema. A database newer than the program is refused."""
    opened = engine(config)
    at = revision(opened)
    if at is not None and at != head():
        raised(opened, config)
    elif at is None:
        upgrade(config)
    else:
        for aid in AIDS:
            if not aid.stands(opened):
                aid.put_up(opened)
    return opened


def raised(opened: Engine, config: Config) -> None:
    """Bring a database with rows in it to the newest schema: a checked copy first, and back to it when that fails."""
    try:
        copy = backup.make(opened, config.backups, config.trail)
        backup.verify(copy.path, opened)
    except (backup.Unfit, OSError) as error:
        raise click.ClickException(f"no copy could be taken before the upgrade, so nothing was changed: {error}") from None
    click.echo(f"Copy before the upgrade: {copy.path}")
    opened.dispose()
    try:
        upgrade(config)
    except Exception as error:
        backup.put(copy, opened)
        raise click.ClickException(f"the upgrade failed, the old database was put back: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def upgrade(config: Config, to: str = "head") -> None:
    """Run the migrations. What stands beside the tables is down meanwhile: it would hold fast what a migration changes."""
    opened = engine(config)
    for aid in AIDS:
        aid.take_down(opened)
    command.upgrade(_alembic(config), to)
    for aid in AIDS if to == "head" else ():
        aid.put_up(opened)
    opened.dispose()


def downgrade(config: Config, to: str) -> None:
    """Take migrations back; an older schema has no wall and no index of this program's."""
    opened = engine(config)
    for aid in AIDS:
        aid.take_down(opened)
    opened.dispose()
    command.downgrade(_alembic(config), to)


def revise(config: Config, message: str) -> None:
    """Write the next migration, numbered after the newest."""
    number = int(head() or 0) + 1
    command.revision(_alembic(config), message=message, autogenerate=True, rev_id=f"{number:04}")


def _alembic(config: Config) -> AlembicConfig:
    made = AlembicConfig()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["database_url"] = config.database_url
    return made
