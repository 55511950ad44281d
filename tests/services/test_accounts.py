"""Accounts: codes on paper, passwords, waits, second factors, and how long an account lives."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import Forbidden, System
from journal.kit import clock
from journal.services import database, records
from journal.services.accounts import codes, factors, letters, logins, passwords, people, sealed, sessions, signing_in
from journal.services.refusals import Invalid
from tests.personas import PASSWORD, School

HOME, ELSEWHERE = signing_in.Visit("10.0.0.1", "Firefox/131.0"), signing_in.Visit("10.0.0.2", "Chrome/130.0")
GOOD = "three odd wooden spoons"


def account(session: Any, login: str) -> s.Account:
    found: s.Account = session.scalars(select(s.Account).where(s.Account.login == login)).one()
    return found


def test_a_code_is_good_once_and_a_new_one_replaces_it(school: School) -> None:
    with school.acting("admin") as session:
        staff = records.create(session, s.Staff, {"last_name": "Орлова", "first_name": "Мария", "middle_name": "Юрьевна"})
        made = people.make(school.engine, session, [f"staff:{staff.id}"])
        (lost,) = codes.issue(session, made)
        (slip,) = codes.issue(session, made)
    assert slip.login == "orlova.my"
    with pytest.raises(Invalid):
        codes.activate(school.engine, lost.code, GOOD, HOME)
    with pytest.raises(Invalid) as easy:
        codes.activate(school.engine, slip.code, "orlova.my1", HOME)
    assert "password" in easy.value.errors
    login, entered = codes.activate(school.engine, slip.code.lower().replace("-", " "), GOOD, HOME)
    assert login == "orlova.my" and sessions.actor_of(school.engine, entered.token)
    with pytest.raises(Invalid):
        codes.activate(school.engine, slip.code, GOOD + "x", HOME)
    with school.acting("admin") as session:
        first, second = codes.register(session)[:2]
    assert first.given_by == "Admin" and first.used_at and second.withdrawn_at


def test_a_lapsed_code_opens_nothing(school: School) -> None:
    with school.acting("admin") as session:
        (slip,) = codes.issue(session, [account(session, "petya")])
    with database.work(school.engine, System("test")) as session:
        row = session.scalars(select(s.AccessCode).order_by(s.AccessCode.id.desc())).first()
        assert row is not None
        records.change(session, row, {"valid_until": clock.now() - timedelta(minutes=1)})
    with pytest.raises(Invalid):
        codes.activate(school.engine, slip.code, GOOD, HOME)


def test_a_class_teacher_hands_out_codes_to_the_own_class_only(school: School) -> None:
    with school.acting("anna") as session:
        slips = codes.issue(session, [account(session, "petya"), account(session, "maria")])
        assert [slip.login for slip in slips] == ["petya", "maria"]
        assert {one.login for one in people.of_class(session, school.id(s.SchoolClass, "A"))} == {"petya", "maria"}
        assert people.of_class(session, school.id(s.SchoolClass, "B")) == []
    foreign = school.actor("vera").account_id
    values = {"account_id": foreign, "digest": "x", "valid_until": clock.now()}
    with pytest.raises(Forbidden), school.acting("anna") as session:
        records.create(session, s.AccessCode, values)


def test_who_guesses_waits_and_the_owner_does_not(school: School) -> None:
    entered = signing_in.sign_in(school.engine, "anna", PASSWORD, HOME)
    for _ in range(signing_in.FREE_FAILURES):
        with pytest.raises(signing_in.Refused) as refused:
            signing_in.sign_in(school.engine, "anna", "wrong", ELSEWHERE)
        assert not isinstance(refused.value, signing_in.TooMany)
    with pytest.raises(signing_in.TooMany):
        signing_in.sign_in(school.engine, "anna", PASSWORD, ELSEWHERE)
    # the same address as the guesser's, but a browser that the owner has used
    own = signing_in.Visit(ELSEWHERE.address, "Firefox/131.0", entered.device_cookie)
    assert signing_in.sign_in(school.engine, "anna", PASSWORD, own).token
    assert signing_in.sign_in(school.engine, "boris", PASSWORD, ELSEWHERE).token


def test_an_account_ends_with_the_enrolment_and_with_the_work(school: School) -> None:
    tokens = {login: signing_in.sign_in(school.engine, login, PASSWORD, HOME).token for login in ("petya", "maria", "anna")}
    with database.work(school.engine, System("test")) as session:
        enrolment = session.get(s.Enrolment, school.id(s.Enrolment, "A"))
        staff = session.get(s.Staff, school.id(s.Staff, "A"))
        assert enrolment is not None and staff is not None
        records.change(session, enrolment, {"ends_on": clock.today() - timedelta(days=1)})
        records.change(session, staff, {"left_on": clock.today() - timedelta(days=1)})
    for login, token in tokens.items():
        assert sessions.actor_of(school.engine, token) is None, login
        with pytest.raises(signing_in.Refused):
            signing_in.sign_in(school.engine, login, PASSWORD, HOME)


def test_a_code_of_the_application_is_asked_for_and_good_once(school: School) -> None:
    sealed.use_key("test")
    secret, who = factors.new_secret(), school.actor("anna")
    with school.acting("anna") as session, pytest.raises(Invalid):
        factors.add_app(session, who.account_id, secret, "000000 ", "phone")
    with school.acting("anna") as session:
        factors.add_app(session, who.account_id, secret, pyotp.TOTP(secret).at(clock.seconds() - 30), "phone")
        spare = factors.new_spare_codes(session, who.account_id)
    entered = signing_in.sign_in(school.engine, "anna", PASSWORD, HOME)
    assert entered.owes_factor and sessions.actor_of(school.engine, entered.token) is None
    assert sessions.owing(school.engine, entered.token) == who.account_id
    code = pyotp.TOTP(secret).at(clock.seconds() + 30)
    with pytest.raises(Invalid):
        factors.prove(school.engine, entered.token, who.account_id, "123", remember=False)
    factors.prove(school.engine, entered.token, who.account_id, code, remember=True)
    assert sessions.actor_of(school.engine, entered.token)
    again = signing_in.sign_in(school.engine, "anna", PASSWORD, ELSEWHERE)
    with pytest.raises(Invalid):
        factors.prove(school.engine, again.token, who.account_id, code, remember=False)
    factors.prove(school.engine, again.token, who.account_id, spare[0], remember=False)
    third = signing_in.sign_in(school.engine, "anna", PASSWORD, ELSEWHERE)
    with pytest.raises(Invalid):
        factors.prove(school.engine, third.token, who.account_id, spare[0], remember=False)
    known = signing_in.Visit("10.0.0.9", "Firefox/131.0", entered.device_cookie)
    assert not signing_in.sign_in(school.engine, "anna", PASSWORD, known).owes_factor
    with school.acting("admin") as session:
        kept = session.scalars(select(s.SecondFactor.secret).where(s.SecondFactor.kind == "app")).one()
    assert secret not in kept


def test_another_persons_factor_and_device_are_not_theirs_to_see(school: School) -> None:
    with school.acting("boris") as session:
        own = {school.actor("boris").account_id}
        assert set(session.scalars(select(s.SecondFactor.account_id))) <= own
        assert set(session.scalars(select(s.Alert.account_id))) <= own
        assert session.scalars(select(s.AccessCode.account_id)).all() != []
        assert school.actor("petya").account_id not in session.scalars(select(s.AccessCode.account_id)).all()


def test_sessions_end_one_by_one_and_all_at_once(school: School) -> None:
    tokens = [signing_in.sign_in(school.engine, "boris", PASSWORD, HOME).token for _ in range(3)]
    here = sessions.actor_of(school.engine, tokens[0])
    other = sessions.actor_of(school.engine, tokens[1])
    assert here and other
    assert sessions.end(school.engine, school.actor("anna").account_id, only=other.sign_in_id) == 0
    assert sessions.end(school.engine, here.account_id, only=other.sign_in_id) == 1
    assert sessions.actor_of(school.engine, tokens[1]) is None and sessions.actor_of(school.engine, tokens[2])
    sessions.end(school.engine, here.account_id, besides=here.sign_in_id)
    assert sessions.actor_of(school.engine, tokens[2]) is None and sessions.actor_of(school.engine, tokens[0])


@pytest.mark.parametrize(
    "password",
    ["short", "qwertyuiop", "йцукенгшщз", "gfhjkm12345", "пароль2026", "ivanov.pm2013", "солнышко12", "1234567890"],
)
def test_easy_passwords_are_refused_in_either_layout(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.hashed(password, "ivanov.pm", "Иванов П. М.")


def test_a_good_password_is_kept_as_argon2id() -> None:
    assert passwords.hashed(GOOD, "x", "y").startswith("$argon2id$")


NAMES = st.text(st.sampled_from("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБЯ -'"), max_size=30)


@given(NAMES, NAMES, NAMES)
def test_every_name_makes_a_login(last: str, first: str, middle: str) -> None:
    login = logins.proposed(last, first, middle)
    assert login and login.isascii() and login == login.lower() and len(login) <= 60 and " " not in login
    assert logins.unique(login, [login]) == f"{login}2"


@given(st.text(st.sampled_from("йцукенгшщзхъфывапролджэячсмитьбюёqwertyuiop[];',.`"), max_size=20))
def test_the_other_layout_and_back_is_the_same_text(text: str) -> None:
    assert letters.other_layout(letters.other_layout(text)) == text
