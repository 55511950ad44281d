"""axe-core over every page of every role, on desktop and phone, and in the themes for the visually impaired."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from journal.kit.text import kebab
from journal.schema import entities
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = {
    "admin": [
        "/",
        "/classbook/",
        "/admin/",
        "/admin/student/",
        "/admin/student/?q=%D0%B0&sort=-last_name",
        "/admin/student/new",
        "/admin/mark/",
        "/admin/account/",
        "/admin/student/details?id=5",
        "/admin/student/edit?id=5",
        "/admin/student/delete?id=5",
        "/admin/student/history?id=5",
        "/admin/trail-entry/",
        "/admin/bell-schedule/parts?id=1&of=bell-period",
        "/admin/enrolment/?tools=filters",
        "/admin/enrolment/?tools=columns",
        "/admin/student/?tools=order",
        "/admin/student/?tools=saved",
        "/admin/enrolment/?totals=1&starts_on.how=year&sort=-school_class_id,student_id",
        "/admin/room/?q=nothing-at-all",
        "/account/",
        "/account/factors",
        "/accounts/",
        "/accounts/?group=8&never=1",
        "/accounts/register",
        "/alerts/?all=1",
        "/settings/",
        "/personal/student/169",
        "/exchange/",
        "/jobs/",
        "/years/",
        "/years/next",
        "/support/",
        "/support/new?page=/control/",
        "/help/",
        "/help/journal",
        "/search?q=7",
    ],
    "deputy": [
        "/",
        "/class/",
        "/class/8/progress",
        "/messages/new?class=8",
        "/timetable/",
        "/timetable/edit",
        "/timetable/?view=room",
        "/plans/",
        "/classbook/periods",
        "/classbook/class/8/finals",
        "/control/",
        "/control/findings?severity=gap",
        "/control/remarks",
        "/control/remarks/new",
        "/control/checks",
        "/control/checks/1",
        "/control/checks/new",
        "/control/rules",
        "/requests/",
        "/assessments/",
        "/assessments/new",
        "/reports/",
        "/reports/class-summary?school_class_id=8",
        "/reports/quality",
        "/reports/attendance-summary?school_class_id=8",
        "/reports/filling",
        "/reports/frequent-absences?since=2026-11-20&until=2026-09-01",
    ],
    "teacher": [
        "/",
        "/classbook/",
        "/classbook/80",
        "/classbook/80/finals",
        "/classbook/80/history?lesson=1&student=1",
        "/lessons/143",
        "/lessons/143/works",
        "/classbook/keys",
        "/plans/",
        "/plans/of/80",
        "/plans/new?assignment=80",
        "/timetable/",
        "/remarks/",
        "/requests/",
        "/reports/subject-teacher",
        "/assessments/",
    ],
    "classteacher": [
        "/",
        "/classbook/",
        "/diary/",
        "/remarks/",
        "/reports/class-teacher",
        "/class/8",
        "/class/8/absences",
        "/class/8/absences/document",
        "/class/8/progress",
        "/class/8/notes",
        "/class/8/subgroups",
        "/class/8/students/169",
        "/class/8/arrive",
        "/messages/",
        "/messages/templates",
        "/messages/1",
    ],
    "control": ["/", "/classbook/80", "/control/"],
    "director": ["/", "/admin/trail-entry/", "/oversight/", "/oversight/never-used", "/control/"],
    "student": ["/diary/", "/timetable/", "/classbook/", "/reports/report-card"],
    "parent": [
        "/diary/",
        "/timetable/",
        "/nowhere",
        "/reports/",
        "/reports/diary-week",
        "/diary/marks",
        "/diary/marks?year=1",
        "/diary/absence",
        "/messages/",
        "/messages/new",
        "/news/",
        "/news/choices",
    ],
}


ASKED_FOR = """() => ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind)
  .flatMap(entry => Array(1 + (entry.redirectCount || 0)).fill(entry.name)))"""
"""What a page asked for by its own account: what the page before it still asks for while it goes is not this page's."""
CONTRAST = "color-contrast"
"""The rule that takes most of axe's time: of pages with the same style sheets a few have it checked."""
TWICE = 2


