"""One-time codes: handed out on paper, exchanged for a password of one's own; the register of who was given what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import aliased

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import AccessCode, Account
from journal.services import database, records, settings
from journal.services.accounts import living, passwords, sessions, signing_in, tokens
from journal.services.refusals import Invalid, said


@dataclass(frozen=True)
class Slip:
    """What is printed on one strip of paper; the code is nowhere else."""

    name: str
    login: str
    code: str
    valid_until: datetime


def issue(session: PolicySession, accounts: Sequence[Account]) -> list[Slip]:
    """A new code for each account; an older one stops working. What is printed can't be printed again."""
    until = clock.now() + timedelta(days=settings.whole(session, "code_days"))
    slips = []
    for account in accounts:
        withdraw(session, account)
        code = tokens.code()
        values = {"account_id": account.id, "digest": tokens.digest(code), "valid_until": until}
        records.create(session, AccessCode, values)
        slips.append(Slip(account.name, account.login, code, until))
    return slips


def withdraw(session: PolicySession, account: Account) -> None:
    """What was handed out and not used works no more."""
    unused = select(AccessCode).where(
        AccessCode.account_id == account.id, AccessCode.used_at.is_(None), AccessCode.withdrawn_at.is_(None)
    )
    for code in session.scalars(unused):
        records.change(session, code, {"withdrawn_at": clock.now()})


def activate(engine: Engine, code: str, password: str, visit: signing_in.Visit) -> tuple[str, signing_in.Entered]:
    """Choose a password with a code: gives the login and an open session. Raises `Invalid`.

    Every session of before ends: whoever lost the old password may have lost it to somebody.
    """
    with database.work(engine, System("accounts")) as session:
        found = session.execute(
            select(AccessCode, Account)
            .join(Account, Account.id == AccessCode.account_id)
            .where(
                AccessCode.digest == tokens.digest(tokens.normal(code)),
                AccessCode.used_at.is_(None),
                AccessCode.withdrawn_at.is_(None),
                AccessCode.valid_until > clock.now(),
            )
        ).one_or_none()
        if found is None or not living.may_enter(session, found[1]):
            raise Invalid({"code": said(N_("This code is not valid: it was used, replaced, or its days are over."))})
        row, account = found
        passwords.put(session, account, password)
        records.change(session, row, {"used_at": clock.now()})
        sessions.end_in(session, account.id)
        return account.login, signing_in.enter_without_password(session, account, visit)


@dataclass(frozen=True)
class Given:
    """A line of the register."""

    name: str
    login: str
    given_at: datetime
    given_by: str
    valid_until: datetime
    used_at: datetime | None
    withdrawn_at: datetime | None


def register(session: PolicySession, accounts: Sequence[int] | None = None, most: int = 2000) -> list[Given]:
    """Who was given a code, when and by whom; the newest first."""
    giver = aliased(Account)
    wanted = (
        select(Account.name, Account.login, AccessCode.written_at, func.coalesce(giver.name, ""), AccessCode.valid_until,
               AccessCode.used_at, AccessCode.withdrawn_at)
        .select_from(AccessCode)
        .join(Account, Account.id == AccessCode.account_id)
        .outerjoin(giver, giver.id == AccessCode.written_by_id)
        .order_by(AccessCode.written_at.desc(), AccessCode.id.desc())
        .limit(most)
    )  # fmt: skip
    if accounts is not None:
        wanted = wanted.where(AccessCode.account_id.in_(accounts))
    return [Given(*row) for row in session.execute(wanted)]
