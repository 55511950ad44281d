"""The first page of exchange, and what its pages share."""

from flask import render_template
from sqlalchemy import select

from journal.access.actor import Role
from journal.schema import Account, ImportRun
from journal.schema.trail import RUN_STATES
from journal.services.exchange import lists
from journal.web.database import current
from journal.web.screen import Screen

screen = Screen("exchange", __name__, url_prefix="/exchange")
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
SHOWN_RUNS = 30
UNDOABLE = frozenset(lists.EVERY)


@screen.page("/", to=ADMINISTRATOR)
def index() -> str:
    """What can come in and go out, and what came in."""
    runs = current().execute(
        select(ImportRun, Account.name)
        .outerjoin(Account, Account.id == ImportRun.account_id)
        .order_by(ImportRun.id.desc())
        .limit(SHOWN_RUNS)
    )
    return render_template(
        "exchange/index.html", kinds=lists.EVERY, runs=[tuple(row) for row in runs], states=RUN_STATES, problem=None
    )
