"""A plan from files of other programs: heads in any order, merged cells, sections, totals; and files that are none."""

import io
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from journal.services.exchange import plan_table
from journal.services.exchange.plan_table import Unreadable, read

HEAD = ["№ урока", "Тема урока", "Кол-во часов", "Дата", "Домашнее задание"]
ROWS = [["1", "Линейные уравнения", "2", "02.09", "п. 5"], ["2", "Контрольная работа № 1", "1", "", ""]]
WANTED = [("Линейные уравнения", 2, "п. 5", None), ("Контрольная работа № 1", 1, None, None)]


def got(found: plan_table.Found) -> list[tuple[object, ...]]:
    return [(row["topic"], row["hours"], row["homework"], row["section"]) for row in found.rows]


def sheet(*rows: list[object], merge: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_spreadsheet_with_a_title_above_and_a_total_below() -> None:
    found = read(sheet(["КТП по алгебре"], [], HEAD, *ROWS, ["", "Итого", 3]))  # type: ignore[list-item]
    assert (got(found), found.hours) == (WANTED, 3)


def test_columns_in_another_order_and_sections_in_merged_rows() -> None:
    data = sheet(["Содержание урока. Тема", "Д/з", "часов"], ["Глава 1. Уравнения"], ["Корень", "п. 1", 1.0], merge="A2:C2")
    assert got(read(data)) == [("Корень", 1, "п. 1", "Глава 1. Уравнения")]


def test_a_text_document_with_merged_cells() -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=5)
    for row in (HEAD, ["Раздел I", "", "", "", ""], *ROWS):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[4])
    out = io.BytesIO()
    document.save(out)
    assert got(read(out.getvalue())) == [(topic, hours, work, "Раздел I") for topic, hours, work, _ in WANTED]


def test_a_table_of_excel_for_windows() -> None:
    text = "\r\n".join(";".join(row) for row in (HEAD, *ROWS))
    assert got(read(text.encode("cp1251"))) == WANTED


def test_topics_alone_are_a_plan_of_one_hour_each() -> None:
    assert got(read("Тема первая\nТема вторая".encode())) == [("Тема первая", 1, None, None), ("Тема вторая", 1, None, None)]


def test_rows_that_cannot_be_read_are_named_and_the_rest_is_kept() -> None:
    found = read(sheet(HEAD, ["1", "Дроби", "много"], ["2", "", "1", "", "п. 3"], ROWS[0]))  # type: ignore[list-item]
    assert [number for number, _ in found.errors] == [2, 3] and got(found) == WANTED[:1]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (plan_table.LARGEST_PART + 1))
    return out.getvalue()


LARGE = b"x" * (plan_table.LARGEST + 1)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"PK\x03\x04broken",
        bomb(),
        b"\x89PNG\r\n\x1a\n\x00",
        b"a;b\n1;2",
        LARGE,
        ENTITY,
    ],
    ids=["empty", "blank", "broken", "bomb", "picture", "no topic", "large", "entity"],
)
def test_what_is_no_plan_is_refused_in_words(data: bytes) -> None:
    try:
        found = read(data)
    except Unreadable as unreadable:
        assert unreadable.why.text
    else:
        assert "root:" not in repr(found)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_plan_or_are_refused(data: bytes) -> None:
    try:
        read(data)
    except Unreadable as unreadable:
        assert unreadable.why.text
