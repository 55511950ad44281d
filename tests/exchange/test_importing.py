"""A list comes in: planned row by row, carried out at once; the same file changes nothing, and all can be taken back."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, jobs, records
from journal.services.exchange import importing
from journal.services.exchange.layout import Layout
from journal.services.exchange.plan import Plan
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.conftest import config_for
from tests.exchange import sheets
from tests.personas import TODAY, School

NOWHERE = config_for("", Path("/nowhere"))
HEAD = ["Фамилия", "Имя", "Отчество", "Класс", "Дата рождения", "Мать", "Телефон матери"]
NEW: sheets.Rows = [
    HEAD,
    ["Ёлкин", "Пётр", "Олегович", "7 a", date(2013, 5, 1), "Ёлкина Анна Ильинична", "+7 900 1"],
    ["Ёлкина", "Мария", "Олеговна", "7-Б", "02.06.2014", "Ёлкина Анна Ильинична", "+7 900 1"],
]


def brought(school: School, code: str, data: bytes, login: str = "admin") -> int:
    with school.acting(login) as session:
        return importing.receive(session, code, "list.xlsx", data).id


def planned(school: School, run_id: int) -> Plan:
    session = school.session("admin", writing=False)
    made = importing.plan(session, importing.open_run(session, run_id))
    session.close()
    return made


def done(school: School, run_id: int, kind: str = "import") -> dict[str, Any]:
    """The job as the worker does it."""
    with school.acting("admin") as session:
        job = jobs.ask(session, kind, "test", {"run": run_id})
    jobs.perform(school.engine, NOWHERE, job.id, jobs.Silent())
    with database.reading(school.engine, System("test")) as session:
        kept = session.get(s.Job, job.id)
        assert kept is not None
        return {"state": kept.state, **(kept.result or {})}


def rows(engine: Engine, *entities: type[s.Entity]) -> dict[str, int]:
    with database.reading(engine, System("test")) as session:
        return {one.__name__: session.scalar(select(func.count()).select_from(one)) or 0 for one in entities}


PEOPLE = (s.Student, s.Guardian, s.Guardianship, s.Enrolment, s.SchoolClass)


@pytest.fixture
def seven(school: School) -> School:
    """The classes are called with Russian letters, as in life."""
    with school.acting_as_system() as session:
        for side, letter in (("A", "А"), ("B", "Б")):
            row = session.get(s.SchoolClass, school.id(s.SchoolClass, side))
            assert row is not None
            records.change(session, row, {"letter": letter, "name": f"7{letter}"})
    return school


def test_pupils_with_a_common_mother_come_in_and_the_second_time_nothing_changes(seven: School) -> None:
    before = rows(seven.engine, *PEOPLE)
    run = brought(seven, "students", sheets.xlsx(NEW))
    assert planned(seven, run).counts == Counter(new=2)
    assert rows(seven.engine, *PEOPLE) == before
    assert done(seven, run) == {"state": "done", "address": f"/exchange/{run}"}
    after = rows(seven.engine, *PEOPLE)
    assert {name: after[name] - before[name] for name in after} == {
        "Student": 2, "Guardian": 1, "Guardianship": 2, "Enrolment": 2, "SchoolClass": 0,
    }  # fmt: skip
    again = brought(seven, "students", sheets.csv(NEW))
    assert planned(seven, again).counts == Counter(same=2)
    assert done(seven, again)["state"] == "done" and rows(seven.engine, *PEOPLE) == after
    with database.reading(seven.engine, System("test")) as session:
        enrolment = session.scalars(select(s.Enrolment).order_by(s.Enrolment.id.desc())).first()
        assert enrolment is not None and enrolment.starts_on == date(2026, 9, 1)
        told = session.scalars(select(s.TrailEntry).where(s.TrailEntry.request == importing.mark(run))).all()
        assert Counter(one.entity for one in told)["Student"] == 2 and {one.actor for one in told} == {"Admin"}


def test_an_import_is_taken_back_whole(seven: School) -> None:
    before = rows(seven.engine, *PEOPLE)
    with seven.acting_as_system() as session:
        petya = session.get(s.Student, seven.id(s.Student, "A"))
        assert petya is not None
        name, phone = [petya.last_name, petya.first_name, petya.middle_name], petya.phone
    known = [HEAD[:3] + ["Телефон"], name + ["+7 999"]]
    for table in (NEW, known):
        run = brought(seven, "students", sheets.xlsx(table))
        assert done(seven, run)["state"] == "done"
        assert done(seven, run, "undo-import")["state"] == "done"
        assert rows(seven.engine, *PEOPLE) == before
        assert done(seven, run, "undo-import")["state"] == "failed"
    with database.reading(seven.engine, System("test")) as session:
        petya = session.get(s.Student, seven.id(s.Student, "A"))
        assert petya is not None and petya.phone == phone


def test_what_was_used_or_changed_since_is_not_taken_back(seven: School) -> None:
    run = brought(seven, "students", sheets.xlsx(NEW))
    done(seven, run)
    with seven.acting_as_system() as session:
        student = session.scalars(select(s.Student).where(s.Student.last_name == "Ёлкин")).one()
        note = {"student_id": student.id, "noted_on": TODAY, "text": "Well", "kind": "praise"}
        kept = records.create(session, s.BehaviourNote, note)
    answer = done(seven, run, "undo-import")
    assert answer["state"] == "failed" and "Note in the diary" in str(answer["problems"])
    with seven.acting_as_system() as session:
        records.delete(session, session.get_one(s.BehaviourNote, kept.id))
        records.change(session, session.get_one(s.Student, student.id), {"phone": "1"})
    answer = done(seven, run, "undo-import")
    assert answer["state"] == "failed" and "Student" in str(answer["problems"])


def test_each_bad_row_says_what_is_wrong_and_the_good_ones_come_in(seven: School) -> None:
    table = [
        HEAD,
        ["Новый", "Олег", None, "7А", "32.13.2013", None, None],
        ["Одна", None, None, "7А", None, None, None],
        ["Чужой", "Иван", None, "12Ы", None, None, None],
        ["Верный", "Лев", None, "7А", None, None, None],
        ["Верный", "Лев", None, "7А", None, None, None],
        ["Длинный", "И" * 90, None, "7А", None, None, None],
        [None, None, None, None, None, None, None],
        ["Ничей", "Ян", None, None, None, None, None],
    ]
    plan = planned(seven, brought(seven, "students", sheets.xlsx(table)))
    assert plan.counts == Counter(new=2, refused=5)
    assert [(note.row, note.label) for note in plan.notes if note.is_error] == [
        (2, "Date of birth"), (3, "First name"), (4, "Class"), (6, ""), (7, "First name"),
    ]  # fmt: skip
    assert [note.row for note in plan.notes if not note.is_error] == [9]


def test_a_missing_class_is_made_and_a_pupil_of_another_class_is_not_moved(seven: School) -> None:
    with seven.acting_as_system() as session:
        petya = session.get_one(s.Student, seven.id(s.Student, "A"))
        name = [petya.last_name, petya.first_name, None]
    table = [HEAD, ["Новый", "Олег", None, "7 в", None, None, None], [*name, "7В", None, None, None]]
    run = brought(seven, "students", sheets.xlsx(table))
    plan = planned(seven, run)
    assert plan.counts == Counter(new=1, same=1) and plan.rows_made["SchoolClass"] == 1
    assert len([note for note in plan.notes if not note.is_error]) == 2
    done(seven, run)
    with database.reading(seven.engine, System("test")) as session:
        assert session.scalars(select(s.SchoolClass.name).where(s.SchoolClass.name == "7В")).all() == ["7В"]


def test_namesakes_are_told_apart_by_birth_or_refused(seven: School) -> None:
    with seven.acting_as_system() as session:
        for day in (1, 2):
            records.create(session, s.Student, {"last_name": "Ким", "first_name": "Ян", "born_on": date(2013, 5, day)})
    head = ["ФИО", "Дата рождения", "Телефон"]
    table = [head, ["Ким Ян", "02.05.2013", "5"], ["Ким Ян", None, "6"], ["Ким Ян", "03.05.2013", "7"]]
    plan = planned(seven, brought(seven, "students", sheets.xlsx(table)))
    assert [one.state for one in plan.outcomes] == ["changed", "refused", "new"]


def test_staff_subjects_rooms_and_assignments(seven: School) -> None:
    staff = [["ФИО", "Должность"], ["Орлова Ольга Петровна", "учитель"], ["Орлов Олег Ильич", "учитель"]]
    subjects = [["Предмет", "Кратко"], ["Русский язык", None], ["Физика", "Физ"]]
    room_list = [["Кабинет", "Название", "Мест"], ["12", "Физика", "30"], ["13", None, "много"]]
    assignments = [
        ["Учитель", "Предмет", "Класс", "Часов", "Подгруппа"],
        ["Орлова О. П.", "физика", "7 А", "2,5", None],
        ["Орлов О.", "Физика", "7А", 1, "1"],
        ["Орлов О.", "Физика", "7А", 1, "1"],
        ["Петров П.", "Химия", "7А", 1, None],
    ]
    for code, table, counts in (
        ("staff", staff, Counter(new=2)),
        ("subjects", subjects, Counter(new=2)),
        ("rooms", room_list, Counter(new=1, refused=1)),
        ("assignments", assignments, Counter(new=2, refused=2)),
    ):
        run = brought(seven, code, sheets.csv(table, ";"))
        assert planned(seven, run).counts == counts, code
        assert done(seven, run)["state"] == "done"
    with database.reading(seven.engine, System("test")) as session:
        made = session.scalars(select(s.TeachingAssignment).order_by(s.TeachingAssignment.id.desc()).limit(2)).all()
        assert [(one.hours_a_week, one.subgroup_id is None) for one in made] == [(Decimal(1), False), (Decimal("2.5"), True)]
        assert session.scalars(select(s.Subject.code).where(s.Subject.name == "Русский язык")).one() == "РЯ"
    more = [["Учитель", "Предмет", "Класс", "Часов"], ["Орлова Ольга", "Физика", "7А", "3"]]
    assert planned(seven, brought(seven, "assignments", sheets.csv(more))).counts == Counter(changed=1)


def test_marks_go_to_lessons_and_never_over_a_mark(seven: School) -> None:
    """The lesson of the 16th was cancelled."""
    with seven.acting_as_system() as session:
        lesson = {"assignment_id": seven.id(s.TeachingAssignment, "A"), "held_on": date(2026, 11, 17), "number": 3}
        records.create(session, s.Lesson, lesson)
    table = [
        ["Ученик", "Класс", "Предмет", "Дата", "Отметка"],
        ["Petya Pupil", "7А", "Subject A", "17.11.2026", "4"],
        ["Petya Pupil", "7А", "Subject A", "20.11.2026", "5"],
        ["Petya Pupil", "7А", "Subject A", "20.11.2026", "3"],
        ["Petya Pupil", "7А", "Subject A", "15.11.2026", "3"],
        ["Vera Pupil", "7А", "Subject A", "17.11.2026", "3"],
        ["Petya Pupil", "7А", "Subject A", "16.11.2026", "3"],
        ["Petya Pupil", "7А", "Subject A", "16.11.2026", "отлично"],
    ]
    run = brought(seven, "marks", sheets.xlsx(table))
    plan = planned(seven, run)
    assert [one.state for one in plan.outcomes] == ["new", "same", *["refused"] * 5]
    answer = done(seven, run)
    assert answer["state"] == "done", answer
    assert planned(seven, brought(seven, "marks", sheets.xlsx(table[:3]))).counts == Counter(same=2)


def test_only_the_administrator_brings_anything(school: School) -> None:
    for login in ("director", "deputy", "anna", "maria"):
        with pytest.raises(Forbidden):
            brought(school, "rooms", sheets.xlsx([["Кабинет"], ["1"]]), login)
    with pytest.raises(Missing):
        brought(school, "nothing", sheets.xlsx([["Кабинет"], ["1"]]))


def test_the_columns_are_chosen_and_remembered(seven: School) -> None:
    table = [["Кто", "Связь"], ["Орлов Олег", "+7 1"]]
    run = brought(seven, "staff", sheets.xlsx(table))
    with seven.acting("admin") as session:
        opened = importing.open_run(session, run)
        for wrong in ({}, {1: "phone"}, {0: "full_name", 1: "full_name"}):
            with pytest.raises(Invalid):
                importing.lay_out(session, opened, Layout(0, 0, wrong))
        importing.lay_out(session, opened, Layout(0, 0, {0: "full_name", 1: "phone"}))
    done(seven, run)
    with seven.acting("admin") as session:
        again = importing.receive(session, "staff", "more.xlsx", sheets.xlsx([["Связь", "Кто"], ["+7 2", "Орлов Олег"]]))
        assert importing.open_run(session, again.id).layout.columns == {0: "phone", 1: "full_name"}


def test_a_stopped_import_leaves_nothing(seven: School) -> None:
    class Stopped:
        def tell(self, done: int, total: int) -> None:
            raise jobs.Cancelled

    before = rows(seven.engine, *PEOPLE)
    run = brought(seven, "students", sheets.xlsx(NEW))
    with seven.acting("admin") as session:
        job = jobs.ask(session, "import", "test", {"run": run})
    jobs.perform(seven.engine, NOWHERE, job.id, Stopped())
    assert rows(seven.engine, *PEOPLE) == before
    with database.reading(seven.engine, System("test")) as session:
        assert session.get_one(s.Job, job.id).state == "cancelled"
        assert session.get_one(s.ImportRun, run).state == "checked"


def test_files_are_let_go_after_a_month_and_the_import_can_still_be_undone(
    seven: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, waiting = (brought(seven, "students", sheets.xlsx(NEW)) for _ in range(2))
    done(seven, run)
    assert importing.forget(seven.engine) == 0
    monkeypatch.setenv("JOURNAL_TODAY", "2026-12-30")
    assert importing.forget(seven.engine) == 2
    with pytest.raises(Missing):
        importing.open_run(seven.session("admin", writing=False), waiting)
    assert importing.open_run(seven.session("admin", writing=False), run).run.report
    assert done(seven, run, "undo-import")["state"] == "done"


def test_many_rows_come_in_each_with_its_entry(seven: School) -> None:
    """More than one chunk."""
    table = [["ФИО", "Класс"], *([f"Фамилия{n} Имя", "7А"] for n in range(1100))]
    run = brought(seven, "students", sheets.csv(table, ",", "utf-8"))
    assert done(seven, run)["state"] == "done"
    with database.reading(seven.engine, System("test")) as session:
        entries = select(func.count(s.TrailEntry.id)).where(s.TrailEntry.request == importing.mark(run))
        assert session.scalar(entries) == 2200
