"""`account`: help for a person who can't sign in."""

import click
from sqlalchemy import select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.cli import opened
from journal.config import load
from journal.schema import Account
from journal.services import database
from journal.services.accounts import codes, passwords


@click.group()
def account() -> None:
    """Accounts of people."""


@account.command("list")
def list_() -> None:
    """Every login with its name."""
    with database.work(opened.migrated(load()), System("command")) as session:
        for found in session.scalars(select(Account).order_by(Account.login)):
            click.echo(f"{found.login}\t{found.name}{'' if found.is_active else '  (inactive)'}")


@account.command()
@click.argument("login")
def code(login: str) -> None:
    """Print a one-time code with which LOGIN chooses a password; an older code works no more."""
    with database.work(opened.migrated(load()), System("command")) as session:
        (slip,) = codes.issue(session, [_account(session, login)])
    click.echo(f"{slip.code}\t/activate\t{slip.valid_until:%Y-%m-%d}")


@account.command()
@click.argument("login")
@click.password_option(help="Asked for when not given; never put it into a script.")
def password(login: str, password: str) -> None:
    """Set the password of LOGIN."""
    with database.work(opened.migrated(load()), System("command")) as session:
        passwords.put(session, _account(session, login), password)
    click.echo("Done.")


def _account(session: PolicySession, login: str) -> Account:
    found = session.scalar(select(Account).where(Account.login == login.lower()))
    if found is None:
        raise click.ClickException(f"no such login: {login}")
    return found
