"""A list as a tool: several keys of order, columns of related rows, filters, facets, totals, lists under a name."""

import io
import re
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from journal import schema as s
from journal.admin import facets, filters, listing
from journal.kit import clock
from journal.services import jobs, records
from tests.conftest import client_of
from tests.counting import queries_of_page
from tests.personas import School

EN = {"Accept-Language": "en"}


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return client_of(app, "admin")


@pytest.fixture
def rooms(school: School) -> list[tuple[str, str | None, int | None]]:
    """Rooms with many equal values and some empty ones: number, name, capacity."""
    made = [(f"{n:02}", ["Зал", "Лаборатория", None][n % 3], [10, 20, 20, None][n % 4]) for n in range(30)]
    with school.acting("admin") as session:
        for number, name, capacity in made:
            records.create(session, s.Room, {"number": number, "name": name, "capacity": capacity})
    return [*made, ("1A", None, None), ("1B", None, None)]


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=EN)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def body(html: str) -> list[list[str]]:
    """The cells of a list's rows."""
    inner = html.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<td(?! class=\"pick\")[^>]*>(.*?)</td>", row, re.DOTALL) for row in inner.split("</tr>")]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows if row]


def numbers(client: FlaskClient, query: str) -> list[str]:
    return [row[0] for row in body(page(client, f"/admin/room/?cols=number&{query}"))]


def walked(client: FlaskClient, address: str, link: str) -> list[list[list[str]]]:
    """The pages of a list from one end to the other."""
    found = []
    for _ in range(40):
        html = page(client, address)
        found.append(body(html))
        following = re.search(rf'rel="{link}" href="([^"]+)"', html)
        if following is None:
            return found
        address = following.group(1).replace("&amp;", "&")
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("keys", ["capacity,number", "-capacity,name", "name,-capacity,number", "-name,-capacity,-number"])
def test_several_keys_of_order_lead_through_every_row_both_ways(
    admin: FlaskClient, rooms: list[Any], keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 7)
    address = f"/admin/room/?cols=number,name,capacity&sort={keys}"
    forwards = walked(admin, address, "next")
    there = [row for part in forwards for row in part]
    wanted = rooms
    places = {"number": 0, "name": 1, "capacity": 2}
    for key in reversed(keys.split(",")):
        place, least = places[key.removeprefix("-")], -1 if "capacity" in key else ""

        def value(row: Any, place: int = place, least: Any = least) -> Any:
            return least if row[place] is None else row[place]

        wanted = sorted(wanted, key=value, reverse=key.startswith("-"))
    named = [[place for place in places if place in keys]]
    shown = [[row[places[name]] for name in named[0]] for row in there]
    assert shown == [["" if row[places[name]] is None else str(row[places[name]]) for name in named[0]] for row in wanted]
    assert len({row[0] for row in there}) == len(rooms)
    backwards = [row for part in reversed(walked(admin, f"{address}&last=1", "prev")) for row in part]
    assert backwards == there


def test_a_forged_key_or_place_of_order_is_ignored(app: Flask, admin: FlaskClient, rooms: list[Any]) -> None:
    usual = numbers(admin, "")
    for query in ("sort=password_hash", "sort=id.x", "sort=-,,,", "after=AAAA", "after=W10=", f"sort={'number,' * 500}"):
        assert numbers(admin, query) == usual, query
    html = page(client_of(app, "anna"), "/admin/trail-entry/?sort=account_id.login&cols=account_id.login,act&tools=columns")
    assert 'value="account_id.login' not in html, "a column that is hidden from a role there is hidden here"


def test_columns_of_related_rows_are_shown_exported_and_ordered_by(admin: FlaskClient, school: School) -> None:
    address = "/admin/enrolment/?cols=student_id.first_name,student_id,school_class_id.letter&sort=-student_id.first_name"
    html = page(admin, address)
    assert "Student: First name" in html and "Class: Letter" in html
    rows = body(html)
    assert rows == sorted(rows, key=lambda row: row[0], reverse=True)
    for first_name, whole_name, _letter in rows:
        assert first_name in whole_name
    text = admin.get(address.replace("/?", "/export?"), headers=EN, buffered=True).get_data(as_text=True)
    assert text.splitlines()[0] == "\ufeffStudent: First name;Student;Class: Letter"
    assert text.splitlines()[1].split(";")[0] == rows[0][0]


