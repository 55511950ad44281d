"""The panel as an administrator uses it: create, edit with a stale check, delete, search in Cyrillic, CSV, bad input."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from journal import schema as s
from journal.admin.export import safe
from journal.kit.text import kebab
from journal.services import records
from tests.conftest import client_of
from tests.counting import queries_of_page
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return client_of(app, "admin")


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def version(html: str) -> str:
    found = re.search(r'name="version_seen"[^>]*value="(\d+)"', html)
    assert found
    return found.group(1)


def test_a_row_is_created_found_changed_and_deleted(admin: FlaskClient, school: School) -> None:
    answer = admin.post("/admin/room/new", data={"number": "Ёлка-5", "name": "", "capacity": "30"})
    assert answer.status_code == 302
    assert "Ёлка-5" in page(admin, "/admin/room/?q=ёлка")
    assert "Ёлка-5" not in page(admin, "/admin/room/?q=сосна")
    id_ = int(answer.headers["Location"].rpartition("=")[2])
    form = page(admin, f"/admin/room/edit?id={id_}")
    admin.post(f"/admin/room/edit?id={id_}", data={"number": "6", "capacity": "31", "version_seen": version(form)})
    room = school.system().get(s.Room, id_)
    assert room is not None
    assert (room.number, room.capacity, room.version) == ("6", 31, 2)
    assert ">capacity<" not in page(admin, f"/admin/room/history?id={id_}")
    assert "31" in page(admin, f"/admin/room/history?id={id_}")
    assert admin.post(f"/admin/room/delete?id={id_}").status_code == 302
    assert admin.get(f"/admin/room/details?id={id_}").status_code == 404


def test_the_trail_begins_with_the_newest(admin: FlaskClient) -> None:
    admin.post("/admin/room/new", data={"number": "Newest"})
    first = re.search(r"<tbody>\s*<tr[^>]*>(.*?)</tr>", page(admin, "/admin/trail-entry/"), re.DOTALL)
    assert first is not None and "Admin" in first.group(1)


def test_a_stale_edit_shows_both_values_and_overwrites_nothing(app: Flask, school: School) -> None:
    one, two = client_of(app, "admin"), client_of(app, "admin")
    address = f"/admin/room/edit?id={school.id(s.Room, 'A')}"
    seen = version(page(one, address))
    assert two.post(address, data={"number": "theirs", "version_seen": seen}).status_code == 302
    answer = one.post(address, data={"number": "mine", "version_seen": seen})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="mine"' in text and "theirs" in text
    assert school.system().get(s.Room, school.id(s.Room, "A")).number == "theirs"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("entity", "field", "value"),
    [
        (s.Room, "number", ""),
        (s.Room, "number", "x" * 10_000),
        (s.Room, "capacity", "-1"),
        (s.Room, "capacity", "many"),
        (s.Room, "capacity", "9" * 30),
        (s.Student, "born_on", "31.31.2013"),
        (s.Student, "sex", "robot"),
        (s.Holiday, "ends_on", "2020-01-01"),
        (s.Enrolment, "student_id", "999999"),
        (s.Enrolment, "student_id", "nobody"),
        (s.Timetable, "academic_year_id", "77"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_keeps_the_rest(
    admin: FlaskClient, school: School, entity: type[s.Entity], field: str, value: str
) -> None:
    good = {
        s.Room: {"number": "900", "name": "Kept text", "capacity": "5"},
        s.Student: {"last_name": "Kept text", "first_name": "B", "born_on": "2013-01-01", "sex": "male"},
        s.Holiday: {
            "academic_year_id": "1",
            "name": "Kept text",
            "kind": "holiday",
            "begins_on": "2026-11-05",
            "ends_on": "2026-11-06",
        },
        s.Enrolment: {
            "student_id": str(school.id(s.Student, "A")),
            "school_class_id": str(school.id(s.SchoolClass, "B")),
            "starts_on": "2026-11-05",
            "order_in": "Kept text",
        },
        s.Timetable: {
            "academic_year_id": "1",
            "name": "Kept text",
            "valid_from": "2026-11-05",
            "valid_to": "2026-11-06",
            "state": "draft",
        },
    }[entity]
    count = len(school.system().scalars(select(entity.id)).all())
    answer = admin.post(f"/admin/{kebab(entity.__name__)}/new", data={**good, field: value})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.search(rf'id="{field}-error"', text), text
    assert "Kept text" in text
    assert len(school.system().scalars(select(entity.id)).all()) == count


def test_a_duplicate_is_said_in_words_without_sql(admin: FlaskClient) -> None:
    text = admin.post("/admin/room/new", data={"number": "1A"}).get_data(as_text=True)
    assert "Такая запись уже есть" in text
    assert "UNIQUE" not in text and "IntegrityError" not in text


def test_deleting_tells_what_hangs_on_the_row_and_refuses_what_is_held(admin: FlaskClient, school: School) -> None:
    address = f"/admin/student/delete?id={school.id(s.Student, 'A')}"
    assert "не дают удалить" in page(admin, address)
    admin.post(address)
    assert school.system().get(s.Student, school.id(s.Student, "A")) is not None


def test_chosen_rows_are_deleted_together_or_not_at_all(admin: FlaskClient, school: School) -> None:
    made = [admin.post("/admin/room/new", data={"number": str(n)}).headers["Location"].rpartition("=")[2] for n in (71, 72)]
    held = str(school.id(s.Room, "A"))
    assert "71" in admin.post("/admin/room/action", data={"rowid": made}).get_data(as_text=True)
    answer = admin.post("/admin/room/action", data={"rowid": [*made, held], "sure": "1"})
    assert "Ничего не удалено" in answer.get_data(as_text=True)
    assert admin.get(f"/admin/room/details?id={made[0]}").status_code == 200
    assert admin.post("/admin/room/action", data={"rowid": made, "sure": "1"}).status_code == 302
    assert admin.get(f"/admin/room/details?id={made[0]}").status_code == 404


def test_one_cell_is_changed_with_its_version(admin: FlaskClient, school: School) -> None:
    data = {"id": str(school.id(s.Room, "A")), "field": "capacity", "capacity": "12", "version_seen": "1"}
    asked = admin.get(f"/admin/room/cell?id={data['id']}&field=capacity").get_json()["html"]
    assert 'name="capacity"' in asked and version(asked) == "1"
    assert admin.get(f"/admin/room/cell?id={data['id']}&field=version").status_code == 403
    assert admin.post("/admin/room/cell", data=data).get_json() == {"text": "12", "version": 2}
    assert admin.post("/admin/room/cell", data=data).status_code == 409
    assert admin.post("/admin/room/cell", data={**data, "capacity": "x", "version_seen": "2"}).status_code == 422


def test_csv_opens_in_excel_and_holds_no_formula(admin: FlaskClient, school: School) -> None:
    admin.post("/admin/room/new", data={"number": "=1+1", "name": "Зал; большой"})
    answer = admin.get("/admin/room/export?q=зал")
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    assert text.splitlines()[1] == '\'=1+1;"Зал; большой";'
    assert "filename*=UTF-8''%D0%9A" in answer.headers["Content-Disposition"]


def heads(html: str) -> list[str]:
    """The heads of a list's columns."""
    found = re.findall(r'<th scope="col"(?! class="pick")[^>]*>(.*?)</th>', html)
    return [re.sub(r"<[^>]+>|[↑↓]", "", head).strip() for head in found]


