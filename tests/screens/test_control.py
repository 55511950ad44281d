"""Pages of control, oversight, requests and reports: whose they are, what they refuse, what they give as files."""

import io
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from journal import schema as s
from journal.access.actor import System
from journal.services import database, records
from journal.services.control import findings
from journal.services.reports import registry
from tests.conftest import MUST, client_of
from tests.counting import queries_of_page
from tests.personas import LOGINS, OFFICE, ROLES, School

TEACHERS = ("anna", "boris")
FAMILIES = ("petya", "vera", "maria", "viktor")
WHO = {
    "/control/": OFFICE,
    "/control/findings": OFFICE,
    "/control/findings.xlsx": OFFICE,
    "/control/findings.pdf": OFFICE,
    "/control/remarks": OFFICE,
    "/control/remarks/new": ("admin", "director", "deputy", "control"),
    "/control/checks": OFFICE,
    "/control/checks/new": OFFICE,
    "/control/checks/1": OFFICE,
    "/control/checks/1.pdf": OFFICE,
    "/control/rules": OFFICE,
    "/oversight/": ("director",),
    "/oversight/page.pdf": ("director",),
    "/oversight/never-used": ("director",),
    "/remarks/": TEACHERS,
    "/requests/": (*OFFICE, *TEACHERS),
    "/requests/register.pdf": (*OFFICE, *TEACHERS),
    "/assessments/": LOGINS,
    "/assessments/new": ("admin", "deputy", *TEACHERS),
    "/assessments/schedule.xlsx": LOGINS,
    "/reports/": LOGINS,
}


@pytest.mark.parametrize("login", LOGINS)
def test_each_role_opens_its_pages_and_no_other(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    found = {address: client.get(address).status_code for address in WHO}
    assert found == {address: 200 if login in who else 403 for address, who in WHO.items()}


@pytest.mark.parametrize("login", LOGINS)
def test_reports_are_for_their_roles(shared_app: Flask, login: str) -> None:
    client = client_of(shared_app, login)
    found = {report.code: client.get(f"/reports/{report.code}").status_code for report in registry.every()}
    assert found == {report.code: 200 if ROLES[login] & report.to else 403 for report in registry.every()}
    assert client.get("/reports/nonsense").status_code == 404
    assert client.get("/reports/quality.exe").status_code in (403, 404)


def test_nobody_chooses_what_is_not_theirs(shared_app: Flask, shared_school: School) -> None:
    """A colleague's class, a stranger's child, another teacher: not on the list, and a forged id is refused."""
    foreign_class, foreign_staff = shared_school.id(s.SchoolClass, "B"), shared_school.id(s.Staff, "B")
    foreign_child = shared_school.id(s.Student, "B")
    forged = {
        "anna": [
            f"class-summary?school_class_id={foreign_class}",
            f"subject-teacher?staff_id={foreign_staff}",
            f"report-card?student_id={foreign_child}",
            f"class-journal?assignment_id={shared_school.id(s.TeachingAssignment, 'B')}",
        ],
        "maria": [f"report-card?student_id={foreign_child}", f"diary-week?student_id={foreign_child}"],
        "petya": [f"report-card?student_id={foreign_child}"],
    }
    for login, addresses in forged.items():
        client = client_of(shared_app, login)
        for address in addresses:
            text = client.get(f"/reports/{address}").get_data(as_text=True)
            assert 'aria-invalid="true"' in text, (login, address)
            assert "Vera" not in text and "Boris" not in text, (login, address)
            code, _, query = address.partition("?")
            assert client.get(f"/reports/{code}.xlsx?{query}").status_code == 302
    parent = client_of(shared_app, "maria").get("/reports/report-card").get_data(as_text=True)
    assert "Petya" in parent and "Vera" not in parent


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("attendance-by-class?since=2026-11-20&until=2026-11-01", "Конец раньше начала"),
        ("attendance-by-class?since=tomorrow", "Это не дата"),
        ("attendance-by-class?since=2024-01-01&until=2026-11-01", "Не больше 400 дней"),
        ("quality?period=999", "Выберите из списка"),
        ("frequent-absences?least=many", "От 1 до 999"),
        ("frequent-absences?least=0", "От 1 до 999"),
    ],
)
def test_bad_choices_are_answered_beside_their_fields(shared_app: Flask, address: str, word: str) -> None:
    text = client_of(shared_app, "deputy").get(f"/reports/{address}").get_data(as_text=True)
    assert word in text and 'class="error"' in text


