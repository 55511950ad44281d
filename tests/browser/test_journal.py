"""The journal at the speed of typing: few keys, ranges, comments; nothing lost by lines, tabs, sessions and servers."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import ARGUMENTS, DESKTOP, Open
from tests.conftest import CHROMIUM, Server

pytestmark = pytest.mark.browser
SAVED = "Всё сохранено"


def open_journal(page: Page, name: str) -> None:
    page.goto("/classbook/")
    page.click(f"text={name}")
    ready(page)


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def cell(page: Page, row: int, column: str = "th.now:not([data-work])") -> object:
    """The cell of a row in today's column."""
    lesson = page.locator(f"#grid thead {column}").first.get_attribute("data-lesson")
    return page.locator(f"#grid tbody tr:nth-child({row}) td[data-lesson='{lesson}']:not([data-work])")


class Counted:
    """The keyboard, counting what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def test_a_lesson_is_filled_with_forty_keys_and_no_click(open_as: Open) -> None:
    """A class of 24 here; eight marks, three absences, the topic of the plan, homework: each pupil costs one key."""
    page = open_as("teacher")
    open_journal(page, "5А · Математика")
    planned = page.locator("#topic").get_attribute("placeholder")
    keys, pupils = Counted(page), page.locator("#grid tbody tr").count()
    given = {1: "5", 2: "4", 4: "y", 6: "3", 7: "5", 9: "y", 10: "4", 12: "2", 14: "5", 15: "y", 16: "4"}
    for row in range(1, pupils + 1):
        keys.press(given.get(row, "ArrowDown"))
    keys.press("t", "Enter", "d")
    page.keyboard.type("№ 345")
    keys.press("Enter")
    expect(page.locator("#sync")).to_have_text(SAVED)
    expect(page.locator("#lesson-state")).to_have_text("Заполнен")
    assert keys.count - pupils + 30 <= 40, "with a class of thirty"
    assert planned and page.locator("#topic").input_value() == planned
    page.reload()
    ready(page)
    assert page.locator("#topic").input_value() == planned
    assert page.locator("#homework").input_value() == "№ 345"
    expect(cell(page, 12)).to_have_text("2")
    expect(cell(page, 15)).to_have_text("Н")


def test_ranges_are_filled_copied_and_undone_at_once(open_as: Open) -> None:
    page = open_as("teacher")
    open_journal(page, "6А · Математика")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#grid td.sel")).to_have_count(4)
    page.keyboard.press("5")
    for row in (1, 2, 3, 4):
        expect(cell(page, row)).to_have_text("5")
    page.keyboard.press("Control+z")
    expect(cell(page, 1)).to_have_text("")
    expect(cell(page, 4)).to_have_text("")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Home")
    cell(page, 1).click()  # type: ignore[attr-defined]
    page.keyboard.press("4")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+d")
    last = page.locator("#grid tbody tr").count()
    expect(cell(page, last)).to_have_text("4")
    page.keyboard.press("Control+z")
    expect(cell(page, last)).to_have_text("")
    expect(page.locator("#sync")).to_have_text(SAVED)
    cell(page, 2).click()  # type: ignore[attr-defined]
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text', '5\\n4/3\\nн\\nчто\\n2');
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }"""
    )
    for row, text in ((2, "5"), (3, "4/3"), (4, "Н"), (5, ""), (6, "2")):
        expect(cell(page, row)).to_have_text(text)


