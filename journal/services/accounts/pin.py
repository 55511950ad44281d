"""A PIN: a few digits that take the cover off one's own open session, and nothing else.

It proves nobody for an act of weight, opens no session, and after three wrong ones only the password helps.
"""

from argon2.exceptions import VerificationError
from sqlalchemy import Engine

from journal.access.actor import Actor, System
from journal.kit.text import N_
from journal.schema import Account, SignIn
from journal.services import database, records
from journal.services.accounts import passwords
from journal.services.refusals import Invalid, said

DOOR = System("sign-in")
SHORTEST, LONGEST = 4, 8
MISSES = 3


def choose(engine: Engine, person: Actor, digits: str) -> None:
    """Keep a PIN for one's own account. Raises `Invalid`."""
    if not is_one(digits):
        raise Invalid({"pin": said(N_("%(low)d to %(high)d digits."), low=SHORTEST, high=LONGEST)})
    if _is_easy(digits):
        raise Invalid({"pin": said(N_("This PIN is too easy to guess."))})
    _put(engine, person, passwords.HASHER.hash(digits))


def forget(engine: Engine, person: Actor) -> None:
    """From now on the password alone."""
    _put(engine, person, None)


def is_one(typed: str) -> bool:
    """Whether something typed can be a PIN: no password is that short."""
    return typed.isascii() and typed.isdigit() and SHORTEST <= len(typed) <= LONGEST


def is_taken(account: Account, row: SignIn) -> bool:
    """Whether a session still takes the PIN of its account."""
    return account.pin_hash is not None and row.pin_misses < MISSES


def is_right(account: Account, digits: str) -> bool:
    """Whether these are the digits that were chosen."""
    try:
        return account.pin_hash is not None and passwords.HASHER.verify(account.pin_hash, digits)
    except VerificationError:
        return False


def _is_easy(digits: str) -> bool:
    """One digit again and again, a pair again and again, or a run up or down."""
    steps = {(int(after) - int(before)) % 10 for before, after in zip(digits, digits[1:], strict=False)}
    pairs = {digits[at : at + 2] for at in range(0, len(digits), 2)}
    return steps in ({0}, {1}, {9}) or len(pairs) == 1


def _put(engine: Engine, person: Actor, kept: str | None) -> None:
    with database.work(engine, DOOR) as session:
        account = session.get(Account, person.account_id)
        if account is not None:
            records.change(session, account, {"pin_hash": kept})
