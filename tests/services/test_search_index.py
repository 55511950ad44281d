"""What a search goes through follows every write, and is put up again where it is missing."""

from pathlib import Path

import pytest
from click import ClickException
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from journal import schema as s
from journal.access.session import PolicySession
from journal.admin.filters import matching, search
from journal.cli import opened
from journal.services import records, search_index
from tests.conftest import config_for
from tests.personas import School

WORDS = st.text(alphabet="аБвЁё5- \"'*[%_", min_size=1, max_size=8).filter(str.strip)


def found(session: PolicySession, word: str) -> set[int]:
    """The lessons in whose topics a person finds a word."""
    return set(session.scalars(select(s.Lesson.id).where(search(s.Lesson, {"topic"}, word, {}))))


def lesson_of(session: PolicySession, school: School) -> s.Lesson:
    return session.get_one(s.Lesson, school.id(s.Lesson, "A"))


@pytest.mark.parametrize("column", ["topic", "row_title", "last_name"])
def test_it_is_declared_for_what_grows(column: str) -> None:
    assert column in {name for names in search_index.indexed().values() for name in names}


def test_a_topic_is_found_as_it_is_and_not_as_it_was(school: School) -> None:
    session = school.session("admin")
    lesson = lesson_of(session, school)
    records.change(session, lesson, {"topic": "Ёлочные игрушки"})
    assert found(session, "елочные") == set() and found(session, "ёЛОЧН") == {lesson.id}
    records.change(session, lesson, {"topic": "Правописание"})
    assert found(session, "ёлочн") == set() and found(session, "опис") == {lesson.id}
    assert found(session, "опися") == set() and found(session, "пр") == {lesson.id}


def test_what_is_gone_is_not_found_and_what_comes_is(school: School) -> None:
    session = school.session("admin")
    values = {"last_name": "Щукин", "first_name": "Ян"}
    pupil = records.create(session, s.Student, values)
    assert session.scalars(matching(s.Student, "щукин")).all() == [pupil.id]
    records.delete(session, pupil)
    assert session.scalars(matching(s.Student, "щукин")).all() == []
    if school.engine.dialect.name == "sqlite":
        session.commit()
        with school.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO trigrams_student (trigrams_student, rank) VALUES ('integrity-check', 1)")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(topic=WORDS, word=WORDS)
def test_letters_are_found_as_python_finds_them(school: School, topic: str, word: str) -> None:
    session = school.session("admin")
    lesson = lesson_of(session, school)
    records.change(session, lesson, {"topic": topic})
    assert (lesson.id in found(session, word)) == all(part in topic.lower() for part in word.lower().split())
    session.rollback()


def test_a_stranger_finds_nothing_through_it(school: School) -> None:
    session = school.session("admin")
    lesson = lesson_of(session, school)
    records.change(session, lesson, {"topic": "Правописание"})
    session.commit()
    assert found(school.session("anna", writing=False), "правопис") == {school.id(s.Lesson, "A")}
    assert found(school.session("boris", writing=False), "правопис") == set()


def test_a_machine_without_it_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert search_index.is_able()
    monkeypatch.setattr(search_index, "is_able", lambda: False)
    with pytest.raises(ClickException, match=r"3\.34 or newer"):
        opened.engine(config_for(f"sqlite:///{tmp_path}/old.db", tmp_path))


def test_it_is_put_up_where_it_is_missing_with_what_is_there(school: School) -> None:
    assert search_index.stands(school.engine)
    search_index.take_down(school.engine)
    assert not search_index.stands(school.engine)
    with school.session("admin", writing=False) as session, pytest.raises(DatabaseError):
        found(session, "урок")
    session = school.session("admin")
    lesson = lesson_of(session, school)
    records.change(session, lesson, {"topic": "Правописание"})
    session.commit()
    search_index.put_up(school.engine)
    assert search_index.stands(school.engine)
    assert found(school.session("admin", writing=False), "правопис") == {school.id(s.Lesson, "A")}
