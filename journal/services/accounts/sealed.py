"""A secret that the product must read again (the key of a code application): encrypted, its key outside the database."""

import base64
import hashlib
from functools import cache
from typing import Any

_key = b""


def use_key(key: str) -> None:
    """Say with which key this process seals; the factory and the commands do, from the configuration."""
    global _key
    _key = hashlib.sha256(b"second factor " + key.encode()).digest()
    _box.cache_clear()


def sealed(text: str) -> str:
    """What is kept."""
    made: bytes = _box().encrypt(text.encode())
    return made.decode()


def opened(kept: str) -> str | None:
    """What was sealed; None when it was sealed with another key."""
    from cryptography.fernet import InvalidToken  # noqa: PLC0415 - heavy, and rarely needed

    try:
        made: bytes = _box().decrypt(kept.encode())
    except InvalidToken:
        return None
    return made.decode()


@cache
def _box() -> Any:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - heavy, and rarely needed

    return Fernet(base64.urlsafe_b64encode(_key))
