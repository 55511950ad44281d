"""Letters: how a name becomes a login, and which key lies under which letter (`journal/data/letters.toml`)."""

import tomllib
from functools import cache
from typing import Any

from journal.config import ROOT


@cache
def _kept() -> dict[str, Any]:
    return tomllib.loads((ROOT / "journal" / "data" / "letters.toml").read_text(encoding="utf-8"))


def latin(text: str) -> str:
    """A Russian name in small Latin letters; whatever is neither a letter nor a digit falls out."""
    table: dict[str, str] = _kept()["latin"]
    told = "".join(table.get(letter, letter) for letter in text.lower())
    return "".join(letter for letter in told if letter.isascii() and letter.isalnum())


def other_layout(text: str) -> str:
    """The same keys in the other layout: Cyrillic letters as the Latin ones under them, and the other way round."""
    keys: dict[str, str] = _kept()["keyboard"]
    table = dict(zip(keys["cyrillic"], keys["latin"], strict=True))
    table.update(zip(keys["latin"], keys["cyrillic"], strict=True))
    return "".join(table.get(letter, letter) for letter in text.lower())


@cache
def common_words() -> tuple[str, ...]:
    """Words that passwords are made of too often."""
    return tuple(_kept()["passwords"]["words"])
