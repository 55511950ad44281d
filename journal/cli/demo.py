"""`demo`: the demo school."""

import time

import click

from journal.cli import opened
from journal.cli.run import serve
from journal.config import load
from journal.services import setup
from journal.services.demo import Demo, build

LOGINS = "admin director deputy control teacher classteacher student parent stranger"


@click.command()
@click.option("--classes", default=13, type=click.IntRange(11, 44), show_default=True, help="How many classes.")
@click.option("--years", default=1, type=click.IntRange(1, 5), show_default=True, help="How many academic years.")
@click.option("--serve", "and_serve", is_flag=True, help="Serve it afterwards.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (JOURNAL_PORT).")
def demo(classes: int, years: int, and_serve: bool, port: int | None) -> None:
    """Make the demo school in instance/demo.db, unless it is there."""
    config = load("demo.db", demo=True, **({"port": port} if port else {}))
    engine = opened.migrated(config)
    if setup.is_empty(engine):
        begun = time.monotonic()
        with click.progressbar(length=years + 1, label="Demo school", item_show_func=lambda step: step) as bar:
            build(engine, Demo(classes, years, config.demo_password), lambda step: bar.update(1, step))
        click.echo(f"Made in {time.monotonic() - begun:.0f} s.")
    click.echo(f"Logins: {LOGINS}\nPassword: {config.demo_password}")
    if and_serve:
        serve(config)