def test_a_list_shows_and_exports_the_chosen_columns_in_their_order(admin: FlaskClient) -> None:
    usual = heads(page(admin, "/admin/student/"))
    some = page(admin, "/admin/student/?cols=first_name&cols=last_name&sort=-last_name")
    assert heads(some) == ["Имя", "Фамилия"] != usual[:2]
    assert 'name="cols" value="first_name,last_name"' in some, "a search keeps the columns"
    tool = page(admin, "/admin/student/?cols=first_name&cols=last_name&sort=-last_name&part=columns")
    assert "cols=last_name%2Cfirst_name" in tool, "the second can go before the first"
    text = admin.get("/admin/student/export?cols=first_name,last_name", buffered=True).get_data(as_text=True)
    assert text.splitlines()[0] == "\ufeffИмя;Фамилия"
    assert heads(page(admin, "/admin/student/?cols=nothing")) == usual


def test_a_password_cannot_be_chosen(admin: FlaskClient) -> None:
    usual = page(admin, "/admin/account/?tools=columns")
    assert heads(page(admin, "/admin/account/?cols=password_hash")) == heads(usual)
    assert 'value="login"' in usual and 'value="password_hash"' not in usual


def test_exports_give_their_connections_back(app: Flask, admin: FlaskClient) -> None:
    """A stream outlives its request: twenty of them must not use up the pool."""
    for _ in range(20):
        assert admin.get("/admin/student/export", buffered=True).status_code == 200
    with app.app_context():
        assert app.extensions["sqlalchemy"].engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_a_formula_start_is_made_harmless(value: str) -> None:
    assert safe(value) == f"'{value}"


