"""Homework: files by their content, how much a class has for a day, for one pupil alone, from the parallel class."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import Engine, select

from journal import schema as s
from journal.access.actor import System
from journal.services import attachments, database, homework, lessons, records, settings
from journal.services.plans import writing
from journal.services.refusals import Forbidden, Invalid, Locked, Missing
from tests.control.test_rules import plan
from tests.grounds import TODAY, Ground, days_ago
from tests.personas import School

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 32


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def zipped(*names: str, **texts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, texts.get(name.replace(".", "_"), b"x"))
    return out.getvalue()


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


MACRO = zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
ODT = zipped("mimetype", "content.xml", mimetype=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%abc", ".pdf"),
        (PNG, ".png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", ".jpg"),
        (saved(docx.Document()), ".docx"),
        (saved(Workbook()), ".xlsx"),
        (ODT, ".odt"),
        ("Прочитать § 5".encode(), ".txt"),
        (b"<html><script>alert(1)</script>", None),
        (b"\xef\xbb\xbf <svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"MZ\x90\x00\x03\x00\x00\x00", None),
        (b"#!/bin/sh\nrm -rf /", None),
        (zipped("evil.exe"), None),
        (MACRO, None),
        (b"PK\x03\x04 broken", None),
        (b"\x7fELF\x02\x01\x01", None),
    ],
)
def test_a_file_is_known_by_its_content(data: bytes, kind: str | None) -> None:
    assert attachments.kind_of(data) == kind


@given(st.binary(max_size=200))
def test_any_bytes_have_a_kind_or_none(data: bytes) -> None:
    assert attachments.kind_of(data) in {None, *attachments.TYPES}


def of_side(school: School, side: str = "A") -> int:
    return school.id(s.Homework, side)


def test_a_file_takes_its_extension_from_its_content(school: School) -> None:
    with school.acting("anna") as session:
        made = attachments.attach(session, of_side(school), "../../evil\x00.exe", PNG)
        assert (made.file_name, made.content_type, made.size) == ("evil.png", "image/png", len(PNG))


def test_files_that_are_too_large_empty_or_too_many_are_refused(school: School) -> None:
    for data in (b"", b"x" * (attachments.LARGEST + 1), b"MZ\x90\x00"):
        with pytest.raises(Invalid), school.acting("anna") as session:
            attachments.attach(session, of_side(school), "a.txt", data)
    with pytest.raises(Invalid), school.acting("anna") as session:
        for n in range(attachments.MOST_FILES + 1):
            attachments.attach(session, of_side(school), f"{n}.txt", b"text")


def test_who_may_attach(school: School) -> None:
    for login in ("boris", "petya", "maria", "deputy"):
        with pytest.raises((Forbidden, Missing)), school.acting(login) as session:
            attachments.attach(session, of_side(school), "a.txt", b"text")
    with pytest.raises((Forbidden, Missing)), school.acting("boris") as session:
        attachments.detach(session, school.id(s.Attachment, "A"))


def test_homework_for_one_pupil_is_not_shown_to_another(school: School) -> None:
    lesson, student = school.id(s.Lesson, "A"), school.id(s.Student, "A")
    with database.work(school.engine, System("test")) as session:
        other = records.create(session, s.Student, {"last_name": "Other", "first_name": "Pupil"})
        place = {"student_id": other.id, "school_class_id": school.id(s.SchoolClass, "A"), "starts_on": days_ago(60)}
        records.create(session, s.Enrolment, place)
        other_id = other.id
    with school.acting("anna") as session:
        homework.put_own(session, lesson, other_id, "for the other")
        homework.put_own(session, lesson, student, "for Petya")
        assert [one.student for one in homework.of_lesson(session, lesson)] == [None, "Other Pupil", "Petya Pupil"]
    with school.acting("petya") as session:
        assert [one.row.text for one in homework.of_lesson(session, lesson)] == ["Homework A", "for Petya"]
    with school.acting("anna") as session:
        assert homework.put_own(session, lesson, student, " ") is None
    with pytest.raises(Invalid), school.acting("anna") as session:
        homework.put_own(session, lesson, student, " ")


def test_the_load_of_a_day_counts_what_is_due_then(ground: Ground) -> None:
    other = ground.assign(subject_id=ground.add(s.Subject, name="Physics", code="PH").id)
    day = TODAY + timedelta(days=1)
    for journal, minutes, due_on in ((ground.journal, 40, None), (other, 120, day), (other, 15, None)):
        lesson = ground.lesson(days_ago(1 if due_on is None else 2), 3, assignment_id=journal.id)
        ground.homework(lesson, minutes=minutes, due_on=due_on)
    ground.lesson(day, 1)
    ground.lesson(day + timedelta(days=3), 1, assignment_id=other.id)
    ground.done()
    load = homework.load(ground.session, ground.klass.id, day)
    assert (load.parts, load.minutes, load.most, load.is_heavy) == ([("Algebra", 40), ("Physics", 120)], 160, 150, True)
    settings.put(ground.session, "homework_minutes", "7:200")
    assert not homework.load(ground.session, ground.klass.id, day).is_heavy


def test_the_parallel_class_lends_its_topic(ground: Ground) -> None:
    twin = ground.add(s.SchoolClass, academic_year_id=ground.year.id, grade_level_id=ground.grade.id, letter="B", name="7B")
    other = ground.assign(school_class_id=twin.id)
    source = ground.lesson(days_ago(3), assignment_id=other.id, topic="Powers")
    ground.homework(source, "No. 7")
    here = ground.lesson(days_ago(1), topic="")
    ground.done()
    assert homework.parallel(ground.session, here) == [
        homework.Source(source.id, "7B", days_ago(3), "Powers", "No. 7"),
    ]


# --- prepared ahead, and topics from the plan


def test_a_lesson_to_come_may_be_prepared_but_not_called(school: School) -> None:
    with database.work(school.engine, System("test")) as session:
        place = {"assignment_id": school.id(s.TeachingAssignment, "A"), "held_on": TODAY + timedelta(days=7), "number": 5}
        ahead = records.create(session, s.Lesson, place).id
    with school.acting("anna") as session:
        lessons.write(session, ahead, {"topic": "Verbs", "homework": "p. 12"})
    for values in ({"attendance_taken": True},):
        with pytest.raises(Locked), school.acting("anna") as session:
            lessons.write(session, ahead, values)
    with pytest.raises((Forbidden, Missing)), school.acting("boris") as session:
        lessons.write(session, ahead, {"topic": "Foreign"})


def test_topics_of_the_plan_are_taken_in_order_and_whole(ground: Ground) -> None:
    made = plan(ground, ground.journal, 3)
    ground.moment(made[1], homework="p. 2", work_type_id=ground.kinds["test"])
    ground.session.expire_all()
    held = [ground.lesson(days_ago(n), topic="", work_type_id=None) for n in (6, 4, 2)]
    ground.lesson(TODAY + timedelta(days=2), topic="")
    ground.done()
    assert lessons.accept_planned(ground.session, ground.anna.id, TODAY) == 3
    found = [(one.topic, one.planned_lesson_id, one.work_type_id) for one in held]
    kinds = [None, ground.kinds["test"], None]
    assert found == [(row.topic, row.id, kind) for row, kind in zip(made, kinds, strict=True)]
    given = lessons.homework_of(ground.session, held[1].id)
    assert given is not None and given.text == "p. 2"
    lessons.write(ground.session, held[2].id, {"topic": ""})
    assert held[2].planned_lesson_id is None, "a topic taken back gives its row back"


def test_a_row_of_another_journals_plan_is_not_taken(school: School) -> None:
    with pytest.raises(Missing), school.acting("anna") as session:
        lessons.take_planned(session, school.id(s.Lesson, "A"), school.id(s.PlannedLesson, "B"))
    with school.acting("anna") as session:
        writing.append(session, school.id(s.SchemeOfWork, "A"), [{"topic": "Second"}])
        row = session.scalars(select(s.PlannedLesson).where(s.PlannedLesson.topic == "Second")).one()
        assert lessons.take_planned(session, school.id(s.Lesson, "A"), row.id).topic == "Second"