def test_of_a_related_row_that_is_hidden_nothing_is_shown(app: Flask, admin: FlaskClient, school: School) -> None:
    """An account of nobody on the staff is not a teacher's to see."""
    admin.post("/admin/room/save", data={"name": "Halls", "query": "", "shared_with": "teacher"})
    with school.acting("admin") as session:
        account = session.scalars(select(s.Account).where(s.Account.login == "admin")).one()
        records.change(session, account, {"staff_id": None})
    address = "/admin/saved-list/?cols=name,account_id.name&sort=account_id.name&name.has=Halls"
    assert body(page(admin, address)) == [["Halls", "Admin"]]
    assert body(page(client_of(app, "anna"), address)) == [["Halls", ""]]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("capacity.from=15", lambda n, name, c: c is not None and c >= 15),
        ("capacity.from=15&capacity.how=not", lambda n, name, c: c is None or c < 15),
        ("capacity.how=empty", lambda n, name, c: c is None),
        ("capacity.how=filled&capacity.from=15", lambda n, name, c: c is not None),
        ("name.has=лаб", lambda n, name, c: name == "Лаборатория"),
        ("name.has=лаб&name.how=not", lambda n, name, c: name != "Лаборатория"),
        ("name.has=зал&name.how=is", lambda n, name, c: name == "Зал"),
        ("name.has=за&name.how=is", lambda n, name, c: False),
        ("name.how=empty", lambda n, name, c: name is None),
        ("name.has=зал&capacity.from=20", lambda n, name, c: name == "Зал" and c == 20),
        ("name.has=зал&capacity.from=20&match=any", lambda n, name, c: name == "Зал" or c == 20),
        ("q=зал&capacity.how=empty&number.has=0&match=any", lambda n, name, c: name == "Зал" and (c is None or "0" in n)),
    ],
)
def test_filters_keep_what_they_say(admin: FlaskClient, rooms: list[Any], query: str, fits: Any) -> None:
    assert sorted(numbers(admin, query)) == sorted(row[0] for row in rooms if fits(*row))


@pytest.mark.parametrize("query", ["capacity.how=quarter", "name.how=x", "capacity.from=abc", "capacity.from=9e99"])
def test_a_filter_that_cannot_be_read_is_said_and_asks_nothing(admin: FlaskClient, rooms: list[Any], query: str) -> None:
    html = page(admin, f"/admin/room/?{query}")
    assert "This value can&#39;t be read" in html
    assert len(body(html)) == len(rooms)
    assert admin.get(f"/admin/room/export?{query}").status_code == 400


SPANS = {
    "today": lambda d, t: d == t,
    "yesterday": lambda d, t: d == t - timedelta(days=1),
    "last7": lambda d, t: t - timedelta(days=7) < d <= t,
    "last30": lambda d, t: t - timedelta(days=30) < d <= t,
    "next7": lambda d, t: t < d <= t + timedelta(days=7),
    "week": lambda d, t: d.isocalendar()[:2] == t.isocalendar()[:2],
    "month": lambda d, t: (d.year, d.month) == (t.year, t.month),
}


@pytest.mark.parametrize("code", SPANS)
def test_spans_move_with_today(admin: FlaskClient, school: School, code: str) -> None:
    today = clock.today()
    days = [today + timedelta(days=n) for n in (-31, -30, -29, -7, -6, -1, 0, 1, 6, 7, 8, 31)]
    with school.acting("admin") as session:
        for n, day in enumerate(days):
            values = {"last_name": f"Span{n:02}", "first_name": "A", "sex": "male", "born_on": day}
            records.create(session, s.Student, values)
    html = page(admin, f"/admin/student/?cols=last_name&last_name.has=Span&born_on.how={code}")
    assert [row[0] for row in body(html)] == [f"Span{n:02}" for n, day in enumerate(days) if SPANS[code](day, today)]


