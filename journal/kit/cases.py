"""Russian names in the case that a phrase needs; a name that is no Russian one stays as it is."""

import re
from functools import cache, lru_cache
from typing import Any

import pymorphy3

from journal.kit.text import short_name

GENITIVE = {"gent"}
CYRILLIC = re.compile("[\u0400-\u04ff]+")


@cache
def _analyzer() -> Any:
    """The morphology is loaded on the first phrase that needs it, not at the start."""
    return pymorphy3.MorphAnalyzer()


def _parses(word: str | None) -> list[Any]:
    """What the morphology makes of a word of Cyrillic letters; it knows, and takes, no others."""
    return list(_analyzer().parse(word)) if word and CYRILLIC.fullmatch(word) else []


@lru_cache(maxsize=4096)
def genitive(last: str, first: str, middle: str | None = None) -> str:
    """Last name with initials in the genitive: of whom, instead of whom."""
    gender = _gender(middle, "Patr") or _gender(first, "Name")
    return short_name("-".join(_inflected(part, gender) for part in last.split("-")), first, middle)


def _gender(word: str | None, kind: str) -> str | None:
    """`masc` or `femn`, as the patronymic or the first name tells."""
    for parse in _parses(word):
        if kind in parse.tag and parse.tag.gender:
            return str(parse.tag.gender)
    return None


def _inflected(word: str, gender: str | None) -> str:
    """A surname of this sex in the genitive."""
    for parse in _parses(word):
        if "Surn" in parse.tag and parse.tag.case == "nomn" and parse.tag.gender in (gender, "ms-f", None):
            found = parse.inflect(GENITIVE)
            if found:
                return str(found.word).capitalize()
    return word
