"""The search in a text says on SQLite what it says everywhere: the letters are there, in capitals or not."""

import sqlite3
from contextlib import closing

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import column, select, table
from sqlalchemy.dialects import postgresql, sqlite

from journal.kit.holding import globs, holds, trigrams

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


@given(TEXTS, TEXTS)
@example("Контрольная 5-А", "ная 5-а")
@example('Тема "Past Simple"', 'a "past')
@example("straße", "STRASSE")
def test_whatever_has_the_letters_is_among_those_that_are_looked_up(text: str, word: str) -> None:
    asked = trigrams(word)
    if asked and word.lower() in text.lower():
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='trigram', detail='none')")
            connection.execute("INSERT INTO texts VALUES (?)", [text])
            assert connection.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", [asked]).fetchone() == (1,)


def test_two_letters_and_rare_ones_are_not_looked_up() -> None:
    assert trigrams("Урок") == '"Уро" AND "рок"'
    assert trigrams("7а") == trigrams("ıııı") == ""
    assert trigrams('a""') == '"a"""""'


def test_each_engine_is_asked_in_its_own_way() -> None:
    lesson = table("lesson", column("id"), column("topic"))
    plain, kept = select(holds([lesson.c.topic], "Ура")), select(holds([lesson.c.topic], "Ура", lesson.c.id))
    on_sqlite, on_postgresql = (str(plain.compile(dialect=each)) for each in (sqlite.dialect(), postgresql.dialect()))
    assert "topic GLOB" in on_sqlite and "lower(lesson.topic) LIKE" in on_postgresql
    on_sqlite, on_postgresql = (str(kept.compile(dialect=each)) for each in (sqlite.dialect(), postgresql.dialect()))
    assert "trigrams_lesson MATCH" in on_sqlite and "topic GLOB" in on_sqlite
    assert "strpos(lesson.folded_topic" in on_postgresql and "MATCH" not in on_postgresql


def test_short_texts_are_only_read() -> None:
    lesson = table("lesson", column("id"), column("topic"))
    assert "MATCH" not in str(select(holds([lesson.c.topic], "Ур", lesson.c.id)).compile(dialect=sqlite.dialect()))
