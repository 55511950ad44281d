"""Control, done in a browser: a remark that closes itself, a request, a cell's history, final marks, reports."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_remark_goes_from_the_deputy_to_the_teacher_and_closes_itself(open_as: Open) -> None:
    deputy = open_as("deputy", "/control/")
    expect(deputy.locator(".kpi")).to_have_count(4)
    row = deputy.locator(".heat tbody tr").first
    expect(row.locator("td.tot").first).not_to_have_text("0")
    row.locator("td a").last.click()
    expect(deputy).to_have_url(re.compile("/control/findings\\?.*staff_id="))
    expect(deputy.locator(".list tbody tr").first).to_be_visible()
    deputy.goto("/control/remarks?state=open")
    mine = deputy.locator(".remarks li").filter(has_text="закроется само").first
    teacher_name = mine.locator("header b").inner_text()
    assert teacher_name
    teacher = open_as("classteacher", "/remarks/")
    card = teacher.locator(".remarks li").first
    expect(card).to_contain_text("Не заполнено уроков")
    card.locator("textarea").fill("Заполню сегодня.")
    card.locator("form .btn").click()
    expect(teacher.locator(".note.ok")).to_contain_text("Ответ записан")
    journal = card.locator("a.btn").get_attribute("href") or ""
    teacher.goto("/")
    for _ in range(30):
        teacher.goto(journal)
        teacher.wait_for_selector("html[data-ready]")
        empty = teacher.locator("#grid thead th.todo")
        if not empty.count():
            break
        lesson = empty.first.get_attribute("data-lesson")
        teacher.locator(f"td[data-lesson='{lesson}']").first.click()
        teacher.locator("#topic").fill("Повторение")
        teacher.locator("#topic").press("Enter")
        expect(teacher.locator("#sync")).to_have_text("Всё сохранено")
    teacher.goto("/remarks/")
    teacher.click(".head .btn")
    expect(teacher.locator(".note").first).to_contain_text("Закрылось 1 замечание")
    expect(teacher.locator(".remarks li").first).to_contain_text("исправлено")
    deputy.goto("/control/remarks?state=fixed")
    fixed = deputy.locator(".remarks li").first
    expect(fixed).to_contain_text("Заполню сегодня.")
    fixed.locator(".btn").first.click()
    expect(deputy.locator(".note.ok")).to_contain_text("Принято")


def test_a_locked_cell_is_asked_for_unlocked_changed_and_its_history_tells_why(open_as: Open) -> None:
    teacher = open_as("teacher", "/classbook/80?on=2026-09-10")
    teacher.wait_for_selector("html[data-ready]")
    cell = teacher.locator("#grid tbody td[data-state=locked].m4").first
    student, lesson = cell.get_attribute("data-student"), cell.get_attribute("data-lesson")
    cell.click()
    teacher.keyboard.press("5")
    expect(cell).to_have_text("4")
    teacher.keyboard.press("F4")
    dialog = teacher.locator("dialog")
    expect(dialog).to_contain_text("История клетки")
    dialog.get_by_text("Запросить исправление").click()
    teacher.fill("textarea", "В работе стоит «5»")
    teacher.click("main form .btn.pri")
    expect(teacher.locator(".remarks li").first).to_contain_text("В работе стоит «5»")
    deputy = open_as("deputy", "/requests/?state=open")
    card = deputy.locator(".remarks li").filter(has_text="В работе стоит «5»")
    card.locator("input[name=hours]").fill("2")
    card.locator(".btn.pri").click()
    expect(deputy.locator(".note.ok")).to_contain_text("Открыто для исправления")
    teacher.goto(f"/classbook/80?on=2026-09-10#{student}:{lesson}")
    teacher.wait_for_selector("html[data-ready]")
    opened = teacher.locator(f"td[data-student='{student}'][data-lesson='{lesson}']")
    expect(opened).to_be_focused()
    teacher.keyboard.press("5")
    expect(opened).to_have_attribute("data-state", "saved")
    opened.click()
    teacher.click("#history")
    expect(teacher.locator("dialog .steps li").first).to_contain_text("открыто по запросу: В работе стоит «5»")
    expect(teacher.locator("dialog .steps li .chip.warn").first).to_have_text("поздно")
    teacher.keyboard.press("Escape")
    expect(teacher.locator("dialog")).to_have_count(0)
    expect(opened).to_be_focused()


def test_final_marks_are_accepted_by_one_button_and_a_difference_needs_a_reason(open_as: Open) -> None:
    page = open_as("teacher", "/classbook/80/finals?period=2")
    page.click("button[name=accept]")
    expect(page.locator(".note.ok")).to_contain_text("Сохранено")
    first = page.locator(".finals tbody tr").first
    mark = first.locator("select").input_value()
    assert mark in "2345" and mark
    first.locator("select").select_option("2" if mark != "2" else "5")
    page.click(".finals .btn.pri")
    expect(page.locator(".error").first).to_have_text("Напишите, почему отличается от среднего балла.")
    page.locator(".finals tbody tr").first.locator("input.field").fill("итоговая работа")
    page.click(".finals .btn.pri")
    expect(page.locator(".note.ok")).to_contain_text("Сохранено")


def test_a_control_work_is_planned_against_a_warning(open_as: Open) -> None:
    page = open_as("teacher", "/assessments/new?assignment=80&on=2026-12-06")
    page.select_option("#work_type_id", index=0)
    page.click("main form .btn.pri")
    expect(page.locator(".note.bad")).to_contain_text("нет урока")
    page.click("button[name=despite]")
    expect(page.locator(".note.ok")).to_contain_text("внесена в график")


def test_a_report_is_chosen_read_and_taken_along(open_as: Open) -> None:
    page = open_as("deputy", "/reports/")
    page.click("text=Отчёт классного руководителя")
    page.select_option("#school_class_id", label="7А")
    page.click("main form .btn.pri")
    expect(page.locator("table.doc")).to_have_count(3)
    for kind in ("XLSX", "PDF"):
        address = page.get_by_role("link", name=kind).get_attribute("href") or ""
        answer = page.request.get(address)
        assert answer.ok and len(answer.body()) > 5000
    page.goto("/reports/class-teacher")
    expect(page.locator("#school_class_id option:checked")).to_have_text("7А")


def test_the_director_opens_the_rows_of_a_figure(open_as: Open) -> None:
    page = open_as("director", "/oversight/")
    page.click("text=Замечания просрочены")
    expect(page.locator(".remarks .chip.bad").first).to_have_text("просрочено")


def test_a_threshold_is_set_and_the_rule_looks_anew(open_as: Open) -> None:
    page = open_as("deputy", "/control/rules")
    card = page.locator("#no-homework")
    before = card.locator("header a").inner_text()
    card.locator("select[name=is_on]").first.select_option("0")
    card.locator(".tune .btn").first.click()
    page.locator(".look .btn").click()
    expect(page.locator(".note.ok").first).to_contain_text("Проверено")
    expect(page.locator("#no-homework header a")).to_have_text("0 недочётов")
    assert before != "0 недочётов"
