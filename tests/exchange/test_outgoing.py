"""The whole school goes out and comes back: the same rows on either database; OneRoster in its shape."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, records
from journal.services.exchange import dump, oneroster
from journal.services.refusals import Invalid
from tests.conftest import client_of
from tests.personas import School

EN = {"Accept-Language": "en"}


def quiet(done: int, total: int) -> None:
    pass


def everything(engine: Engine) -> dict[str, list[dict[str, object]]]:
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]
            for table in dump.tables()
        }


def test_a_dump_put_into_an_empty_database_gives_the_same_rows(school: School, empty: Engine, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    blob = {"file_name": "a.bin", "content_type": "x", "size": 3, "digest": "0" * 64, "blob": b"\x00\xff\n"}
    with school.engine.begin() as connection:
        place = {"homework_id": school.id(s.Homework, "A"), "version": 1}
        connection.execute(insert(s.Attachment.__table__), {**blob, **place})  # type: ignore[arg-type]
    rows = dump.write(school.engine, path, quiet)
    assert path.stat().st_mode & 0o077 == 0 and rows["student"] == 2
    assert dump.load(empty, path, quiet) == rows
    assert everything(empty) == everything(school.engine)
    with database.work(empty, System("test")) as session:
        assert records.create(session, s.Room, {"number": "new"}).id > max(school.ids(s.Room, "B"))
    with pytest.raises(Invalid, match="empty"):
        dump.load(empty, path, quiet)


def rewritten(path: Path, name: str, data: bytes) -> Path:
    """The same zip with one member replaced."""
    out = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, data if info.filename == name else old.read(info.filename))
    return out


def test_a_changed_or_foreign_dump_leaves_the_database_empty(school: School, empty: Engine, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    dump.write(school.engine, path, quiet)
    with zipfile.ZipFile(path) as archive:
        rooms = archive.read("tables/room.jsonl")
        manifest = json.loads(archive.read("manifest.json"))
    wrong = {
        "tables/room.jsonl": rooms.replace(b"1A", b"9A"),
        "manifest.json": json.dumps({**manifest, "schema": "0001"}).encode(),
        "tables/mark.jsonl": b"no json\n",
    }
    for name, data in wrong.items():
        with pytest.raises(Invalid):
            dump.load(empty, rewritten(path, name, data), quiet)
        assert not any(everything(empty).values()), name
    (tmp_path / "no.zip").write_bytes(b"nothing")
    with pytest.raises(Invalid):
        dump.load(empty, tmp_path / "no.zip", quiet)


def table(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))


def test_oneroster_is_whole_and_each_reference_is_there(shared_school: School, tmp_path: Path) -> None:
    path = tmp_path / "roster.zip"
    with database.reading(shared_school.engine, System("test")) as session:
        counts = oneroster.write(session, path, quiet)
    files = {name: table(path, name) for name in oneroster.HEADS}
    assert {name: len(rows) for name, rows in files.items()} == counts and all(counts.values())
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in files.items()}
    assert all(len(ids[name]) == len(rows) for name, rows in files.items())
    for name, column, other in (
        ("classes", "courseSourcedId", "courses"),
        ("classes", "termSourcedIds", "academicSessions"),
        ("courses", "orgSourcedId", "orgs"),
        ("enrollments", "classSourcedId", "classes"),
        ("enrollments", "userSourcedId", "users"),
        ("lineItems", "classSourcedId", "classes"),
        ("lineItems", "categorySourcedId", "categories"),
        ("lineItems", "gradingPeriodSourcedId", "academicSessions"),
        ("results", "lineItemSourcedId", "lineItems"),
        ("results", "studentSourcedId", "users"),
    ):
        assert {row[column] for row in files[name]} <= ids[other] | {""}, (name, column)
    manifest = {row["propertyName"]: row["value"] for row in table(path, "manifest")}
    assert manifest["oneroster.version"] == "1.1" and manifest["file.results"] == "bulk"
    assert "argon2" not in path.read_bytes().decode("latin-1")
    assert {row["role"] for row in files["users"]} == {"teacher", "student", "parent"}


def test_the_administrator_fetches_the_file_and_nobody_else_does(app: Flask, school: School) -> None:
    admin = client_of(app, "admin")
    answer = admin.post("/exchange/export/dump")
    address = answer.headers["Location"]
    assert "Download" in admin.get(address, headers=EN).get_data(as_text=True)
    fetched = admin.get(f"{address}/file")
    assert zipfile.ZipFile(io.BytesIO(fetched.get_data())).testzip() is None
    assert "journal-dump-2026-11-23.zip" in fetched.headers["Content-Disposition"]
    assert admin.post("/exchange/export/else").status_code == 404
    for login, wanted in (("director", 404), ("anna", 404), ("maria", 403)):
        other = client_of(app, login)
        assert other.get(f"{address}/file").status_code == wanted, login
        assert other.post("/exchange/export/dump").status_code == 403


def test_a_list_of_the_panel_goes_out_as_a_workbook(shared_app: Flask) -> None:
    from openpyxl import load_workbook  # noqa: PLC0415

    answer = client_of(shared_app, "admin").get("/admin/room/export?format=xlsx", headers=EN)
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert [cell.value for cell in sheet[1]][:1] == ["Room number"] and [row[0].value for row in sheet.rows][1:] == [
        "1A",
        "1B",
    ]
    assert ".xlsx" in answer.headers["Content-Disposition"]
