"""The portal inside a page of the platform, and where it is refused."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from local.stack_file import Stack
from tests.browser.support import chromium
from tests.browser.support.portal import ELSEWHERE, Platform, embedding, framed
from tests.browser.test_portal import fill
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import PLATFORM

NewContext = Callable[..., BrowserContext]
REFUSED = "violates the following Content Security Policy directive"


@pytest.fixture
def platform(api_for: Callable[..., ApiClient]) -> Platform:
    """The platform."""
    return Platform(api_for("", "recado/admin"))


@pytest.fixture
def unwatched(browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """A browser whose console may say that a frame was refused."""
    with browser.new_context(base_url=stack.api_url, locale="en-GB") as context:
        yield context


def test_embedded_in_an_allowed_origin(platform: Platform, new_context: NewContext) -> None:
    """A page of the platform shows the portal inside of itself, on another site than the API's."""
    context = new_context()
    embedding(context, platform.session()["url"])
    page = context.new_page()
    page.goto(f"{PLATFORM}/shop")
    expect(framed(page).get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()


@pytest.mark.meets("401")
def test_a_session_that_ends_under_an_embedded_form(platform: Platform, new_context: NewContext) -> None:
    """The platform's page gives another token, and the save that met the end goes on by itself."""
    context = new_context()
    embedding(context, platform.session()["url"], token=lambda: platform.session()["token"])
    page = context.new_page()
    page.goto(f"{PLATFORM}/shop")
    inside = framed(page)
    inside.get_by_role("link", name="Add webhook").first.click()
    fill(inside)
    platform.end_all()
    inside.get_by_role("button", name="Add webhook").click()
    expect(inside.get_by_role("heading", name="Typed by hand")).to_be_visible()
    assert page.evaluate("window.wanted") == 1


def test_refused_elsewhere(platform: Platform, unwatched: BrowserContext) -> None:
    """A page of an origin that is not allowed shows nothing of it, nor does one inside of such a page."""
    embedding(unwatched, platform.session()["url"], origin=ELSEWHERE)
    said: list[str] = []
    page = unwatched.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{ELSEWHERE}/shop")
    expect(page.locator("iframe")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    assert framed(page).locator("#app").count() == 0
    assert any(REFUSED in text for text in said), said


def test_refused_in_an_allowed_page_inside_of_another(platform: Platform, unwatched: BrowserContext) -> None:
    """The platform's own page is not enough where somebody else's is around it."""
    embedding(unwatched, platform.session()["url"])
    embedding(unwatched, f"{PLATFORM}/shop", origin=ELSEWHERE)
    said: list[str] = []
    page = unwatched.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{ELSEWHERE}/around")
    inner = framed(page).frame_locator("iframe")
    expect(framed(page).locator("iframe")).to_be_visible()
    page.wait_for_timeout(500)
    assert inner.locator("#app").count() == 0
    assert any(REFUSED in text for text in said), said


def kept_profile(folder: Path, **content_settings: int) -> Path:
    """A profile for a browser that is set to keep nothing of third parties, and what else is given."""
    profile = {"block_third_party_cookies": True, "cookie_controls_mode": 1}
    preferences = {"profile": {**profile, "default_content_setting_values": content_settings}}
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    return folder


def test_without_third_party_cookies_and_storage(platform: Platform, tmp_path: Path) -> None:
    """Where the browser refuses cookies and storage altogether, the embedded portal works, and its form saves."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            kept_profile(tmp_path / "profile", cookies=2),
            executable_path=chromium.executable(),
            args=list(chromium.ARGUMENTS),
            locale="en-GB",
        )
        embedding(context, platform.session()["url"])
        page = context.new_page()
        page.goto(f"{PLATFORM}/shop")
        inside = framed(page)
        inside.get_by_role("link", name="Add webhook").first.click()
        assert stored(page.frames[1]) == "SecurityError"
        fill(inside)
        inside.get_by_role("button", name="Add webhook").click()
        expect(inside.get_by_role("heading", name="Typed by hand")).to_be_visible()
        context.close()


def stored(frame: Any) -> str:
    """What becomes of an attempt to store something: "stored", or the error's name."""
    return str(frame.evaluate("() => { try { localStorage.setItem('a', '1'); return 'stored' } catch (e) { return e.name } }"))