def test_a_comment_a_point_and_the_search(open_as: Open) -> None:
    page = open_as("teacher")
    open_journal(page, "7А · Геометрия")
    page.keyboard.press("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+F2")
    page.wait_for_selector("dialog[open]")  # Playwright types Russian letters without keys: none would be kept
    page.keyboard.type("переписать")
    page.keyboard.press("Enter")
    expect(page.locator("#sync")).to_have_text(SAVED)
    page.keyboard.press("ArrowDown")
    page.keyboard.press(".")
    expect(page.locator("#grid td.pt")).to_have_text("•")
    page.keyboard.press("F3")
    page.wait_for_selector("dialog[open]")
    name = page.locator("#grid tbody tr:nth-child(9) th").inner_text().split()[1]
    page.keyboard.type(name[:6].lower())
    page.keyboard.press("Enter")
    expect(page.locator("#grid tr.on th")).to_contain_text(name)
    expect(page.locator("#sync")).to_have_text(SAVED)
    page.reload()
    ready(page)
    expect(page.locator("#grid td[data-note='переписать']")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_contain_text("комментарий к отметке")
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Кто должен сдать работу")


def test_keys_pressed_before_the_comment_opens_are_its_text(open_as: Open) -> None:
    """The part that asks for it is fetched late: nothing that was typed meanwhile goes into the table."""

    def slowly(route: Route) -> None:
        time.sleep(0.4)
        route.continue_()

    page = open_as("teacher")
    page.context.route("**/js/more.js*", slowly)
    open_journal(page, "7А · Алгебра")
    page.keyboard.press("4")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+F2")
    page.keyboard.type("see me 5")
    page.keyboard.press("Enter")
    expect(page.locator("#grid td[data-note='see me 5']")).to_have_text("4")
    expect(page.locator("#sync")).to_have_text(SAVED)


def test_gentle_warnings_forbid_nothing(open_as: Open) -> None:
    page = open_as("teacher")
    open_journal(page, "5Б · Математика")
    page.keyboard.press("F2")
    page.wait_for_selector("#grid td input")
    page.keyboard.type("4 н")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("отсутствует, но с отметкой")
    expect(cell(page, 1)).to_have_text("4/Н")
    page.locator("#work_type_id").select_option(label="Контрольная работа")
    expect(page.locator("#live")).to_contain_text("нет в графике")


def test_two_tabs_of_one_teacher_agree(open_as: Open) -> None:
    page = open_as("teacher")
    open_journal(page, "6А · Математика")
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    page.bring_to_front()
    cell(page, 11).click()  # type: ignore[attr-defined]
    page.keyboard.press("5")
    expect(cell(other, 11)).to_have_text("5")
    expect(cell(other, 11)).to_have_attribute("data-state", "saved")


def test_a_page_drawn_before_the_last_save_catches_up(open_as: Open) -> None:
    """Reloaded at once after a key: the server draws first and saves then; the old page, still there, hears the answer."""
    page = open_as("teacher")
    open_journal(page, "7А · Алгебра")

    def drawn_before(route: Route) -> None:
        drawn = route.fetch()
        time.sleep(2)
        route.fulfill(response=drawn)

    page.evaluate("navigator.serviceWorker.ready.then(worker => worker.unregister())")
    page.route(page.url, drawn_before, times=1)
    cell(page, 7).click()  # type: ignore[attr-defined]
    page.keyboard.press("4")
    page.reload()
    ready(page)
    expect(cell(page, 7)).to_have_text("4")
    expect(page.locator("#sync")).to_have_text(SAVED)


def test_without_a_line_the_page_says_so_and_nobody_signs_out(open_as: Open) -> None:
    page = open_as("teacher")
    open_journal(page, "7А · Алгебра")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    row = cell(page, 20)
    row.click()  # type: ignore[attr-defined]
    page.context.set_offline(True)
    page.keyboard.press("4")
    expect(page.locator("#sync")).to_contain_text("Нет связи")
    page.locator(".bar details.menu summary").last.click()
    page.locator("[data-logout] button").click()
    expect(page.locator("#live")).to_contain_text("Нет связи")
    page.reload()
    expect(page.locator("h1")).to_have_text("Нет связи")
    expect(page.locator("#count")).to_have_text("1")
    assert "Лигачёв" not in page.content()
    page.context.set_offline(False)
    ready(page)
    expect(cell(page, 20)).to_have_text("4")
    expect(page.locator("#sync")).to_have_text(SAVED, timeout=20_000)


# --- a browser that is closed, a session that ends, a server that is killed


@pytest.fixture
def killed(demo_template: Path, tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "served").mkdir()
    shutil.copyfile(demo_template, tmp_path / "served" / "demo.db")
    started = Server(tmp_path / "served", "demo", "--serve")
    started.wait()
    yield started
    started.stop()


def sign_in(page: Page, server: Server, login: str) -> None:
    page.goto(f"{server.url}/login")
    page.fill("#username", login)
    page.fill("#password", "demo")
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)


