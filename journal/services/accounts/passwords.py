"""Passwords: what may be chosen, how it is kept, and how it is checked in the same time for everybody."""

from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from journal.access.session import PolicySession
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Account
from journal.services import records
from journal.services.accounts import letters
from journal.services.refusals import Invalid, said

HASHER = PasswordHasher()
FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Only for the demo school's well-known password: three hundred real hashes would take a minute."""
FAST = "$argon2id$v=19$m=8,"
SHORTEST = 10
LONGEST = 200
FEWEST_GUESSES = 10**8
"""What somebody who knows the lists of common passwords needs at least."""
MEASURED = 72
"""Longer passwords are measured by their beginning: the measure takes time that grows fast."""


def hashed(password: str, *names: str) -> str:
    """The hash to keep. Raises `Invalid` on a password that is too short or too easy; `names` are the person's own."""
    if len(password) < SHORTEST:
        raise Invalid({"password": said(N_("At least %(size)d characters."), size=SHORTEST)})
    if len(password) > LONGEST:
        raise Invalid({"password": said(N_("At most %(size)d characters."), size=LONGEST)})
    if guesses(password, *names) < FEWEST_GUESSES:
        raise Invalid({"password": said(N_("This password is too easy to guess."))})
    return HASHER.hash(password)


def guesses(password: str, *names: str) -> int:
    """How many tries it takes, at the least, in whichever layout it was typed."""
    own = [part for name in names for part in [name, *name.replace(".", " ").split()] if len(part) > 2]
    known = [*own, *map(letters.latin, own), *letters.common_words(), *map(letters.latin, letters.common_words())]
    known += [letters.other_layout(word) for word in known]
    typed = password[:MEASURED]
    return min(int(zxcvbn(text, known)["guesses"]) for text in {typed, letters.other_layout(typed)})


def put(session: PolicySession, account: Account, password: str) -> None:
    """A new password for an account. Raises `Invalid`."""
    records.change(session, account, chosen(hashed(password, account.login, account.name)))


def chosen(password_hash: str) -> dict[str, Any]:
    """What an account keeps of a password chosen now: a PIN that somebody chose before is no longer taken."""
    return {"password_hash": password_hash, "password_set_at": clock.now(), "pin_hash": None}


def is_right(account: Account | None, password: str) -> bool:
    """Takes the same time for an unknown login and for an account without a password: a hash is always computed."""
    known = account.password_hash if account and account.password_hash else None
    try:
        return HASHER.verify(known or _nobody(), password[:LONGEST]) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the parameters have changed since it was made."""
    return not password_hash.startswith(FAST) and HASHER.check_needs_rehash(password_hash)


@cache
def _nobody() -> str:
    """A hash to check against when there is no account."""
    return HASHER.hash("nobody")
