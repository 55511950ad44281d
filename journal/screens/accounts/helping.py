"""Looking at the journal as somebody else sees it, to help: reading only, half an hour, told to the person."""

from typing import Any

from flask import abort, redirect, url_for

from journal.schema import Account
from journal.screens.accounts.routes import ADMINISTRATOR, screen
from journal.services import helping
from journal.web.database import unit_of_work
from journal.web.screen import SIGNED_IN
from journal.web.session import actor, look_as, stop_looking


@screen.page("/<int:account_id>/look", to=ADMINISTRATOR, methods=("POST",), dangerous=True)
def look(account_id: int) -> Any:
    """Begin to look; it stands in the trail, and the person is told."""
    person = actor()
    assert person is not None
    with unit_of_work() as session:
        account = session.get(Account, account_id)
        if account is None or not account.is_active or account.id == person.account_id:
            abort(404)
        helping.begin(session, account)
    if not look_as(account_id):
        abort(404)
    return redirect("/")


@screen.page("/stop", to=SIGNED_IN, methods=("POST",))
def stop() -> Any:
    """Be oneself again."""
    stop_looking()
    return redirect(url_for("home.first"))
