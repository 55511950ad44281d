"""`backup`: copies of the database."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from journal.cli import opened
from journal.config import Config, load
from journal.services import backup as service

T = TypeVar("T")


@click.group()
def backup() -> None:
    """Copies of the database: take, check, put back."""


@backup.command("make")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Another folder, for example on another disk.")
def make_(to: Path | None) -> None:
    """Take a copy and check it by restoring it into a scratch database."""
    config = load()
    engine = opened.migrated(config)
    copy = _guarded(lambda: service.make(engine, to or config.backups, config.trail))
    _guarded(lambda: service.verify(copy.path, engine))
    service.note(engine, copy, verified=True)
    click.echo(f"{copy.path} ({copy.path.stat().st_size // 1024} KB, {sum(copy.manifest.rows.values())} rows): whole")


@backup.command("list")
def list_() -> None:
    """The copies of the backup folder."""
    found = service.copies(load().backups)
    for copy in found:
        facts = service.as_facts(copy)
        click.echo(f"{facts['made']}  {facts['file']}  {facts['size'] // 1024} KB  {facts['rows']} rows")
    if not found:
        click.echo("No copy has been taken yet.")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Check FILE by restoring it into a scratch database; status 1 when it is not whole."""
    config = load()
    copy = _guarded(lambda: service.verify(file, opened.engine(config)))
    click.echo(f"{file.name}: whole, {sum(copy.manifest.rows.values())} rows, schema {copy.manifest.schema}")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--apply", "really", is_flag=True, help="Put it back; without this only what would change is shown.")
def restore(file: Path, really: bool) -> None:
    """Put FILE back: first a dry run, then --apply. A safety copy of what is there is taken before."""
    config = load()
    engine = opened.engine(config)
    copy = _guarded(lambda: service.verify(file, engine))
    for name, (now, after) in service.differences(engine, copy).items():
        click.echo(f"  {name}: {now} rows now, {after} after")
    if not really:
        click.echo("Nothing was changed; --apply puts it back.")
        return
    _restore(config, file)


def _restore(config: Config, file: Path) -> None:
    engine = opened.engine(config)
    safety = _guarded(lambda: service.restore(engine, file, config.backups, opened.head() or "", config.trail))
    engine = opened.migrated(config)
    service.note(engine, safety, verified=False)
    service.note_restore(engine, file.name, "command")
    click.echo(f"Put back. What was there before: {safety.path}")


def _guarded(act: Callable[[], T]) -> T:
    """One clear line for a copy that is not whole."""
    try:
        return act()
    except service.Unfit as error:
        raise click.ClickException(str(error)) from None