def test_pages_by_keys_meet_every_row_once_in_order(admin: FlaskClient) -> None:
    for number in range(120):
        admin.post("/admin/room/new", data={"number": f"{number:03}"})
    seen: list[str] = []
    address = "/admin/room/?sort=-number"
    for _ in range(10):
        text = page(admin, address)
        seen += re.findall(r"details\?id=\d+\">([^<]+)</a>", text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        if not following:
            break
        address = following.group(1).replace("&amp;", "&")
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 122
    before = re.search(r'rel="prev" href="([^"]+)"', page(admin, "/admin/room/?sort=-number&last=1"))
    assert before is not None
    back = re.findall(r"details\?id=\d+\">([^<]+)</a>", page(admin, before.group(1).replace("&amp;", "&")))
    assert back == seen[22:72]


def test_the_number_of_queries_of_a_list_does_not_grow_with_its_rows(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    for entity in (s.Student, s.TeachingAssignment, s.Mark, s.Lesson, s.Enrolment):
        address = f"/admin/{kebab(entity.__name__)}/"
        assert queries_of_page(app, client, address) == queries_of_page(app, client, address) <= 16, entity


def test_a_password_is_set_and_never_shown(app: Flask, admin: FlaskClient, school: School) -> None:
    account = school.ids(s.Account, "A")[0]
    form = page(admin, f"/admin/account/edit?id={account}")
    assert "argon2" not in form and 'name="password_hash"' not in form
    data = {
        "login": "anna",
        "name": "Anna",
        "staff_id": str(school.id(s.Staff, "A")),
        "is_active": "1",
        "version_seen": version(form),
    }
    assert "password-error" in admin.post(f"/admin/account/edit?id={account}", data={**data, "password": "short"}).get_data(
        as_text=True
    )
    admin.post(f"/admin/account/edit?id={account}", data={**data, "password": "a much longer one"})
    client = app.test_client()
    assert client.post("/login", data={"username": "anna", "password": "a much longer one"}).status_code == 302
    assert "argon2" not in page(admin, f"/admin/account/history?id={account}")


def change_of(school: School, room_id: int) -> int:
    """The trail's entry about the change of a room."""
    of_room = (s.TrailEntry.entity == "Room", s.TrailEntry.row_id == room_id, s.TrailEntry.act == "change")
    return school.system().scalars(select(s.TrailEntry.id).where(*of_room)).one()


def test_an_old_value_is_put_back_from_the_history(admin: FlaskClient, school: School) -> None:
    """One field, then all of an entry; what the role may not write, and what is of another row, is not."""
    id_, other = school.id(s.Room, "A"), school.id(s.Room, "B")
    form = page(admin, f"/admin/room/edit?id={id_}")
    values = {"number": "99", "name": "Physics", "capacity": "25", "version_seen": version(form)}
    admin.post(f"/admin/room/edit?id={id_}", data=values)
    entry = change_of(school, id_)
    assert "Put all of this back" in admin.get(f"/admin/room/history?id={id_}", headers=EN).get_data(as_text=True)
    admin.post(f"/admin/room/restore?id={id_}", data={"entry": entry, "field": "number"})
    room = school.system().get_one(s.Room, id_)
    assert (room.number, room.name, room.capacity) == ("1A", "Physics", 25)
    admin.post(f"/admin/room/restore?id={id_}", data={"entry": entry})
    room = school.system().get_one(s.Room, id_)
    assert (room.number, room.name, room.capacity) == ("1A", None, None)
    assert admin.post(f"/admin/room/restore?id={other}", data={"entry": entry}).status_code == 404
    assert admin.post(f"/admin/room/restore?id={id_}", data={"entry": entry, "field": "version"}).status_code == 403
    assert admin.get(f"/admin/room/restore?id={id_}").status_code == 405


def test_an_old_value_that_contradicts_is_refused_in_words(admin: FlaskClient, school: School) -> None:
    id_ = school.id(s.Room, "A")
    with school.acting("admin") as session:
        records.change(session, session.get_one(s.Room, id_), {"number": "99"})
        records.create(session, s.Room, {"number": "1A"})
    entry = change_of(school, id_)
    answer = admin.post(f"/admin/room/restore?id={id_}", data={"entry": entry}, follow_redirects=True, headers=EN)
    assert "Such a row exists already" in answer.get_data(as_text=True)


@pytest.mark.parametrize("login", ["anna", "director", "maria"])
def test_who_may_not_write_puts_nothing_back(app: Flask, school: School, login: str) -> None:
    answer = client_of(app, login).post(f"/admin/room/restore?id={school.id(s.Room, 'A')}", data={"entry": "1"})
    assert answer.status_code == 403


def test_one_more_like_a_row_begins_with_its_values(admin: FlaskClient, school: School) -> None:
    id_ = school.id(s.TeachingAssignment, "A")
    assert f"new?like={id_}" in page(admin, f"/admin/teaching-assignment/details?id={id_}")
    assert 'value="2' in page(admin, f"/admin/teaching-assignment/new?like={id_}")
    assert admin.get("/admin/room/new?like=9999").status_code == 404
