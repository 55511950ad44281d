"""The end of a period: what is missing, closing it, and corrections of closed final marks by request only."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, select

from journal import schema as s
from journal.access.actor import System
from journal.services import closing, database, finals, records
from journal.services.control import corrections
from journal.services.refusals import Forbidden, Invalid, Locked, Missing
from tests.grounds import Ground
from tests.personas import School


@pytest.fixture
def ground(empty: Engine) -> Iterator[Ground]:
    made = Ground(empty)
    yield made
    made.close()


def test_what_is_missing_is_counted_by_class_and_journal(ground: Ground) -> None:
    first, second = ground.pupil(), ground.pupil()
    ground.pupil(until=date(2026, 9, 20))
    ground.final(first, "5")
    ground.done()
    sheet = closing.of_class(ground.session, ground.year, ground.klass.id, ground.quarter.id)
    assert [pupil.id for pupil in sheet.pupils] == [first.id, second.id], "who left is out"
    assert (sheet.marks, sheet.missing(ground.journal.id)) == ({(ground.journal.id, first.id): "5"}, 1)
    counts = {one.period.name: one.missing_count for one in closing.progress(ground.session, ground.year)}
    assert counts == {"1 quarter": 1, "2 quarter": 2}
    with pytest.raises(Missing):
        closing.of_class(ground.session, ground.year, ground.klass.id, 999)


def test_a_period_that_goes_on_is_not_closed(ground: Ground) -> None:
    with pytest.raises(Invalid):
        closing.close(ground.session, ground.second.id, is_closed=True)
    assert closing.close(ground.session, ground.quarter.id, is_closed=True).is_closed


def test_the_year_ends_with_an_exam(ground: Ground) -> None:
    year = ground.period("Year", date(2026, 9, 1), date(2027, 5, 26), "year")
    pupil = ground.pupil()
    ground.final(pupil, "4")
    ground.final(pupil, "5", ground.second)
    ground.done()

    def proposal(kind: str) -> str | None:
        return finals.load(ground.session, ground.journal.id, year.id, kind).lines[0].proposal

    assert (proposal("year"), proposal("exam"), proposal("final")) == ("5", None, None)
    for kind, value in (("year", "5"), ("exam", "3")):
        finals.put(ground.session, ground.journal.id, year.id, {pupil.id: (value, "")}, {}, kind)
    assert proposal("final") == "4"
    finals.put(ground.session, ground.journal.id, year.id, {pupil.id: ("4", "")}, {}, "final")
    ground.done()
    found = ground.seen(select(s.FinalMark.kind, s.FinalMark.value).where(s.FinalMark.period_id == year.id))
    assert sorted(found) == [("exam", "3"), ("final", "4"), ("year", "5")]


def closed(school: School) -> tuple[int, int, int]:
    """(journal, period, pupil) of side A in a closed period."""
    with database.work(school.engine, System("test")) as session:
        period = session.scalars(select(s.GradingPeriod)).first()
        assert period is not None
        records.change(session, period, {"is_closed": True})
        return school.id(s.TeachingAssignment, "A"), period.id, school.id(s.Student, "A")


def put(school: School, journal: int, period: int, pupil: int) -> list[int]:
    with school.acting("anna") as session:
        return finals.put(session, journal, period, {pupil: ("4", "a mistake")}, {})


def test_closed_final_marks_change_by_request_alone(school: School) -> None:
    journal, period, pupil = closed(school)
    with pytest.raises(Locked):
        put(school, journal, period, pupil)
    with school.acting("anna") as session:
        asked = corrections.ask_for_finals(session, journal, period, "a mistake").id
    with pytest.raises(Invalid), school.acting("anna") as session:
        corrections.ask_for_finals(session, journal, period, "again")
    with school.acting("deputy") as session:
        (shown,) = [one for one in corrections.listed(session) if one.row.id == asked]
        assert (shown.period is not None, shown.held_on) == (True, None)
        corrections.grant(session, asked, 2)
    assert put(school, journal, period, pupil) == []
    with pytest.raises(Locked), school.acting("boris") as session:
        finals.put(session, school.id(s.TeachingAssignment, "B"), period, {school.id(s.Student, "B"): ("2", "x")}, {})


def test_who_may_ask_and_who_may_close(school: School) -> None:
    journal, period, _ = closed(school)
    for login in ("boris", "maria", "deputy"):
        with pytest.raises((Forbidden, Missing)), school.acting(login) as session:
            corrections.ask_for_finals(session, journal, period, "please")
    for login in ("anna", "petya", "director", "control"):
        with pytest.raises(Forbidden), school.acting(login) as session:
            closing.close(session, period, is_closed=False)
    with school.acting("deputy") as session:
        assert not closing.close(session, period, is_closed=False).is_closed
