"""`backup`: copies of the database."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from journal.cli import opened
from journal.config import Config, load
from journal.services import backup as service
from journal.services import sealing

T = TypeVar("T")


@click.group()
def backup() -> None:
    """Copies of the database: take, check, put back."""


@backup.command("make")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Another folder, for example on another disk.")
@click.option("--sealed", is_flag=True, help="Encrypt it for the key of JOURNAL_BACKUP_KEY; nothing readable stays.")
def make_(to: Path | None, sealed: bool) -> None:
    """Take a copy and check it by restoring it into a scratch database."""
    config = load()
    engine = opened.migrated(config)
    copy = _guarded(lambda: service.make(engine, to or config.backups, config.trail))
    _guarded(lambda: service.verify(copy.path, engine))
    service.note(engine, copy, verified=True)
    if sealed:
        path = _guarded(lambda: sealing.seal(copy.path, copy.path.parent, config.backup_key))
        copy.path.unlink()
        click.echo(f"{path}: whole and sealed")
        return
    click.echo(f"{copy.path} ({copy.path.stat().st_size // 1024} KB, {sum(copy.manifest.rows.values())} rows): whole")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def key(file: Path) -> None:
    """Make a key for copies that leave the machine: its secret half into FILE, its public half onto the screen."""
    try:
        public = sealing.new_key(file)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: a key is never written over") from None
    click.echo(f"JOURNAL_BACKUP_KEY={public}")
    click.echo(f"Keep {file} away from this machine (on paper, on a stick in the safe): without it no sealed copy opens.")


@backup.command("open")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", "key_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Where to; else beside FILE.")
def open_(file: Path, key_file: Path, to: Path | None) -> None:
    """Open the sealed copy FILE with the key of a file, so that it can be put back."""
    click.echo(str(_guarded(lambda: sealing.unseal(file, key_file, to or file.with_suffix("")))))


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
    except (service.Unfit, sealing.Unopened) as error:
        raise click.ClickException(str(error)) from None
