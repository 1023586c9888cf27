"""Every attempt of a delivery, with what was answered, as its webhook's admin sees it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from local.listener import BROKEN, Answer, Listener
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "COURSE_ENROLLMENT"
IN_BATCHES = "LEARNER_PROGRESS"
A_PAGE = 10
MARKUP = "<h1 id=hostile>Sign in again</h1><img src=x onerror=\"ran='answer'\"><script>ran='answer'</script>"
REFUSED = Answer(
    status=HTTPStatus.UNAUTHORIZED, headers={"Content-Type": "text/html"}, body=MARKUP.encode() + b"." * 20_000
)
BUSY = Answer(status=BROKEN.status, headers={"Retry-After": "1"}, body=b'{"reason":"maintenance"}')
TAKEN = Answer(status=HTTPStatus.ACCEPTED, body=b"taken")


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook at the receiver, whose requests prove who sends."""
    proof = {"type": "BASIC", "username": "recado", "password": "correct horse battery"}
    return add_webhook(f"{receiver.url}/hooks", EVENT, IN_BATCHES, authentication=proof)


def delivery_of(api: ApiClient, webhook: dict[str, Any], event_id: str) -> str:
    """The path of an event's delivery below those of all webhooks, once there is one."""
    path = f"{webhook['webhookId']}/deliveries"

    def found() -> list[str]:
        listed = api.get(f"{WEBHOOKS}/{path}").json()["deliveries"]
        return [one["deliveryId"] for one in listed if one["eventId"] == event_id]

    return f"{path}/{until(found, 'the delivery')[0]}"


def has_arrived(api: ApiClient, path: str) -> bool:
    """Whether the delivery has ended well, and is not to be sent again."""
    delivery = api.get(f"{WEBHOOKS}/{path}").json()
    return delivery["status"] == "DELIVERED" and not delivery.get("redelivery", {}).get("waiting")


def until_attempted(api: ApiClient, path: str, count: int) -> None:
    """Wait until so many attempts of the delivery are kept."""
    attempts = f"{WEBHOOKS}/{path}/attempts"
    until(lambda: len(api.get(attempts).json()["attempts"]) == count, f"{count} attempts")


def send_now(api: ApiClient, webhook: dict[str, Any]) -> None:
    """Have what waits sent without its waiting time: switching a webhook on does so."""
    for active in (False, True):
        api.patch(f"{WEBHOOKS}/{webhook['webhookId']}", json={"active": active}).raise_for_status()


def attempts(page: Page) -> Locator:
    """The attempts on the page."""
    return page.locator(".attempt")


