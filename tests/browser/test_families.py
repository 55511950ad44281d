"""The class teacher's register by keys, a parent on an old phone, and the week that a phone keeps without a line."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_a_key_gives_the_reason_of_a_range_of_cells(open_as: Open) -> None:
    page = open_as("classteacher", "/class/absences")
    register = page.locator("#register")
    expect(register).to_be_visible()
    missed = register.locator("tbody td.mn").filter(has_text=re.compile(r"^\D+\d+$")).first
    before, count = missed.inner_text(), re.sub(r"\D", "", missed.inner_text())
    letter = "Н" if before.startswith("Б") else "Б"
    missed.click()
    with page.expect_response(lambda answer: answer.url.endswith("/absences/keys")) as answered:
        press = "(cell, key) => cell.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
        missed.evaluate(press, letter)  # a Russian letter: Playwright knows keys of the Latin layout alone
    assert answered.value.ok
    expect(register.locator("td:focus")).to_have_text(f"{letter}{count}")
    page.reload()
    expect(register.locator("tbody td.mn").filter(has_text=f"{letter}{count}").first).to_be_visible()
    first = register.locator("tbody tr").first.locator("td").first
    first.click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert register.locator("td.chosen").count() == 4
    page.keyboard.press("Escape")
    assert register.locator("td.chosen").count() == 0


def test_a_parent_reads_signs_announces_and_writes_on_a_phone(open_as: Open) -> None:
    page = open_as("parent", "/diary/", phone=True)
    page.locator("main button", has_text="Неделя просмотрена").click()
    expect(page.locator(".chip", has_text="вы просмотрели эту неделю")).to_be_visible()
    page.locator("nav.seg a", has_text="Все отметки").click()
    expect(page.locator(".subject").first).to_be_visible()
    page.select_option("#target", "5")
    page.locator("form.wish button").click()
    expect(page.locator(".way").first).to_contain_text(re.compile("до «5»|уже выходит|не получить"))
    page.locator("nav.seg a", has_text="Не придёт").click()
    page.fill("#begins_on", "2026-12-03")
    page.fill("#ends_on", "2026-12-04")
    page.locator("main form button.tall").click()
    expect(page.locator(".told-list")).to_contain_text("03.12.2026 – 04.12.2026")
    page.goto("/messages/new")
    page.locator("fieldset.to input[type=checkbox]").first.check()
    page.fill("[name=subject]", "Вопрос")
    page.fill("[name=text]", "Добрый день!")
    page.locator("main form button[type=submit], main form button.pri").last.click()
    expect(page.locator("main")).to_contain_text("Отправлено")
    teacher = open_as("classteacher", "/class/absences?month=2026-12-01")
    expect(teacher.locator("#notices")).to_contain_text("03.12.2026 – 04.12.2026")


def test_pupils_are_split_in_even_parts(open_as: Open) -> None:
    page = open_as("classteacher", "/class/")
    page.locator("nav.seg a", has_text="Подгруппы").click()
    page.locator("button", has_text="Поровну").click()
    table = page.locator("#groups")
    first, second = (table.locator(f"tbody td:nth-child({n}) input:checked").count() for n in (2, 3))
    assert abs(first - second) <= 1


def _kept(page: Page) -> int:
    every = "Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys()).length))"
    return int(page.evaluate(f"async () => (await {every}).reduce((sum, count) => sum + count, 0)"))


def test_the_week_seen_last_is_read_without_a_line_and_wiped_at_sign_out(open_as: Open) -> None:
    page = open_as("parent", "/diary/", phone=True)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto("/diary/")
    subject = page.locator(".pday h3").first.inner_text()
    page.context.set_offline(True)
    page.goto("/diary/")
    expect(page.locator(".kept")).to_be_visible()
    expect(page.locator(".pday h3").first).to_have_text(subject)
    page.context.set_offline(False)
    page.goto("/diary/")
    expect(page.locator(".kept")).to_be_hidden()
    before = _kept(page)
    page.locator(".bar details.menu summary").last.click()
    page.locator("[data-logout] button").click()
    page.wait_for_url(lambda url: "/login" in url)
    page.wait_for_timeout(300)
    assert _kept(page) < before
    page.context.set_offline(True)
    page.goto("/diary/")
    assert page.locator(".pday").count() == 0, "nothing of the child is left in the phone"
    page.context.set_offline(False)
