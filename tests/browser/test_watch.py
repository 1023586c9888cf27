"""The watch over every test of the console notices what it is there for."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tests.browser.support.watch import Watch


def test_watch_notices_what_must_not_happen(new_context: Callable[..., BrowserContext], watch: Watch) -> None:
    """A request to another host leads nowhere, and it, a script's error and a dialog are noted as defects."""
    page = new_context().new_page()
    for address in ("http://elsewhere.invalid/", "http://192.0.2.1/"):
        assert page.evaluate("url => fetch(url).then(() => 'answered', () => 'refused')", address) == "refused"
    page.evaluate("setTimeout(() => { throw new Error('broken'); })")
    page.evaluate("alert('hello')")
    noted, watch.defects = watch.defects, []
    assert {defect.split(":")[0] for defect in noted} == {"request to another host", "script error", "dialog"}
