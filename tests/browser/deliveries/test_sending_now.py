"""An admin who has mended the receiver: what waits leaves now, by a button or by the change itself."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import expect

from local.listener import Answer, Listener
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "COURSE_ENROLLMENT"
# Nothing that waits leaves by itself while a test lasts.
IN_AN_HOUR = Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "3600"})


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook whose receiver has asked to be left alone for an hour."""
    receiver.usual_answer = IN_AN_HOUR
    return add_webhook(f"{receiver.url}/hooks", EVENT, name="CRM sync")


def arrived(receiver: Listener, *event_ids: str) -> None:
    """Wait until the receiver has accepted these events."""
    receiver.wait_until(
        lambda _all: set(event_ids) <= {one for request in receiver.accepted for one in request.event_ids}, ARRIVES
    )


def test_what_waits_is_sent_by_a_button_of_the_banner(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """The banner says how much waits and offers to send it; pressed, it says how many are sent, and they arrive."""
    waiting = [publish(EVENT) for _ in range(2)]
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}", eager=True)
    banner = page.locator(".notice-bad")
    expect(banner).to_contain_text("2 deliveries are pending.")
    receiver.recover()
    banner.get_by_role("button", name="Send now").click()
    expect(page.locator(".notice-ok")).to_contain_text("Sending 2 deliveries now")
    arrived(receiver, *waiting)
    expect(banner).to_have_count(0)


def test_sending_is_offered_after_a_test_that_arrived(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """A test that fails offers nothing; one that arrives says how much waits, and asks whether to send it."""
    event_id = publish(EVENT)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}", eager=True)
    expect(page.locator(".notice-bad")).to_contain_text("1 delivery is pending.")
    offer = page.locator(".send-now-offer")
    page.get_by_role("button", name="Send test").click()
    expect(page.locator(".test-result")).to_contain_text("Failed")
    expect(offer).to_have_count(0)
    receiver.recover()
    page.get_by_role("button", name="Send test").click()
    expect(offer).to_contain_text("1 delivery is pending. Send it now?")
    offer.get_by_role("button", name="Send now").click()
    arrived(receiver, event_id)
    expect(offer).to_have_count(0)


def test_change_of_the_address_sends_what_waits(
    open_tab: OpenTab,
    listeners: Callable[..., Listener],
    receiver: Listener,
    webhook: dict[str, Any],
    publish: Publish,
) -> None:
    """Nothing more is to be pressed: the page says that what waits is being sent to the new address."""
    event_id = publish(EVENT)
    receiver.wait_for(1, ARRIVES)
    mended = listeners()
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}", eager=True)
    expect(page.locator(".notice-bad")).to_contain_text("1 delivery is pending.")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Target URL").fill(f"{mended.url}/hooks")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".notice-ok")).to_contain_text("Pending events are being sent to the new address.")
    arrived(mended, event_id)


def test_delivery_that_waits_is_sent_now(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """The page of a pending delivery has the button, too; until when it waits stays as it was."""
    event_id = publish(EVENT)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", eager=True)
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link", name=EVENT).click()
    deadline = page.locator(".timeline .step").filter(has_text="Expires").locator("time")
    before = deadline.get_attribute("datetime")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("main").locator(".notice")).to_contain_text("Sending now")
    assert deadline.get_attribute("datetime") == before
    receiver.recover()
    page.get_by_role("button", name="Send now").click()
    arrived(receiver, event_id)
    expect(page.locator(".lead")).to_contain_text("Delivered")
