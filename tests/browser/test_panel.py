"""The panel by hand: what was typed outlives the session; parts are dragged; a list is narrowed, kept and found again."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_what_was_typed_outlives_the_session(open_as: Open) -> None:
    page = open_as("admin", "/admin/room/new")
    page.fill("#number", "777")
    page.fill("#name", "Планетарий")
    page.context.clear_cookies()
    page.click("button:has-text('Сохранить'):not([name])")
    expect(page.locator("#number")).to_have_count(0)
    home = page.url.partition("/admin")[0]
    page.goto(f"{home}/login")
    page.fill("#username", "admin")
    page.fill("#password", "demo")
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(f"{home}/admin/room/new")
    page.click("[data-draft] [name=again]")
    expect(page.locator("#number")).to_have_value("777")
    expect(page.locator("#name")).to_have_value("Планетарий")
    page.click("button:has-text('Сохранить'):not([name])")
    expect(page.locator("h1")).to_contain_text("777")
    page.goto(f"{home}/admin/room/new")
    expect(page.locator("[data-draft]")).to_be_hidden()


def test_the_rows_of_a_plan_are_moved_by_hand_and_by_keys(open_as: Open) -> None:
    page = open_as("admin", "/admin/scheme-of-work/parts?id=1&of=planned-lesson")
    topics = (
        "[...document.querySelectorAll('table.parts tbody tr')].slice(0, 3).map(r => r.querySelector('[name$=topic]').value)"
    )
    first, second, third = page.evaluate(topics)
    rows = page.locator("table.parts tbody tr")
    rows.nth(2).locator(".place").drag_to(rows.nth(0).locator(".place"), target_position={"x": 20, "y": 3})
    assert page.evaluate(topics) == [third, first, second]
    rows.nth(0).locator("[name$=topic]").focus()
    page.keyboard.press("Alt+ArrowDown")
    assert page.evaluate(topics) == [first, third, second]
    assert rows.nth(1).locator(".place input").input_value() == "2"


def test_a_list_is_narrowed_by_a_facet_ordered_and_kept(open_as: Open) -> None:
    page = open_as("admin", "/admin/student/")
    page.click(".facet:has-text('женский')")
    expect(page.locator(".active .chip")).to_contain_text("женский")
    page.click("a[data-tool]:has-text('Порядок')")
    page.select_option("#sort-0", "-born_on")
    page.select_option("#sort-1", "last_name")
    page.click("details[open] button:has-text('Применить')")
    assert "sort=-born_on&sort=last_name" in page.url
    page.click("a[data-tool]:has-text('Сохранённые списки')")
    page.fill("#save-name", "Девочки")
    page.click("button:has-text('Сохранить список')")
    page.goto(page.url.partition("?")[0])
    page.click("a[data-tool]:has-text('Сохранённые списки')")
    page.click(".saved a:has-text('Девочки')")
    expect(page.locator(".facet[aria-current]")).to_contain_text("женский")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("#last_name")).to_be_visible()


def test_a_tool_of_a_list_opens_in_its_place_with_the_focus_and_keeps_what_was_asked(open_as: Open) -> None:
    page = open_as("admin", "/admin/enrolment/?starts_on.from=2026-09-01")
    before = page.url
    page.focus("a[data-tool]:has-text('Фильтры')")
    page.keyboard.press("Enter")
    expect(page.locator("details.filters > summary")).to_be_focused()
    assert page.url == before and page.input_value(".filter-grid [name='starts_on.from']") == "2026-09-01"
    page.keyboard.press("Enter")
    expect(page.locator(".filter-grid [name='starts_on.from']")).to_be_hidden()
    page.keyboard.press("Enter")
    page.type("[data-lookup=student_id] .field", "Ив")
    page.click("[data-lookup=student_id] [role=option] >> nth=0")
    page.click("details[open] button:has-text('Применить')")
    assert "starts_on.from=2026-09-01" in page.url and "student_id=" in page.url
    expect(page.locator(".active .chip")).to_have_count(2)


def test_a_tool_opens_with_its_page_where_no_script_runs_and_where_it_cannot_be_fetched(open_as: Open) -> None:
    still = open_as("admin", "/admin/room/", java_script_enabled=False)
    still.click("a:has-text('Столбцы')")
    still.check("[name=cols][value=capacity]")
    assert still.url.endswith("?tools=columns")
    page = open_as("admin", "/admin/room/")
    page.route("**/*part=*", lambda route: route.abort("internetdisconnected"))
    page.click("a[data-tool]:has-text('Столбцы')")
    page.wait_for_url("**/?tools=columns")
    expect(page.locator("details.filters[open] [name=cols]").first).to_be_visible()


def test_a_cell_is_changed_in_place_by_hand_and_by_keys(open_as: Open) -> None:
    page = open_as("admin", "/admin/room/?cols=number,name,capacity")
    first = page.locator("table.list tbody tr").first
    capacity = first.locator("td[data-field=capacity]")
    capacity.dblclick()
    field = capacity.locator("input.field")
    field.fill("99999")
    field.press("Enter")
    expect(capacity.locator("[role=alert]")).to_be_visible()
    field.fill("28")
    field.press("Enter")
    expect(capacity).to_have_text("28")
    page.keyboard.press("F2")
    expect(first.locator("td[data-field=number] input.field")).to_be_focused()
    page.keyboard.press("Tab")
    name = first.locator("td[data-field=name] .field")
    expect(name).to_be_focused()
    name.fill("Кабинет у лестницы")
    name.press("Escape")
    page.reload()
    expect(capacity).to_have_text("28")
    expect(first).not_to_contain_text("Кабинет у лестницы")


def test_a_related_row_is_made_over_the_form(open_as: Open) -> None:
    page = open_as("admin", "/admin/school-class/new")
    page.fill("#letter", "Щ")
    page.click("button[value=room_id]")
    dialog = page.locator("dialog.adding")
    expect(dialog.locator("h2")).to_contain_text("Кабинет")
    expect(dialog.locator("#new-number")).to_be_focused()
    dialog.locator("#new-capacity").fill("-3")
    page.keyboard.press("Enter")
    expect(dialog.locator("#new-number-error")).to_be_visible()
    expect(dialog.locator("#new-capacity-error")).to_be_visible()
    dialog.locator("#new-number").fill("Теплица-2")
    dialog.locator("#new-capacity").fill("12")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("#room_id option:checked")).to_contain_text("Теплица-2")
    expect(page.locator("#room_id")).to_be_focused()
    expect(page.locator("#letter")).to_have_value("Щ")
    page.click("button[value=class_teacher_id]")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#letter")).to_have_value("Щ")
    assert page.url.endswith("/new"), "nothing was sent meanwhile"


def test_without_a_script_enter_saves_and_a_page_between_adds(open_as: Open) -> None:
    page = open_as("admin", "/admin/room/new", java_script_enabled=False)
    page.goto("/admin/teaching-assignment/new")
    page.click("button[value=subject_id]")
    page.fill("#new-name", "Ритмика")
    page.fill("#new-code", "Рит")
    page.keyboard.press("Enter")
    expect(page.locator("#subject_id option:checked")).to_have_text("Ритмика")
    page.locator("#hours_a_week").press("Enter")
    expect(page.locator("[aria-invalid]").first).to_be_visible()
