"""The log of deliveries and what is looked up in it, and the signing secret."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener, signature_holds
from tests.e2e.client import WEBHOOKS, ApiClient
from tests.e2e.waiting import ARRIVES, until

AddWebhook = Callable[..., dict[str, Any]]
OpenTab = Callable[..., Page]
Publish = Callable[..., str]
CONSOLE = "/console/accounts/1010/webhooks"
AT_ONCE, IN_BATCHES = "COURSE_ENROLLMENT", "LEARNER_PROGRESS"
NOON_MS = 1_727_438_400_000


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook of account 1010 whose events are signed."""
    return add_webhook(
        receiver.url,
        AT_ONCE,
        IN_BATCHES,
        name="CRM sync",
        authentication={"type": "SIGNATURE"},
        headers={"X-It": "it's"},
    )


def test_pages_of_the_log_hold_every_delivery_once(
    open_tab: OpenTab, webhook: dict[str, Any], api: ApiClient, receiver: Listener, drain: Callable[[], Any]
) -> None:
    """Sixty events are on two pages, newest first, and going back shows the first again."""
    events = [
        {"eventId": str(uuid4()), "eventName": IN_BATCHES, "timestamp": NOON_MS + second * 1000, "data": {}}
        for second in range(60)
    ]
    for half in (events[:30], events[30:]):
        assert api.post("/accounts/1010/events", json={"events": half}).ok
    until(lambda: drain() and sum(len(request.event_ids) for request in receiver.received) == 60, "sixty events")
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries")
    ids = page.locator(".event-id")
    expect(ids).to_have_count(50)
    newest_first = [event["eventId"] for event in reversed(events)]
    assert ids.all_inner_texts() == newest_first[:50]
    page.get_by_role("link", name="Older").click()
    expect(ids).to_have_count(10)
    assert ids.all_inner_texts() == newest_first[50:]
    page.go_back()
    expect(ids).to_have_count(50)


def test_filters_are_in_the_address(
    open_tab: OpenTab, webhook: dict[str, Any], publish: Publish, receiver: Listener
) -> None:
    """What is chosen narrows the list, stays when the page is loaded anew, and goes with the browser's back."""
    delivered = publish(AT_ONCE)
    receiver.wait_for(1, ARRIVES)
    receiver.break_down()
    pending = publish(AT_ONCE)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries")
    expect(page.get_by_role("row").filter(has_text=delivered)).to_contain_text("Delivered")
    page.get_by_label("Status").select_option("Pending")
    for _ in ("chosen", "loaded anew"):
        expect(page.get_by_role("row").filter(has_text=pending)).to_be_visible()
        expect(page.get_by_role("row").filter(has_text=delivered)).to_have_count(0)
        expect(page).to_have_url(re.compile(r"\?status=PENDING$"))
        page.reload()
    page.get_by_label("Event type").select_option(IN_BATCHES)
    expect(page.get_by_role("heading", name="No delivery matches")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("row").filter(has_text=pending)).to_be_visible()


def test_request_is_copied_as_curl_without_secrets(
    open_tab: OpenTab, webhook: dict[str, Any], publish: Publish, receiver: Listener
) -> None:
    """A delivery's request is copied as a command for a shell, in which the signature is hidden."""
    event_id = publish(AT_ONCE)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link", name=AT_ONCE).click()
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    command = page.evaluate("navigator.clipboard.readText()")
    assert command.startswith(f"curl --request POST '{receiver.url}'")
    assert "--header 'X-It: it'\\''s'" in command
    assert "--header 'webhook-signature: [hidden]'" in command
    assert event_id in command


def test_secret_is_rotated_and_both_sign(
    open_tab: OpenTab, webhook: dict[str, Any], publish: Publish, receiver: Listener
) -> None:
    """Rotating asks first; afterwards the file holds both secrets, and a POST is signed with both."""
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}")
    page.get_by_role("button", name="Rotate secret").click()
    question = page.get_by_role("dialog", name="Rotate the signing secret?")
    expect(question).to_contain_text("24 hours")
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_text("Old secret signs until")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download JSON").click()
    file = json.loads(downloading.value.path().read_text())
    publish(AT_ONCE)
    (request,) = receiver.wait_for(1, ARRIVES)
    for secret in ("secret", "previousSecret"):
        assert signature_holds(file[secret], request.headers, request.body)
    assert file["secret"] not in page.content()
    expect(page.get_by_text("Never", exact=True)).to_have_count(0)


def test_chart_leads_to_the_deliveries_of_an_hour(
    open_tab: OpenTab, webhook: dict[str, Any], api: ApiClient, publish: Publish
) -> None:
    """The chart's numbers are in a table too, and an hour in it leads to its deliveries."""
    event_id = publish(AT_ONCE)
    counts = f"{WEBHOOKS}/{webhook['webhookId']}/delivery-counts"
    until(lambda: api.get(counts).json()["hours"][-1]["delivered"], "the count of the delivery")
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}")
    page.get_by_text("Show as table").click()
    page.get_by_role("table").get_by_role("link").click()
    expect(page.get_by_role("row").filter(has_text=event_id)).to_contain_text("Delivered")
    expect(page).to_have_url(re.compile(r"/deliveries\?range=custom&from="))
    expect(page.get_by_label("Time", exact=True)).to_have_value("custom")
