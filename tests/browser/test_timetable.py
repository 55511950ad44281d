"""The deputy's work on the timetable in a browser: dragging, the keyboard alone, a substitute, a generated version."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

ROW = 'tr:has(th:text-is("7А"))'


def cell(page: Page, slot: str) -> str:
    return page.inner_text(f'{ROW} td[data-slot="{slot}"]').strip()


def taken(page: Page) -> None:
    page.wait_for_selector("#matrix.pick td.qno")


def test_a_lesson_is_dragged_to_a_free_slot_and_taken_back(open_as: Open) -> None:
    page = open_as("deputy", "/timetable/edit")
    page.wait_for_selector("html[data-ready]")
    held = cell(page, "1-2")
    source = page.locator(f'{ROW} td[data-slot="1-2"]').bounding_box()
    assert source
    page.mouse.move(source["x"] + 8, source["y"] + 8)
    page.mouse.down()
    page.mouse.move(source["x"] + 30, source["y"] + 20, steps=3)
    taken(page)
    free = page.locator("#matrix td.qok, #matrix td.qsoft").first
    slot, box = free.get_attribute("data-slot"), free.bounding_box()
    assert slot and box
    page.mouse.move(box["x"] + 6, box["y"] + 6, steps=4)
    page.mouse.up()
    expect(page.locator("#undo")).to_be_visible()
    assert (cell(page, "1-2"), cell(page, slot)) == ("", held)
    page.keyboard.press("Control+z")
    expect(page.locator("#redo")).to_be_visible()
    assert (cell(page, "1-2"), cell(page, slot)) == (held, "")


def test_the_keyboard_alone_moves_swaps_and_locks(open_as: Open) -> None:
    page = open_as("deputy", "/timetable/edit?since=2026-12-07")
    page.wait_for_selector("html[data-ready]")
    page.locator("#matrix td[tabindex='0']").focus()
    row = page.locator("#matrix tbody th").all_inner_texts().index("7А")
    for key in [*["ArrowDown"] * row, *["ArrowRight"] * 8, "Enter"]:
        page.keyboard.press(key)
    taken(page)
    offer, slot = page.locator("#why button").first, ""
    for number in range(2, 7):
        page.keyboard.press("ArrowRight")
        slot = f"2-{number}"
        if "qno" in (page.get_attribute(f'{ROW} td[data-slot="{slot}"]', "class") or ""):
            with page.expect_response(re.compile("/edit/offers")):
                page.keyboard.press("Enter")
            page.wait_for_timeout(100)
            if offer.count():
                break
    before = (cell(page, "2-1"), cell(page, slot))
    offer.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_be_visible()
    assert cell(page, slot) == before[0]
    page.keyboard.press("Control+z")
    expect(page.locator("#redo")).to_be_visible()
    assert (cell(page, "2-1"), cell(page, slot)) == before
    page.keyboard.press("Home")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    taken(page)
    page.keyboard.press("l")
    expect(page.locator(f'{ROW} td[data-slot="2-1"]')).to_have_class(re.compile(r"\blk\b"))


def test_a_substitute_for_tomorrow_is_two_presses(open_as: Open) -> None:
    page = open_as("deputy", "/substitutions/?on=2026-11-24")
    page.click("summary:has-text('Учитель отсутствует')")
    page.select_option("#staff_id", label="Лигачёв А. В.")
    page.click("text=Записать отсутствие")
    expect(page.locator(".chip.bad").first).to_contain_text("без учителя")
    holes = page.locator(".dl.open").count()
    page.locator(".cand button").first.click()
    expect(page.locator(".note.ok")).to_contain_text("Замена назначена")
    assert page.locator(".dl.open").count() in (holes, holes - 1)
    board = open_as("parent", "/timetable/board?on=2026-11-24")
    expect(board.locator(".board")).to_contain_text("другой учитель")


def test_a_version_is_generated_looked_at_and_published(open_as: Open) -> None:
    page = open_as("deputy", "/timetable/drafts/")
    page.fill("#effort", "2")
    page.click("button:has-text('Составить')")
    page.wait_for_url(re.compile(r"/timetable/drafts/\d+$"), timeout=90_000)
    expect(page.locator("main")).to_contain_text("Во что обходится")
    page.set_default_timeout(60_000)
    page.click("button:has-text('Посмотреть, что изменится')")
    page.click("button:has-text('Опубликовать с')")
    expect(page.locator(".note.ok")).to_contain_text("Расписание опубликовано")
