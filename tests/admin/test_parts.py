"""The parts of a row on one page: changed, added, taken away and put in order together, or nothing is."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.kit.clock import now
from journal.services import database, numbering, records
from journal.services.refusals import Invalid
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return client_of(app, "admin")


@pytest.fixture
def bells(school: School) -> int:
    """A schedule of three bells."""
    with school.acting("admin") as session:
        made = records.create(session, s.BellSchedule, {"name": "Short day"})
        for number in (1, 2, 3):
            values = {"bell_schedule_id": made.id, "number": number}
            hours = {"starts_at": time(8 + number), "ends_at": time(8 + number, 40)}
            records.create(session, s.BellPeriod, values | hours)
        return made.id


def address(bells: int) -> str:
    return f"/admin/bell-schedule/parts?id={bells}&of=bell-period"


def typed(client: FlaskClient, page: str) -> dict[str, Any]:
    """The page's form as a browser would send it untouched."""
    html = client.get(page, headers=EN).get_data(as_text=True)
    data: dict[str, Any] = {"line": re.findall(r'name="line" value="([^"]+)"', html)}
    for name, value in re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', html):
        if "-" in name:
            data[name] = value
    data |= {name: text.strip() for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', html)}
    return data


def of(school: School, bells: int) -> list[tuple[int, str]]:
    rows = school.system().scalars(
        select(s.BellPeriod).where(s.BellPeriod.bell_schedule_id == bells).order_by(s.BellPeriod.number)
    )
    return [(row.number, f"{row.starts_at:%H:%M}") for row in rows]


def test_parts_are_changed_added_and_taken_away_together(admin: FlaskClient, school: School, bells: int) -> None:
    data = typed(admin, address(bells))
    first, _second, third, new = data["line"][:4]
    data |= {f"{first}-starts_at": "08:30", "gone": [third], f"{new}-number": "4"}
    data |= {f"{new}-starts_at": "12:00", f"{new}-ends_at": "12:40"}
    assert admin.post(address(bells), data=data).status_code == 302
    assert of(school, bells) == [(1, "08:30"), (2, "10:00"), (4, "12:00")]
    history = admin.get(f"/admin/bell-period/history?id={first}").get_data(as_text=True)
    assert "<del>9:00</del> → 8:30" in history, "each change stands in the trail"


def test_untouched_parts_change_nothing(admin: FlaskClient, school: School, bells: int) -> None:
    before = len(school.system().scalars(select(s.TrailEntry.id)).all())
    assert admin.post(address(bells), data=typed(admin, address(bells))).status_code == 302
    assert len(school.system().scalars(select(s.TrailEntry.id)).all()) == before


def test_a_refused_line_is_said_beside_it_and_nothing_is_kept(admin: FlaskClient, school: School, bells: int) -> None:
    data = typed(admin, address(bells))
    first, _second, third = data["line"][:3]
    for wrong, said in (
        ({f"{third}-number": "1"}, "Such a row exists already"),
        ({f"{third}-number": "99"}, "between 0 and 14"),
        ({f"{third}-starts_at": "25:99"}, "Not a valid time"),
        ({f"{third}-starts_at": "23:00"}, "error"),
        ({"new-0-number": "7"}, "required"),
    ):
        answer = admin.post(address(bells), data={**data, f"{first}-starts_at": "08:30", **wrong}, headers=EN)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 200 and said in text, said
        assert "Nothing was saved" in text and 'value="08:30"' in text
        assert of(school, bells)[0] == (1, "09:00")


def test_a_line_changed_meanwhile_is_not_overwritten(admin: FlaskClient, school: School, bells: int) -> None:
    data = typed(admin, address(bells))
    first = data["line"][0]
    with school.acting("admin") as session:
        records.change(session, session.get_one(s.BellPeriod, int(first)), {"number": 9})
    answer = admin.post(address(bells), data={**data, f"{first}-number": "5"}, headers=EN)
    assert answer.status_code == 200 and "Nothing was saved" in answer.get_data(as_text=True)
    assert 9 in dict(of(school, bells))


def test_lines_of_another_row_are_not_there(app: Flask, admin: FlaskClient, school: School, bells: int) -> None:
    other = school.system().scalars(select(s.BellPeriod.id).where(s.BellPeriod.bell_schedule_id != bells)).first()
    data = typed(admin, address(bells))
    assert admin.post(address(bells), data={**data, "line": [str(other)]}).status_code == 404
    assert admin.get(address(bells).replace("bell-period", "room")).status_code == 404
    assert admin.get(address(9999)).status_code == 404
    assert client_of(app, "anna").get(address(bells)).status_code == 403


def test_a_teacher_orders_the_own_scheme_of_work_alone(app: Flask, school: School) -> None:
    own, foreign = school.id(s.SchemeOfWork, "A"), school.id(s.SchemeOfWork, "B")
    page = "/admin/scheme-of-work/parts?id={}&of=planned-lesson"
    anna = client_of(app, "anna")
    assert anna.get(page.format(own)).status_code == 200
    assert anna.get(page.format(foreign)).status_code == 403, "a colleague's is there to be read"
    assert client_of(app, "petya").get(page.format(own)).status_code in (403, 404)
    data = typed(anna, page.format(own))
    data |= {"new-0-topic": "Second", "new-1-topic": "First of all", "place-new-1": "0"}
    answer = anna.post(page.format(own), data=data, headers=EN)
    assert answer.status_code == 302, re.findall(r"(?:error|bad)\"[^>]*>([^<]+)<", answer.get_data(as_text=True))
    lessons = select(s.PlannedLesson).where(s.PlannedLesson.scheme_of_work_id == own).order_by(s.PlannedLesson.number)
    rows = school.system().scalars(lessons).all()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0].topic == "First of all" and rows[-1].topic == "Second"


