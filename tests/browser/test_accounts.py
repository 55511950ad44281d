"""Passkeys with a virtual authenticator, and the lock over a page, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_made_and_asked_for(open_as: Open) -> None:
    """On localhost, since a passkey is never bound to a bare address."""
    page = open_as("admin")
    page.goto("/accounts/?group=staff")
    found = re.search(r"staff\d+", page.content())
    assert found is not None
    login = found.group()
    origin = page.evaluate("location.origin").replace("127.0.0.1", "localhost")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def type_password() -> None:
        page.goto(f"{origin}/login")
        page.fill("#username", login)
        page.fill("#password", "demo")
        page.click("main button")

    type_password()
    page.goto(f"{origin}/account/factors")
    page.click("[data-make] button")
    expect(page.locator("main")).to_contain_text("Ключ доступа сохранён")
    page.locator(".bar details.menu summary").last.click()
    page.locator("[data-logout] button").click()
    page.wait_for_url(f"{origin}/login")
    type_password()
    page.wait_for_url(re.compile("/login/second"))
    page.click("[data-passkey] button")
    page.wait_for_url(f"{origin}/")
    expect(page.locator("main")).to_be_visible()


def test_the_page_is_covered_after_a_while_and_what_was_typed_stays(open_as: Open) -> None:
    page = open_as("deputy")
    page.clock.install()
    page.goto("/control/checks/new")
    field = page.locator("main input[type=text], main textarea").first
    field.fill("набранное до перерыва")
    page.clock.fast_forward("31:00")
    cover = page.locator("dialog.lock")
    expect(cover).to_be_visible()
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    page.fill("#lock-password", "wrong")
    page.keyboard.press("Enter")
    expect(cover).to_contain_text("Неверный логин или пароль")
    page.fill("#lock-password", "demo")
    page.keyboard.press("Enter")
    expect(cover).to_have_count(0)
    expect(field).to_have_value("набранное до перерыва")
