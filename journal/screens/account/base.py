"""The screen that everything about one's own account hangs on."""

from flask import request
from sqlalchemy import select

from journal.schema import Setting
from journal.services.accounts.factors import Site
from journal.web import database
from journal.web.screen import Screen

screen = Screen("account", __name__)


def school_name() -> str:
    """The school, also for a visitor who isn't signed in."""
    table = Setting.__table__.c
    with database.engine().connect() as connection:
        return connection.scalar(select(table.value).where(table.name == "school_name")) or ""


def site() -> Site:
    """Where this browser reaches the journal: passkeys are bound to it."""
    return Site(request.host.rpartition(":")[0] or request.host, request.host_url.rstrip("/"), school_name() or "Journal")
