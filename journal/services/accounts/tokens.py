"""Secrets that a person or a browser holds, and what is kept of them: a digest."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Nothing that is read wrong from paper: no 0 and O, no 1 and I."""
GROUPS, GROUP = 3, 4


def token() -> str:
    """For a cookie."""
    return secrets.token_urlsafe(32)


def code() -> str:
    """For paper: `K7PM-4XQ2-9TDB`, 60 bits."""
    letters = [secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP)]
    return "-".join("".join(letters[n : n + GROUP]) for n in range(0, GROUPS * GROUP, GROUP))


def normal(code: str) -> str:
    """A code as it was given out, however it was typed."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join(plain[n : n + GROUP] for n in range(0, len(plain), GROUP))


def digest(secret: str) -> str:
    """What is kept: from it nobody finds the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
