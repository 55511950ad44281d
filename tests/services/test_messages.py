"""Messages: who may write to whom, receipts by person, archives of one's own, files, usual texts."""

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, records
from journal.services.messages import addressees, posting, threads
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.personas import School

PDF = b"%PDF-1.4\n%%EOF\n"


def keys(school: School) -> dict[str, str]:
    """Addressees of both sides by name."""
    found = {}
    for side in "AB":
        found |= {
            f"parents {side}": f"parents:{school.id(s.Student, side)}",
            f"student {side}": f"student:{school.id(s.Student, side)}",
            f"class {side}": f"class-parents:{school.id(s.SchoolClass, side)}",
            f"pupils {side}": f"class-students:{school.id(s.SchoolClass, side)}",
            f"teacher {side}": f"staff:{school.id(s.Staff, side)}",
        }
    return found | {name: name for name in ("all-staff", "all-parents", "all-students")}


MAY = {
    "anna": {"parents A", "student A", "class A", "pupils A", "teacher B"},
    "boris": {"parents B", "student B", "class B", "pupils B", "teacher A"},
    "maria": {"teacher A"},
    "viktor": {"teacher B"},
    "petya": {"teacher A"},
    "vera": {"teacher B"},
}


@pytest.mark.parametrize("login", [*MAY, "deputy", "control"])
def test_everybody_writes_to_those_whom_they_have_to_do_with(shared_school: School, login: str) -> None:
    """Who may, a colleague, a stranger: whatever key a request holds."""
    allowed = set()
    session = shared_school.session(login, writing=False)
    for name, key in keys(shared_school).items():
        try:
            addressees.resolve(session, [key])
        except Missing:
            continue
        allowed.add(name)
    every = set(keys(shared_school))
    wanted = {"deputy": every, "control": {"teacher A", "teacher B"}}
    assert allowed == MAY.get(login, wanted.get(login))


def test_a_nonsense_key_reaches_nobody(shared_school: School) -> None:
    session = shared_school.session("deputy", writing=False)
    for key in (
        "",
        "parents:",
        "parents:0",
        "parents:999",
        "staff:x",
        "all-guardians",
        "class-parents:-1",
        "staff:99999999999",
    ):
        with pytest.raises(Missing):
            addressees.resolve(session, [key])
    with pytest.raises(Invalid):
        addressees.resolve(session, [])


def send(school: School, login: str, *to: str, **more: object) -> int:
    letter = posting.Letter(**{"subject": "Homework", "text": "Please look.", **more})  # type: ignore[arg-type]
    with school.acting(login) as session:
        return posting.send(session, [keys(school)[name] for name in to], letter).message.id


def inbox(school: School, login: str, which: str = "inbox", query: str = "") -> list[tuple[int, int]]:
    """The threads of a box: id and unread messages."""
    return [(head.id, head.unread) for head in threads.box(school.session(login, writing=False), which, query)[0]]


def test_a_thread_goes_to_and_fro_and_receipts_are_by_person(school: School) -> None:
    sent = send(school, "anna", "parents A", quote="mark 2, 20.11.2026")
    assert (sent, 1) in inbox(school, "maria") and all(id_ != sent for id_, _ in inbox(school, "viktor"))
    (part,) = threads.load(school.session("anna", writing=False), sent)
    assert part.row.quote == "mark 2, 20.11.2026" and [at for _, at in part.receivers] == [None]
    with school.acting("maria") as session:
        assert threads.read(session, sent) == 1
        assert threads.read(session, sent) == 0
        posting.answer(session, sent, posting.Letter("", "We shall."))
    parts = threads.load(school.session("anna", writing=False), sent)
    assert [one.row.text for one in parts] == ["Please look.", "We shall."]
    assert parts[0].read_count == 1 and parts[1].is_unread
    with pytest.raises(Missing):
        threads.load(school.session("boris", writing=False), sent)
    with pytest.raises(Missing), school.acting("viktor") as session:
        posting.answer(session, sent, posting.Letter("", "Hello"))


