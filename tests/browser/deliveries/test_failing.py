"""A receiver that fails, recovers, and gets things again, as its webhook's admin sees it."""

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


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook at the receiver."""
    return add_webhook(f"{receiver.url}/hooks", EVENT, name="CRM sync")


@pytest.mark.usefixtures("webhook")
def test_failing_webhook_is_explained_and_recovers(open_tab: OpenTab, receiver: Listener, publish: Publish) -> None:
    """A failing webhook shows why, what to do and when it is tried again; once well, what waited has arrived."""
    receiver.break_down()
    page = open_tab(CONSOLE, eager=True)
    expect(page.get_by_role("row").filter(has_text="CRM sync")).to_contain_text("No deliveries yet")
    waiting = [publish(EVENT) for _ in range(3)]
    row = page.get_by_role("row").filter(has_text="CRM sync")
    expect(row).to_contain_text("Failing")
    expect(row).to_contain_text("next attempt")
    expect(row).to_contain_text("3 pending")
    page.get_by_role("link", name="CRM sync").click()
    banner = page.get_by_role("main").locator(".notice").filter(has_text="attempt")
    expect(banner).to_contain_text("503")
    expect(banner).to_contain_text("Check the receiver's log at this time.")
    expect(banner).to_contain_text("Next attempt")
    expect(banner).to_contain_text("3 deliveries are pending")
    expect(page.get_by_text("Events are sent one POST at a time: the receiver is failing")).to_be_visible()
    page.get_by_role("link", name="Deliveries").last.click()
    expect(page.get_by_role("row").filter(has_text="Pending")).to_have_count(3)
    expect(page.get_by_role("row").filter(has_text=waiting[0])).to_contain_text("Receiver error")
    receiver.recover()
    expect(page.get_by_role("row").filter(has_text="Delivered")).to_have_count(3, timeout=2 * ARRIVES * 1000)
    assert {event_id for request in receiver.accepted for event_id in request.event_ids} == set(waiting)
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text("Active", exact=True)).to_be_visible()
    expect(banner).to_have_count(0)
    expect(page.get_by_text("Events are sent directly")).to_be_visible()


def test_delivery_tells_what_was_sent_and_what_came_back(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """A pending delivery shows payload, request, the receiver's answer, and what it waits for."""
    receiver.break_down()
    event_id = publish(EVENT, data={"userId": 4279332})
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", eager=True)
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link", name=EVENT).click()
    expect(page.get_by_role("heading", name=EVENT)).to_be_visible()
    main = page.get_by_role("main")
    expect(main).to_contain_text('"userId": 4279332')
    expect(main).to_contain_text("webhook-timestamp")
    expect(main).to_contain_text("broken on purpose")
    expect(main.get_by_role("button", name="Send now")).to_be_visible()
    expect(main).to_contain_text("Next attempt")


def test_delivery_that_waits_is_withdrawn(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """After a question it is not sent any more, and says so; what waits beside it is."""
    receiver.break_down()
    withdrawn, kept = publish(EVENT), publish(EVENT)
    log = f"{CONSOLE}/{webhook['webhookId']}/deliveries"
    page = open_tab(log, eager=True)
    page.get_by_role("row").filter(has_text=withdrawn).get_by_role("link", name=EVENT).click()
    page.get_by_role("button", name="Withdraw").click()
    question = page.get_by_role("dialog", name="Withdraw this delivery?")
    expect(question).to_contain_text("no longer be sent to this webhook")
    question.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("main").locator(".notice")).to_contain_text("Withdrawn")
    expect(page.locator(".timeline")).to_contain_text("An admin withdrew it before it was sent.")
    expect(page.get_by_role("button", name="Withdraw")).to_have_count(0)
    expect(page.get_by_role("button", name="Redeliver")).to_be_visible()
    receiver.recover()
    receiver.wait_until(lambda _all: any(kept in request.event_ids for request in receiver.accepted), ARRIVES)
    assert all(withdrawn not in request.event_ids for request in receiver.accepted)
    page.goto(f"{log}?status=CANCELLED")
    expect(page.locator("table.deliveries tbody tr")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text=withdrawn)).to_contain_text("Withdrawn by an admin")


def test_delivery_that_waits_again_keeps_its_status(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """It is delivered, and says that it was asked for again, by whom, and that it waits; that can be withdrawn."""
    event_id = publish(EVENT)
    receiver.wait_for(1, ARRIVES)
    receiver.break_down()
    log = f"{CONSOLE}/{webhook['webhookId']}/deliveries"
    page = open_tab(log, eager=True)
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link", name=EVENT).click()
    page.get_by_role("button", name="Redeliver").click()
    page.get_by_role("dialog").get_by_role("button", name="Redeliver").click()
    timeline = page.locator(".timeline")
    for text in ("Delivered", "Redelivery requested", "by you", "Waiting", "Expires"):
        expect(timeline).to_contain_text(text)
    expect(page.get_by_role("main").locator(".notice")).to_contain_text("Queued")
    page.goto(log)
    row = page.get_by_role("row").filter(has_text=event_id)
    expect(row).to_contain_text("Delivered")
    expect(row).to_contain_text("Redelivery requested")
    row.get_by_role("link", name=EVENT).click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(timeline).not_to_contain_text("Redelivery requested")
    expect(page.get_by_role("button", name="Redeliver")).to_be_visible()


def test_one_delivery_is_sent_again(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """A delivery that has arrived is sent again after a question, with the same event id."""
    event_id = publish(EVENT)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", eager=True)
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link", name=EVENT).click()
    page.get_by_role("button", name="Redeliver").click()
    question = page.get_by_role("dialog", name="Deliver again?")
    expect(question).to_contain_text("a second time, with the same ID")
    question.get_by_role("button", name="Redeliver").click()
    receiver.wait_for(2, ARRIVES)
    assert [request.event_ids for request in receiver.received] == [[event_id], [event_id]]
    expect(page.get_by_role("main").locator(".notice")).to_contain_text("Delivered")


def test_disabled_webhook_is_explained_and_switched_on_again(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """A receiver that says 410 disables its webhook; the page says why, one button sends what waited and came."""
    receiver.usual_answer = Answer(status=HTTPStatus.GONE)
    refused = publish(EVENT)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}", eager=True)
    expect(page.get_by_text("Disabled automatically")).to_be_visible()
    skipped = publish(EVENT)
    receiver.recover()
    page.get_by_role("link", name="Deliveries").last.click()
    expect(page.get_by_role("row").filter(has_text=skipped)).to_contain_text("The webhook was off")
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Reactivate").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Reactivate").click()
    expect(page.get_by_text("Disabled automatically")).to_have_count(0)
    expect(page.get_by_role("main").get_by_text("1 event was skipped while the webhook was off")).to_be_visible()
    [_, again, caught_up] = receiver.wait_for(3, ARRIVES)
    assert (again.event_ids, caught_up.event_ids) == ([refused], [skipped])


def test_webhook_that_fails_while_nothing_waits_says_so(
    open_tab: OpenTab, receiver: Listener, webhook: dict[str, Any], publish: Publish
) -> None:
    """After what waited was withdrawn no series of failures is told of: the last failure is, and a test is offered."""
    receiver.break_down()
    event_id = publish(EVENT)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", eager=True)
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link").click()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    page.goto(f"{CONSOLE}/{webhook['webhookId']}")
    banner = page.locator(".notice-warn")
    expect(banner).to_contain_text("The last attempt failed, and nothing waits any more")
    expect(banner).to_contain_text("503")
    expect(banner.get_by_role("button", name="Test")).to_be_visible()
