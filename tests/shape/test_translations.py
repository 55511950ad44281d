"""Both catalogues are complete; no page shows a text that nobody translated."""

import re

import pytest

from journal.web.i18n import CATALOGUES
from tests.catalogues import collected, read

PLACES = re.compile(r"%\((\w+)\)|%s")


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_the_catalogue_holds_every_text(locale: str) -> None:
    kept = {message.id: message for message in read(locale) if message.id}
    wanted = {message.id for message in collected() if message.id}
    assert wanted - kept.keys() == set(), "run: make messages, and translate what is empty"
    assert kept.keys() - wanted == set(), "run: make messages"
    empty = [id_ for id_, message in kept.items() if not (all(message.string) if message.pluralizable else message.string)]
    assert empty == []
    assert [message.id for message in kept.values() if message.fuzzy] == []


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_translations_keep_their_places(locale: str) -> None:
    wrong = []
    for message in read(locale):
        if not message.id:
            continue
        ids = message.id if message.pluralizable else (message.id,)
        strings = message.string if message.pluralizable else (message.string,)
        places = set(PLACES.findall(ids[-1]))
        wrong += [string for string in strings if set(PLACES.findall(string)) != places]
    assert wrong == []


def test_russian_has_its_three_plural_forms() -> None:
    assert all(len(message.string) == 3 for message in read("ru") if message.pluralizable)


def test_catalogues_are_there() -> None:
    assert {path.name for path in CATALOGUES.iterdir()} == {"ru", "en"}
