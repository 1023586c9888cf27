"""Subscribing to an event type from the catalogue, with a webhook that there is or with a new one."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.support import looks
from tests.browser.support.keyboard import press_on
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/event-types"
NOWHERE = "http://127.0.0.1:9/hooks"
WANTED = "CERTIFICATION_COMPLETED"


def entry(page: Page) -> Locator:
    """Search the catalogue, and return the entry of the event type that is wanted."""
    page.get_by_label("Search event types").fill("certification completed")
    return page.locator(".event-type").filter(has=page.get_by_role("heading", name=WANTED, exact=True))


def names(api: ApiClient, webhook: dict[str, Any]) -> list[str]:
    """The event names of a webhook as it is saved."""
    return list(api.get(f"{WEBHOOKS}/{webhook['webhookId']}").json()["eventNames"])


def test_event_type_is_added_to_a_webhook_that_there_is(
    open_tab: OpenTab, add_webhook: AddWebhook, api: ApiClient
) -> None:
    """Beside what it has, also what somebody has added meanwhile; the page says so in place."""
    crm = add_webhook(NOWHERE, "CI_STATS", name="CRM sync")
    add_webhook(NOWHERE, "*", name="Everything")
    page = open_tab(CONSOLE)
    wanted = entry(page)
    subscribe = wanted.get_by_role("button", name=f"Subscribe to {WANTED}")
    expect(subscribe).to_have_attribute("aria-expanded", "false")
    subscribe.click()
    expect(wanted.get_by_role("button", name="Add to Everything")).to_have_count(0)
    expect(wanted.get_by_role("link", name=f"Subscribe to {WANTED} with a new webhook")).to_be_visible()
    looks.assert_faultless(page)
    answer = api.patch(f"{WEBHOOKS}/{crm['webhookId']}", json={"eventNames": ["CI_STATS", "COURSE_ENROLLMENT"]})
    assert answer.status_code == 200
    wanted.get_by_role("button", name="Add to CRM sync").click()
    expect(wanted.get_by_text("CRM sync gets it from now on.")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("CRM sync gets it from now on.")
    expect(wanted.locator(".receivers")).to_contain_text("CRM sync")
    expect(wanted.get_by_role("link", name=f"Subscribe to {WANTED} with a new webhook")).to_be_visible()
    assert names(api, crm) == ["CI_STATS", "COURSE_ENROLLMENT", WANTED]


def test_new_webhook_is_not_offered_at_the_limit(open_tab: OpenTab, add_webhook: AddWebhook, api: ApiClient) -> None:
    """The page says why, and what a webhook that is off will get; where all get it there is nothing to choose."""
    for number in range(4):
        add_webhook(NOWHERE, "*", name=f"Number {number}")
    off = add_webhook(NOWHERE, "CI_STATS", name="Sleeping", active=False)
    page = open_tab(CONSOLE)
    wanted = entry(page)
    press_on(page, wanted.get_by_role("button", name=f"Subscribe to {WANTED}"))
    expect(wanted.get_by_text("A new webhook is not possible: you have reached the limit of 5.")).to_be_visible()
    expect(wanted.get_by_role("link", name="new webhook")).to_have_count(0)
    press_on(page, wanted.get_by_role("button", name="Add to Sleeping"))
    expect(wanted.get_by_text("Added to Sleeping, which gets it once it is switched on.")).to_be_visible()
    expect(wanted.get_by_text("All of your webhooks get it")).to_be_visible()
    expect(wanted.get_by_role("button", name="Subscribe")).to_have_count(0)
    assert names(api, off) == ["CI_STATS", WANTED]