def test_taking_away_wants_a_fresh_password_and_keeps_what_was_typed(
    app: Flask, school: School, bells: int, admin: FlaskClient
) -> None:
    data = typed(admin, address(bells))
    with database.work(school.engine, System("test")) as session:
        row = session.scalars(select(s.SignIn).where(s.SignIn.login == "admin").order_by(s.SignIn.id.desc())).first()
        assert row is not None
        records.change(session, row, {"proven_at": now() - timedelta(hours=1)})
    text = admin.post(address(bells), data={**data, "gone": data["line"][:1]}).get_data(as_text=True)
    assert "unlock_password" in text and 'name="gone"' in text
    assert len(of(school, bells)) == 3


def test_the_page_of_a_whole_leads_to_its_parts(app: Flask, admin: FlaskClient, school: School, bells: int) -> None:
    assert "of=bell-period" in admin.get(f"/admin/bell-schedule/details?id={bells}").get_data(as_text=True)
    assert "of=bell-period" not in client_of(app, "anna").get(f"/admin/bell-schedule/details?id={bells}").get_data(
        as_text=True
    )


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)))
def test_any_order_is_reached_without_two_of_the_same(school: School, order: list[int]) -> None:
    with school.acting("admin") as session:
        work = session.get_one(s.LessonWork, school.id(s.LessonWork, "A"))
        rows = list(
            session.scalars(select(s.Criterion).where(s.Criterion.work_id == work.id).order_by(s.Criterion.position))
        )
        while len(rows) < 6:
            values = {"work_id": work.id, "name": f"C{len(rows)}", "most_points": 5}
            place = numbering.free(rows, s.Criterion, "position")
            rows.append(records.create(session, s.Criterion, {**values, "position": place}))
        wanted = [rows[place] for place in order]
        numbering.renumber(session, wanted, "position")
        assert [row.position for row in wanted] == [1, 2, 3, 4, 5, 6]


def test_a_full_house_is_said(school: School) -> None:
    rows = [s.Criterion(position=n) for n in range(1, 13)]
    with pytest.raises(Invalid):
        numbering.free(rows, s.Criterion, "position")
