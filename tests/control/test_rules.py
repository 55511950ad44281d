"""Every rule of journal keeping, with rows that must come back and rows that must not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from journal import schema as s
from journal.services.control import registry
from journal.services.control.check import SEVERITIES
from tests.grounds import TODAY, Ground, days_ago

MONTH_AGO = days_ago(30)


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def test_every_rule_introduces_itself() -> None:
    for check in registry.every():
        assert check.label and check.help and check.severity in SEVERITIES, check.code
        assert check.place in ("lesson", "cell", "journal", "finals", "plan", "trail"), check.code
        for parameter in check.parameters:
            assert parameter.low <= parameter.default <= parameter.high, (check.code, parameter.name)
    assert len(registry.every()) == 19


def test_lesson_without_a_topic(ground: Ground) -> None:
    empty = ground.lesson(days_ago(3), topic="")
    ground.lesson(days_ago(4))
    ground.lesson(TODAY, topic="")
    ground.lesson(days_ago(-1), topic="")
    ground.lesson(days_ago(5), topic="", is_cancelled=True)
    assert ground.found("no-topic") == [(empty.id, None, None)]


def test_lesson_without_homework(ground: Ground) -> None:
    bare, only_one = ground.lesson(days_ago(3)), ground.lesson(days_ago(4))
    ground.homework(only_one, student_id=ground.pupil().id)
    ground.homework(ground.lesson(days_ago(5)))
    ground.lesson(days_ago(6), work_type_id=ground.kinds["test"])
    assert ground.found("no-homework") == sorted([(bare.id, None, None), (only_one.id, None, None)], key=str)


def test_homework_after_the_school_day(ground: Ground) -> None:
    late, in_time = ground.lesson(days_ago(3)), ground.lesson(days_ago(4))
    evening, noon = ground.homework(late), ground.homework(in_time)
    ground.moment(evening, written_at=datetime(2026, 11, 20, 12, 30, tzinfo=UTC))
    ground.moment(noon, written_at=datetime(2026, 11, 19, 11, 30, tzinfo=UTC))
    assert ground.found("late-homework") == [(late.id, None, None)], "15:00 in Moscow is 12:00 UTC"


def test_attendance_not_taken(ground: Ground) -> None:
    untaken = ground.lesson(days_ago(3), attendance_taken=False)
    seen = ground.lesson(days_ago(4), attendance_taken=False)
    ground.absence(seen, ground.pupil())
    ground.lesson(days_ago(5))
    assert ground.found("no-attendance") == [(untaken.id, None, None)]


def test_too_few_marks(ground: Ground) -> None:
    lessons = [ground.lesson(date(2026, 10, day)) for day in (1, 2, 5, 6, 7)]
    few, enough, late_comer = ground.pupil(), ground.pupil(), ground.pupil(since=date(2026, 10, 6))
    for lesson in lessons[:3]:
        ground.mark(lesson, enough)
    ground.mark(lessons[0], few)
    ground.pupil(until=date(2026, 10, 2))
    assert ground.found("few-marks") == [(None, few.id, 1.0)]
    assert late_comer.id not in {row[1] for row in ground.found("few-marks")}


def test_a_period_far_from_its_end_has_no_too_few(ground: Ground) -> None:
    for day in (2, 3, 9, 10, 11):
        ground.lesson(date(2026, 11, day))
    ground.pupil()
    assert ground.found("few-marks") == []


def test_lessons_in_a_row_without_a_mark(ground: Ground) -> None:
    pupil = ground.pupil()
    ground.mark(ground.lesson(days_ago(20)), pupil)
    for ago in (13, 11, 9):
        ground.lesson(days_ago(ago))
    assert ground.found("lessons-without-marks") == []
    ground.lesson(days_ago(6))
    assert ground.found("lessons-without-marks") == [(None, None, 4.0)]
    ground.mark(ground.lesson(days_ago(4)), pupil)
    assert ground.found("lessons-without-marks") == []


def test_a_pupil_long_not_asked(ground: Ground) -> None:
    idle, ill, asked = ground.pupil(), ground.pupil(), ground.pupil()
    lessons = [ground.lesson(days_ago(ago)) for ago in (40, 30, 25, 20, 15, 10, 5)]
    for pupil in (idle, ill):
        ground.mark(lessons[0], pupil)
    ground.mark(lessons[4], asked)
    ground.absence(lessons[1], ill)
    assert ground.found("not-asked") == [(None, idle.id, 6.0)], "five are allowed; a missed lesson does not count"


def test_absent_yet_with_a_mark(ground: Ground) -> None:
    lesson, pupil, late = ground.lesson(days_ago(3)), ground.pupil(), ground.pupil()
    ground.absence(lesson, pupil)
    ground.mark(lesson, pupil)
    ground.absence(lesson, late, "L")
    ground.mark(lesson, late)
    assert ground.found("absent-with-mark") == [(lesson.id, pupil.id, None)]


def test_two_right_after_an_absence(ground: Ground) -> None:
    first, second, third = (ground.lesson(days_ago(ago)) for ago in (9, 7, 5))
    away, there = ground.pupil(), ground.pupil()
    ground.absence(first, away)
    ground.absence(first, there, "L")
    for lesson in (second, third):
        for pupil in (away, there):
            ground.mark(lesson, pupil, "2")
    assert ground.found("two-after-absence") == [(second.id, away.id, None)]


def test_two_in_the_first_or_last_lesson_of_a_period(ground: Ground) -> None:
    pupil = ground.pupil()
    first, middle, last = (ground.lesson(date(2026, *day)) for day in ((9, 1), (10, 1), (10, 23)))
    for lesson in (first, middle, last):
        ground.mark(lesson, pupil, "2")
    ground.mark(ground.lesson(date(2026, 11, 2)), pupil, "3")
    assert ground.found("two-at-edge") == sorted([(first.id, pupil.id, None), (last.id, pupil.id, None)], key=str)


def test_two_not_made_good(ground: Ground) -> None:
    lessons = [ground.lesson(days_ago(ago)) for ago in (20, 17, 14, 11)]
    stays, mended, at_once = ground.pupil(), ground.pupil(), ground.pupil()
    for pupil in (stays, mended, at_once):
        ground.mark(lessons[0], pupil, "2")
    ground.mark(lessons[0], at_once, "4", position=1)
    ground.mark(lessons[2], mended, "3")
    ground.mark(lessons[2], stays, "2")
    assert ground.found("two-not-mended") == [(lessons[0].id, stays.id, 3.0)]


def test_final_mark_missing(ground: Ground) -> None:
    ground.lesson(date(2026, 10, 1))
    without, having, left = ground.pupil(), ground.pupil(), ground.pupil(until=date(2026, 10, 20))
    ground.final(having, "4")
    assert ground.found("no-final") == [(None, without.id, None)]
    assert left.id != without.id


def test_final_mark_differs_from_the_average(ground: Ground) -> None:
    plain, control = ground.lesson(date(2026, 10, 1)), ground.lesson(date(2026, 10, 2), work_type_id=ground.kinds["test"])
    right, wrong, reasoned = ground.pupil(), ground.pupil(), ground.pupil()
    for pupil in (right, wrong, reasoned):
        ground.mark(plain, pupil, "5")
        ground.mark(control, pupil, "3")
    ground.final(right, "4")
    ground.final(wrong, "5")
    ground.final(reasoned, "5", reason="olympiad")
    assert ground.found("final-differs") == [(None, wrong.id, pytest.approx(11 / 3, abs=0.01))]


def test_the_rounding_threshold_of_the_subject_decides(ground: Ground) -> None:
    pupil = ground.pupil()
    for value, day in (("4", 1), ("3", 2)):
        ground.mark(ground.lesson(date(2026, 10, day)), pupil, value)
    ground.final(pupil, "4")
    assert ground.found("final-differs") == []
    ground.moment(ground.subject, final_threshold=Decimal("0.6"))
    assert [row[1] for row in ground.found("final-differs")] == [pupil.id]


def test_most_lessons_missed(ground: Ground) -> None:
    lessons = [ground.lesson(date(2026, 10, day)) for day in range(1, 10)]
    mostly, half = ground.pupil(), ground.pupil()
    for lesson in lessons[:7]:
        ground.absence(lesson, mostly)
    for lesson in lessons[:6]:
        ground.absence(lesson, half)
    assert ground.found("mostly-absent") == [(None, mostly.id, 7.0)], "six of nine are two thirds, not more"


def plan(ground: Ground, journal: object, count: int) -> list[s.PlannedLesson]:
    scheme = ground.add(
        s.SchemeOfWork,
        name="Plan",
        subject_id=ground.subject.id,
        grade_level_id=ground.grade.id,
        assignment_id=journal.id,  # type: ignore[attr-defined]
        staff_id=ground.anna.id,
    )
    return [ground.add(s.PlannedLesson, scheme_of_work_id=scheme.id, number=n, topic=f"T{n}") for n in range(1, count + 1)]


def test_no_scheme_of_work(ground: Ground) -> None:
    other = ground.assign(staff_id=ground.staff("Boris").id)
    ground.assign(staff_id=ground.staff("Clara").id, starts_on=days_ago(2))
    plan(ground, other, 1)
    assert len(ground.found("no-plan")) == 1
    plan(ground, ground.journal, 1)
    assert ground.found("no-plan") == []


def test_plan_behind_the_calendar(ground: Ground) -> None:
    rows = plan(ground, ground.journal, 10)
    for n, ago in enumerate((30, 27, 24, 21, 18, 15)):
        ground.lesson(days_ago(ago), planned_lesson_id=rows[0].id if n == 0 else None)
    assert ground.found("plan-behind") == [(None, None, 5.0)]
    for n, ago in enumerate((12, 9)):
        ground.lesson(days_ago(ago), planned_lesson_id=rows[n + 1].id)
    assert ground.found("plan-behind") == [(None, None, 5.0)], "taken rows keep up, and lost hours stay lost"


def test_lesson_out_of_the_timetable(ground: Ground) -> None:
    version = {
        "academic_year_id": ground.year.id,
        "name": "T",
        "valid_from": date(2026, 9, 1),
        "valid_to": date(2027, 5, 26),
    }
    timetable = ground.add(s.Timetable, **version, state="published")
    monday = days_ago(7)
    entry = {"timetable_id": timetable.id, "assignment_id": ground.journal.id, "weekday": 1, "number": 2}
    ground.add(s.TimetableEntry, **entry)
    laid = ground.session.query(s.Lesson).filter_by(held_on=monday, number=2).all()
    if not laid:
        ground.lesson(monday, 2)
    strange, substituted = ground.lesson(monday, 5), ground.lesson(monday, 6)
    ground.add(s.Substitution, lesson_id=substituted.id, kind="teacher", staff_id=ground.staff("Boris").id)
    assert ground.found("off-timetable") == [(strange.id, None, None)]


def edits(ground: Ground, count: int, at: datetime, act: str = "change", held_on: date = MONTH_AGO) -> None:
    lesson = ground.lesson(held_on, number=len(ground.session.new) + 1)
    account = ground.session.query(s.Account).first() or ground.add(
        s.Account, login="anna", name="Anna", staff_id=ground.anna.id
    )
    for _ in range(count):
        entry = {"account_id": account.id, "actor": "Anna", "act": act, "entity": "Mark", "happened_at": at}
        ground.add(s.TrailEntry, **entry, lesson_id=lesson.id)


def test_many_changes_of_old_marks(ground: Ground) -> None:
    edits(ground, 31, datetime(2026, 11, 20, 9, tzinfo=UTC))
    edits(ground, 30, datetime(2026, 11, 19, 9, tzinfo=UTC), held_on=days_ago(31))
    edits(ground, 40, datetime(2026, 11, 18, 9, tzinfo=UTC), held_on=days_ago(5))
    assert ground.found("mass-edits") == [(None, None, 31.0)]


def test_marks_written_at_night(ground: Ground) -> None:
    edits(ground, 6, datetime(2026, 11, 19, 23, 30, tzinfo=UTC), "create")
    edits(ground, 6, datetime(2026, 11, 18, 18, 30, tzinfo=UTC), "create", held_on=days_ago(31))
    assert ground.found("night-edits") == [(None, None, 6.0)], "02:30 in Moscow is night, 21:30 is not"


def test_a_threshold_by_subject_and_by_grade(ground: Ground) -> None:
    lesson = ground.lesson(days_ago(3), topic="")
    setting = {"rule": "no-topic", "parameter": "days"}
    own = ground.add(s.CheckSetting, **setting, subject_id=ground.subject.id, value=5)
    assert ground.found("no-topic") == []
    ground.add(s.CheckSetting, **setting, subject_id=ground.subject.id, grade_level_id=ground.grade.id, value=2)
    assert ground.found("no-topic") == [(lesson.id, None, None)], "the narrowest setting wins"
    assert own.value == 5


def test_a_rule_is_switched_off_for_a_grade_or_the_school(ground: Ground) -> None:
    ground.lesson(days_ago(3), topic="")
    off = ground.add(s.CheckSetting, rule="no-topic", parameter="is_on", grade_level_id=ground.grade.id, value=0)
    assert ground.found("no-topic") == []
    ground.session.delete(off)
    with ground.session.recording():
        ground.session.flush()
    assert len(ground.found("no-topic")) == 1
    ground.add(s.CheckSetting, rule="no-topic", parameter="is_on", value=0)
    assert ground.found("no-topic") == []


def test_rules_of_a_school_without_a_year_find_nothing(empty: Engine) -> None:
    from journal.services.control import findings  # noqa: PLC0415

    assert findings.refresh(empty).new == 0


def test_grade_without_marks_owes_none(ground: Ground) -> None:
    ground.moment(ground.grade, has_marks=False)
    ground.pupil()
    for day in range(1, 12):
        ground.lesson(date(2026, 10, 1) + timedelta(days=day))
    for code in ("few-marks", "lessons-without-marks", "not-asked", "no-final"):
        assert ground.found(code) == [], code
