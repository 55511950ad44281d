"""The four jobs, done in a browser: the administrator's panel, the teacher's journal, the deputy's timetable, the diary."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def algebra(page: Page) -> None:
    """Open the teacher's algebra of the seventh class."""
    page.goto("/classbook/")
    page.click("text=7А · Алгебра")
    page.wait_for_selector("html[data-ready]")


def cell(page: Page, row: int) -> object:
    """The cell of a row in the column in hand."""
    lesson = page.locator("#grid thead th.on").get_attribute("data-lesson")
    return page.locator(f"#grid tbody tr:nth-child({row}) td[data-lesson='{lesson}']")


def test_a_teacher_fills_a_lesson_by_keys_alone(open_as: Open) -> None:
    page = open_as("teacher")
    algebra(page)
    expect(page.locator("#grid")).to_have_attribute("role", "grid")
    expect(page.locator("#grid td:focus")).to_have_count(1)
    for key in ("5", "4", "y", "KeyY"):
        page.keyboard.press(key)
    first, third = cell(page, 1), cell(page, 3)
    expect(first).to_have_text("5")
    expect(first).to_have_attribute("data-state", "saved")
    expect(third).to_have_text("Н")
    expect(page.locator("#sync")).to_have_text("Всё сохранено")
    mean = page.locator("#grid tbody tr:nth-child(1) td.ra").inner_text()
    page.locator("#topic").fill("Линейная функция")
    page.locator("#topic").press("Enter")
    page.locator("#homework").fill("§ 12")
    page.locator("#homework").press("Enter")
    expect(page.locator("#attendance_taken")).to_be_checked()
    expect(page.locator("#lesson-state")).to_have_text("Заполнен")
    expect(page.locator("#sync")).to_have_text("Всё сохранено")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(cell(page, 1)).to_have_text("5")
    expect(page.locator("#grid tbody tr:nth-child(1) td.ra")).to_have_text(mean)


def test_undo_second_mark_typed_value_and_a_wrong_one(open_as: Open) -> None:
    page = open_as("teacher")
    algebra(page)
    page.keyboard.press("ArrowDown")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Digit5")
    expect(cell(page, 8)).to_have_text("3/5")
    page.keyboard.press("Control+z")
    expect(cell(page, 8)).to_have_text("3")
    page.keyboard.press("F2")
    page.keyboard.type("4/5 о")
    expect(cell(page, 8).locator("input")).to_have_value("4/5 о")  # a letter that no key has comes by another way
    page.keyboard.press("Enter")
    expect(cell(page, 8)).to_have_text("4/5/О")
    page.keyboard.press("F2")
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(cell(page, 8)).to_have_text("4/5/О")
    expect(page.locator("#live")).to_have_text("Такой отметки нет.")
    page.keyboard.press("Delete")
    expect(cell(page, 8)).to_have_text("")
    expect(cell(page, 8)).to_have_attribute("data-state", "saved")


def test_without_a_line_nothing_is_lost(open_as: Open) -> None:
    page = open_as("teacher")
    algebra(page)
    page.keyboard.press("Control+End")
    column = page.locator("#grid thead th.now")
    index = column.evaluate("th => th.cellIndex")
    page.evaluate("() => document.activeElement.blur()")
    page.locator(f"#grid tbody tr:nth-child(12) td:nth-child({index + 3})").click()
    page.context.set_offline(True)
    page.keyboard.press("4")
    expect(page.locator("#sync")).to_contain_text("Нет связи")
    page.context.set_offline(False)
    expect(page.locator("#sync")).to_have_text("Всё сохранено", timeout=20_000)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(cell(page, 12)).to_have_text("4")


def test_a_conflict_shows_both_values_and_the_teacher_chooses(open_as: Open) -> None:
    page = open_as("teacher")
    algebra(page)
    page.keyboard.press("Control+Home")
    other = open_as("admin", page.url)
    other.wait_for_selector("html[data-ready]")
    now = page.locator("#grid thead th.now").evaluate("th => th.cellIndex") + 3
    mine, theirs = (p.locator(f"#grid tbody tr:nth-child(15) td:nth-child({now})") for p in (page, other))
    theirs.click()
    other.keyboard.press("2")
    expect(theirs).to_have_attribute("data-state", "saved")
    mine.click()
    page.keyboard.press("5")
    expect(mine).to_have_attribute("data-state", "conflict")
    expect(mine).to_have_text("2")
    mine.click()
    expect(page.locator("#pop-mine-value")).to_have_text("5")
    expect(page.locator("#pop-their-value")).to_have_text("2")
    page.click("#pop-mine")
    expect(mine).to_have_attribute("data-state", "saved")
    expect(mine).to_have_text("5")


