"""The years: closed ones are only read, their archive shows one changed byte, the next year begins where this one ends."""

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, finals, marks, records
from journal.services.refusals import Forbidden, Invalid, Locked
from journal.services.reports.document import Document
from journal.services.years import archive, closed, rollover, signing
from journal.services.years.rollover import Wanted
from tests.conftest import config_for
from tests.personas import School, cell


def year_of(school: School) -> int:
    found = school.system().scalar(select(s.AcademicYear.id))
    assert found is not None
    return found


@pytest.fixture
def after(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """The summer after the year."""
    monkeypatch.setenv("JOURNAL_TODAY", "2027-06-20")
    return school


def test_a_year_that_is_not_over_stays_open(school: School) -> None:
    with pytest.raises(Invalid, match="not over"), school.acting("admin") as session:
        closed.close(session, year_of(school))


def test_only_the_administrator_closes(after: School) -> None:
    for login in ("director", "deputy", "anna"):
        with pytest.raises(Forbidden), after.acting(login) as session:
            closed.close(session, year_of(after))


def changed(entity: type[s.Entity], **values: Any) -> Callable[[Any, School], None]:
    def act(session: Any, school: School) -> None:
        row = session.get_one(entity, school.id(entity, "A"))
        records.change(session, row, values)

    return act


def deleted(entity: type[s.Entity]) -> Callable[[Any, School], None]:
    return lambda session, school: records.delete(session, session.get_one(entity, school.id(entity, "A")))


WRITES: list[Callable[[Any, School], Any]] = [
    changed(s.Mark, value="2"),
    deleted(s.Mark),
    lambda session, school: marks.put_cell(session, cell(school, "A", "4", base="5")),
    changed(s.Lesson, topic="Other"),
    deleted(s.Lesson),
    changed(s.Homework, text="Other"),
    changed(s.FinalMark, value="2"),
    lambda session, school: finals.load(session, school.id(s.TeachingAssignment, "A"), None).locked is None or (),
    changed(s.SchoolClass, name="x"),
    changed(s.Subgroup, name="x"),
    changed(s.TeachingAssignment, hours_a_week=9),
    changed(s.TimetableEntry, number=9),
    changed(s.Timetable, name="x"),
    changed(s.Holiday, name="x"),
    changed(s.Absence, reason_id=2),
    deleted(s.Substitution),
    lambda session, school: records.change(session, session.get_one(s.AcademicYear, year_of(school)), {"name": "x"}),
]


@pytest.mark.parametrize("who", ["admin", "system"])
def test_nobody_writes_in_a_closed_year(after: School, who: str) -> None:
    with after.acting("admin") as session:
        closed.close(session, year_of(after))
    open_writes = []
    for number, act in enumerate(WRITES):
        try:
            with after.acting("admin") if who == "admin" else after.acting_as_system() as session:
                if act(session, after) != ():
                    open_writes.append(number)
        except Locked:
            continue
        except Invalid as refused:
            assert number == 11, refused  # a version that is long over is refused for its own reason first
    assert open_writes == []


def test_a_closed_year_is_still_read_and_is_never_current_again(after: School) -> None:
    with after.acting("admin") as session:
        closed.close(session, year_of(after))
        with pytest.raises(Invalid):
            closed.make_current(session, year_of(after))
    assert after.session("anna", writing=False).scalars(select(s.Mark.value)).all() == ["5"]


def plain(document: Document) -> bytes:
    return repr(document.title).encode()


def archived(school: School, folder: Path) -> Path:
    config = config_for("", folder)
    return archive.make(school.engine, config, year_of(school), plain, lambda done, total: None)


def test_an_archive_is_whole_private_and_known(school: School, tmp_path: Path) -> None:
    path = archived(school, tmp_path)
    found = archive.verify(path)
    assert found.problems == [] and found.facts["year"] == "2026/27" and found.facts["school"] == "School 7"
    assert found.facts["keep_until"] == {"journals": "2032-12-31", "summaries": "2052-12-31"}
    assert path.stat().st_mode & 0o377 == 0 and (tmp_path / "archive-key").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as file:
        names = set(file.namelist())
        lines = [json.loads(line) for line in file.read("data/mark.jsonl").splitlines()]
        schema = json.loads(file.read("data/schema.json"))
        people = file.read("data/student.jsonl").decode()
    assert {"journals/7A.pdf", "summaries/7B.pdf", "manifest.json", "manifest.sig"} <= names
    assert sorted(line["value"] for line in lines) == ["5", "5"]
    assert (
        set(lines[0]) == set(schema["mark"]["columns"]) and schema["mark"]["columns"]["student_id"]["refers_to"] == "student"
    )
    assert "+7 901" not in people
    with database.reading(school.engine, System("test")) as session:
        assert path.name in session.scalars(select(s.Archive.file_name)).all()


def test_one_flipped_byte_a_missing_and_a_foreign_file_are_found(school: School, tmp_path: Path) -> None:
    path = archived(school, tmp_path)
    whole = path.read_bytes()
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(path) as file:
        infos = [info for info in file.infolist() if info.compress_size > 8]
    for info in infos:
        place = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
        broken.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert archive.verify(broken).problems, info.filename

    def rewritten(change: Callable[[dict[str, bytes]], None]) -> list[str]:
        with zipfile.ZipFile(path) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        change(parts)
        with zipfile.ZipFile(broken, "w") as new:
            for name, data in parts.items():
                new.writestr(name, data)
        return archive.verify(broken).problems

    assert rewritten(lambda parts: None) == []
    assert rewritten(lambda parts: parts.update({"journals/7A.pdf": b"x"})) == ["journals/7A.pdf: changed"]
    assert rewritten(lambda parts: parts.pop("journals/7A.pdf") and None) == ["journals/7A.pdf: missing"]
    assert rewritten(lambda parts: parts.update({"evil.exe": b"x"})) == ["evil.exe: not in the manifest"]
    assert (
        "signature"
        in rewritten(lambda parts: parts.update({"manifest.json": parts["manifest.json"].replace(b"27", b"28")}))[0]
    )
    assert archive.verify(Path(__file__)).problems


def test_an_archive_signed_by_somebody_else_is_told_by_the_key(school: School, tmp_path: Path) -> None:
    path = archived(school, tmp_path)
    own = signing.fingerprint(signing.public_of(signing.key_of(tmp_path)))
    assert archive.verify(path, own).problems == []
    other = signing.fingerprint(signing.public_of(signing.key_of(tmp_path / "..")))
    assert "another key" in archive.verify(path, other).problems[0]
    (tmp_path / ".." / "archive-key").unlink()


def test_a_stopped_archive_leaves_no_file(school: School, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        archive.make(school.engine, config_for("", tmp_path), year_of(school), plain, stop)
    assert list((tmp_path / "archives").iterdir()) == []


NEXT = Wanted(date(2027, 9, 1), date(2028, 5, 26), order="No. 5")


@pytest.fixture
def levels(school: School) -> School:
    with school.acting_as_system() as session:
        records.create(session, s.GradeLevel, {"number": 8})
    return school


def carried(school: School, wanted: Wanted) -> dict[str, int]:
    with school.acting("admin") as session:
        year = session.get_one(s.AcademicYear, year_of(school))
        return dict(rollover.carry_out(session, year, wanted))


def test_the_next_year_follows_from_this_one(levels: School) -> None:
    made = carried(levels, NEXT)
    assert made == {"periods": 3, "holidays": 2, "classes": 2, "up": 2, "subgroups": 2, "assignments": 2}
    session = levels.system()
    year = session.scalars(select(s.AcademicYear).where(s.AcademicYear.name == "2027/28")).one()
    assert not year.is_current
    classes = session.scalars(select(s.SchoolClass).where(s.SchoolClass.academic_year_id == year.id)).all()
    assert sorted(one.name for one in classes) == ["8A", "8B"] and all(one.class_teacher_id for one in classes)
    petya = levels.id(s.Student, "A")
    rows = session.scalars(select(s.Enrolment).where(s.Enrolment.student_id == petya).order_by(s.Enrolment.starts_on)).all()
    assert [(one.starts_on, one.ends_on, one.order_in) for one in rows][-1] == (date(2027, 9, 1), None, "No. 5")
    assert rows[-2].ends_on == date(2027, 8, 31)
    member = session.scalars(select(s.SubgroupMember).where(s.SubgroupMember.starts_on == date(2027, 9, 1))).all()
    assert len(member) == 2
    with pytest.raises(Invalid, match="later year"):
        carried(levels, NEXT)


def test_some_repeat_some_leave_and_graduates_go(levels: School) -> None:
    petya, vera = levels.id(s.Student, "A"), levels.id(s.Student, "B")
    with pytest.raises(Invalid, match="no class"):
        carried(levels, Wanted(NEXT.begins_on, NEXT.ends_on, "No. 5", fates={petya: "stay"}))
    assert levels.system().scalars(select(s.AcademicYear.name)).all() == ["2026/27"]
    with levels.acting_as_system() as session:
        six = records.create(session, s.GradeLevel, {"number": 6})
        year = {"academic_year_id": year_of(levels), "grade_level_id": six.id}
        records.create(session, s.SchoolClass, {**year, "letter": "A", "name": "6A"})
    made = carried(levels, Wanted(NEXT.begins_on, NEXT.ends_on, "No. 5", fates={petya: "stay", vera: "out"}))
    assert (made["stay"], made["out"]) == (1, 1)
    session = levels.system()
    now = {
        row[0]: row[1]
        for row in session.execute(
            select(s.Enrolment.student_id, s.SchoolClass.name)
            .join(s.SchoolClass, s.SchoolClass.id == s.Enrolment.school_class_id)
            .where(s.Enrolment.ends_on.is_(None))
        )
    }
    assert now == {petya: "7A"}
    left = session.scalars(select(s.Enrolment).where(s.Enrolment.student_id == vera)).all()[-1]
    assert (left.ends_on, left.order_out) == (date(2027, 5, 26), "No. 5")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(date(2027, 5, 1), date(2028, 5, 26), "x"), "begins_on"),
        (Wanted(date(2027, 9, 1), date(2027, 9, 26), "x"), "ends_on"),
        (Wanted(date(2027, 9, 1), date(2028, 5, 26), " "), "order"),
    ],
)
def test_bad_values_stand_beside_their_fields(levels: School, wanted: Wanted, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        carried(levels, wanted)
    assert list(refused.value.errors) == [field]


def test_the_current_year_is_switched(levels: School) -> None:
    carried(levels, NEXT)
    with levels.acting("admin") as session:
        after = session.scalars(select(s.AcademicYear).where(s.AcademicYear.name == "2027/28")).one()
        closed.make_current(session, after.id)
    assert levels.system().scalars(select(s.AcademicYear.name).where(s.AcademicYear.is_current)).all() == ["2027/28"]
