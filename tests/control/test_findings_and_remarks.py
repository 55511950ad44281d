"""What the rules find is kept while it lasts; remarks are written for those who have not filled and close themselves."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from journal import schema as s
from journal.services import records
from journal.services.control import findings, inspections, listing, remarks, tuning
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.grounds import TODAY, Ground, days_ago
from tests.personas import YESTERDAY, School


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def kept(ground: Ground) -> dict[str, date]:
    found = {row[0]: row[1] for row in ground.seen(select(s.Finding.identity, s.Finding.since_on))}
    return found


def say(check: Any, found: list[s.Finding]) -> str:
    return f"{check.code}: {len(found)}"


def test_a_finding_comes_stays_and_goes(ground: Ground) -> None:
    first, second = ground.lesson(days_ago(5), topic=""), ground.lesson(days_ago(4), topic="")
    ground.done()
    assert findings.refresh(ground.engine, ["no-topic"]) == findings.Refreshed(2, 0, 0)
    before = ground.seen(select(s.Finding.found_at).order_by(s.Finding.id))
    records.change(ground.session, first, {"topic": "Lines"})
    third = ground.lesson(days_ago(3), topic="")
    ground.done()
    assert findings.refresh(ground.engine, ["no-topic"]) == findings.Refreshed(1, 1, 1)
    assert set(kept(ground)) == {f"no-topic:{ground.journal.id}:{lesson.id}::" for lesson in (second, third)}
    after = ground.seen(select(s.Finding.found_at).order_by(s.Finding.id))
    assert after[0] == before[1], "what stays keeps the moment of its first sight"


def test_a_look_of_one_rule_leaves_the_others_alone(ground: Ground) -> None:
    ground.lesson(days_ago(5), topic="", attendance_taken=False)
    ground.done()
    findings.refresh(ground.engine)
    there = set(kept(ground))
    findings.refresh(ground.engine, ["no-topic"])
    assert set(kept(ground)) == there and len({identity.split(":")[0] for identity in there}) >= 3


def test_a_finding_follows_the_substitute(ground: Ground) -> None:
    boris = ground.staff("Boris")
    lesson = ground.lesson(days_ago(5), topic="")
    ground.done()
    findings.refresh(ground.engine, ["no-topic"])
    records.change(ground.session, lesson, {"substitute_id": boris.id})
    ground.done()
    findings.refresh(ground.engine, ["no-topic"])
    assert ground.seen(select(s.Finding.staff_id)) == [(boris.id,)]


def test_remarks_are_written_once_and_only_for_who_has_not_filled(ground: Ground) -> None:
    other = ground.assign(staff_id=ground.staff("Boris").id)
    for ago in (5, 4, 3):
        ground.homework(ground.lesson(days_ago(ago), topic=""))
    ground.homework(ground.lesson(days_ago(4), number=2, assignment_id=other.id))
    ground.done()
    findings.refresh(ground.engine, ["no-topic"])
    assert remarks.generate(ground.session, say) == 1
    ground.done()
    assert remarks.generate(ground.session, say) == 0, "an open remark says it already"
    (made,) = ground.session.scalars(select(s.JournalRemark))
    ground.done()
    assert (made.assignment_id, made.text, made.rule, made.state) == (ground.journal.id, "no-topic: 3", "no-topic", "open")
    assert made.due_on == TODAY + timedelta(days=3)
    ground.homework(ground.lesson(days_ago(2), topic=""))
    ground.done()
    findings.refresh(ground.engine, ["no-topic"])
    assert remarks.generate(ground.session, say) == 1, "a new gap is a new remark"


def test_a_remark_closes_itself_when_every_gap_of_it_is_filled(ground: Ground) -> None:
    lessons = [ground.lesson(days_ago(ago), topic="") for ago in (5, 4)]
    ground.done()
    findings.refresh(ground.engine, ["no-topic"])
    remarks.generate(ground.session, say)
    ground.done()
    records.change(ground.session, lessons[0], {"topic": "Lines"})
    ground.done()
    assert remarks.settle(ground.engine) == 0
    records.change(ground.session, lessons[1], {"topic": "Lines"})
    ground.done()
    assert remarks.settle(ground.engine) == 1
    ground.session.expire_all()
    (made,) = ground.session.scalars(select(s.JournalRemark))
    assert (made.state, made.fixed_on) == ("fixed", TODAY)
    remarks.reopen(ground.session, made.id)
    assert (made.state, made.fixed_on) == ("open", None)


def test_a_remark_by_hand_never_closes_itself(ground: Ground) -> None:
    remarks.write(ground.session, ground.journal.id, "Look at the marks")
    ground.done()
    assert remarks.settle(ground.engine) == 0


def test_the_teacher_answers_and_can_do_no_more(school: School) -> None:
    mine = school.id(s.JournalRemark, "A")
    with school.acting("anna") as session:
        assert remarks.answer(session, mine, " Done ").answer == "Done"
    for verb in (remarks.accept, remarks.reopen):
        with pytest.raises(Forbidden), school.acting("anna") as session:
            verb(session, mine)
    with pytest.raises(Missing), school.acting("boris") as session:
        remarks.answer(session, mine, "Not mine")
    with pytest.raises(Forbidden), school.acting("anna") as session:
        remarks.write(session, school.id(s.TeachingAssignment, "B"), "Spite")
    with pytest.raises(Invalid), school.acting("anna") as session:
        remarks.answer(session, mine, "  ")


def test_the_author_accepts_and_opens_again(school: School) -> None:
    mine = school.id(s.JournalRemark, "A")
    with school.acting("control") as session:
        assert remarks.accept(session, mine).state == "accepted"
    with pytest.raises(Invalid), school.acting("anna") as session:
        remarks.answer(session, mine, "Too late")
    with school.acting("deputy") as session:
        assert remarks.reopen(session, mine).state == "open"


def test_a_term_in_the_past_is_refused(school: School) -> None:
    with pytest.raises(Invalid) as error, school.acting("deputy") as session:
        remarks.write(session, school.id(s.TeachingAssignment, "A"), "Late", due_on=YESTERDAY)
    assert set(error.value.errors) == {"due_on"}


def test_teachers_see_their_own_findings_only(school: School) -> None:
    for login, sides in (("anna", "A"), ("boris", "B"), ("deputy", "AB"), ("maria", "")):
        session = school.session(login, writing=False)
        seen = set(session.scalars(select(s.Finding.id)))
        assert seen == {id_ for side in sides for id_ in school.ids(s.Finding, side)}, login


def test_findings_are_filtered_and_named(school: School) -> None:
    session = school.session("deputy", writing=False)
    staff, klass = school.id(s.Staff, "A"), school.id(s.SchoolClass, "A")
    (one,) = listing.load(session, listing.Filter(staff_id=staff, school_class_id=klass, rule="no-topic", severity="gap"))
    assert (one.teacher, one.class_name, one.subject, one.age) == ("Anna T.", "7A", "Subject A", 3)
    assert listing.count(session, listing.Filter(since=TODAY)) == 0
    assert listing.count(session, listing.Filter(severity="alarm")) == 0
    assert [(one.name, one.counts) for one in listing.attention(session, listing.Filter())] == [
        ("Anna T.", {"no-topic": 1}),
        ("Boris T.", {"no-topic": 1}),
    ]


def test_thresholds_are_set_by_planners_and_within_bounds(school: School) -> None:
    with school.acting("deputy") as session:
        tuning.put(session, "few-marks", "half", 7)
        tuning.put(session, "few-marks", "quarter", 4, subject_id=school.id(s.Subject, "A"))
        own = tuning.settings_of(session)["few-marks"]
        assert own.school == {"half": 7} and len(own.narrow) == 1
        tuning.put(session, "few-marks", "half", None)
        assert tuning.settings_of(session)["few-marks"].school == {}
    for rule, parameter, value in (("no-homework", "days", 61), ("no-topic", "nonsense", 1), ("nonsense", "days", 1)):
        with pytest.raises(Invalid), school.acting("deputy") as session:
            tuning.put(session, rule, parameter, value)
    for login in ("control", "director", "anna"):
        with pytest.raises(Forbidden), school.acting(login) as session:
            tuning.put(session, "no-homework", "days", 7)


def test_a_check_is_begun_concluded_and_counts_for_the_plan(school: School) -> None:
    klass = school.id(s.SchoolClass, "A")
    with school.acting("control") as session:
        id_ = inspections.begin(session, "Marks", YESTERDAY - timedelta(days=20), YESTERDAY, klass).id
        inspections.conclude(session, id_, "Well kept")
    with school.acting("director") as session:
        one = inspections.get(session, id_)
        assert (one.class_name, one.author, one.row.conclusion, one.row.checked_on) == ("7A", "Control", "Well kept", TODAY)
        assert {due.class_name: due.is_due for due in inspections.plan(session)} == {"7A": False, "7B": True}
    with pytest.raises(Invalid), school.acting("control") as session:
        inspections.begin(session, "Future", TODAY, TODAY + timedelta(days=1), None)
    with pytest.raises(Invalid), school.acting("control") as session:
        inspections.begin(session, "Backwards", YESTERDAY, YESTERDAY - timedelta(days=1), None)
    with pytest.raises(Forbidden), school.acting("anna") as session:
        inspections.begin(session, "Mine", YESTERDAY, YESTERDAY, klass)
