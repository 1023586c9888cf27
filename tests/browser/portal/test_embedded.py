"""The portal inside a page of the platform, and where it is refused."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from local.stack_file import Stack
from tests.browser.portal.form import fill
from tests.browser.support import chromium
from tests.browser.support.portal import Platform, allowed_port, embedding, framed
from tests.browser.support.tabs import NewContext
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance

pytestmark = pytest.mark.deep

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


@pytest.fixture
def port(instance: Instance) -> int:
    """Where the platform's pages are."""
    return allowed_port(instance.settings)


def test_embedded_in_an_allowed_origin(platform: Platform, new_context: NewContext, port: int) -> None:
    """A page of the platform shows the portal inside of itself, on another site than the API's."""
    with embedding(platform.session()["url"], port=port) as shop:
        page = new_context().new_page()
        page.goto(f"{shop}/webhooks")
        expect(framed(page).get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()


@pytest.mark.meets("401")
def test_a_session_that_ends_under_an_embedded_form(platform: Platform, new_context: NewContext, port: int) -> None:
    """The platform's page gives another token, and the save that met the end goes on by itself."""
    given: list[str] = []

    def token() -> str:
        given.append(platform.session()["token"])
        return given[-1]

    with embedding(platform.session()["url"], port=port, token=token) as shop:
        page = new_context().new_page()
        page.goto(f"{shop}/webhooks")
        inside = framed(page)
        inside.get_by_role("link", name="Add webhook").first.click()
        fill(inside)
        platform.end_all()
        inside.get_by_role("button", name="Add webhook").click()
        expect(inside.get_by_role("heading", name="Typed by hand")).to_be_visible()
        assert len(given) == 1


def test_refused_elsewhere(platform: Platform, unwatched: BrowserContext) -> None:
    """A page of an origin that is not allowed shows nothing of the portal."""
    with embedding(platform.session()["url"]) as elsewhere:
        page = unwatched.new_page()
        with page.expect_console_message(lambda message: REFUSED in message.text):
            page.goto(f"{elsewhere}/page")
        assert framed(page).locator("#app").count() == 0


def test_refused_in_an_allowed_page_inside_of_another(platform: Platform, unwatched: BrowserContext, port: int) -> None:
    """The platform's own page is not enough where somebody else's is around it."""
    with embedding(platform.session()["url"], port=port) as shop, embedding(f"{shop}/webhooks") as elsewhere:
        page = unwatched.new_page()
        with page.expect_console_message(lambda message: REFUSED in message.text):
            page.goto(f"{elsewhere}/page")
        inner = framed(page).frame_locator("iframe")
        expect(framed(page).locator("iframe")).to_be_visible()
        assert inner.locator("#app").count() == 0


def kept_profile(folder: Path, **content_settings: int) -> Path:
    """A profile for a browser that is set to keep nothing of third parties, and what else is given."""
    profile = {"block_third_party_cookies": True, "cookie_controls_mode": 1}
    preferences = {"profile": {**profile, "default_content_setting_values": content_settings}}
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    return folder


@pytest.mark.parametrize("settings", [{}, {"cookies": 2}], ids=["of-third-parties", "of-anybody"])
def test_without_third_party_cookies_and_storage(
    platform: Platform, browser: Browser, port: int, tmp_path: Path, settings: dict[str, int]
) -> None:
    """Where the browser keeps nothing of third parties, or of anybody, the embedded portal works, and saves."""
    context = browser.browser_type.launch_persistent_context(
        kept_profile(tmp_path / "profile", **settings),
        executable_path=chromium.executable(),
        args=list(chromium.ARGUMENTS),
        locale="en-GB",
    )
    with context, embedding(platform.session()["url"], port=port) as shop:
        page = context.new_page()
        page.goto(f"{shop}/webhooks")
        inside = framed(page)
        inside.get_by_role("link", name="Add webhook").first.click()
        assert stored(page.frames[1]) == "SecurityError"
        fill(inside)
        inside.get_by_role("button", name="Add webhook").click()
        expect(inside.get_by_role("heading", name="Typed by hand")).to_be_visible()


def stored(frame: Any) -> str:
    """What becomes of an attempt to store something: "stored", or the error's name."""
    return str(
        frame.evaluate("() => { try { localStorage.setItem('a', '1'); return 'stored' } catch (e) { return e.name } }")
    )
