"""`doctor`: is everything well?"""

import shutil
import sys

import click
from sqlalchemy import text

from journal.cli import opened
from journal.config import load
from journal.kit import clock

LEAST_DISK = 500 * 1024 * 1024


@click.command()
def doctor() -> None:
    """Print the effective settings without secrets and check the installation; status 1 when something is wrong."""
    config = load()
    for name, value in config.shown().items():
        click.echo(f"{name} = {value}")
    click.echo(f"today = {clock.today().isoformat()}")
    engine = opened.engine(config)
    at, head = opened.revision(engine), opened.head()
    checks = {f"schema {at or 'empty'}": (at == head, "run: python app.py db upgrade")}
    if engine.dialect.name == "sqlite" and at:
        with engine.connect() as connection:
            answer = connection.execute(text("PRAGMA integrity_check")).scalar()
        checks["integrity"] = (answer == "ok", "the file is damaged: restore a backup")
    free = shutil.disk_usage(config.instance).free
    checks[f"disk {free // 2**20} MiB free"] = (free > LEAST_DISK, "make room on the disk")
    for name, (well, advice) in checks.items():
        click.echo(f"{'ok  ' if well else 'BAD '} {name}{'' if well else ' - ' + advice}")
    sys.exit(0 if all(well for well, _ in checks.values()) else 1)
