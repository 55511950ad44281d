"""Tells people by e-mail that there is news, as often as they chose: how much of what, never what it says."""

import smtplib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.config import Config
from journal.kit import clock
from journal.schema import Account, Notification, Subscription
from journal.services import database, mail, records
from journal.services.accounts import addresses

DAILY_HOUR = 18
"""The hour of the school's clock at which those who want one letter a day get it."""


@dataclass(frozen=True)
class Notice:
    """A letter to be: to whom, how much of each kind, and which notifications it tells of."""

    address: str
    counts: Counter[str]
    ids: tuple[int, ...]


Words = Callable[[Counter[str], str], tuple[str, str]]
"""Counts by kind and the journal's address -> subject and text of the letter, in the reader's language."""


def waiting(session: PolicySession) -> list[Notice]:
    """The letters that are due now, one a person."""
    often = ["soon", "daily"] if clock.local(clock.now()).hour == DAILY_HOUR else ["soon"]
    rows = session.execute(
        select(Notification.account_id, Notification.id, Notification.kind, addresses.of_account())
        .join(Account, Account.id == Notification.account_id)
        .join(
            Subscription,
            (Subscription.account_id == Notification.account_id) & (Subscription.kind == Notification.kind),
        )
        .where(Subscription.mailing.in_(often), Notification.mailed_at.is_(None), Account.is_active)
        .order_by(Notification.account_id, Notification.id)
    ).all()
    people: dict[int, list[Any]] = {}
    for row in rows:
        if row[3] and mail.is_address(row[3]):
            people.setdefault(row[0], []).append(row)
    return [Notice(own[0][3], Counter(row[2] for row in own), tuple(row[1] for row in own)) for own in people.values()]


def send(engine: Engine, config: Config, words: Words) -> int:
    """Send what is due; gives how many letters went. What could not be sent waits. Raises `mail.Unsent`."""
    if not mail.is_on(config):
        return 0
    with database.reading(engine, System("job")) as session:
        due = waiting(session)
    if not due:
        return 0
    sent: list[Notice] = []
    try:
        with mail.post(config) as server:
            for notice in due:
                subject, text = words(notice.counts, config.address)
                with suppress(smtplib.SMTPRecipientsRefused):  # as if told: or it would be tried for ever
                    server.send_message(mail.letter(config, notice.address, subject, text))
                sent.append(notice)
    finally:
        _note(engine, sent)
    return len(sent)


def _note(engine: Engine, sent: list[Notice]) -> None:
    """These were told."""
    now = clock.now()
    ids = [id_ for notice in sent for id_ in notice.ids]
    if ids:
        with database.work(engine, System("job")) as session:
            changed = [{"id": id_, "mailed_at": now} for id_ in ids]
            records.keep_computed(session, Notification, new=[], changed=changed, gone=[], told=False)