def test_every_attempt_is_shown_with_its_answer(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """A delivery that failed twice and then arrived shows three answers, markup in one of them as text."""
    receiver.answers.extend([BUSY, REFUSED, TAKEN])
    path = delivery_of(api, webhook, publish(EVENT))
    until_attempted(api, path, 1)
    page = open_tab(f"{CONSOLE}/{path}", eager=True)
    expect(attempts(page)).to_have_count(1)
    for count in (2, 3):
        send_now(api, webhook)
        until_attempted(api, path, count)
        expect(attempts(page)).to_have_count(count)
    [taken, refused, busy] = [attempts(page).nth(place) for place in range(3)]
    for shown, texts in (
        (taken, ("202", "Delivered", "taken", "127.0.0.1")),
        (refused, ("401", "Request refused", "Check the auth", "text/html", "only the beginning is stored", MARKUP)),
        (busy, ("503", "Receiver error", "Check the receiver's log", "retry-after", '"reason": "maintenance"')),
    ):
        for text in texts:
            expect(shown).to_contain_text(text)
    assert page.locator("#hostile, .attempt img, .attempt script").count() == 0
    assert page.evaluate("window.ran") is None
    expect(busy.get_by_text(f"{receiver.url}/hooks")).to_be_hidden()
    busy.get_by_text("Request: ").click()
    expect(busy.get_by_text(f"{receiver.url}/hooks")).to_be_visible()
    expect(busy.locator("details")).to_contain_text("[hidden]")
    looks.assert_faultless(page)


def test_attempts_are_read_again_where_there_may_be_a_new_one(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """While a delivery only waits, its page asks for it again and again, not for its attempts; a new one appears."""
    receiver.answers.append(Answer(status=BROKEN.status, headers={"Retry-After": "3600"}))
    path = delivery_of(api, webhook, publish(EVENT))
    until(lambda: api.get(f"{WEBHOOKS}/{webhook['webhookId']}").json()["health"]["state"] == "FAILING", "the failure")
    page = open_tab(f"{CONSOLE}/{path}", eager=True)
    expect(attempts(page)).to_have_count(1)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    delivery_id = path.rpartition("/")[2]
    while asked.count(delivery_id) < 4:
        page.wait_for_event("request")
    # Once, since one may have come between the first answers.
    assert asked.count("attempts") <= 1
    send_now(api, webhook)
    expect(attempts(page)).to_have_count(2)


def test_failure_without_an_answer_is_told_in_portuguese(
    open_tab: OpenTab, api: ApiClient, add_webhook: AddWebhook, publish: Publish
) -> None:
    """Why no answer came is a sentence of the reader's language, as is what to do about it."""
    webhook = add_webhook("http://127.0.0.1:9/", EVENT)
    page = open_tab(f"{CONSOLE}/{delivery_of(api, webhook, publish(EVENT))}")
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("combobox", name="Language").select_option("Português (Brasil)")
    expect(attempts(page).last).to_contain_text("Sem conexão com 127.0.0.1: conexão recusada. Verifique se o receptor")


@pytest.fixture
def failed_together(
    receiver: Listener, webhook: dict[str, Any], publish: Publish, drain: Callable[[], Any]
) -> tuple[dict[str, Any], list[str]]:
    """The webhook, and two events that its receiver has refused in one POST."""
    receiver.break_down()
    ids = [publish(IN_BATCHES) for _ in range(2)]
    until(lambda: drain() and receiver.received, "the batch")
    return webhook, ids


def test_event_of_a_post_that_failed_as_a_whole_is_not_blamed(
    open_tab: OpenTab, api: ApiClient, failed_together: tuple[dict[str, Any], list[str]]
) -> None:
    """An attempt that carried several events says so where it failed, and so does the log."""
    webhook, ids = failed_together
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries")
    expect(page.get_by_role("row").filter(has_text="Failed with 1 other")).to_have_count(2)
    page.goto(f"{CONSOLE}/{delivery_of(api, webhook, ids[0])}")
    expect(attempts(page).last).to_contain_text("carried 2 events and failed as a whole")


def test_earlier_attempts_are_one_button_away(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """The newest attempts are shown first; the button adds the earlier ones, the first of which is read next."""
    path = delivery_of(api, webhook, publish(EVENT))
    count = A_PAGE + 2
    for sent in range(2, count + 1):
        until(lambda: has_arrived(api, path), "the delivery")
        api.post(f"{WEBHOOKS}/{path}/redeliver").raise_for_status()
        receiver.wait_for(sent, ARRIVES)
    until_attempted(api, path, count)
    page = open_tab(f"{CONSOLE}/{path}")
    expect(attempts(page)).to_have_count(A_PAGE)
    expect(page.locator(".timeline")).to_contain_text("by you")
    expect(attempts(page).first).to_contain_text("Requested by")
    page.get_by_role("button", name="Show earlier ones").click()
    expect(attempts(page)).to_have_count(count)
    expect(attempts(page).nth(A_PAGE).get_by_role("heading")).to_be_focused()
    expect(page.get_by_role("button", name="Show earlier ones")).to_have_count(0)
    expect(attempts(page).last).to_contain_text("Recado, by itself")
