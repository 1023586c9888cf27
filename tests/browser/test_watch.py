"""The watch over every test of the console notices what it is there for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.support.watch import Watch

pytestmark = pytest.mark.deep


def test_watch_notices_what_must_not_happen(new_context: Callable[..., BrowserContext], watch: Watch) -> None:
    """A request to another host leads nowhere; it, a script's error, a dialog and what was not loaded are noted."""
    page = new_context().new_page()
    for address in ("http://elsewhere.invalid/", "http://192.0.2.1/"):
        assert page.evaluate("url => fetch(url).then(() => 'answered', () => 'refused')", address) == "refused"
    page.evaluate("setTimeout(() => { throw new Error('broken'); })")
    page.evaluate("alert('hello')")
    noted, watch.defects = watch.defects, []
    assert {defect.split(":")[0] for defect in noted} == {
        "request to another host",
        "error on the browser's console",
        "script error",
        "dialog",
    }


@pytest.mark.meets("404")
def test_what_a_test_means_to_meet_is_no_defect(new_context: Callable[..., BrowserContext], watch: Watch) -> None:
    """A status that the test is marked with is let through, another one is not."""
    page = new_context().new_page()
    page.goto("/console/config.json")
    for address, status in (("/console/assets/gone.js", 404), ("/event-types", 401)):
        assert page.evaluate("url => fetch(url).then(({ status }) => status)", address) == status
    noted, watch.defects = watch.defects, []
    assert len(noted) == 1 and "401" in noted[0]
