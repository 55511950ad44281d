"""`make shots`: takes the README's pictures from the demo school (`make demo` must be running on port 8000)."""

from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "pictures"
URL = "http://127.0.0.1:8000"
SHOTS = [
    ("teacher", "/classbook/80", "journal", (1366, 768)),
    ("teacher", "/", "day", (1366, 768)),
    ("deputy", "/timetable/edit", "timetable", (1366, 768)),
    ("deputy", "/control/", "control", (1366, 768)),
    ("deputy", "/reports/quality", "reports", (1366, 768)),
    ("admin", "/admin/student/", "panel", (1366, 768)),
    ("parent", "/diary/", "diary", (390, 844)),
]


def main() -> None:
    """One picture a page, as the one who works there."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for login, path, name, (width, height) in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, locale="ru-RU")
            page.goto(f"{URL}/login")
            page.fill("#username", login)
            page.fill("#password", "demo")
            page.click("main button")
            page.goto(URL + path)
            page.wait_for_timeout(300)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
