"""What is news to whom, and letters by e-mail that say only that there is something: against a real local SMTP server."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.config import Config
from journal.kit import clock
from journal.services import database, mail, records
from journal.services.messages import posting, threads
from journal.services.news import gathering, mailing, reading
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.conftest import free_port
from tests.personas import TODAY, School

NOW = datetime(2026, 11, 23, 12, tzinfo=clock.zone())


@pytest.fixture
def told(school: School) -> School:
    """A school in which nothing is news yet."""
    gathering.look(school.engine)
    with database.work(school.engine, System("test")) as session:
        gone = list(session.scalars(select(s.Notification.id)))
        records.keep_computed(session, s.Notification, new=[], changed=[], gone=gone, told=False)
        for row in session.scalars(select(s.Subscription)).all():
            records.delete(session, row)
    return school


def news(school: School, login: str) -> list[tuple[str, dict[str, Any]]]:
    return [(row.kind, row.facts) for row in reading.listed(school.session(login, writing=False))]


def lesson_of_today(school: School) -> int:
    with database.work(school.engine, System("test")) as session:
        place = {"assignment_id": school.id(s.TeachingAssignment, "A"), "held_on": TODAY, "number": 7}
        return records.create(session, s.Lesson, place).id


def give(school: School, lesson: int, value: str = "4") -> None:
    with school.acting("anna") as session:
        values = {"lesson_id": lesson, "student_id": school.id(s.Student, "A"), "value": value, "position": 1}
        records.create(session, s.Mark, values)


def test_a_mark_is_news_when_families_see_it_and_to_no_one_else(told: School) -> None:
    lesson = lesson_of_today(told)
    give(told, lesson)
    with told.session("anna", writing=False) as session:
        shown_at = session.scalars(select(s.Mark.shown_at).where(s.Mark.lesson_id == lesson)).one()
    assert shown_at is not None and clock.local(shown_at) > clock.local(clock.now())
    gathering.look(told.engine)
    assert [news(told, login) for login in ("petya", "maria")] == [[], []], "not before the family may see it"
    gathering.look(told.engine, at=clock.local(shown_at) + timedelta(seconds=1))
    facts = {"subject": "Subject A", "day": TODAY.isoformat(), "values": ["4"]}
    assert [news(told, login) for login in ("petya", "maria")] == [[("mark", facts)], [("mark", facts)]]
    assert [news(told, login) for login in ("anna", "boris", "vera", "viktor")] == [[], [], [], []]


def test_a_second_look_tells_nothing_twice_and_a_change_is_unread_again(told: School) -> None:
    sent = write(told, "anna", "parents")
    assert gathering.look(told.engine) == 1
    assert gathering.look(told.engine) == 0
    with told.acting("maria") as session:
        (row,) = reading.listed(session)
        assert reading.open_one(session, row.id).read_at is not None
        posting.answer(session, sent, posting.Letter("", "Yes"))
    gathering.look(told.engine)
    assert [kind for kind, _ in news(told, "anna")] == ["message"]
    with told.acting("anna") as session:
        threads.read(session, sent)
        reading.read_thread(session, sent)
    assert reading.listed(told.session("anna", writing=False))[0].read_at is not None


def write(school: School, login: str, kind: str) -> int:
    with school.acting(login) as session:
        letter = posting.Letter("Homework", "Secret words")
        return posting.send(session, [f"{kind}:{school.id(s.Student, 'A')}"], letter).message.id


def test_old_gaps_filled_late_are_no_news(told: School) -> None:
    with database.work(told.engine, System("test")) as session:
        place = {"assignment_id": told.id(s.TeachingAssignment, "A"), "held_on": date(2026, 11, 12), "number": 7}
        lesson = records.create(session, s.Lesson, place).id
    give(told, lesson)
    gathering.look(told.engine)
    assert news(told, "maria") == []


def test_notes_and_announced_absences_are_told_to_those_concerned(told: School) -> None:
    student = told.id(s.Student, "A")
    with told.acting("anna") as session:
        note = {"student_id": student, "noted_on": TODAY, "kind": "praise", "text": "Well done"}
        records.create(session, s.BehaviourNote, note)
    with told.acting("maria") as session:
        reason = session.scalar(select(s.AbsenceReason.id).where(~s.AbsenceReason.is_default, s.AbsenceReason.is_absence))
        days = {"begins_on": date(2026, 12, 2), "ends_on": date(2026, 12, 3)}
        notice = records.create(session, s.AbsenceNotice, {"student_id": student, "reason_id": reason, **days}).id
    gathering.look(told.engine)
    assert [kind for kind, _ in news(told, "maria")] == ["note"]
    assert [kind for kind, _ in news(told, "anna")] == ["notice"]
    assert news(told, "boris") == news(told, "viktor") == []
    with told.acting("anna") as session:
        found = session.get(s.AbsenceNotice, notice)
        assert found is not None
        records.change(session, found, {"state": "accepted"})
    gathering.look(told.engine)
    assert [facts["state"] for kind, facts in news(told, "maria") if kind == "notice"] == ["accepted"]


def test_one_chooses_and_what_is_not_wanted_is_not_written(told: School) -> None:
    with told.acting("maria") as session:
        assert set(reading.choices(session)) == {"mark", "absence", "note", "homework", "notice", "message", "timetable"}
        reading.choose(session, {"message": (False, "never")})
        for bad in ({"nonsense": (True, "never")}, {"message": (True, "hourly")}):
            with pytest.raises(Invalid):
                reading.choose(session, bad)
    write(told, "anna", "parents")
    gathering.look(told.engine)
    assert news(told, "maria") == []


def test_news_of_others_can_not_be_opened(told: School) -> None:
    write(told, "anna", "parents")
    gathering.look(told.engine)
    own = reading.listed(told.session("maria", writing=False))[0].id
    for login in ("viktor", "anna", "petya"):
        with pytest.raises((Missing, Forbidden)), told.acting(login) as session:
            reading.open_one(session, own)


# --- e-mail


class Box:
    """What a mail server got."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], bytes]] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Take a receiver, or not."""
        if address in self.refuses:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a letter."""
        self.got.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Box, Config]]:
    """A mail server on a port of its own, and the settings that lead to it."""
    box, port = Box(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, config(port)
    controller.stop()


def config(port: int) -> Config:
    more = {"mail_host": "127.0.0.1", "mail_port": port, "mail_security": "none", "mail_from": "journal@school.test"}
    return Config(database_url="", address="https://journal.school.test", instance=Path(), **more)  # type: ignore[arg-type]


def words(counts: Any, address: str) -> tuple[str, str]:
    return "There is news", f"{dict(counts)} {address}"


def wants_mail(school: School, login: str, address: str, mailing_: str = "soon") -> None:
    side = school.actor(login)
    with database.work(school.engine, System("test")) as session:
        guardian = session.get(s.Guardian, side.guardian_id)
        assert guardian is not None
        records.change(session, guardian, {"email": address})
    with school.acting(login) as session:
        reading.choose(session, {"message": (True, mailing_)})


def test_a_letter_says_that_there_is_news_and_not_what(told: School, post: tuple[Box, Config]) -> None:
    box, to = post
    wants_mail(told, "maria", "maria@home.test")
    write(told, "anna", "parents")
    gathering.look(told.engine)
    assert mailing.send(told.engine, to, words) == 1
    assert mailing.send(told.engine, to, words) == 0, "told once"
    ((receivers, data),) = box.got
    assert receivers == ["maria@home.test"]
    letter = message_from_bytes(data)
    assert (str(make_header(decode_header(letter["Subject"]))), letter["From"]) == ("There is news", "journal@school.test")
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert b"https://journal.school.test" in body and b"'message': 1" in body
    assert b"Secret words" not in data and b"Anna" not in data and b"Petya" not in data


def test_nobody_gets_a_letter_who_did_not_ask_or_has_no_plain_address(told: School, post: tuple[Box, Config]) -> None:
    box, to = post
    wants_mail(told, "maria", "maria@home.test\nBcc: all@home.test".replace("\n", " "))
    write(told, "anna", "parents")
    gathering.look(told.engine)
    assert mailing.send(told.engine, to, words) == 0 and box.got == []
    assert mailing.send(told.engine, Config(database_url=""), words) == 0, "off by default"


def test_what_could_not_be_sent_waits_and_a_refused_address_does_not_block(told: School, post: tuple[Box, Config]) -> None:
    box, to = post
    wants_mail(told, "maria", "maria@home.test")
    write(told, "anna", "parents")
    gathering.look(told.engine)
    with pytest.raises(mail.Unsent):
        mailing.send(told.engine, config(9), words)
    box.refuses.add("maria@home.test")
    assert mailing.send(told.engine, to, words) == 1 and box.got == []
    assert mailing.send(told.engine, to, words) == 0


def test_once_a_day_is_at_its_hour(told: School, post: tuple[Box, Config], monkeypatch: pytest.MonkeyPatch) -> None:
    _, to = post
    wants_mail(told, "maria", "maria@home.test", "daily")
    write(told, "anna", "parents")
    gathering.look(told.engine)
    for hour, count in ((9, 0), (18, 1)):
        monkeypatch.setattr(mailing.clock, "now", lambda hour=hour: NOW.replace(hour=hour))
        assert mailing.send(told.engine, to, words) == count


@pytest.mark.parametrize("text", ["a@b.ru, c@d.ru", "a@b.ru\nBcc: c@d.ru", "A <a@b.ru>", "a", "", "a@b@c.ru", "a b@c.ru"])
def test_an_address_is_one_plain_address(text: str) -> None:
    assert not mail.is_address(text)


def test_news_are_forgotten_after_their_time(told: School) -> None:
    write(told, "anna", "parents")
    gathering.look(told.engine)
    assert gathering.forget(told.engine) == 0
    assert gathering.forget(told.engine, days=-1) == 1
