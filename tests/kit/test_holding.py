"""The search in a text says on SQLite what it says everywhere: the letters are there, in capitals or not."""

import sqlite3

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import column, select
from sqlalchemy.dialects import postgresql, sqlite

from journal.kit.holding import globs, holds

LETTERS = "абЯёЁiIßzZ*?[]^-%_\\ 7"
TEXTS = st.text(alphabet=LETTERS, max_size=12)


def found(text: str, word: str) -> bool:
    """What SQLite says."""
    statement = f"SELECT {' OR '.join('? GLOB ?' for _ in globs(word))}"
    with sqlite3.connect(":memory:") as connection:
        values = [value for pattern in globs(word) for value in (text, pattern)]
        return bool(connection.execute(statement, values).fetchone()[0])


@given(TEXTS, TEXTS)
@example("Ёлка-5", "ёЛ")
@example("a[b]c*", "[b]C*")
@example("100 %", "%")
def test_letters_are_found_in_capitals_or_not_and_signs_are_themselves(text: str, word: str) -> None:
    assert found(text, word) == (word.lower() in text.lower())


def test_a_plain_letter_follows_the_star_so_that_it_is_skipped_to() -> None:
    assert globs("урок") == ["*У[Рр][Оо][Кк]*", "*у[Рр][Оо][Кк]*"]
    assert globs("7а") == ["*7[Аа]*"]


def test_each_engine_is_asked_in_its_own_way() -> None:
    asked = select(holds(column("topic"), "Ура"))
    assert "topic GLOB" in str(asked.compile(dialect=sqlite.dialect()))
    assert "lower(topic) LIKE" in str(asked.compile(dialect=postgresql.dialect()))
