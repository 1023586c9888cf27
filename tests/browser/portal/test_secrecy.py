"""Where a portal's token could be found: it is searched for in everything that a browser and the stack leave behind."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from local.stack_file import Stack
from tests.browser.support import chromium
from tests.browser.support.portal import HOME, Platform, allowed_port, embedding, framed
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance

# What the browser refuses to a frame of another site holds nothing.
_EVERYTHING = """() => {
  const unlessRefused = (read) => { try { return read(); } catch { return ""; } };
  return [
    document.documentElement.outerHTML, location.href, JSON.stringify(history.state),
    unlessRefused(() => document.cookie),
    unlessRefused(() => JSON.stringify({...localStorage})), unlessRefused(() => JSON.stringify({...sessionStorage})),
  ].join();
}"""


@pytest.fixture
def platform(api_for: Callable[..., ApiClient]) -> Platform:
    """The platform."""
    return Platform(api_for("", "recado/admin"))


class Traces:
    """What a page sends and says: addresses, headers but for the one that is meant to have the token, the console."""

    def __init__(self, page: Page) -> None:
        self.tokens: set[str] = set()
        self.found: list[str] = []
        page.on("console", lambda message: self.found.append(message.text))
        page.on("request", self._requested)

    def _requested(self, request: Any) -> None:
        headers = request.all_headers()
        self.tokens.add(headers.pop("authorization", "").removeprefix("Bearer "))
        # The fragment is the link itself: it is not sent.
        self.found += [request.url.partition("#")[0], *headers.values()]


def test_the_token_is_nowhere(
    platform: Platform, browser: Browser, stack: Stack, instance: Instance, tmp_path: Path
) -> None:
    """Not in addresses, history, `Referer`, elements, storage, console, logs; the link in the history opens nothing."""
    profile = tmp_path / "profile"
    opened = platform.session()
    with browser.browser_type.launch_persistent_context(
        profile, executable_path=chromium.executable(), args=list(chromium.ARGUMENTS), base_url=stack.api_url
    ) as context:
        page = context.new_page()
        traces = Traces(page)
        page.goto(opened["url"])
        expect(page).to_have_url(HOME)
        page.get_by_role("link", name="Deliveries").first.click()
        expect(page.get_by_role("heading", name="Deliveries").first).to_be_visible()
        traces.found.append(page.evaluate(_EVERYTHING))
        history = context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
        traces.found += [entry["url"] for entry in history]
    tokens = {opened["token"], *traces.tokens} - {""}
    # That of the link, and the one that took its place.
    assert len(tokens) == 2
    logs = (instance.settings.function_log, instance.settings.error_log)
    traces.found += [log.read_text() for log in logs if log.exists()]
    assert [token for token in tokens if any(token in text for text in traces.found)] == []
    addresses = visited(profile)
    # Else nothing was looked at.
    assert any(urlsplit(url).path.startswith("/console/portal") for url in addresses)
    kept = {url for url in addresses if "#token" in url}
    assert all(token not in "".join(kept) for token in tokens - {opened["token"]})
    assert (
        httpx.get(
            f"{stack.api_url}/portal/session", headers={"Authorization": f"Bearer {opened['token']}"}, trust_env=False
        ).status_code
        == 401
    )


def test_the_token_is_nowhere_in_a_frame(
    platform: Platform, new_context: Callable[..., BrowserContext], instance: Instance
) -> None:
    """Nor is it found inside a page of the platform, but for the address that this has given to the frame."""
    opened = platform.session()
    with embedding(opened["url"], port=allowed_port(instance.settings)) as shop:
        page = new_context().new_page()
        traces = Traces(page)
        page.goto(f"{shop}/webhooks")
        expect(framed(page).get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
        frame = page.frames[1]
        assert urlsplit(frame.url).path == HOME
        traces.found += [frame.url, frame.evaluate(_EVERYTHING)]
    assert traces.tokens - {""} == {opened["token"]}
    assert [text for text in traces.found if opened["token"] in text] == []


def visited(profile: Path) -> list[str]:
    """The addresses in the browser's own history of a profile, where it writes one."""
    files = list(profile.rglob("History"))
    if not files:
        return []
    with sqlite3.connect(f"file:{files[0]}?mode=ro", uri=True) as database:
        return [url for (url,) in database.execute("select url from urls")]