def test_a_letter_to_a_class_is_one_copy_each_and_answers_go_to_its_writer_alone(school: School) -> None:
    mother = school.id(s.Guardian, "A")
    with database.work(school.engine, System("test")) as session:
        tie = {"guardian_id": mother, "student_id": school.id(s.Student, "B"), "kinship": "mother"}
        records.create(session, s.Guardianship, tie)
    sent = send(school, "deputy", "class A", "class B")
    lines = school.system().scalars(select(s.MessageRecipient).where(s.MessageRecipient.message_id == sent)).all()
    assert len(lines) == 2, "a mother of two children gets one"
    with school.acting("maria") as session:
        answer = posting.answer(session, sent, posting.Letter("", "Thanks")).id
    assert all(id_ != answer for id_, _ in inbox(school, "viktor"))
    assert [part.row.text for part in threads.load(school.session("viktor", writing=False), sent)] == ["Please look."]


def test_what_one_puts_away_stays_with_the_others(school: School) -> None:
    sent = send(school, "anna", "parents A")
    with school.acting("maria") as session:
        threads.put_away(session, sent, away=True)
    assert all(id_ != sent for id_, _ in inbox(school, "maria"))
    assert [id_ for id_, _ in inbox(school, "maria", "archive")] == [sent]
    assert sent in [id_ for id_, _ in inbox(school, "anna", "sent")]
    with school.acting("maria") as session:
        line = session.scalars(select(s.MessageRecipient).where(s.MessageRecipient.message_id == sent)).one()
        with pytest.raises((Forbidden, Missing, Invalid)):
            records.delete(session, line)
    with pytest.raises((Forbidden, Missing, Invalid)), school.acting("maria") as session:
        found = session.get(s.Message, sent)
        assert found is not None
        records.delete(session, found)
    with pytest.raises((Forbidden, Invalid)), school.acting("anna") as session:
        found = session.get(s.Message, sent)
        assert found is not None
        records.change(session, found, {"text": "Something else"})


def test_a_receiver_is_added_by_the_post_alone(school: School) -> None:
    """A forged line in the panel gives a message to nobody."""
    sent = send(school, "anna", "parents A")
    stranger = school.actor("viktor").account_id
    with pytest.raises((Invalid, Forbidden)), school.acting("anna") as session:
        records.create(session, s.MessageRecipient, {"message_id": sent, "account_id": stranger})


def test_words_and_files_are_looked_at(school: School) -> None:
    for more, field in (
        ({"subject": " "}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"files": [("virus.exe", b"MZ\x90\x00" + b"0" * 60)]}, "files"),
    ):
        with pytest.raises(Invalid) as refused:
            send(school, "anna", "parents A", **more)
        assert field in refused.value.errors
    sent = send(school, "anna", "parents A", files=[("plan.pdf", PDF)])
    own = select(s.MessageFile).where(s.MessageFile.message_id == sent)
    assert school.session("maria", writing=False).scalars(own).one().file_name == "plan.pdf"
    assert school.session("viktor", writing=False).scalars(own).all() == []
    assert school.session("boris", writing=False).scalars(own).all() == []


def test_search_finds_words_of_the_own_threads(school: School) -> None:
    sent = send(school, "anna", "parents A", subject="Excursion", text="On Friday to the museum")
    assert inbox(school, "maria", query="friday MUSEUM") == [(sent, 1)]
    assert inbox(school, "maria", query="100%") == []
    assert inbox(school, "viktor", query="museum") == []


def test_usual_texts_are_the_schools_and_the_own(school: School) -> None:
    with school.acting("anna") as session:
        made = posting.put_template(session, None, {"name": "Praise", "topic": "progress", "text": "{name} does well"})
        assert made.id in [one.id for one in posting.templates(session, session.actor.staff_id)]
    with school.acting("boris") as session:
        assert made.id not in [one.id for one in posting.templates(session, session.actor.staff_id)]
    with pytest.raises((Missing, Forbidden)), school.acting("boris") as session:
        posting.remove_template(session, made.id)
    with school.acting("anna") as session:
        posting.remove_template(session, made.id)
