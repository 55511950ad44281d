"""Many rows at once, deleted rows that come back, and two rows that become one: for whom, and what is refused."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from journal import schema as s
from journal.kit.text import kebab
from journal.services import bringing_back, merging, records
from journal.services.refusals import Forbidden, Invalid, Missing
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}


def rooms(school: School) -> dict[int, tuple[str, int | None, int]]:
    session = school.system()
    found = session.execute(select(s.Room.id, s.Room.number, s.Room.capacity, s.Room.version)).all()
    session.close()
    return {row[0]: (row[1], row[2], row[3]) for row in found}


# --- many at once


def test_one_value_for_many_rows_is_looked_at_and_then_kept(app: Flask, school: School) -> None:
    client, ids = client_of(app, "admin"), sorted(rooms(school))
    chosen = {"rowid": [str(one) for one in ids]}
    page = client.post("/admin/room/bulk", data=chosen, headers=EN).get_data(as_text=True)
    assert 'value="capacity"' in page and 'value="number"' not in page, "a unique value can't be given to many"
    look = {**chosen, "field": "capacity", "capacity": "25", "step": "look"}
    page = client.post("/admin/room/bulk", data=look, headers=EN).get_data(as_text=True)
    assert f"Change {len(ids)} rows" in page and {row[1] for row in rooms(school).values()} == {None}
    seen = {f"seen-{one}": str(row[2]) for one, row in rooms(school).items()}
    assert client.post("/admin/room/bulk", data={**look, "step": "keep", **seen}).status_code == 302
    assert {row[1] for row in rooms(school).values()} == {25}
    wrong = client.post("/admin/room/bulk", data={**look, "capacity": "0"}, headers=EN).get_data(as_text=True)
    assert 'aria-invalid="true"' in wrong or "refused" in wrong


def test_what_somebody_changed_meanwhile_stops_the_whole(app: Flask, school: School) -> None:
    client, ids = client_of(app, "admin"), sorted(rooms(school))
    data: dict[str, Any] = {"rowid": [str(one) for one in ids], "field": "capacity", "capacity": "25", "step": "keep"}
    data |= {f"seen-{one}": str(row[2]) for one, row in rooms(school).items()}
    with school.acting("admin") as session:
        room = session.get(s.Room, ids[-1])
        assert room is not None
        records.change(session, room, {"capacity": 7})
    client.post("/admin/room/bulk", data=data)
    assert [row[1] for _, row in sorted(rooms(school).items())] == [None, 7]


def test_rows_that_a_rule_refuses_are_named_and_the_others_can_go(app: Flask, school: School) -> None:
    """A pupil's enrolment can't end before it began: one of the two began late."""
    with school.acting("admin") as session:
        late = session.get(s.Enrolment, school.id(s.Enrolment, "B"))
        assert late is not None
        records.change(session, late, {"starts_on": date(2026, 11, 2)})
    client = client_of(app, "admin")
    ids = [str(school.id(s.Enrolment, side)) for side in "AB"]
    data = {"rowid": ids, "field": "ends_on", "ends_on": "2026-10-01", "step": "look"}
    page = client.post("/admin/enrolment/bulk", data=data, headers=EN).get_data(as_text=True)
    assert page.count("refused") == 1 and "Change 1 row" in page


@pytest.mark.parametrize("login", ["anna", "maria", "director"])
def test_foreign_rows_and_fields_are_refused(shared_app: Flask, shared_school: School, login: str) -> None:
    client = client_of(shared_app, login)
    foreign = str(shared_school.id(s.Student, "B"))
    answer = client.post("/admin/student/bulk", data={"rowid": foreign, "field": "phone", "phone": "1", "step": "keep"})
    assert answer.status_code in (403, 404)


def test_a_forged_field_and_too_many_rows_are_refused(shared_app: Flask, shared_school: School) -> None:
    client = client_of(shared_app, "admin")
    row = str(shared_school.id(s.Account, "A"))
    assert client.post("/admin/account/bulk", data={"rowid": row, "field": "password_hash"}).status_code == 403
    assert client.post("/admin/room/bulk", data={"rowid": ["1"] * 501}).status_code == 413
    assert client.post("/admin/room/bulk", data={"rowid": "x"}).status_code == 404
    assert client.post("/admin/room/bulk", data={}).status_code == 302


# --- back from the dead


def test_a_deleted_row_comes_back_with_what_went_along(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    with school.acting("admin") as session:
        kept = records.create(session, s.BellSchedule, {"name": "Short"})
        for number in (1, 2):
            times = {"starts_at": time(8 + number), "ends_at": time(8 + number, 30)}
            records.create(session, s.BellPeriod, {"bell_schedule_id": kept.id, "number": number, **times})
        kept_id = kept.id
    client.post(f"/admin/bell-schedule/delete?id={kept_id}")
    session = school.system()
    periods = select(func.count(s.BellPeriod.id)).where(s.BellPeriod.bell_schedule_id == kept_id)
    assert session.get(s.BellSchedule, kept_id) is None and session.scalar(periods) == 0
    page = client.get("/admin/bell-schedule/deleted", headers=EN).get_data(as_text=True)
    assert "Short" in page and 'data-label="Went along">2<' in page
    entry = session.scalar(
        select(s.TrailEntry.id).where(s.TrailEntry.act == "delete", s.TrailEntry.entity == "BellSchedule")
    )
    answer = client.post("/admin/bell-schedule/bring-back", data={"entry": entry})
    assert answer.headers["Location"].endswith(f"details?id={kept_id}")
    session = school.system()
    back = session.get(s.BellSchedule, kept_id)
    assert back is not None and back.name == "Short" and session.scalar(periods) == 2
    client.post("/admin/bell-schedule/bring-back", data={"entry": entry})
    assert school.system().scalar(periods) == 2


def test_what_contradicts_does_not_come_back(school: School) -> None:
    with school.acting("admin") as session:
        room = records.create(session, s.Room, {"number": "99"})
        room_id = room.id
        records.delete(session, room)
        entry = session.scalar(select(s.TrailEntry.id).where(s.TrailEntry.row_id == room_id, s.TrailEntry.act == "delete"))
        records.create(session, s.Room, {"number": "99", "id": room_id + 50})
    with pytest.raises(Invalid), school.acting("admin") as session:
        bringing_back.bring_back(session, s.Room, entry or 0)
    with pytest.raises(Missing), school.acting("admin") as session:
        bringing_back.bring_back(session, s.Subject, entry or 0)
    with pytest.raises((Forbidden, Missing)), school.acting("anna") as session:
        bringing_back.bring_back(session, s.Room, entry or 0)


# --- two that are one


def test_duplicates_become_one_and_everything_moves(app: Flask, school: School) -> None:
    client, kept = client_of(app, "admin"), school.id(s.Guardian, "A")
    with school.acting("admin") as session:
        double = records.create(session, s.Guardian, {"last_name": "Maria", "first_name": "Parrent"})
        for side in "AB":
            tie = {"student_id": school.id(s.Student, side), "kinship": "mother"}
            records.create(session, s.Guardianship, {"guardian_id": double.id, **tie})
        double_id = double.id
    page = client.get(f"/admin/guardian/merge?id={double_id}&into={kept}", headers=EN).get_data(as_text=True)
    assert "1 moves" in page and "1 is there already" in page
    session = school.system()
    assert session.get(s.Guardian, double_id) is not None
    assert client.post(f"/admin/guardian/merge?id={double_id}", data={"into": kept}).status_code == 302
    session = school.system()
    ties = session.scalars(select(s.Guardianship.student_id).where(s.Guardianship.guardian_id == kept)).all()
    assert session.get(s.Guardian, double_id) is None
    assert sorted(ties) == sorted(school.id(s.Student, side) for side in "AB")


def test_what_stands_against_a_merge_is_said_and_nothing_moves(school: School) -> None:
    """Both subjects have a difficulty in the same grade level from the same day: two rows can't be one."""
    one, other = school.id(s.Subject, "A"), school.id(s.Subject, "B")
    with school.acting("admin") as session:
        row = session.get(s.SubjectDifficulty, school.id(s.SubjectDifficulty, "B"))
        assert row is not None
        records.change(session, row, {"points": 3})
    with school.acting("admin") as session:
        assert merging.preview(session, s.Subject, one, other).refused
    with pytest.raises(Invalid), school.acting("admin") as session:
        merging.merge(session, s.Subject, one, one)
    session = school.system()
    assert session.get(s.Subject, one) is not None


@pytest.mark.parametrize("login", ["anna", "deputy", "maria"])
def test_only_who_deletes_merges(shared_app: Flask, shared_school: School, login: str) -> None:
    client = client_of(shared_app, login)
    one, other = (shared_school.id(s.Subject, side) for side in "AB")
    assert client.get(f"/admin/subject/merge?id={one}&into={other}").status_code == 403
    assert client.post(f"/admin/subject/merge?id={one}", data={"into": other}).status_code == 403


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([s.Room, s.Subject, s.Student, s.Guardian, s.BellSchedule, s.Holiday]),
    st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=20),
)
def test_the_lookup_of_a_merge_answers_evenly(shared_app: Flask, entity: type[s.Entity], text: str) -> None:
    client = client_of(shared_app, "admin")
    answer = client.get(f"/admin/{kebab(entity.__name__)}/lookup", query_string={"field": "self", "q": text})
    assert answer.status_code == 200 and isinstance(answer.get_json(), list)
