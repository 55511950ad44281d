"""The schema explained: counts of what a person sees, the map with its references, and who may do what."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from journal import schema as s
from journal.access.actor import Role
from journal.access.guard import may_ever
from journal.access.line import Verb
from journal.admin import schema_map
from journal.schema import entities
from tests.conftest import client_of
from tests.counting import counted
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.mark.parametrize("login", ["admin", "director", "anna"])
def test_counts_are_of_what_the_person_sees(shared_school: School, login: str) -> None:
    session = shared_school.session(login, writing=False)
    shown = [one for one in entities() if may_ever(one, shared_school.actor(login), Verb.VIEW)]
    with counted(shared_school.engine) as count:
        found = schema_map.counts(session, shown)
    assert count.statements == 1
    for one in (s.Student, s.Mark, s.Room):
        assert found[one] == session.scalar(select(func.count(one.id))), one
    session.close()


def test_the_map_holds_every_entity_and_reference_that_the_person_sees(shared_school: School) -> None:
    drawn = schema_map.draw(shared_school.actor("admin"), s.Student)
    assert {one.entity for one in drawn.boxes} == {
        one for one in entities() if may_ever(one, shared_school.actor("admin"), Verb.VIEW)
    }
    tones = {one.entity: one.tone for one in drawn.boxes}
    assert (tones[s.Student], tones[s.Enrolment], tones[s.Room]) == ("chosen", "near", "plain")
    strong = [one for one in drawn.lines if one.is_strong]
    assert len(strong) >= 10 and len({(box.x, box.y) for box in drawn.boxes}) == len(drawn.boxes)


def test_rights_are_the_policys(shared_school: School) -> None:
    found = dict(schema_map.rights(s.Lesson))
    assert found[Role.TEACHER] == {Verb.VIEW: "some", Verb.CHANGE: "fields"}
    assert found[Role.ADMINISTRATOR] == dict.fromkeys(Verb, "all")
    assert schema_map.because(s.Mark, shared_school.actor("anna")) == [Role.CLASS_TEACHER, Role.TEACHER]


def test_the_pages_open_for_the_staff_and_hide_what_is_not_theirs(shared_app: Flask) -> None:
    client = client_of(shared_app, "admin")
    page = client.get("/admin/", headers=EN).get_data(as_text=True)
    assert 'href="/admin/map"' in page and 'class="count"' in page
    page = client.get("/admin/map?of=student", headers=EN).get_data(as_text=True)
    assert 'class="chosen"' in page and "You see it as:" in page and "class teacher" in page.lower()
    assert client.get("/admin/map?of=no-such").status_code == 404
    anna = client_of(shared_app, "anna")
    assert anna.get("/admin/map").status_code == 200 and anna.get("/admin/map?of=account").status_code in (200, 404)
    assert anna.get("/admin/map?of=unavailability").status_code == 404
    assert client_of(shared_app, "maria").get("/admin/map").status_code == 403
