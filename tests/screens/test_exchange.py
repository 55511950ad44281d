"""The whole way of a list through the pages: the file, the columns, what would happen, and the undoing."""

import io

import pytest
from flask import Flask
from sqlalchemy import func, select

from journal import schema as s
from tests.conftest import client_of
from tests.exchange import sheets
from tests.personas import School

EN = {"Accept-Language": "en"}
PAGES = ("/exchange/", "/exchange/1", "/exchange/1/columns")
ACTS = ("/exchange/upload", "/exchange/1/columns", "/exchange/1/apply", "/exchange/1/undo")


@pytest.mark.parametrize("login", ["director", "deputy", "anna", "maria", "petya"])
def test_nobody_but_the_administrator(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    assert {client.get(page).status_code for page in PAGES} | {client.post(act).status_code for act in ACTS} == {403}


def count(school: School) -> int:
    return school.system().scalar(select(func.count(s.Room.id))) or 0


def test_a_list_comes_in_and_goes_again(app: Flask, school: School) -> None:
    client, before = client_of(app, "admin"), count(school)
    data = sheets.csv([["Кабинет", "Что там"], ["31", "Физика"], ["32", ""], ["1A", "Химия"]])
    form = {"kind": "rooms", "file": (io.BytesIO(data), "Кабинеты.csv")}
    answer = client.post("/exchange/upload", data=form)
    columns = answer.headers["Location"]
    page = client.get(columns, headers=EN).get_data(as_text=True)
    assert "Кабинеты.csv" in page and "31 · 32 · 1A" in page
    wrong = client.post(columns, data={"head": "0", "column-1": "name"}, headers=EN)
    assert wrong.status_code == 422 and "A column for this is needed: Room number" in wrong.get_data(as_text=True)
    run = client.post(columns, data={"head": "0", "column-0": "number", "column-1": "name"}).headers["Location"]
    page = client.get(run, headers=EN).get_data(as_text=True)
    assert "Take 3 rows" in page and count(school) == before
    job = client.post(f"{run}/apply").headers["Location"]
    assert client.get(f"{job}/state").get_json() == {
        "state": "done", "done": 0, "total": 0, "left": None, "best": None, "address": run,
    }  # fmt: skip
    assert count(school) == before + 2
    assert client.post(f"{run}/apply").status_code == 404
    assert "Undo the whole import" in client.get(run, headers=EN).get_data(as_text=True)
    client.post(f"{run}/undo")
    assert count(school) == before
    names = school.system().scalars(select(s.Room.name).where(s.Room.number == "1A")).all()
    assert names == [None]
    assert "undone" in client.get("/exchange/", headers=EN).get_data(as_text=True)


def test_what_is_no_table_is_said_and_nothing_is_kept(app: Flask, school: School) -> None:
    client = client_of(app, "admin")
    runs = select(func.count(s.ImportRun.id))
    before = school.system().scalar(runs)
    for form in ({"kind": "rooms"}, {"kind": "rooms", "file": (io.BytesIO(b"\x00\x01"), "x.xlsx")}):
        answer = client.post("/exchange/upload", data=form, follow_redirects=True, headers=EN)
        assert answer.status_code == 200 and 'class="note bad"' in answer.get_data(as_text=True)
    kind = {"kind": "nothing", "file": (io.BytesIO(sheets.csv([["a"], ["b"]])), "x.csv")}
    assert client.post("/exchange/upload", data=kind).status_code == 404
    assert school.system().scalar(runs) == before


def test_another_sheet_and_another_head(app: Flask) -> None:
    client = client_of(app, "admin")
    data = sheets.xlsx([["Rooms of the school"], ["Number", "Seats"], ["41", 30]])
    form = {"kind": "rooms", "file": (io.BytesIO(data), "x.xlsx")}
    columns = client.post("/exchange/upload", data=form).headers["Location"]
    page = client.get(f"{columns}?sheet=0&head=0", headers=EN).get_data(as_text=True)
    assert "Rooms of the school" in page
    page = client.get(f"{columns}?sheet=7&head=99", headers=EN)
    assert page.status_code == 200


def test_a_person_watches_and_stops_the_own_jobs_alone(app: Flask, school: School) -> None:
    own, others = school.ids(s.Job, "A")[0], school.ids(s.Job, "B")[0]
    anna = client_of(app, "anna")
    assert anna.get(f"/jobs/{own}").status_code == 200 and anna.get(f"/jobs/{others}").status_code == 404
    assert anna.post(f"/jobs/{others}/stop").status_code == 404
    assert client_of(app, "admin").get(f"/jobs/{others}").status_code == 200
    assert client_of(app, "maria").get(f"/jobs/{own}").status_code == 403
