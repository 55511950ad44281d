"""A problem told and answered; what leaves the school has no names in it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.services import support
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.conftest import config_for
from tests.personas import School

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def asked(school: School, login: str = "maria", text: str = "The mark of Petya is gone") -> int:
    with school.acting(login) as session:
        return support.ask(session, text, "/diary/?week=1", "Firefox 140").id


def test_a_problem_is_told_and_the_answer_comes_as_a_message(school: School) -> None:
    request = asked(school)
    with school.acting("admin") as session:
        assert support.listed(session)[0][0].id == request
        support.answer(session, request, "It was hidden by a filter.", "Answer")
    maria = school.session("maria", writing=False)
    found = support.get(maria, request)
    assert (found.state, found.answer) == ("answered", "It was hidden by a filter.")
    letter = maria.scalars(select(s.Message).order_by(s.Message.id.desc())).first()
    assert letter is not None and (letter.text, letter.quote) == ("It was hidden by a filter.", "The mark of Petya is gone")


def test_nobody_reads_anothers_request_or_answers_one(school: School) -> None:
    request = asked(school)
    for login in ("viktor", "anna", "deputy"):
        with pytest.raises(Missing):
            support.get(school.session(login, writing=False), request)
    with pytest.raises(Forbidden), school.acting("maria") as session:
        support.answer(session, request, "Myself", "Answer")


@pytest.mark.parametrize(
    ("text", "picture", "field"), [("  ", b"", "text"), ("x" * 5001, b"", "text"), ("x", b"<svg>", "picture")]
)
def test_bad_input_stands_beside_its_field(school: School, text: str, picture: bytes, field: str) -> None:
    with pytest.raises(Invalid) as refused, school.acting("maria") as session:
        support.ask(session, text, "/", "", picture)
    assert list(refused.value.errors) == [field]


def test_a_picture_is_kept_and_not_read_with_the_list(school: School) -> None:
    with school.acting("anna") as session:
        request = support.ask(session, "Look", "/", "", PNG).id
    session = school.session("admin", writing=False)
    assert support.has_picture(session, request) and support.get(session, request, with_picture=True).picture == PNG
    assert not support.has_picture(session, asked(school))


def test_the_bundle_has_no_names_contacts_and_secrets(school: School) -> None:
    text = "Petya Pupil (petya@mail.ru, +7 900 123-45-67, login maria) has no mark"
    request = asked(school, text=text)
    with school.acting("admin") as session:
        told = support.bundle(
            school.engine, config_for("sqlite:////secret/place.db", Path("/tmp")), support.get(session, request)
        )
    shown = support.as_text(told)
    for secret in ("Petya", "Pupil", "maria", "mail.ru", "900", "week=1", "/secret", "test test"):
        assert secret not in shown, secret
    assert told["request"]["page"] == "/diary/" and told["rows"]["Student"] == 2 and "has no mark" in shown


def test_names_in_other_cases_are_hidden_and_words_are_not() -> None:
    names = frozenset({"иванова", "пётр", "ким"})
    hidden = support.without_names("У Петра Ивановой и Ивановых нет отметки, а у Кима есть. Иван пришёл позже.", names)
    assert "Иванов" not in hidden and "Ким" not in hidden and "нет отметки" in hidden and "пришёл позже" in hidden


@given(st.text(max_size=80), st.frozensets(st.text(alphabet="абвг", min_size=2, max_size=8), max_size=4))
def test_a_whole_name_never_stays(text: str, names: frozenset[str]) -> None:
    for name in names:
        assert f" {name} " not in f" {support.without_names(f'{text} {name} конец', names)} ".casefold()