def test_a_period_that_is_not_over_says_so_and_a_future_one_is_refused(shared_app: Flask, shared_school: School) -> None:
    client = client_of(shared_app, "deputy")
    with database.reading(shared_school.engine, System("test")) as session:
        ids = {row[1]: row[0] for row in session.execute(select(s.GradingPeriod.id, s.GradingPeriod.name))}
    assert "Период ещё не закончен" in client.get(f"/reports/quality?period={ids['2 quarter']}").get_data(as_text=True)
    assert "Период ещё не закончен" not in client.get(f"/reports/quality?period={ids['1 quarter']}").get_data(as_text=True)


def test_a_class_without_pupils_is_told(school: School, app: Flask) -> None:
    with database.work(school.engine, System("test")) as session:
        year = session.scalars(select(s.AcademicYear)).one()
        grade = session.scalars(select(s.GradeLevel)).one()
        values = {"academic_year_id": year.id, "grade_level_id": grade.id, "letter": "Z", "name": "7Z"}
        empty = records.create(session, s.SchoolClass, values).id
    client = client_of(app, "deputy")
    for code in ("class-summary", "class-teacher", "attendance-summary", "averages"):
        answer = client.get(f"/reports/{code}?school_class_id={empty}")
        assert answer.status_code == 200, code
        assert "никто не зачислен" in answer.get_data(as_text=True) or code == "class-teacher"
        assert client.get(f"/reports/{code}.pdf?school_class_id={empty}").mimetype == "application/pdf"


def test_the_last_choice_is_remembered(app: Flask, school: School) -> None:
    client = client_of(app, "deputy")
    chosen = school.id(s.SchoolClass, "B")
    client.get(f"/reports/class-summary?school_class_id={chosen}")
    assert client.get("/reports/class-summary").headers["Location"] == f"/reports/class-summary?school_class_id={chosen}"


def test_xlsx_has_numbers_dates_a_frozen_head_and_no_formula(school: School, app: Flask) -> None:
    with database.work(school.engine, System("test")) as session:
        remark = session.get(s.JournalRemark, school.id(s.JournalRemark, "A"))
        assert remark is not None
        records.change(session, remark, {"text": "=cmd|' /C calc'!A0", "answer": "+1-1@SUM(1)"})
    client = client_of(app, "deputy")
    answer = client.get("/reports/remarks.xlsx?since=2026-09-01&until=2026-11-23")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"] and answer.headers["Cache-Control"] == "no-store"
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells["=cmd|' /C calc'!A0"].data_type == "s" and cells["+1-1@SUM(1)"].data_type == "s"
    assert sheet.freeze_panes and sheet.print_title_rows and sheet.print_area
    answer = client.get("/reports/filling.xlsx?since=2026-09-01&until=2026-11-23")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    kinds = {type(cell.value) for row in sheet.iter_rows() for cell in row}
    assert int in kinds and any("date" in kind.__name__ for kind in kinds)