def faults(page: Page, *, only: str = "", without: str = "") -> list[str]:
    """What axe calls serious or critical; the script goes in past the page's CSP, as a tool of the browser."""
    page.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = [only]
    if without:
        options["rules"] = {without: {"enabled": False}}
    found: Any = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{page.url}: {each['id']}: {json.dumps([node['html'][:120] for node in each['nodes'][:3]], ensure_ascii=False)}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("login", PAGES)
def test_axe_finds_nothing_serious(open_as: Open, login: str) -> None:
    page = open_as(login)
    found = []
    dressed: Counter[str] = Counter()
    for address in PAGES[login]:
        page.goto(address)
        sheets = page.evaluate("[...document.styleSheets].map(sheet => sheet.href).sort().join()")
        dressed[sheets] += 1
        found += faults(page, without=CONTRAST if dressed[sheets] > TWICE else "")
    assert found == []


@pytest.mark.parametrize("part", range(4))
def test_axe_finds_nothing_serious_on_any_page_of_the_panel(open_as: Open, part: int) -> None:
    page = open_as("admin")
    found = []
    for number, entity in enumerate(entities()[part::4]):
        slug, without = kebab(entity.__name__), CONTRAST if number else ""
        if number % 2:
            continue  # lists and forms are of one template each: half of the entities show every kind of field
        for address in (*([f"/admin/{slug}/"] if number % 4 == 0 else []), f"/admin/{slug}/new"):
            page.goto(address)
            found += faults(page, without=without)
            first = page.locator(".list tbody a").first
            if address.endswith("/") and first.count():
                page.goto(first.get_attribute("href") or "")
                found += faults(page, without=without)
    assert found == []


@pytest.mark.parametrize("theme", ["dark", "bw", "wb", "blue"])
def test_themes_keep_their_contrast(open_as: Open, theme: str) -> None:
    page = open_as("teacher")
    page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
    found = []
    for address in ("/", "/classbook/80", "/timetable/"):
        page.goto(address)
        found += faults(page, only=CONTRAST)
    office = open_as("deputy")
    office.context.add_cookies([{"name": "theme", "value": theme, "url": office.url}])
    for address in ("/control/", "/reports/quality"):
        office.goto(address)
        found += faults(office, only=CONTRAST)
    assert found == []


@pytest.mark.parametrize(
    ("login", "phone"),
    [("teacher", True), ("admin", True), ("parent", True), ("deputy", True), ("classteacher", True), ("teacher", False)],
)
def test_no_page_scrolls_sideways_and_each_stays_within_its_budget(open_as: Open, login: str, phone: bool) -> None:
    page = open_as(login, phone=phone)
    for address in PAGES[login]:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], address  # type: ignore[index]
        own = [url for url in page.evaluate(ASKED_FOR) if "/icon.svg" not in url]
        assert len(own) <= 8, (address, own, "the browser asks for its icon when it likes: it is not counted")


def test_every_size_of_letters_fits_a_narrow_phone(open_as: Open) -> None:
    page = open_as("parent", phone=True)
    page.context.add_cookies([{"name": "size", "value": "200", "url": page.url}])
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/diary/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("login", ["director", "admin", "classteacher"])
def test_the_sections_fit_a_laptop_and_the_present_one_is_seen_on_a_phone(open_as: Open, login: str) -> None:
    page = open_as(login)
    page.goto("/admin/")
    tabs = page.locator(".tabs")
    for width in (1366, 1280):
        page.set_viewport_size({"width": width, "height": 768})
        assert tabs.evaluate("tabs => tabs.scrollWidth - tabs.clientWidth") == 0, width
    page.set_viewport_size({"width": 390, "height": 844})
    box = tabs.locator("[aria-current]").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
