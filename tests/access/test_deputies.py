"""A deputy of some grade levels writes there alone; what follows from a lawful act reaches further."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from journal import schema as s
from journal.services import reach, records
from journal.services.control import corrections, remarks
from journal.services.refusals import Forbidden, Invalid
from journal.services.timetable import edits
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}
MONDAY = date(2026, 11, 30)


def bounded(school: School, *bounds: tuple[int | None, int | None], ends_on: date | None = None) -> None:
    """The deputy's grants are these and no others."""
    with school.acting_as_system() as session:
        account = school.actor("deputy").account_id
        for old in session.scalars(select(s.RoleGrant).where(s.RoleGrant.account_id == account)).all():
            records.delete(session, old)
        for number, (first, last) in enumerate(bounds):
            values = {"account_id": account, "role": "deputy", "starts_on": date(2026, 9, 1 + number), "ends_on": ends_on}
            records.create(session, s.RoleGrant, {**values, "first_grade": first, "last_grade": last})


@pytest.fixture
def eighth(school: School) -> Iterator[School]:
    """Class 7B becomes the eighth grade's."""
    with school.acting_as_system() as session:
        grade = records.create(session, s.GradeLevel, {"number": 8})
        other = session.get(s.SchoolClass, school.id(s.SchoolClass, "B"))
        assert other is not None
        records.change(session, other, {"grade_level_id": grade.id, "name": "8B"})
    yield school


def move(school: School, side: str) -> None:
    with school.acting("deputy") as session:
        edits.move(session, MONDAY, school.id(s.TimetableEntry, side), edits.Slot(3, 4))


def test_the_own_grades_are_changed_and_the_rest_is_carried_along(eighth: School) -> None:
    """Moving an entry of 7A splits the version: the entries of 8B are copied by a deputy who could not write one."""
    bounded(eighth, (5, 7))
    before = len(eighth.system().scalars(select(s.TimetableEntry.id)).all())
    move(eighth, "A")
    assert len(eighth.system().scalars(select(s.TimetableEntry.id)).all()) == 2 * before
    with pytest.raises(Forbidden):
        move(eighth, "B")
    with eighth.acting("deputy") as session:
        mine = eighth.id(s.TeachingAssignment, "A")
        assert reach.assignments(session) == {mine}
        assert reach.plans_class(session, eighth.id(s.SchoolClass, "A"))
        assert not reach.plans_class(session, eighth.id(s.SchoolClass, "B"))


@pytest.mark.parametrize(
    ("bounds", "sides"),
    [
        (((None, None),), "AB"),
        (((8, None),), "B"),
        (((None, 7),), "A"),
        (((1, 4),), ""),
        (((1, 4), (7, 7)), "A"),
        (((7, 7), (8, 11)), "AB"),
        ((), ""),
    ],
)
def test_several_grants_are_a_union(eighth: School, bounds: tuple[tuple[int | None, int | None], ...], sides: str) -> None:
    bounded(eighth, *bounds)
    for side in "AB":
        values = {"school_class_id": eighth.id(s.SchoolClass, side), "name": "another"}
        if side in sides:
            with eighth.acting("deputy") as session:
                records.create(session, s.Subgroup, values)
        else:
            with pytest.raises(Forbidden), eighth.acting("deputy") as session:
                records.create(session, s.Subgroup, values)


def test_a_grant_that_has_ended_gives_nothing(eighth: School) -> None:
    bounded(eighth, (7, 7), ends_on=date(2026, 11, 22))
    with pytest.raises(Forbidden):
        move(eighth, "A")


def test_remarks_and_requests_are_of_the_own_grades(eighth: School) -> None:
    bounded(eighth, (7, 7))
    for side, able in (("A", True), ("B", False)):
        request = eighth.id(s.CorrectionRequest, side)
        if able:
            with eighth.acting("deputy") as session:
                remarks.write(session, eighth.id(s.TeachingAssignment, side), "Fill it")
                corrections.refuse(session, request, "no")
            continue
        with pytest.raises(Forbidden), eighth.acting("deputy") as session:
            remarks.write(session, eighth.id(s.TeachingAssignment, side), "Fill it")
        with pytest.raises(Forbidden), eighth.acting("deputy") as session:
            corrections.refuse(session, request, "no")
    with eighth.acting("deputy") as session:
        remarks.generate(session, lambda check, findings: check.code)
        written = session.scalars(
            select(s.JournalRemark.assignment_id).where(s.JournalRemark.written_by_id == session.actor.account_id)
        ).all()
        assert set(written) == {eighth.id(s.TeachingAssignment, "A")}


def test_the_version_itself_is_the_whole_schools(eighth: School) -> None:
    bounded(eighth, (7, 7))
    with pytest.raises(Forbidden), eighth.acting("deputy") as session:
        version = session.get(s.Timetable, eighth.id(s.Timetable, "A"))
        assert version is not None
        records.change(session, version, {"name": "mine"})


def test_only_a_deputys_role_is_bounded(school: School) -> None:
    with pytest.raises(Invalid) as refused, school.acting("admin") as session:
        grant = session.scalars(select(s.RoleGrant).where(s.RoleGrant.role == "director")).one()
        records.change(session, grant, {"first_grade": 5})
    assert "first_grade" in refused.value.errors


def test_the_editor_says_no_before_the_drop_and_after_it(app: Flask, school: School) -> None:
    bounded(school, (8, 11))
    client = client_of(app, "deputy")
    entry = school.id(s.TimetableEntry, "A")
    slots = client.get(f"/timetable/edit/verdicts?entry={entry}&since=2026-11-30", headers=EN).get_json()["slots"]
    assert {slot["state"] for slot in slots} == {"no"} and "grade levels" in slots[0]["why"][0]
    form = {"since": "2026-11-30", "entry_id": entry, "weekday": 3, "number": 4, "room_id": ""}
    answer = client.post("/timetable/edit/move", data=form, headers={"Accept": "application/json", **EN})
    assert answer.status_code == 409 and "grade levels" in answer.get_json()["refused"][0]
