"""Chromium on the demo school, served by the product itself; any CSP report or script error fails the test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CHROMIUM, MUST, Server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a copy of the demo school, one for each file of tests."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copyfile(demo_template, folder / "demo.db")
    started = Server(folder, "demo", "--serve")
    started.wait()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if MUST:
            pytest.fail("Chromium is missing: CI=true needs it")
        pytest.skip("Chromium is not here")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


Open = Callable[..., Page]


@pytest.fixture
def open_as(browser: Browser, server: Server) -> Iterator[Open]:
    """Open a page as somebody of the demo school; at the end no page may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(login: str, path: str = "/", *, phone: bool = False, **more: Any) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            is_mobile=phone,
            locale="ru-RU",
            base_url=server.url,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}") if _matters(message) else None)
        page.goto("/login")
        page.fill("#username", login)
        page.fill("#password", "demo")
        page.click("main button")
        page.wait_for_url(lambda url: "/login" not in url)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def _matters(message: Any) -> bool:
    text = message.text
    return "Content Security Policy" in text or (
        message.type == "error" and "status of 4" not in text and "ERR_INTERNET" not in text
    )
