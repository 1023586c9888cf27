"""The watch over every test of the console notices what it is there for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Error

from tests.browser.watch import Watch


def test_watch_notices_what_must_not_happen(new_context: Callable[..., BrowserContext], watch: Watch) -> None:
    """A request to another host is stopped, and it, a script's error and a dialog are noted as defects."""
    page = new_context().new_page()
    with pytest.raises(Error, match="ERR_FAILED"):
        page.goto("http://elsewhere.invalid/")
    page.set_content("<p>text</p>")
    page.evaluate("setTimeout(() => { throw new Error('broken'); })")
    page.evaluate("alert('hello')")
    page.wait_for_function("true")
    noted, watch.defects = watch.defects, []
    assert [defect.split(":")[0] for defect in noted] == ["request to another host", "script error", "dialog"]
