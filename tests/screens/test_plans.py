"""The pages of plans: who reads, who writes, who approves; rows saved one by one; files in and out."""

import io
import json
from typing import Any

import docx
from flask import Flask
from openpyxl import load_workbook

from journal import schema as s
from tests.conftest import client_of
from tests.counting import queries_of_page
from tests.personas import LOGINS, School


def own(school: School, side: str = "A") -> int:
    return school.id(s.SchemeOfWork, side)


def topics(school: School, side: str = "A") -> list[str]:
    with school.engine.connect() as connection:
        row = s.PlannedLesson.__table__.c
        found = connection.execute(
            s.PlannedLesson.__table__.select().where(row.scheme_of_work_id == own(school, side)).order_by(row.number)
        )
        return [one.topic for one in found]


def test_who_reads_and_who_writes(shared_app: Flask, shared_school: School) -> None:
    found = {}
    for login in LOGINS:
        client = client_of(shared_app, login)
        text = client.get(f"/plans/{own(shared_school)}").get_data(as_text=True)
        found[login] = (client.get("/plans/").status_code, 'name="topic-' in text)
    readers = {"admin": True, "director": False, "deputy": True, "control": False, "anna": True, "boris": False}
    assert found == {login: (200, readers[login]) if login in readers else (403, False) for login in LOGINS}


def test_a_colleague_and_a_parent_write_no_row(app: Flask, school: School) -> None:
    row = school.id(s.PlannedLesson, "A")
    states = {}
    for login in ("boris", "petya", "director"):
        client = client_of(app, login)
        answer = client.post(f"/plans/{own(school)}/rows/{row}", json={"version": 1, "topic": "Forged"})
        states[login] = answer.status_code
        for act in ("add", "remove", "merge"):
            client.post(f"/plans/{own(school)}/do", data={"act": act, "row": row})
        client.post(f"/plans/{own(school)}/step", data={"verb": "approve"})
        client.post(f"/plans/{own(school)}/bring", data={"rows": json.dumps([{"topic": "Forged", "hours": 1}])})
    assert all(code in (403, 404) for code in states.values())
    assert topics(school) == ["First"]


def test_a_row_is_saved_refused_and_kept_from_being_overwritten(app: Flask, school: School) -> None:
    anna, address = client_of(app, "anna"), f"/plans/{own(school)}/rows/{school.id(s.PlannedLesson, 'A')}"

    def put(**values: Any) -> tuple[str, str]:
        answer = anna.post(address, json=values).get_json()
        return answer["state"], answer.get("topic") or answer["message"]

    assert put(version=1, topic="Lines", hours="2") == ("saved", "Lines")
    assert put(version=1, topic="Other") == ("conflict", "Lines")
    assert put(version=2, topic="")[0] == put(version=2, hours="0")[0] == put(version=2, hours="x")[0] == "error"
    assert anna.post(address, json={"version": "2"}).status_code == anna.post(address, data="{").status_code == 400
    assert topics(school) == ["Lines"]


def test_without_a_script_the_whole_table_is_saved_or_nothing_is(app: Flask, school: School) -> None:
    anna, row = client_of(app, "anna"), school.id(s.PlannedLesson, "A")
    form = {f"version-{row}": "1", f"topic-{row}": "Lines", f"hours-{row}": "99"}
    text = anna.post(f"/plans/{own(school)}", data=form).get_data(as_text=True)
    assert f'id="e{row}"' in text and topics(school) == ["First"]
    anna.post(f"/plans/{own(school)}", data={**form, f"hours-{row}": "3"})
    assert topics(school) == ["Lines"]


def test_a_file_is_shown_first_then_taken_and_goes_out_again(app: Flask, school: School) -> None:
    anna = client_of(app, "anna")
    data = {"file": (io.BytesIO("Тема;Часы\nДроби;2\nБез часов;много".encode("cp1251")), "plan.csv")}
    text = anna.post(f"/plans/{own(school)}/bring", data=data).get_data(as_text=True)
    assert "Дроби" in text and "много" in text and topics(school) == ["First"]
    anna.post(f"/plans/{own(school)}/bring", data={"rows": json.dumps([{"topic": "Дроби", "hours": 2}]), "how": "append"})
    assert topics(school) == ["First", "Дроби"]
    book = load_workbook(io.BytesIO(anna.get(f"/plans/{own(school)}.xlsx").data))
    assert [row[2].value for row in book.active.iter_rows() if isinstance(row[0].value, int)] == ["First", "Дроби"]
    document = docx.Document(io.BytesIO(anna.get(f"/plans/{own(school)}.docx").data))
    assert [row.cells[2].text for row in document.tables[0].rows[1:]] == ["First", "Дроби"]
    assert anna.get(f"/plans/{own(school)}.pdf").data[:4] == b"%PDF"
    assert anna.get(f"/plans/{own(school)}.exe").status_code == 404


def test_rows_that_were_forged_between_the_preview_and_the_taking(app: Flask, school: School) -> None:
    anna = client_of(app, "anna")
    for rows in ("[", "{}", "[1]", '[{"topic": "x", "hours": "many"}]', '[{"topic": ""}]', '[{"topic": "x", "hours": 999}]'):
        assert anna.post(f"/plans/{own(school)}/bring", data={"rows": rows}).status_code in (200, 302, 404)
    assert topics(school) == ["First"]


def test_the_queries_of_the_pages_are_fixed(app: Flask, school: School) -> None:
    anna, deputy = client_of(app, "anna"), client_of(app, "deputy")

    def counted() -> list[int]:
        return [
            queries_of_page(app, deputy, "/plans/"),
            queries_of_page(app, anna, "/plans/"),
            queries_of_page(app, anna, f"/plans/{own(school)}"),
        ]

    one = counted()
    for n in range(3):
        anna.post(f"/plans/{own(school)}/bring", data={"rows": json.dumps([{"topic": f"T{n}", "hours": 1}])})
    assert counted() == one and max(one) <= 13