def test_this_quarter_is_the_period_that_holds_today(admin: FlaskClient, school: School) -> None:
    now = (s.GradingPeriod.begins_on <= clock.today(), s.GradingPeriod.ends_on >= clock.today())
    periods = school.system().scalars(select(s.GradingPeriod).where(s.GradingPeriod.kind != "year", *now)).all()
    days = {"in": clock.today(), "out": date(2020, 1, 1)}
    with school.acting("admin") as session:
        for name, day in days.items():
            values = {"last_name": f"Quarter {name}", "first_name": "A", "sex": "male", "born_on": day}
            records.create(session, s.Student, values)
    html = page(admin, "/admin/student/?last_name.has=Quarter&born_on.how=period")
    if periods:
        assert [row[0] for row in body(html)] == ["Quarter in"]
    else:
        assert "The calendar has no such time today" in html


def facet_of(html: str, label: str) -> dict[str, int]:
    found = re.search(rf"<dt>{label}</dt><dd>(.*?)</dd>", html)
    return {text: int(n) for text, n in re.findall(r">([^<]+) <small>(\d+)</small>", found.group(1))} if found else {}


def test_facets_count_under_the_other_filters_and_toggle(admin: FlaskClient, school: School) -> None:
    with school.acting("admin") as session:
        for n, sex in enumerate(["male", "male", "female"]):
            values = {"last_name": f"Facet{n}", "first_name": "A", "sex": sex, "born_on": date(2013, 1, 1)}
            records.create(session, s.Student, values)
    html = page(admin, "/admin/student/?last_name.has=Facet")
    assert facet_of(html, "Sex") == {"male": 2, "female": 1}
    html = page(admin, "/admin/student/?last_name.has=Facet&sex=female")
    assert [row[0] for row in body(html)] == ["Facet2"]
    assert facet_of(html, "Sex") == {"male": 2, "female": 1}
    assert "sex=female%2Cmale" in html, "a second click keeps both"
    assert len(body(page(admin, "/admin/student/?last_name.has=Facet&sex=female,male"))) == 3
    assert [row[0] for row in body(page(admin, "/admin/student/?last_name.has=Facet&sex=female&sex.how=not"))] == [
        "Facet0",
        "Facet1",
    ]


@pytest.fixture
def boys_and_girls(school: School) -> str:
    """The address of a list of three, two of whom are boys."""
    with school.acting("admin") as session:
        for n, sex in enumerate(["male", "male", "female"]):
            values = {"last_name": f"Counted{n}", "first_name": "A", "sex": sex, "born_on": date(2013, 1, 1)}
            records.create(session, s.Student, values)
    return "/admin/student/?last_name.has=Counted"