def test_the_deputy_moves_a_lesson_and_a_conflict_is_refused_in_words(open_as: Open) -> None:
    page = open_as("deputy", "/timetable/edit?since=2026-11-30")
    page.wait_for_selector("html[data-ready]")
    row = page.locator("#matrix tbody tr").filter(has=page.locator("th", has_text=re.compile("^7А$")))
    source = row.locator("td[data-slot='1-3']")
    code = source.inner_text()
    source.click()
    expect(page.locator("#held")).to_contain_text("7А")
    refused = page.locator("#matrix td.qno:not(.qsrc)").first
    refused.click()
    expect(page.locator("#why")).to_contain_text("нельзя")
    free = page.locator("#matrix td.qok, #matrix td.qsoft").first
    slot = free.get_attribute("data-slot")
    free.click()
    expect(row.locator(f"td[data-slot='{slot}']")).to_have_text(code)
    page.goto("/timetable/?view=school&on=2026-11-23")
    week = page.locator("table.tg tbody tr").filter(has=page.locator("th", has_text=re.compile("^7А$")))
    expect(week.locator("td").nth(2)).to_have_text(code)


def test_the_deputy_works_by_keyboard_alone(open_as: Open) -> None:
    page = open_as("deputy", "/timetable/edit?since=2026-12-07")
    page.wait_for_selector("html[data-ready]")
    page.locator("#matrix td[tabindex='0']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#held")).to_contain_text("1А")
    page.keyboard.press("Delete")
    expect(page.locator(".tray [data-assignment]")).to_have_count(1)


def test_a_parent_reads_the_diary_of_each_child_on_a_phone(open_as: Open) -> None:
    page = open_as("parent", phone=True)
    expect(page).to_have_url(re.compile("/diary/"))
    expect(page.locator(".pday")).to_have_count(5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    options = page.locator("#student option")
    expect(options).to_have_count(2)
    page.select_option("#student", index=1)
    page.click("main form button")
    expect(page.locator("h1")).to_have_text(options.nth(1).inner_text())
    expect(page.locator(".head .sub")).to_have_text("4А")


def test_an_administrator_adds_a_pupil_and_enrols_him_by_typing(open_as: Open) -> None:
    page = open_as("admin", "/admin/student/new")
    page.click("main form .btn.pri")
    expect(page.locator("#last_name-error")).to_be_visible()
    page.fill("#last_name", "Ёжиков")
    page.fill("#first_name", "Туман")
    page.click("main form .btn.pri")
    expect(page.locator("h1")).to_have_text("Ёжиков Туман")
    page.goto("/admin/enrolment/new")
    page.fill("#student_id", "ёжик")
    page.locator("[role=option]").first.click()
    expect(page.locator("#student_id")).to_have_value("Ёжиков Туман")
    page.select_option("#school_class_id", label="7А")
    page.fill("#starts_on", "2026-11-01")
    page.click("main form .btn.pri")
    expect(page.locator("h1")).to_have_text("Ёжиков Туман · 7А")
    page.goto("/admin/student/?q=ёжиков")
    expect(page.locator(".list tbody tr")).to_have_count(1)
    page.click(".list tbody a")
    page.click("text=Удалить")
    expect(page.locator("main")).to_contain_text("не дают удалить")


def test_the_search_opens_by_keys_and_leads_by_keys(open_as: Open) -> None:
    """Typed in the wrong layout: the pupil is found all the same."""
    page = open_as("deputy")
    page.goto("/control/")
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog.finder[open]")
    page.keyboard.type("kjvjyjcj")
    expect(page.locator(".finder [role=option][aria-selected=true]")).to_contain_text("Ломоносова")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/student/details**")
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog.finder[open]")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.finder")).to_be_hidden()


def test_an_administrator_brings_a_list_and_takes_it_back(open_as: Open) -> None:
    """The file, the columns, what would happen, the bar of the job, the result, the undoing."""
    page = open_as("admin")
    page.goto("/exchange/")
    page.check("input[value=rooms]")
    table = "Кабинет;Название\r\n901;Обсерватория\r\n902;\r\n".encode("cp1251")
    page.set_input_files("#file", {"name": "Кабинеты.csv", "mimeType": "text/csv", "buffer": table})
    page.click("text=Посмотреть")
    expect(page.locator("#c0")).to_have_value("number")
    page.click("text=Что получится")
    expect(page.locator(".tally .new b")).to_have_text("2")
    page.click("text=Загрузить 2 строки")
    page.wait_for_url("**/exchange/*", timeout=20_000)
    expect(page.locator(".head .chip")).to_have_text("загружено")
    page.click("text=Отменить всю загрузку")
    page.wait_for_url("**/exchange/*", timeout=20_000)
    expect(page.locator(".head .chip")).to_have_text("отменено")
