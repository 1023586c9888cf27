"""An incident, from the console's first page to "sent", in each language; the clicks are counted."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from local.listener import Answer, Listener
from tests.browser.support import languages, looks
from tests.browser.support.languages import LANGUAGES
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.waiting import ARRIVES

pytestmark = pytest.mark.deep

EVENT = "COURSE_ENROLLMENT"
LIST = f"/console/accounts/{ACCOUNT}/webhooks"
CLICKS = 4
"""To find out why, to see that it is mended, and to have everything sent: the webhook, test, send test, send now."""


@pytest.mark.parametrize("code", LANGUAGES)
def test_incident_is_over_after_four_clicks(
    open_tab: Callable[..., Page],
    add_webhook: Callable[..., dict[str, Any]],
    receiver: Listener,
    publish: Callable[..., str],
    code: str,
) -> None:
    """The list says which webhook fails, its page why; a test shows that it is mended, and all that waits is sent."""
    add_webhook(f"{receiver.url}/hooks", EVENT, name="CRM sync")
    # Nothing that waits leaves by itself while the test lasts.
    receiver.usual_answer = Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "3600"})
    waiting = {publish(EVENT) for _ in range(3)}
    page, clicked = open_tab(LIST, eager=True), list[Locator]()
    languages.choose(page, code)

    def click(target: Locator) -> None:
        target.click()
        clicked.append(target)

    row = page.get_by_role("row").filter(has_text="CRM sync")
    expect(row.locator(".badge-bad")).to_be_visible()
    click(row.get_by_role("link", name="CRM sync"))
    banner = page.locator(".notice-bad")
    expect(banner).to_contain_text("503")
    expect(banner.locator(".notice-actions button")).to_have_count(2)
    languages.assert_pure(page, code)
    receiver.recover()
    click(banner.locator(".notice-actions button").last)
    click(page.locator(".test-controls button"))
    expect(page.locator(".test-result .badge-ok")).to_be_visible()
    languages.assert_pure(page, code)
    click(page.locator(".send-now-offer button"))
    receiver.wait_until(
        lambda _all: waiting <= {one for request in receiver.accepted for one in request.event_ids}, ARRIVES
    )
    expect(banner).to_have_count(0)
    looks.assert_complete(page)
    assert len(clicked) == CLICKS