def test_what_waits_outlives_the_tab_the_browser_the_session_and_the_server(
    browser: Browser, killed: Server, tmp_path: Path
) -> None:
    """Typed with the server dead; the browser closed and opened again; another person signs in first; then the same one."""
    options = {"executable_path": CHROMIUM, "args": ARGUMENTS, "viewport": DESKTOP, "locale": "ru-RU"}
    context = browser.browser_type.launch_persistent_context(str(tmp_path / "profile"), **options)
    page = context.new_page()
    sign_in(page, killed, "teacher")
    page.goto(f"{killed.url}/classbook/")
    page.click("text=7А · Алгебра")
    ready(page)
    address = page.url
    killed.process.kill()
    killed.process.wait(10)
    cell(page, 3).click()  # type: ignore[attr-defined]
    for key in ("5", "2", "y"):
        page.keyboard.press(key)
    expect(page.locator("#sync")).to_contain_text(re.compile("Нет связи.* 3"))
    context.close()
    killed.start()
    killed.wait()
    context = browser.browser_type.launch_persistent_context(str(tmp_path / "profile"), **options)
    context.clear_cookies()
    page = context.new_page()
    sign_in(page, killed, "classteacher")
    page.goto(killed.url)
    page.wait_for_timeout(1500)
    expect(page.locator("#waiting")).to_be_hidden()
    context.clear_cookies()
    sign_in(page, killed, "teacher")
    with page.expect_response("**/ops"):
        page.goto(f"{killed.url}/plans/")
    expect(page.locator("#waiting")).to_be_hidden()
    page.goto(address)
    ready(page)
    for row, text in ((3, "5"), (4, "2"), (5, "Н")):
        expect(cell(page, row)).to_have_text(text)
    expect(page.locator("#sync")).to_have_text(SAVED)
    context.close()


def test_a_thousand_operations_go_out_once_and_in_order(browser: Browser, killed: Server) -> None:
    context = browser.new_context(viewport=DESKTOP, locale="ru-RU", base_url=killed.url)
    page = context.new_page()
    sign_in(page, killed, "teacher")
    open_journal(page, "7А · Алгебра")
    context.set_offline(True)
    cell(page, 1).click()  # type: ignore[attr-defined]
    page.evaluate(
        """() => {
        const press = key => document.activeElement.dispatchEvent(
          new KeyboardEvent('keydown', {key, code: `Digit${key}`, bubbles: true, cancelable: true}));
        for (let n = 0; n < 1000; n++) {
          press(String(2 + (n + Math.floor(n / 20)) % 4));
          if (n % 20 === 19) for (let i = 0; i < 25; i++) press('ArrowUp');
        } }"""
    )
    expect(page.locator("#sync")).to_contain_text(re.compile(r"Нет связи.* (9\d\d|1000)"), timeout=20_000)
    shown = page.locator("#grid thead th.on").get_attribute("data-lesson")
    values = page.locator(f"#grid td[data-lesson='{shown}']").all_inner_texts()[:20]
    context.set_offline(False)
    expect(page.locator("#sync")).to_have_text(SAVED, timeout=15_000)
    page.reload()
    ready(page)
    assert page.locator(f"#grid td[data-lesson='{shown}']").all_inner_texts()[:20] == values
    context.close()


def test_a_roll_call_by_taps_on_a_phone(open_as: Open) -> None:
    page = open_as("teacher", phone=True)
    page.locator(".act a").first.click()  # at night it says "open", by day "fill in"
    page.locator("#roll .who").nth(2).tap()
    expect(page.locator("#roll li").nth(2)).to_have_class(re.compile("away"))
    expect(page.locator("#attendance_taken")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".lesson-form .stick button").tap()
    expect(page.locator(".note.ok")).to_be_visible()
    expect(page.locator("#roll li").nth(2).locator("[type=radio]").nth(1)).to_be_checked()


def test_a_plan_is_typed_row_by_row(open_as: Open) -> None:
    page = open_as("teacher")
    page.goto("/plans/")
    page.click("text=7А · Геометрия")
    with page.expect_navigation():
        page.click("text=Вернуть в черновик")
    row = page.locator(".plan tbody tr").nth(40)
    row.locator("[name^=topic]").fill("Своя тема")
    page.keyboard.press("Enter")
    expect(page.locator("#sync")).to_have_text(SAVED)
    row.locator("[name^=hours]").fill("0")
    page.keyboard.press("Enter")
    expect(row.locator(".error")).to_be_visible()
    page.reload()
    expect(page.locator(".plan tbody tr").nth(40).locator("[name^=topic]")).to_have_value("Своя тема")
    page.click("text=Отправить завучу")
    deputy = open_as("deputy", "/plans/?state=submitted")
    deputy.locator("text=Утвердить").first.click()
    expect(deputy.locator(".note.ok")).to_have_text("План утверждён.")
