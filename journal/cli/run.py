"""`run`: the school's own server."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import waitress

from journal.cli import jobs, opened
from journal.config import ROOT, Config, load
from journal.factory import create_app

THREADS = 8
SHARED = frozenset({"JOURNAL_ZONE", "JOURNAL_TODAY"})
"""What the training school takes over from the real one: the clock."""


@click.command()
@click.option("--host", help="Address to listen on (JOURNAL_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (JOURNAL_PORT).")
def run(host: str | None, port: int | None) -> None:
    """Serve the school's own database; on an empty one the first page is the set-up."""
    given: dict[str, Any] = {name: value for name, value in (("host", host), ("port", port)) if value}
    config = load(**given)
    opened.migrated(config)
    with _training(config):
        serve(config)


@contextmanager
def _training(config: Config) -> Iterator[None]:
    """The training school beside the real one: a process of its own with a database of its own; nothing is shared."""
    if not config.training.isdecimal() or config.demo:
        yield
        return
    command = [sys.executable, str(ROOT / "app.py"), "demo", "--serve", "--port", config.training]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=training_environment(config))
    click.echo(f"Training school: http://{config.host}:{config.training}")
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def training_environment(config: Config) -> dict[str, str]:
    """The training school's own world: none of the settings of the real one, a folder, a database and keys of its own."""
    folder = config.instance / "training"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JOURNAL_") or name in SHARED}
    own = {"JOURNAL_INSTANCE": str(folder), "JOURNAL_CONFIG": str(folder / "journal.toml"), "JOURNAL_HOST": config.host}
    return {**kept, **own}


def serve(config: Config) -> None:
    """Serve until stopped. One clear line when the port is taken."""
    click.echo(f"http://{config.host}:{config.port}")
    app = create_app(config)
    gc.freeze()  # the application stays for good: looking through it again and again took a fifth of the server's time
    worker = jobs.start(app) if config.worker == "inside" else None
    try:
        waitress.serve(app, host=config.host, port=config.port, threads=THREADS, ident=None)
    except OSError as error:
        raise click.ClickException(f"can't listen on {config.host}:{config.port}: {error.strerror}") from None
    finally:
        if worker is not None:
            worker.stop()


@click.command()
def work() -> None:
    """Do long work and the nightly jobs in a process of its own (JOURNAL_WORKER=separate for the server)."""
    config = load()
    opened.migrated(config)
    jobs.work(create_app(config))
