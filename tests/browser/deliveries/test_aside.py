"""A delivery that is set aside, as its webhook's admin sees it."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import expect

from local.listener import Answer, Listener
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "LEARNER_PROGRESS"
WORD = "no course 7374992?"
NEVER = Answer(status=HTTPStatus.BAD_REQUEST)


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook whose receiver may name what it does not take."""
    return add_webhook(f"{receiver.url}/hooks", EVENT, name="CRM sync", delivery={"partialResponses": True})


@pytest.fixture
def aside(
    webhook: dict[str, Any], receiver: Listener, api: ApiClient, publish: Publish, drain: Callable[[], Any]
) -> dict[str, Any]:
    """The delivery of one of two events, which the receiver has named and refuses again where it comes alone."""
    named, _ = publish(EVENT), publish(EVENT)
    body = json.dumps({"batchItemFailures": [{"itemIdentifier": named, "message": WORD}]})
    receiver.answers.append(Answer(status=HTTPStatus.OK, body=body.encode()))
    receiver.usual_answer = NEVER
    until(lambda: drain() and receiver.received, "the batch")

    def found() -> list[dict[str, Any]]:
        listed = api.get(f"{WEBHOOKS}/{webhook['webhookId']}/deliveries").json()["deliveries"]
        return [one for one in listed if one["eventId"] == named and "setAside" in one]

    delivery: dict[str, Any] = until(found, "what is set aside")[0]
    return delivery


def test_what_is_set_aside_is_explained(open_tab: OpenTab, webhook: dict[str, Any], aside: dict[str, Any]) -> None:
    """The log marks it; its page says what that means, how it fares, what the receiver said, and what can be done."""
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries")
    row = page.get_by_role("row").filter(has_text=aside["eventId"])
    for text in ("Pending", "Set aside", "Event refused", "Next attempt"):
        expect(row).to_contain_text(text)
    expect(page.get_by_role("row").filter(has_text="Set aside")).to_have_count(1)
    looks.assert_faultless(page)
    page.set_viewport_size({"width": looks.WIDE, "height": looks.HEIGHT})
    row.get_by_role("link").click()
    notice = page.locator(".notice").filter(has_text="Set aside since")
    for text in (
        "accepts other events, but not this one",
        "about every five minutes, in turn with other events set aside, until",
        "1 failed attempt so far. Next attempt in",
        f"The receiver did not take this event: {WORD}",
        "Ask whoever runs the receiver",
        "moves it back into the queue",
    ):
        expect(notice).to_contain_text(text)
    expect(page.locator(".timeline")).to_contain_text("it is retried on its own every five minutes")
    expect(page.locator(".attempt")).to_contain_text("accepted the other events in this POST, but not this one")
    looks.assert_faultless(page)
    page.set_viewport_size({"width": looks.WIDE, "height": looks.HEIGHT})
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("combobox", name="Language").select_option("Português (Brasil)")
    expect(page.locator(".notice")).to_contain_text(f"O receptor não aceitou este evento: {WORD}")
    expect(page.locator(".lead")).to_contain_text("Separada")
    looks.assert_complete(page)


def test_what_is_set_aside_is_moved_back_and_arrives(
    open_tab: OpenTab, webhook: dict[str, Any], aside: dict[str, Any], receiver: Listener
) -> None:
    """Once the receiver is mended, one button sends it, without its waiting time."""
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries/{aside['deliveryId']}", eager=True)
    receiver.recover()
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".lead")).to_contain_text("Delivered")
    expect(page.locator(".notice").filter(has_text="Set aside")).to_have_count(0)
    receiver.wait_until(lambda requests: sum(aside["eventId"] in one.event_ids for one in requests) > 1, ARRIVES)


def test_what_is_set_aside_waits_while_the_webhook_is_off_and_can_be_withdrawn(
    open_tab: OpenTab, webhook: dict[str, Any], aside: dict[str, Any], api: ApiClient
) -> None:
    """The page promises no next try then; withdrawing ends it."""
    api.patch(f"{WEBHOOKS}/{webhook['webhookId']}", json={"active": False}).raise_for_status()
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries/{aside['deliveryId']}", eager=True)
    notice = page.locator(".notice").filter(has_text="Set aside since")
    expect(notice).to_contain_text("not retried while the webhook is off")
    expect(notice).not_to_contain_text("Next attempt")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.locator(".lead")).to_contain_text("Withdrawn")
    expect(notice).to_have_count(0)
