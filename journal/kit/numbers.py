"""Numbers that came as text: from an address, a form or a script."""

from typing import Any

LARGEST = 2**31 - 1
"""What a column of whole numbers holds on either engine."""


def number_of(given: Any) -> int | None:
    """A whole number from 0 to `LARGEST`, written in plain digits or given as one; None for anything else."""
    text = str(given) if type(given) is int else given
    if not isinstance(text, str) or not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST)):
        return None
    found = int(text)
    return found if found <= LARGEST else None
