"""The same list from every program reads the same; hostile files are refused in words and cost little."""

import contextlib
import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.services.exchange import tables
from journal.services.exchange.tables import Unreadable, read
from tests.exchange import sheets

ROWS: sheets.Rows = [["ФИО", "Дата рождения", "Класс"], ["Ёлкин Пётр", date(2013, 5, 1), 7], [], ["Иванова Анна", "", "8 Б"]]
WANTED = [["ФИО", "Дата рождения", "Класс"], ["Ёлкин Пётр", date(2013, 5, 1), "7"], [], ["Иванова Анна", "", "8 Б"]]


@pytest.mark.parametrize(
    "data", [sheets.xlsx(ROWS), sheets.xls(ROWS), sheets.ods(sheets.ods_table(ROWS))], ids=["xlsx", "xls", "ods"]
)
def test_every_program_says_the_same(data: bytes) -> None:
    (sheet,) = read(data)
    assert sheet.rows == WANTED


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_text_in_every_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    (sheet,) = read(sheets.csv(ROWS, separator, encoding))
    assert sheet.rows == [
        ["ФИО", "Дата рождения", "Класс"],
        ["Ёлкин Пётр", "01.05.2013", "7"],
        [],
        ["Иванова Анна", "", "8 Б"],
    ]


def test_a_quoted_cell_may_hold_the_separator_and_a_line_break() -> None:
    (sheet,) = read('ФИО;Примечание\r\n"Ёлкин; Пётр";"две\r\nстроки"\r\n'.encode("cp1251"))
    assert sheet.rows[1] == ["Ёлкин; Пётр", "две строки"]


def test_whole_numbers_lose_the_point_that_programs_give_them_and_formulas_are_texts() -> None:
    (sheet,) = read(b"number,hours\n12.0,1.5\n=1+1,+7 900\n")
    assert sheet.rows[1:] == [["12", "1.5"], ["=1+1", "+7 900"]]


def test_a_merged_cell_of_a_column_gives_its_text_to_every_row() -> None:
    rows: sheets.Rows = [["Класс", "ФИО"], ["7А", "Ёлкин Пётр"], [None, "Иванова Анна"], [None, "Орлов Олег"]]
    (sheet,) = read(sheets.xlsx(rows, "A2:A4"))
    assert [row[0] for row in sheet.rows[1:]] == ["7А", "7А", "7А"]
    spanned = (
        '<table:table table:name="S"><table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>7А</text:p>'
        "</table:table-cell><table:table-cell><text:p>one</text:p></table:table-cell></table:table-row><table:table-row>"
        "<table:covered-table-cell/><table:table-cell><text:p>two</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert read(sheets.ods(spanned))[0].rows == [["7А", "one"], ["7А", "two"]]


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_files_that_libreoffice_has_written(tmp_path: Path) -> None:
    (tmp_path / "list.xlsx").write_bytes(sheets.xlsx(ROWS))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    for kind in ("ods", "xls"):
        command = [
            "soffice",
            home,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(tmp_path),
            str(tmp_path / "list.xlsx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert read((tmp_path / f"list.{kind}").read_bytes())[0].rows == WANTED, kind


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (tables.LARGEST_PARTS + 1))
    return out.getvalue()


ENTITIES = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\x00\x01\x02",
        b"PK\x03\x04 no zip",
        bomb(),
        sheets.packed({"word/document.xml": "x"}),
        sheets.packed({"content.xml": ENTITIES + "<a>&a;</a>"}),
        sheets.xlsx(ROWS)[:700],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        sheets.xlsx([]),
        b"x" * (tables.LARGEST + 1),
    ],
    ids=["nothing", "blank", "binary", "no-zip", "bomb", "docx", "entity", "torn", "torn-xls", "empty", "large"],
)
def test_what_is_no_table_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data)


def test_a_table_is_no_larger_than_the_bounds_whatever_it_says() -> None:
    """A cell at the far corner, and cells that repeat a million times."""
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    (sheet,) = read(sheets.ods(f'<table:table table:name="S">{row}</table:table>'))
    assert len(sheet.rows) <= tables.MOST_ROWS and len(sheet.rows[0]) <= tables.MOST_COLUMNS
    from openpyxl import Workbook  # noqa: PLC0415

    book, out = Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "head", "far"
    book.save(out)
    assert read(out.getvalue())[0].rows == [["head"]]


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        read(data)
