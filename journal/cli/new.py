"""`new`: the beginning of something new in the source. For developers."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from journal.cli import entity_source as source
from journal.config import ROOT
from journal.kit.text import snake
from journal.schema.base import AREAS, by_table

POLICY = "journal/access/policy.py"


@click.group()
def new() -> None:
    """Begin something new in the source. For developers."""


@new.command()
@click.argument("name")
@click.option("--area", type=click.Choice(list(AREAS)), required=True, help="Which part of the menu it stands in.")
@click.option("--field", "fields", multiple=True, required=True, help="name:kind, kind? where it may be empty; repeatable.")
@click.option("--plural", help="Its name in the plural, in words; NAME with an s by default.")
@click.option("--write", type=click.Choice(["administrator", "planners"]), default="administrator", show_default=True)
@click.option(
    "--view", type=click.Choice(["administrator", "office", "staff", "everybody"]), default="office", show_default=True
)
def entity(name: str, area: str, fields: tuple[str, ...], plural: str | None, write: str, view: str) -> None:
    """Write the class, the policy line, the migration and the test of the entity NAME.

    \b
    Kinds: name:line:80  note:text?  seats:whole:0,40  is_open:flag  on:day?  at:moment
           state:choice:open,closed  staff_id:ref:staff
    """
    if not name.isidentifier() or not name[0].isupper() or "_" in name:
        raise click.BadParameter(f"{name}: the name of a class, like SchoolClub")
    if snake(name) in by_table():
        raise click.BadParameter(f"{name}: there is such an entity already")
    made = [source.field(name, text) for text in fields]
    if len({each.name for each in made}) < len(made):
        raise click.BadParameter("two fields have the same name")
    if plural and not plural.replace(" ", "").replace("-", "").isalpha():
        raise click.BadParameter(f"{plural}: a name in words")
    plural = plural or f"{source.words(name)}s"
    module = ROOT / "journal" / "schema" / f"{source.MODULES[area]}.py"
    text = module.read_text(encoding="utf-8")
    for imported, names in source.imports_of(made).items():
        text = source.importing(text, imported, names)
    policy = (ROOT / POLICY).read_text(encoding="utf-8")
    line = f"s.{module.stem}.{name}: keep({write}, view={view}),"
    files = {
        module: text.rstrip("\n") + "\n" + source.class_source(name, area, plural, made),
        ROOT / POLICY: source.policy_with(policy, area, line),
        ROOT / "tests" / "admin" / f"test_{snake(name)}.py": source.test_source(name, plural, made, view),
    }
    for path, written in files.items():
        path.write_text(written, encoding="utf-8")
        click.echo(path.relative_to(ROOT))
    _migrate(plural)
    click.echo("\nNow: read the three, better the labels, give it rows in tests/personas.py, `make messages`, `make roles`.")


def _migrate(message: str) -> None:
    """The migration, written by a process that reads the new class, from a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "JOURNAL_DATABASE_URL": f"sqlite:///{Path(folder) / 'scratch.db'}"}
        command = [sys.executable, str(ROOT / "app.py"), "db", "revision", "-m", message]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"the migration could not be written: {done.stderr.strip().splitlines()[-1]}")
    click.echo(done.stdout.strip())
