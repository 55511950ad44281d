"""The search: first letters, a typing error, the wrong layout, and never a row that the person may not see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal import schema as s
from journal.access.guard import may_ever
from journal.access.line import Verb
from journal.services import records, search
from tests.counting import counted
from tests.personas import LOGINS, SIDE, School


@pytest.fixture
def ivanov(school: School) -> School:
    with school.acting_as_system() as session:
        for last, first in (("Иванов", "Пётр"), ("Иванова", "Анна"), ("Петрова", "Ирина")):
            records.create(session, s.Student, {"last_name": last, "first_name": first})
    return school


def titles(school: School, text: str, login: str = "admin") -> list[str]:
    return [hit.title for hit in search.find(school.session(login, writing=False), text)]


@pytest.mark.parametrize(
    "text",
    [
        "иванов",
        "ИВАН",
        "Иванов П",
        "пётр иванов",
        "Петр",
        "bdfyjd",
        "Bdfyjd g",
        "иваонв",
        "ивнаов",
        "иавнов",
        "ивннов",
        "ивванов",
    ],
)
def test_first_letters_errors_and_the_wrong_layout_find_him(ivanov: School, text: str) -> None:
    assert any(title.startswith("Иванов Пётр") for title in titles(ivanov, text)), text


def test_what_fits_nothing_finds_nothing(ivanov: School) -> None:
    for text in ("яяяя", "", "   ", "%", "_", "и" * 500):
        assert titles(ivanov, text) == [], text


def test_classes_subjects_and_rooms_are_found(school: School) -> None:
    assert "7A" in titles(school, "7a") and "Subject A" in titles(school, "subj") and "1B" in titles(school, "1b")


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_finds_what_a_list_would_not_show(shared_school: School, login: str) -> None:
    session = shared_school.session(login, writing=False)
    other = {"A": ("vera", "viktor"), "B": ("petya", "maria")}.get(SIDE.get(login, ""), ())
    for name in other:
        assert not [hit for hit in search.find(session, name) if hit.entity in (s.Student, s.Guardian)], name
    for hit in search.find(session, "a"):
        assert may_ever(hit.entity, session.principal, Verb.VIEW)


def test_the_queries_are_fixed(shared_school: School) -> None:
    session = shared_school.session("admin", writing=False)
    with counted(shared_school.engine) as count:
        search.find(session, "a")
    assert count.statements <= 12


@given(st.text("абв", min_size=4, max_size=8), st.integers(0, 7), st.sampled_from("где"))
def test_one_error_of_each_kind_is_near(name: str, place: int, letter: str) -> None:
    n = place % len(name)
    swapped = name[:n] + name[n + 1 : n + 2] + name[n] + name[n + 2 :]
    for word in (name, name[:n] + letter + name[n + 1 :], name[:n] + name[n + 1 :], name[:n] + letter + name[n:], swapped):
        assert search.is_near(word, name), (word, name)
    assert not search.is_near("где" + name, name)
