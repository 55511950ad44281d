"""Names in their cases, patterns of LIKE, names of addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.kit.cases import genitive
from journal.kit.text import kebab, like, short_name, snake


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (("Юдина", "Татьяна", "Сергеевна"), "Юдиной Т. С."),
        (("Ковалёв", "Игорь", "Петрович"), "Ковалёва И. П."),
        (("Шевченко", "Анна", "Ильинична"), "Шевченко А. И."),
        (("Толстой", "Лев", "Николаевич"), "Толстого Л. Н."),
        (("Smith", "John", None), "Smith J."),
    ],
)
def test_genitive(name: tuple[str, str, str | None], expected: str) -> None:
    assert genitive(*name) == expected


@given(st.text(max_size=30), st.text(max_size=30), st.none() | st.text(max_size=30))
def test_any_name_can_be_put_into_a_phrase(last: str, first: str, middle: str | None) -> None:
    assert isinstance(genitive(last, first, middle), str)


def test_names_of_addresses_and_tables() -> None:
    assert (kebab("SchoolClass"), snake("TrailEntry"), kebab("Mark")) == ("school-class", "trail_entry", "mark")


def test_short_names() -> None:
    assert (short_name("Юдина", "Татьяна", "Сергеевна"), short_name("Ким", "Ир")) == ("Юдина Т. С.", "Ким И.")


@given(st.text())
def test_a_pattern_has_no_open_wildcards(text: str) -> None:
    inner = like(text)[1:-1].replace("\\\\", "").replace("\\%", "").replace("\\_", "")
    assert "%" not in inner and "_" not in inner
