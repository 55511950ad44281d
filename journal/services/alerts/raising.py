"""Raising alerts: at a sign-in, and by a look at the trail every few minutes; each case once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.schema import Account, Alert, Device, SignIn
from journal.services import database, records, settings
from journal.services.alerts.rules import RULES
from journal.services.alerts.unusual import Doing, Entrance, Unusual

LOOKS_BACK = timedelta(days=2)


def at_sign_in(session: PolicySession, account: Account, device: Device, sign_in: SignIn, *, is_new: bool) -> None:
    """The first rule that finds the sign-in unusual asks the owner about it."""
    entrance = Entrance(account, device, sign_in, is_new)
    for rule in _switched_on(session):
        facts = rule.entrance(session, entrance) if rule.entrance else None
        if facts is not None:
            told = {"device": device.name, "address": sign_in.address, **facts}
            doing = Doing(account.id, f"{rule.name}:{sign_in.id}", sign_in.happened_at, told, sign_in.id)
            raise_alert(session, rule.name, doing)
            return


def look(engine: Engine) -> int:
    """What the trail of the last days has that is unusual. Gives how many new cases there are."""
    raised = 0
    with database.work(engine, System("job")) as session:
        for rule in _switched_on(session):
            for doing in list(rule.look(session, clock.now() - LOOKS_BACK)) if rule.look else ():
                raised += raise_alert(session, rule.name, doing)
    return raised


def _switched_on(session: PolicySession) -> list[Unusual]:
    off = settings.value(session, "alerts_off").split()
    return [rule for name, rule in RULES.items() if name not in off]


def raise_alert(session: PolicySession, rule: str, doing: Doing) -> bool:
    """Ask the owner, unless the case is known; whether it is new."""
    if session.scalar(select(Alert.id).where(Alert.identity == doing.identity)) is not None:
        return False
    values = {
        "account_id": doing.account_id,
        "sign_in_id": doing.sign_in_id,
        "rule": rule,
        "identity": doing.identity,
        "raised_at": clock.now(),
        "since_at": _aware(doing.since),
        "facts": doing.facts,
        "state": "open",
    }
    records.create(session, Alert, values)
    return True


def _aware(moment: datetime) -> datetime:
    """SQLite gives a moment back naive, in UTC, and wants it so."""
    return clock.local(moment).astimezone(UTC)
