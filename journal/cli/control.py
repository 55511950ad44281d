"""`control`: the rules of journal keeping."""

import click

from journal.cli import opened
from journal.config import load
from journal.services.control import findings, registry, remarks


@click.group("control")
def control() -> None:
    """Control of journal keeping."""


@control.command()
@click.option("--demo", "of_demo", is_flag=True, help="Of the demo school instead of the school's own database.")
def look(of_demo: bool) -> None:
    """Let the rules look at every journal now; remarks whose gaps are filled close themselves."""
    engine = opened.migrated(load("demo.db", demo=True) if of_demo else load())
    codes = [check.code for check in registry.every()]
    new = gone = same = 0
    with click.progressbar(codes, label="Rules", item_show_func=lambda code: code) as bar:
        for code in bar:
            done = findings.refresh(engine, [code])
            new, gone, same = new + done.new, gone + done.gone, same + done.same
    closed = remarks.settle(engine)
    click.echo(f"{new} new, {gone} gone, {same} as before; {closed} remarks closed")