def test_libreoffice_opens_every_workbook(shared_app: Flask, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        if MUST:
            pytest.fail("LibreOffice is missing: CI=true needs it")
        pytest.skip("LibreOffice is not here")
    client = client_of(shared_app, "deputy")
    for report in registry.every():
        (tmp_path / f"{report.code}.xlsx").write_bytes(client.get(f"/reports/{report.code}.xlsx").data)
    command = [
        office,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "csv",
        "--outdir",
        tmp_path,
    ]
    sources = sorted(path for path in tmp_path.glob("*.xlsx") if zipfile.is_zipfile(path))
    subprocess.run([*command, *sources], check=True, capture_output=True, timeout=180)
    assert len(sources) >= 15
    for path in sources:
        assert path.with_suffix(".csv").stat().st_size > 20, path.name


def test_prints_are_pdf_with_cyrillic_and_page_numbers(shared_app: Flask) -> None:
    data = client_of(shared_app, "deputy").get("/reports/filling.pdf", headers={"Accept-Language": "ru"}).data
    assert data.startswith(b"%PDF-1.7") and b"pdfaid" in data and len(data) > 10_000


def test_rules_look_on_demand_and_remarks_come_of_it(school: School, app: Flask) -> None:
    with database.work(school.engine, System("test")) as session:
        lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
        assert lesson is not None
        records.change(session, lesson, {"topic": ""})
    client = client_of(app, "deputy")
    assert client.post("/control/look").headers["Location"] == "/control/"
    assert client.post("/control/look", data={"next": "https://evil.example/"}).headers["Location"] == "/control/"
    answer = client.post("/control/remind", data={"staff_id": school.id(s.Staff, "A")}, follow_redirects=True)
    assert "Урок без темы: 1" in answer.get_data(as_text=True)
    teacher = client_of(app, "anna")
    assert "Урок без темы: 1" in teacher.get("/").get_data(as_text=True), "the first page says it"
    with database.work(school.engine, System("test")) as session:
        lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
        assert lesson is not None
        records.change(session, lesson, {"topic": "Lines"})
    assert "Закрыл" in teacher.post("/remarks/look", follow_redirects=True).get_data(as_text=True)
    assert client_of(app, "boris").post("/control/look").status_code == 403


def test_a_finding_leads_to_where_it_is_mended(school: School, app: Flask) -> None:
    with database.work(school.engine, System("test")) as session:
        lesson = session.get(s.Lesson, school.id(s.Lesson, "A"))
        assert lesson is not None
        records.change(session, lesson, {"topic": ""})
        values = {"lesson_id": lesson.id, "student_id": school.id(s.Student, "A")}
        if session.scalar(select(s.Absence.id).where(s.Absence.lesson_id == lesson.id)) is None:
            records.create(session, s.Absence, {**values, "reason_id": 1})
        day = lesson.held_on.isoformat()
    findings.refresh(school.engine)
    text = client_of(app, "deputy").get("/control/findings").get_data(as_text=True)
    links = set(re.findall(r'<a href="(/(?:lessons|classbook|admin)/[^"]+)">', text))
    lesson_id, student_id = school.id(s.Lesson, "A"), school.id(s.Student, "A")
    journal = school.id(s.TeachingAssignment, "A")
    assert f"/lessons/{lesson_id}" in links
    assert f"/classbook/{journal}?on={day}#{student_id}:{lesson_id}" in links
    client = client_of(app, "anna")
    for link in links:
        if link.startswith(("/lessons/", "/classbook/")):
            assert client.get(link.replace("&amp;", "&").split("#")[0]).status_code in (200, 404), link


def post_all(client: FlaskClient, school: School) -> dict[str, int]:
    """Every act of control with ids of side A."""
    remark, request = school.id(s.JournalRemark, "A"), school.id(s.CorrectionRequest, "A")
    journal, lesson = school.id(s.TeachingAssignment, "A"), school.id(s.Lesson, "A")
    acts = {
        f"/control/remarks/{remark}/accept": {},
        "/control/remind": {"staff_id": "1"},
        "/control/rules/no-topic": {"days": "9"},
        "/control/checks/new": {"subject": "x", "begins_on": "2026-11-01", "ends_on": "2026-11-02"},
        f"/remarks/{remark}/answer": {"answer": "forged"},
        f"/requests/{request}/grant": {"hours": "5"},
        f"/requests/new?lesson={lesson}": {"reason": "forged"},
        "/assessments/fill": {},
        "/assessments/1/remove": {},
        f"/classbook/{journal}/finals": {f"value-{school.id(s.Student, 'A')}": "2", "reason-1": "x"},
    }
    return {address: client.post(address, data=data).status_code for address, data in acts.items()}


@pytest.mark.parametrize("login", ["boris", "vera", "viktor"])
def test_a_stranger_changes_nothing(school: School, app: Flask, login: str) -> None:
    def rows() -> list[object]:
        with database.reading(school.engine, System("test")) as session:
            kinds = (s.JournalRemark, s.CorrectionRequest, s.CheckSetting, s.JournalCheck, s.AssessmentSchedule, s.FinalMark)
            return [tuple(row) for kind in kinds for row in session.execute(select(kind.id, kind.version).order_by(kind.id))]

    before = rows()
    answers = post_all(client_of(app, login), school)
    assert rows() == before
    assert set(answers.values()) <= {200, 302, 403, 404}, answers


LIMITS = {
    "/control/": 14,
    "/control/findings": 13,
    "/control/remarks": 9,
    "/control/checks": 6,
    "/control/rules": 8,
    "/requests/": 4,
    "/assessments/": 12,
}


@pytest.mark.parametrize("address", LIMITS)
def test_pages_are_fixed_in_queries(app: Flask, address: str) -> None:
    assert queries_of_page(app, client_of(app, "deputy"), address) <= LIMITS[address]


def test_oversight_is_fixed_in_queries_and_each_figure_opens(app: Flask) -> None:
    client = client_of(app, "director")
    assert queries_of_page(app, client, "/oversight/") <= 18
    text = client.get("/oversight/?span=week&on=2026-11-18").get_data(as_text=True)
    links = re.findall(r'<li><a class="grow" href="([^"]+)">', text)
    assert len(links) >= 14
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_russian_pages_of_control_have_no_english_words(shared_app: Flask) -> None:
    client = client_of(shared_app, "deputy")
    known = {
        "XLSX",
        "Subject",
        "Anna",
        "Boris",
        "Control",
        "Deputy",
        "Check",
        "topic",
        "School",
        "Typo",
        "Plain",
        "Test",
        "Admin",
    }
    known |= {"Petya", "Vera", "Lesson", "quarter", "Year", "Pupil", "Teacher", "Director", "Office"}
    for address in (
        *(one for one, who in WHO.items() if "deputy" in who and "." not in one),
        "/reports/filling",
        "/reports/quality",
    ):
        html = client.get(address, headers={"Accept-Language": "ru"}).get_data(as_text=True)
        text = re.sub(r"<(script|style|svg)[\s\S]*?</\1>|<[^>]+>", " ", html)
        assert set(re.findall(r"[A-Za-z]{4,}", text)) - known == set(), address


def test_the_history_of_a_cell_is_a_page_and_a_part(shared_app: Flask, shared_school: School) -> None:
    journal, lesson = shared_school.id(s.TeachingAssignment, "A"), shared_school.id(s.Lesson, "A")
    student = shared_school.id(s.Student, "A")
    address = f"/classbook/{journal}/history?lesson={lesson}&student={student}"
    text = client_of(shared_app, "anna").get(address).get_data(as_text=True)
    assert "История клетки" in text and "<html" in text
    part = client_of(shared_app, "anna").get(f"{address}&part=1").get_data(as_text=True)
    assert "История клетки" in part and "<html" not in part
    assert client_of(shared_app, "boris").get(address).status_code == 404
    assert client_of(shared_app, "petya").get(address).status_code == 403


def test_a_remark_by_hand_keeps_what_was_typed(app: Flask, school: School) -> None:
    client = client_of(app, "deputy")
    journal = school.id(s.TeachingAssignment, "A")
    data = {"assignment_id": journal, "text": "Look here", "due_on": "2026-01-01"}
    text = client.post("/control/remarks/new", data=data).get_data(as_text=True)
    assert "Срок уже прошёл" in text and "Look here" in text
    assert client.post("/control/remarks/new", data={**data, "due_on": date(2026, 11, 30)}).status_code == 302
    assert client.post("/control/remarks/new", data={**data, "assignment_id": "99999"}).status_code in (404, 200)


def test_a_query_gives_no_options_to_the_addresses_of_a_page(shared_app: Flask) -> None:
    """`url_for` takes some names for its own: a crafted link would choose the scheme of the page's links."""
    client = client_of(shared_app, "deputy")
    for address in ("/control/findings", "/admin/student/"):
        page = client.get(f"{address}?endpoint=x&page=1&_scheme=evil&_external=1")
        assert page.status_code == 200 and "evil://" not in page.get_data(as_text=True)
