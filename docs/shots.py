"""`make shots`: takes the pictures of the README and the help from the demo school (`make demo` must run on port 8000)."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent / "pictures"
HELP = Path(__file__).parent.parent / "static" / "help"
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
"""Who, where, the file's name, the size of the window: the same pictures for the README and, smaller, for the help."""


def main() -> None:
    """One picture a page, as the one who works there."""
    FOLDER.mkdir(exist_ok=True)
    HELP.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for login, path, name, size in SHOTS:
            take(browser, login, path, name, size)
        browser.close()


def take(browser: Browser, login: str, path: str, name: str, size: tuple[int, int]) -> None:
    """The picture of one page in both sizes."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="ru-RU")
    page.context.add_cookies([{"name": "tour", "value": "read", "url": URL}])
    page.goto(f"{URL}/login")
    page.fill("#username", login)
    page.fill("#password", "demo")
    page.click("main button")
    page.goto(URL + path)
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.screenshot(path=HELP / f"{name}.jpg", type="jpeg", quality=55)


if __name__ == "__main__":
    main()
