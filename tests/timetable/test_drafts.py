"""Drafts: nobody sees them until they are published; then lessons follow, and what is filled stays."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.services import records
from journal.services.refusals import Forbidden, Invalid, Missing
from journal.services.timetable import drafts, steps
from journal.services.timetable.generation import drafts as generation
from journal.services.timetable.generation import gather, rules
from journal.services.timetable.steps import Place, Step
from tests.conftest import client_of
from tests.personas import TODAY, School
from tests.timetable.conftest import MONDAY, Week

EN = {"Accept-Language": "en"}


def lessons(school: School, assignment_id: int) -> list[tuple[date, int, str]]:
    session = school.system()
    found = session.execute(
        select(s.Lesson.held_on, s.Lesson.number, s.Lesson.topic)
        .where(s.Lesson.assignment_id == assignment_id)
        .order_by(s.Lesson.held_on, s.Lesson.number)
    ).all()
    session.close()
    return [(row[0], row[1], row[2]) for row in found]


def copied(week: Week) -> int:
    with week.school.acting("deputy") as session:
        source = session.get(s.Timetable, week.version_id)
        return drafts.new(session, "Spring", MONDAY, source).id


def test_a_draft_changes_nothing_until_it_is_published(week: Week) -> None:
    draft_id = copied(week)
    before = lessons(week.school, week.assignments["b"])
    with week.school.acting("deputy") as session:
        steps.take(session, MONDAY, [Step(week.assignments["b"], Place(1, 3), Place(3, 3))], draft_id)
    assert lessons(week.school, week.assignments["b"]) == before
    with week.school.acting("deputy") as session:
        seen = drafts.preview(session, draft_id, MONDAY)
    assert len(seen.change.new) > 20 and lessons(week.school, week.assignments["b"]) == before
    with week.school.acting("deputy") as session:
        drafts.publish(session, draft_id, MONDAY)
    after = lessons(week.school, week.assignments["b"])
    assert {on.isoweekday() for on, _, _ in after if on >= MONDAY} == {3}
    assert [one for one in after if one[0] < MONDAY] == [one for one in before if one[0] < MONDAY]
    session = week.school.system()
    versions = session.execute(
        select(s.Timetable.valid_from, s.Timetable.valid_to)
        .where(s.Timetable.state == "published")
        .order_by(s.Timetable.valid_from)
    ).all()
    assert [tuple(row) for row in versions] == [
        (date(2026, 9, 1), MONDAY - timedelta(days=1)),
        (MONDAY, date(2027, 5, 26)),
    ]


def test_the_preview_names_prepared_lessons_that_move_and_journals_that_grow(week: Week) -> None:
    with week.school.acting("admin") as session:
        ahead = session.scalars(
            select(s.Lesson).where(s.Lesson.assignment_id == week.assignments["c"], s.Lesson.held_on > MONDAY)
        ).first()
        assert ahead is not None
        records.change(session, ahead, {"topic": "Prepared"})
        was = (ahead.held_on, ahead.number)
    draft_id = copied(week)
    with week.school.acting("deputy") as session:
        moved = Step(week.assignments["c"], Place(1, 4), Place(4, 4))
        steps.take(session, MONDAY, [moved, Step(week.assignments["d"], None, Place(5, 5))], draft_id)
    with week.school.acting("deputy") as session:
        seen = drafts.preview(session, draft_id, MONDAY)
    assert [(one.was, one.topic) for one in seen.moving] == [(was, "Prepared")]
    assert seen.moving[0].is_at[0].isoweekday() == 4
    grown = [one for one in seen.shifts if one.assignment_id == week.assignments["d"]]
    assert len(grown) == 1 and grown[0].after > grown[0].before


def test_what_is_foreseen_is_what_publishing_does(week: Week) -> None:
    draft_id = copied(week)
    with week.school.acting("deputy") as session:
        steps.take(session, MONDAY, [Step(week.assignments["b"], Place(1, 3), Place(3, 3))], draft_id)
        steps.take(session, MONDAY, [Step(week.assignments["c"], Place(1, 4), Place(4, 4))], draft_id)
    reading = week.school.session("deputy", writing=False)
    seen = drafts.preview(reading, draft_id, MONDAY)
    assert not reading.new and not reading.dirty and not reading.deleted, "looking changes nothing"
    foreseen = {one.key for one in seen.change.new}, {one.id for one in seen.change.gone}
    reading.rollback()
    session = week.school.system()
    before = {one.id: (one.assignment_id, one.held_on, one.number) for one in session.scalars(select(s.Lesson))}
    session.close()
    with week.school.acting("deputy") as session:
        laid = drafts.publish(session, draft_id, MONDAY)
    session = week.school.system()
    after = {one.id: (one.assignment_id, one.held_on, one.number) for one in session.scalars(select(s.Lesson))}
    session.close()
    came, went = {after[key] for key in after.keys() - before.keys()}, before.keys() - after.keys()
    assert (came, went) == foreseen and (laid.made, laid.removed) == tuple(map(len, foreseen))


@pytest.mark.parametrize(("login", "status"), [("deputy", 302), ("director", 403), ("anna", 403)])
def test_a_long_publishing_is_a_job(
    week: Week, app: Flask, monkeypatch: pytest.MonkeyPatch, login: str, status: int
) -> None:
    monkeypatch.setattr("journal.screens.timetable.drafting.MOST_AT_ONCE", 0)
    draft_id = copied(week)
    with week.school.acting("deputy") as session:
        steps.take(session, MONDAY, [Step(week.assignments["b"], Place(1, 3), Place(3, 3))], draft_id)
    client = client_of(app, login)
    answer = client.post(f"/timetable/drafts/{draft_id}/publish", data={"since": MONDAY.isoformat()})
    assert answer.status_code == status
    session = week.school.system()
    state = session.scalar(select(s.Timetable.state).where(s.Timetable.id == draft_id))
    session.close()
    if status != 302:
        assert state == "draft"
        return
    assert state == "published" and "/jobs/" in answer.headers["Location"]
    page = client.get(answer.headers["Location"], headers=EN).get_data(as_text=True)
    assert f"/timetable/?on={MONDAY.isoformat()}" in page


def test_a_version_that_was_to_begin_later_becomes_a_draft_again(week: Week) -> None:
    later = MONDAY + timedelta(days=14)
    first, second = copied(week), copied(week)
    with week.school.acting("deputy") as session:
        drafts.publish(session, first, later)
    with week.school.acting("deputy") as session:
        drafts.publish(session, second, MONDAY)
    session = week.school.system()
    assert session.get(s.Timetable, first).state == "draft"  # type: ignore[union-attr]
    found = drafts.in_force(session, later)
    assert found is not None and found.id == second


def test_a_draft_with_a_conflict_is_never_published(week: Week) -> None:
    """However it came into the draft: past the rules, as a file's or the solver's rows do."""
    draft_id = copied(week)
    with week.school.acting_as_system() as session:
        entry = {"timetable_id": draft_id, "weekday": 1, "number": 3, "assignment_id": week.assignments["c"]}
        records.create_many(session, s.TimetableEntry, [entry])
    with pytest.raises(Invalid) as refused, week.school.acting("deputy") as session:
        drafts.publish(session, draft_id, MONDAY)
    assert refused.value.errors[""].text == "%(class_name)s is busy: %(teacher)s, %(subject)s."


def test_what_can_not_be_published_is_said(week: Week) -> None:
    draft_id = copied(week)
    for since in (TODAY - timedelta(days=1), date(2030, 1, 1)):
        with pytest.raises(Invalid), week.school.acting("deputy") as session:
            drafts.publish(session, draft_id, since)
    with pytest.raises(Missing), week.school.acting("deputy") as session:
        drafts.publish(session, week.version_id, MONDAY)
    with week.school.acting("deputy") as session:
        bare = drafts.new(session, "Bare", MONDAY).id
    with pytest.raises(Invalid), week.school.acting("deputy") as session:
        drafts.publish(session, bare, MONDAY)
    with week.school.acting("deputy") as session:
        drafts.throw_away(session, draft_id)
    with pytest.raises(Missing), week.school.acting("deputy") as session:
        drafts.throw_away(session, draft_id)


@pytest.mark.parametrize("login", ["anna", "director", "control", "petya", "viktor"])
def test_drafts_are_made_by_planners_alone(week: Week, login: str) -> None:
    draft_id = copied(week)
    for act in (
        lambda session: drafts.new(session, "x", MONDAY),
        lambda session: drafts.publish(session, draft_id, MONDAY),
        lambda session: drafts.throw_away(session, draft_id),
    ):
        with pytest.raises(Forbidden), week.school.acting(login) as session:
            act(session)


def test_two_versions_are_compared(week: Week) -> None:
    draft_id = copied(week)
    with week.school.acting("deputy") as session:
        assert drafts.compare(session, week.version_id, draft_id) == []
        steps.take(session, MONDAY, [Step(week.assignments["b"], Place(1, 3), Place(3, 3))], draft_id)
        (found,) = drafts.compare(session, week.version_id, draft_id)
    assert [(p.weekday, p.number) for p in found.before] == [(1, 3)]
    assert [(p.weekday, p.number) for p in found.after] == [(3, 3)]


# --- generation from the school's own rows


def test_the_problem_of_a_school_has_its_rows(week: Week) -> None:
    with week.school.acting("admin") as session:
        subject = session.get(s.TeachingAssignment, week.assignments["b"])
        assert subject is not None
        room = records.create(session, s.Room, {"number": "gym"})
        records.create(session, s.SubjectRoom, {"subject_id": subject.subject_id, "room_id": room.id})
        records.create(session, s.Unavailability, {"staff_id": subject.staff_id, "weekday": 2, "number": 4})
        year = session.get(s.AcademicYear, 1)
        version = session.get(s.Timetable, week.version_id)
        assert year is not None
        made = gather.of_school(session, year, MONDAY, version, repair=True)
        bands = [{part.assignment_id for part in one.parts} for one in made.courses]
        assert {week.assignments["e1"], week.assignments["e2"]} in bands
        course = next(one for one in made.courses if one.parts[0].assignment_id == week.assignments["b"])
        assert course.parts[0].pool == (room.id,) and made.never[f"staff-{subject.staff_id}"] == [(2, 4)]
        assert made.base[course.id] == [(1, 3, "every")] and made.rules["moves"] == gather.FEW_MOVES


def test_rules_are_switched_and_weighed(school: School) -> None:
    with school.acting("deputy") as session:
        rules.choose(session, {"teacher_gaps": (True, 9), "rooms": (False, 1)})
        assert rules.chosen(session)["teacher_gaps"] == 9 and "rooms" not in rules.chosen(session)
        rules.choose(session, {"teacher_gaps": (True, 5), "rooms": (True, 1)})
        assert rules.chosen(session) == {rule.code: rule.weight for rule in rules.EVERY}
        with pytest.raises(Invalid):
            rules.choose(session, {"teacher_gaps": (True, 101)})
        with pytest.raises(Invalid):
            rules.choose(session, {"no-such": (True, 1)})
    with pytest.raises(Forbidden), school.acting("anna") as session:
        rules.choose(session, {"teacher_gaps": (True, 9)})


def test_a_generated_draft_comes_by_the_page_and_is_published(app: Flask, week: Week) -> None:
    client = client_of(app, "deputy")
    page = client.get("/timetable/drafts/", headers=EN).get_data(as_text=True)
    assert "Generate a timetable" in page and "Teachers have few gaps" in page
    form = {"since": MONDAY.isoformat(), "base": "0", "effort": "1", "seed": "3", "weight-teacher_gaps": "7"}
    form |= {f"on-{rule.code}": "1" for rule in rules.EVERY}
    job = client.post("/timetable/drafts/generate", data=form).headers["Location"]
    told = client.get(f"{job}/state").get_json()
    assert told["state"] == "done", client.get(job, headers=EN).get_data(as_text=True)
    draft = client.get(told["address"], headers=EN).get_data(as_text=True)
    assert "What it costs" in draft and "Publish from" not in draft, "nobody publishes without having looked"
    seen = client.get(f"{told['address']}?look=1&since={MONDAY.isoformat()}", headers=EN).get_data(as_text=True)
    assert "Publish from 30.11.2026" in seen
    answer = client.post(f"{told['address']}/publish", data={"since": MONDAY.isoformat()})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/timetable/?on=2026-11-30")
    session = week.school.system()
    found = drafts.in_force(session, MONDAY)
    assert found is not None and found.report is not None and found.report["rules"]["teacher_gaps"] == 7


def test_a_clash_fails_the_job_with_its_reasons(app: Flask, week: Week) -> None:
    with week.school.acting("deputy") as session:
        subject = session.get(s.TeachingAssignment, week.assignments["b"])
        assert subject is not None
        for weekday in range(1, 6):
            records.create(session, s.Unavailability, {"staff_id": subject.staff_id, "weekday": weekday})
    client = client_of(app, "deputy")
    form = {"since": MONDAY.isoformat(), "base": "0", "effort": "1"} | {f"on-{rule.code}": "1" for rule in rules.EVERY}
    job = client.post("/timetable/drafts/generate", data=form).headers["Location"]
    page = client.get(job, headers=EN).get_data(as_text=True)
    assert "These requirements can&#39;t all be kept" in page and "Subject b: 1 lessons a week, and only 0 places" in page


def test_bad_input_of_the_forms_is_beside_its_field(app: Flask, week: Week) -> None:
    client = client_of(app, "deputy")
    wrong = client.post("/timetable/drafts/generate", data={"since": "soon", "base": "0", "effort": "0"}, headers=EN)
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.get_data(as_text=True)
    outside = client.post("/timetable/drafts/new", data={"name": "x", "since": "2030-01-01", "source": "0"}, headers=EN)
    assert outside.status_code == 422 and "outside the academic year" in outside.get_data(as_text=True)
    draft_id = copied(week)
    late = client.post(f"/timetable/drafts/{draft_id}/publish", data={"since": "2026-11-01"}, headers=EN)
    assert late.status_code == 422 and "not for days gone by" in late.get_data(as_text=True)
    assert client.get(f"/timetable/drafts/{week.version_id}").status_code == 404
    assert client.get("/timetable/compare?a=999&b=1").status_code == 404


@pytest.mark.parametrize("login", ["anna", "director", "petya", "maria"])
def test_pages_of_drafts_are_for_planners(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    pages = ("/timetable/drafts/", "/timetable/drafts/2", "/timetable/compare", "/timetable/files")
    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post("/timetable/drafts/generate").status_code == 403


def test_keeping_is_refused_to_who_may_not(week: Week) -> None:
    asked = generation.Asked(MONDAY, effort=1)
    with week.school.acting("admin") as session:
        problem = generation.problem_of(session, asked)
    plan = {course.id: [(1 + n, 1, "every") for n in range(course.lessons)] for course in problem.courses}
    with pytest.raises(Forbidden), week.school.acting("anna") as session:
        generation.keep(session, asked, problem, generation.run.Answer(plan))
