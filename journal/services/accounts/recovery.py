"""A forgotten password: a one-time code by e-mail to the address that the school knows; nothing tells who exists."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, func, select

from journal.access.actor import System
from journal.config import Config
from journal.kit import clock
from journal.schema import AccessCode, Account
from journal.services import database, mail, records
from journal.services.accounts import addresses, living, tokens

LASTS = timedelta(hours=1)
MOST = 3
"""Codes by e-mail within that time: whoever asks in somebody else's name fills no letter box."""

Words = Callable[[str, str], tuple[str, str]]
"""The code and the address of the journal -> subject and text of the letter."""


def ask(engine: Engine, config: Config, login: str, words: Words) -> bool:
    """Send a code to the owner of a login; whether a letter went, which the asker is never told. Raises `mail.Unsent`.

    A slip that was handed out stays valid: who asks for a letter in a teacher's name takes nothing away.
    """
    if not mail.is_on(config):
        return False
    with database.work(engine, System("accounts")) as session:
        account = session.scalar(select(Account).where(Account.login == login.strip().lower()[:60]))
        if account is None or not living.may_enter(session, account):
            return False
        address = session.scalar(select(addresses.of_account()).where(Account.id == account.id))
        if not address or not mail.is_address(address):
            return False
        now = clock.now()
        own = (AccessCode.account_id == account.id, AccessCode.by_mail, AccessCode.written_at > now - LASTS)
        if (session.scalar(select(func.count(AccessCode.id)).where(*own)) or 0) >= MOST:
            return False
        code = tokens.code()
        values = {"account_id": account.id, "digest": tokens.digest(code), "valid_until": now + LASTS, "by_mail": True}
        records.create(session, AccessCode, values)
    subject, text = words(code, config.address)
    with mail.post(config) as server:
        server.send_message(mail.letter(config, address, subject, text))
    return True