def test_a_list_of_too_many_combinations_has_no_facets_but_its_number(
    admin: FlaskClient, boys_and_girls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    assert 'class="facets"' in page(admin, boys_and_girls)
    monkeypatch.setattr(facets, "MOST_COMBINED", 1)
    html = page(admin, boys_and_girls)
    assert 'class="facets"' not in html and '<span class="chip">3</span>' in html


def test_a_list_of_nothing_has_no_facet_without_values(admin: FlaskClient, boys_and_girls: str) -> None:
    html = page(admin, f"{boys_and_girls}&q=nobody&sex=female")
    assert 'class="facets"' not in html and "Nothing fits." in html


def test_a_list_that_is_too_long_without_a_filter_does_not_count_by_it(
    admin: FlaskClient, boys_and_girls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert facet_of(page(admin, f"{boys_and_girls}&sex=female"), "Sex") == {"male": 2, "female": 1}
    monkeypatch.setattr(listing, "COUNTED", 2)
    assert facet_of(page(admin, f"{boys_and_girls}&sex=female"), "Sex") == {}


def test_a_table_that_is_seen_whole_is_not_asked_at_every_page_whether_it_is_long(
    app: Flask, admin: FlaskClient, rooms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNTED", len(rooms) - 1)
    first, second = (queries_of_page(app, admin, "/admin/room/") for _ in range(2))
    assert second == first - 1
    monkeypatch.setattr(listing, "LONG_FOR", -1)
    monkeypatch.setattr(listing, "_LONG_UNTIL", WeakKeyDictionary())
    assert [queries_of_page(app, admin, "/admin/room/") for _ in range(2)] == [first, first]


def test_a_long_list_of_own_rows_is_long_for_its_owner_alone(
    app: Flask, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNTED", 0)
    anna, boris = client_of(app, "anna"), client_of(app, "boris")
    first, second = (queries_of_page(app, anna, "/admin/homework/") for _ in range(2))
    assert second == first - 1
    assert queries_of_page(app, boris, "/admin/homework/") == first


def test_facets_and_totals_count_only_what_the_person_sees(app: Flask, admin: FlaskClient, school: School) -> None:
    """The same list of the office and of a teacher: the teacher's numbers are of the teacher's rows."""
    of_all = page(admin, "/admin/homework/?totals=1")
    of_own = page(client_of(app, "anna"), "/admin/homework/?totals=1")
    count = re.compile(r'<span class="chip">(\d+)</span>')
    whole, own = (int(count.search(html).group(1)) for html in (of_all, of_own))  # type: ignore[union-attr]
    assert own == len(body(of_own)) < whole == len(body(of_all))


def test_totals_are_of_the_whole_list(admin: FlaskClient, rooms: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 5)
    html = page(admin, "/admin/room/?cols=number,capacity&totals=1&capacity.how=filled")
    numbers = [capacity for _n, _name, capacity in rooms if capacity is not None]
    assert f"sum <b>{sum(numbers)}</b>" in html
    assert f"average <b>{round(sum(numbers) / len(numbers), 2):g}</b>" in html
    assert f'<span class="chip">{len(numbers)}</span>' in html
    assert "<tfoot>" not in page(admin, "/admin/room/?cols=number&totals=1"), "there is nothing to add up"


# --- lists under a name


def lists_of(client: FlaskClient) -> list[str]:
    found = re.search(r'<ul class="saved">(.*?)</ul>', page(client, "/admin/room/?tools=saved"), re.DOTALL)
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a>', found.group(1)) if found else []


def test_a_list_is_kept_shared_with_a_role_and_replaced(app: Flask, admin: FlaskClient, school: School) -> None:
    query = "q=зал&sort=-number&after=W10%3D&totals=1"
    admin.post("/admin/room/save", data={"name": "Halls", "query": query, "shared_with": "deputy"})
    html = page(admin, "/admin/room/?part=saved")
    assert 'href="/admin/room/?q=%D0%B7%D0%B0%D0%BB&amp;sort=-number"' in html, "the place and the totals are not kept"
    assert lists_of(client_of(app, "deputy")) == ["Halls"]
    assert "Halls" not in lists_of(client_of(app, "anna"))
    assert "Halls" not in page(admin, "/admin/subject/?part=saved"), "a list is of one entity"
    admin.post("/admin/room/save", data={"name": "Halls", "query": "q=2"})
    assert lists_of(admin).count("Halls") == 1
    assert lists_of(client_of(app, "deputy")) == []


def test_a_shared_list_goes_only_by_its_owner(app: Flask, admin: FlaskClient, school: School) -> None:
    admin.post("/admin/room/save", data={"name": "Halls", "query": "", "shared_with": "deputy"})
    kept = school.system().scalars(select(s.SavedList.id).where(s.SavedList.name == "Halls")).one()
    assert client_of(app, "deputy").post("/admin/room/forget", data={"saved": kept}).status_code == 403
    assert client_of(app, "anna").post("/admin/room/forget", data={"saved": kept}).status_code == 404
    assert admin.post("/admin/subject/forget", data={"saved": kept}).status_code == 404
    assert admin.post("/admin/room/forget", data={"saved": kept}).status_code == 302
    assert "Halls" not in lists_of(admin)


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "x" * 81}, {"shared_with": "student"}, {"query": "q=" + "x" * 3000}]
)
def test_a_list_that_cannot_be_kept_is_said(admin: FlaskClient, data: dict[str, str]) -> None:
    answer = admin.post("/admin/room/save", data={"name": "N", "query": "", **data}, headers=EN, follow_redirects=True)
    assert "The list was not saved" in answer.get_data(as_text=True)
    assert lists_of(admin) == []


def test_a_search_by_the_titles_of_other_rows_finds_the_same_whether_they_are_few_or_many(
    app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        f"/admin/{of}/?q={q}" for of in ("absence", "enrolment", "lesson", "mark") for q in ("petya", "p", "pupil p", "zzz")
    ]
    few = [body(page(client, each)) for client in (admin, client_of(app, "anna")) for each in asked]
    monkeypatch.setattr(filters, "FEW", 0)
    assert [body(page(client, each)) for client in (admin, client_of(app, "anna")) for each in asked] == few
    assert any(few) and not all(few)


# --- a long list as a workbook


def test_a_long_list_becomes_a_workbook_by_a_job_of_whoever_asked(
    app: Flask, school: School, rooms: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNTED", 5)
    client = client_of(app, "admin")
    address = "/admin/room/export?format=xlsx&cols=number,capacity&capacity.from=15&sort=-number"
    assert "more than 10 000 rows" in page(client, address), "a GET only asks"
    sent = client.post(address)
    assert sent.status_code == 302 and sent.headers["Location"].startswith("/jobs/")
    job_id = int(sent.headers["Location"].rpartition("/")[2])
    with app.app_context():
        jobs.perform(school.engine, app.config["JOURNAL"], job_id, jobs.Silent())
    answer = client.get(f"/jobs/{job_id}/file")
    assert "xlsx" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    values = [tuple(row) for row in sheet.iter_rows(values_only=True)][1:]
    wanted = sorted(((n, str(c)) for n, _name, c in rooms if c and c >= 15), reverse=True)
    assert values == wanted
    assert client_of(app, "deputy").get(f"/jobs/{job_id}/file").status_code == 404
    told = school.system().scalars(select(s.TrailEntry).where(s.TrailEntry.act == "export")).all()
    assert any(entry.entity == "Room" for entry in told)


def test_a_long_list_of_a_teacher_holds_the_own_rows(app: Flask, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNTED", 0)
    client = client_of(app, "anna")
    job_id = int(client.post("/admin/mark/export?format=xlsx").headers["Location"].rpartition("/")[2])
    with app.app_context():
        jobs.perform(school.engine, app.config["JOURNAL"], job_id, jobs.Silent())
    sheet = load_workbook(io.BytesIO(client.get(f"/jobs/{job_id}/file").data)).active
    assert sheet is not None
    seen = [" ".join(map(str, row)) for row in sheet.iter_rows(values_only=True)][1:]
    assert seen and not any("Vera" in row for row in seen)


def test_a_family_gets_its_workbook_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNTED", 0)
    answer = client_of(app, "petya").get("/admin/mark/export?format=xlsx", buffered=True)
    assert answer.status_code == 200 and answer.data.startswith(b"PK")


def test_a_name_that_nobody_has_is_not_looked_for_in_a_million_marks(app: Flask, admin: FlaskClient) -> None:
    html = page(admin, "/admin/mark/?q=zzzqqq")
    assert "Nothing fits." in html and not body(html)
    whole = queries_of_page(app, admin, "/admin/mark/?q=Petya")
    assert queries_of_page(app, admin, "/admin/mark/?q=zzzqqq") < whole - 1
    assert body(page(admin, "/admin/mark/?q=Petya")) and not body(page(admin, "/admin/mark/?q=Petya+zzzqqq"))
    assert not body(page(admin, "/admin/mark/?q=zzzqqq&match=any&value=5"))
