"""The class teacher's verbs: excuses, announced absences, arrivals and departures, subgroups, gaps in the data, risks."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, select

from journal import schema as s
from journal.services import records, settings
from journal.services.class_room import enrolling, notices, progress, register, roster, splitting
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.grounds import YEAR, Ground, days_ago
from tests.personas import ILL_ON, TODAY, TOMORROW, YESTERDAY, School

COMING = date(2026, 12, 2)
MON, TUE, WED, THU, FRI = (date(2026, 11, day) for day in range(16, 21))


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def letters(ground: Ground) -> list[tuple[date, str, bool]]:
    """Each absence: its day, its reason, whether a document says so."""
    ground.done()
    asked = (
        select(s.Lesson.held_on, s.AbsenceReason.letter, s.Absence.document_id)
        .join(s.Lesson, s.Lesson.id == s.Absence.lesson_id)
        .join(s.AbsenceReason, s.AbsenceReason.id == s.Absence.reason_id)
        .order_by(s.Lesson.held_on, s.Lesson.number)
    )
    return [(row[0], row[1], row[2] is not None) for row in ground.seen(asked)]


# --- a document turns absences into its reason


def test_a_document_gives_its_reason_to_absences_of_its_days_now_and_later(ground: Ground) -> None:
    pupil, other = ground.pupil(), ground.pupil()
    for day in (MON, TUE, THU):
        lesson = ground.lesson(day)
        ground.absence(lesson, pupil, "L" if day == TUE else "N")
    ground.absence(ground.lesson(MON, 2), other)
    made = register.add_document(ground.session, pupil.id, ground.reasons["I"], MON, WED, " 118 ")
    assert made == 1, "the lateness of Tuesday is no absence"
    ground.absence(ground.lesson(WED), pupil)
    assert letters(ground) == [
        (MON, "I", True),
        (MON, "N", False),
        (TUE, "L", False),
        (WED, "I", True),
        (THU, "N", False),
    ]


def test_days_that_a_document_no_longer_covers_have_no_reason_again(ground: Ground) -> None:
    pupil = ground.pupil()
    for day in (MON, TUE):
        ground.absence(ground.lesson(day), pupil)
    register.add_document(ground.session, pupil.id, ground.reasons["I"], MON, TUE, "")
    document = ground.session.scalars(select(s.ExcuseDocument)).one()
    records.change(ground.session, document, {"begins_on": TUE})
    assert letters(ground) == [(MON, "N", False), (TUE, "I", True)]
    register.remove_document(ground.session, document.id)
    assert letters(ground) == [(MON, "N", False), (TUE, "N", False)]


def test_a_reason_set_by_hand_is_left_alone_by_documents(ground: Ground) -> None:
    pupil = ground.pupil()
    family = ground.add(s.AbsenceReason, letter="F", name="family")
    absence = ground.absence(ground.lesson(MON), pupil)
    register.put_reason(ground.session, ground.klass.id, [pupil.id], MON, MON, family.id)
    register.add_document(ground.session, pupil.id, ground.reasons["I"], MON, MON, "")
    assert letters(ground) == [(MON, "F", False)]
    assert absence.document_id is None


def test_a_document_needs_a_real_reason_and_days_of_a_year(ground: Ground) -> None:
    pupil = ground.pupil()
    for reason, first, last, field in (
        (ground.reasons["N"], MON, TUE, "reason_id"),
        (ground.reasons["L"], MON, TUE, "reason_id"),
        (ground.reasons["I"], date(2026, 7, 1), date(2026, 7, 2), "begins_on"),
    ):
        with pytest.raises(Invalid) as refused:
            register.add_document(ground.session, pupil.id, reason, first, last, "")
        assert field in refused.value.errors
    with pytest.raises(Invalid):
        register.add_document(ground.session, pupil.id, ground.reasons["I"], TUE, MON, "")


def test_a_key_sets_the_reason_of_a_span_for_the_own_class_alone(ground: Ground) -> None:
    pupil, late = ground.pupil(), ground.pupil()
    ground.absence(ground.lesson(MON), pupil)
    ground.absence(ground.lesson(TUE), late, "L")
    put = register.put_reason
    assert put(ground.session, ground.klass.id, [pupil.id, late.id], MON, FRI, ground.reasons["I"]) == 1
    assert put(ground.session, ground.klass.id, [pupil.id], MON, FRI, ground.reasons["I"]) == 0, "twice is once"
    with pytest.raises(Invalid):
        put(ground.session, ground.klass.id, [pupil.id], FRI, MON, ground.reasons["I"])
    with pytest.raises(Invalid):
        put(ground.session, ground.klass.id, [pupil.id], MON, FRI, ground.reasons["L"])


def test_the_month_counts_lessons_and_whole_days_by_reason(ground: Ground) -> None:
    pupil = ground.pupil()
    for number in (1, 2):
        ground.absence(ground.lesson(MON, number), pupil)
    ground.absence(ground.lesson(TUE, 1), pupil, "I")
    ground.lesson(TUE, 2)
    ground.done()
    month = register.load(ground.session, ground.klass.id, MON.replace(day=1))
    (line,) = month.lines
    assert month.days == [MON, TUE]
    assert (line.cells[MON].is_whole, line.cells[TUE].is_whole) == (True, False)
    assert line.missed.lessons == {ground.reasons["N"]: 2, ground.reasons["I"]: 1}
    assert line.missed.day_count == 1


# --- a family announces


def announce(school: School, login: str, side: str = "A", on: date = COMING) -> int:
    reason = school.system().scalar(
        select(s.AbsenceReason.id).where(~s.AbsenceReason.is_default, s.AbsenceReason.is_absence).limit(1)
    )
    values = {"reason_id": reason, "begins_on": on, "ends_on": on, "text": "a contest"}
    with school.acting(login) as session:
        return notices.announce(session, school.id(s.Student, side), values).id


def test_a_mother_announces_the_class_teacher_accepts_and_the_absence_is_excused(school: School) -> None:
    notice = announce(school, "maria")
    with school.acting("anna") as session:
        assert [one.row.id for one in notices.waiting(session, school.ids(s.SchoolClass, "A")) if one.row.id == notice]
        document = notices.accept(session, notice)
        assert (document.begins_on, document.ends_on) == (COMING, COMING)
        with pytest.raises(Invalid):
            notices.accept(session, notice)
        with pytest.raises(Invalid):
            notices.decline(session, notice, "no")
    with pytest.raises(Invalid), school.acting("maria") as session:
        notices.take_back(session, notice)


def test_what_nobody_answered_is_taken_back_and_a_refusal_says_why(school: School) -> None:
    first = announce(school, "maria")
    with pytest.raises(Invalid):
        announce(school, "maria")
    with school.acting("maria") as session:
        notices.take_back(session, first)
    second = announce(school, "maria")
    with school.acting("anna") as session:
        with pytest.raises(Invalid):
            notices.decline(session, second, "  ")
        notices.decline(session, second, "there is a test on that day")
    with pytest.raises(Invalid):
        announce(school, "maria", on=YESTERDAY)


def test_nobody_announces_for_a_child_of_others_or_answers_for_another_class(school: School) -> None:
    for login in ("viktor", "vera", "petya"):
        with pytest.raises((Missing, Forbidden)):
            announce(school, login)
    notice = announce(school, "maria")
    for login in ("boris", "viktor", "petya"):
        with pytest.raises((Missing, Forbidden, Invalid)), school.acting(login) as session:
            notices.accept(session, notice)


# --- arrivals, departures, moves


def open_class(school: School, student: int) -> list[tuple[int, date | None]]:
    rows = school.system().execute(
        select(s.Enrolment.school_class_id, s.Enrolment.ends_on)
        .where(s.Enrolment.student_id == student)
        .order_by(s.Enrolment.starts_on)
    )
    return [(row[0], row[1]) for row in rows]


def test_a_pupil_moves_and_both_classes_keep_their_dates(school: School) -> None:
    student, from_, to = school.id(s.Student, "A"), school.id(s.SchoolClass, "A"), school.id(s.SchoolClass, "B")
    with school.acting("anna") as session:
        enrolling.move(session, student, from_, to, TOMORROW, "order 12 of 23.11.2026")
    assert open_class(school, student) == [(from_, date(2026, 11, 29)), (to, None)]
    with school.acting("boris") as session:
        assert [name for _, name in enrolling.history(session, student)] == ["7B", "7A"]
    assert school.session("anna", writing=False).get(s.Student, student) is not None, "until the last day"


def test_a_departure_is_refused_while_the_journal_has_something_later(school: School) -> None:
    student, klass = school.id(s.Student, "A"), school.id(s.SchoolClass, "A")
    with pytest.raises(Invalid), school.acting("anna") as session:
        enrolling.leave(session, student, klass, date(2026, 9, 10), "order 1")
    with pytest.raises(Invalid), school.acting("anna") as session:
        enrolling.leave(session, student, klass, TODAY, "  ")
    with school.acting("anna") as session:
        enrolling.leave(session, student, klass, TODAY, "order 1")
    assert open_class(school, student) == [(klass, TODAY)]


def test_a_new_pupil_and_one_who_comes_back(school: School) -> None:
    klass = school.id(s.SchoolClass, "A")
    with school.acting("anna") as session:
        made = enrolling.arrive(session, klass, {"last_name": "New", "first_name": "Pupil"}, TODAY, "order 3").id
        with pytest.raises(Invalid):
            enrolling.arrive(session, klass, made, TODAY, "order 3")
    with school.acting("anna") as session:
        enrolling.leave(session, made, klass, TODAY, "order 4")
    with school.acting("anna") as session:
        with pytest.raises(Invalid):
            enrolling.arrive(session, klass, made, TODAY, "order 5")
        enrolling.arrive(session, klass, made, TOMORROW, "order 5")
    assert open_class(school, made) == [(klass, TODAY), (klass, None)]


@pytest.mark.parametrize("login", ["boris", "maria", "petya"])
def test_nobody_enrols_into_a_class_of_others(school: School, login: str) -> None:
    student, from_, to = school.id(s.Student, "A"), school.id(s.SchoolClass, "A"), school.id(s.SchoolClass, "B")
    for act in (
        lambda session: enrolling.leave(session, student, from_, TODAY, "order 1"),
        lambda session: enrolling.move(session, student, from_, to, TOMORROW, "order 1"),
        lambda session: enrolling.arrive(session, from_, {"last_name": "N", "first_name": "P"}, TODAY, "order 1"),
    ):
        with pytest.raises((Missing, Forbidden)), school.acting(login) as session:
            act(session)
    assert open_class(school, student) == [(from_, None)]


# --- subgroups


def test_a_split_from_a_day_on_keeps_the_history(ground: Ground) -> None:
    pupils = [ground.pupil() for _ in range(4)]
    first, second = (splitting.add_group(ground.session, ground.klass.id, ground.subject.id, name) for name in ("1", "2"))
    half = {pupil.id: (first if n < 2 else second).id for n, pupil in enumerate(pupils)}
    assert splitting.put(ground.session, ground.klass.id, ground.subject.id, half, YEAR[0]) == 4
    moved = {pupils[0].id: second.id, pupils[1].id: first.id}
    assert splitting.put(ground.session, ground.klass.id, ground.subject.id, moved, MON) == 1
    ground.done()
    before = splitting.load(ground.session, ground.klass.id, ground.subject.id, days_ago(30)).member
    after = splitting.load(ground.session, ground.klass.id, ground.subject.id, MON).member
    assert (before[pupils[0].id], after[pupils[0].id]) == (first.id, second.id)
    assert {id_: group for id_, group in before.items() if id_ != pupils[0].id} == {
        id_: group for id_, group in after.items() if id_ != pupils[0].id
    }
    assert splitting.put(ground.session, ground.klass.id, ground.subject.id, {pupils[0].id: None}, TUE) == 1
    with pytest.raises(Missing):
        splitting.put(ground.session, ground.klass.id, ground.subject.id, {pupils[0].id: 999}, TUE)


def test_a_pupil_with_marks_in_the_old_subgroup_moves_after_them(ground: Ground) -> None:
    pupil = ground.pupil()
    first, second = (splitting.add_group(ground.session, ground.klass.id, ground.subject.id, name) for name in ("1", "2"))
    splitting.put(ground.session, ground.klass.id, ground.subject.id, {pupil.id: first.id}, YEAR[0])
    journal = ground.assign(subgroup_id=first.id)
    ground.mark(ground.lesson(WED, assignment_id=journal.id), pupil)
    with pytest.raises(Invalid):
        splitting.put(ground.session, ground.klass.id, ground.subject.id, {pupil.id: second.id}, TUE)
    assert splitting.put(ground.session, ground.klass.id, ground.subject.id, {pupil.id: second.id}, THU) == 1


# --- the roster and the risks


def test_gaps_of_the_data_and_what_somebody_confirmed(ground: Ground) -> None:
    twin, other, old, whole = (ground.pupil(name) for name in ("Twin", "Twin", "Old", "Whole"))
    records.change(ground.session, twin, {"born_on": date(2013, 5, 1)})
    records.change(ground.session, old, {"born_on": date(2003, 5, 1)})
    records.change(ground.session, whole, {"born_on": date(2013, 5, 1)})
    for pupil, phone in ((twin, None), (old, "+7 900"), (whole, "+7 900")):
        guardian = ground.add(s.Guardian, last_name="G", first_name="P", phone=phone)
        ground.add(s.Guardianship, guardian_id=guardian.id, student_id=pupil.id, kinship="mother")
    ground.add(s.ConfirmedDoubt, student_id=other.id, doubt="namesake")
    ground.done()
    found = roster.load(ground.session, [ground.klass.id], TODAY)
    gaps = {pupil.row.id: [gap.code for gap in pupil.gaps] for pupil in found.pupils}
    assert gaps == {
        twin.id: ["no-phone", "namesake"],
        other.id: ["no-guardian", "no-birth"],
        old.id: ["age"],
        whole.id: [],
    }


def test_who_is_at_risk(ground: Ground) -> None:
    falling, mended, open_two, missing = (ground.pupil() for _ in range(4))
    settings.put(ground.session, "risk_missed", "3")
    for n, day in enumerate((date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7), TUE, WED, THU)):
        lesson = ground.lesson(day)
        ground.mark(lesson, falling, "5" if n < 3 else "4")
        ground.mark(lesson, mended, "2" if n == 4 else "4")
        ground.mark(lesson, open_two, "2" if n == 5 else "4")
        if n >= 3:
            ground.absence(lesson, missing)
    ground.done()
    sheet = progress.of_class(ground.session, ground.year, ground.klass.id, None, TODAY)
    risks = {line.pupil.id: [str(risk.text).split(":")[0] for risk in line.risks] for line in sheet.lines if line.risks}
    assert risks == {
        falling.id: ["average falls"],
        mended.id: ["average falls"],
        open_two.id: ["average falls", "a 2 not made good"],
        missing.id: ["lessons missed"],
    }
    assert sheet.at_risk[0].pupil.id in (open_two.id, missing.id), "the worst first"
    with pytest.raises(Missing):
        progress.of_class(ground.session, ground.year, ground.klass.id, 999, TODAY)


def test_the_personas_have_an_excused_day(school: School) -> None:
    """What the policy's matrix stands on."""
    assert school.system().scalar(select(s.ExcuseDocument.id).where(s.ExcuseDocument.begins_on <= ILL_ON)) is not None
