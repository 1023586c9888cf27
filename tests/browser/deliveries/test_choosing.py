"""Deliveries that are selected in the log: sent again, withdrawn, left out; and what failed."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from local.listener import Listener
from tests.browser.support import looks
from tests.browser.support.keyboard import press_on, tab_to
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}"
EVENT, OTHER = "COURSE_ENROLLMENT", "CI_STATS"
REDELIVER = re.compile(r"/deliveries/[^/]+/redeliver$")
ALL = "Select all on this page"


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook at the receiver."""
    return add_webhook(f"{receiver.url}/hooks", EVENT, OTHER, name="CRM sync")


@pytest.fixture
def log(webhook: dict[str, Any]) -> str:
    """The address of the webhook's deliveries in the console."""
    return f"{CONSOLE}/webhooks/{webhook['webhookId']}/deliveries"


def rows(page: Page, text: str = "") -> Locator:
    """The deliveries on the page that hold this text."""
    return page.locator("table.deliveries tbody tr").filter(has_text=text)


def outcome(page: Page) -> Locator:
    """What is told of the last action."""
    return page.get_by_role("group", name="Result")


def ask(page: Page, action: str) -> Locator:
    """Press what is done with the selected ones; the question that comes."""
    page.get_by_role("button", name=f"{action} selected").click()
    question = page.get_by_role("dialog")
    expect(question).to_be_visible()
    return question


def test_selected_deliveries_are_sent_again(open_tab: OpenTab, receiver: Listener, publish: Publish, log: str) -> None:
    """Only they are, after a question that tells how many arrive a second time; then none is selected any more."""
    wanted = {publish(EVENT), publish(EVENT)}
    other = publish(OTHER)
    receiver.wait_for(3, ARRIVES)
    page = open_tab(log, eager=True)
    expect(rows(page, "Delivered")).to_have_count(3)
    for row in rows(page, EVENT).all():
        row.get_by_role("checkbox").check()
    expect(page.get_by_text("2 selected")).to_be_visible()
    expect(page.get_by_text("Not refreshed while deliveries are selected")).to_be_visible()
    question = ask(page, "Redeliver")
    expect(question).to_contain_text("Redeliver 2 deliveries?")
    expect(question).to_contain_text("2 of them were delivered already: the receiver gets them a second time.")
    question.get_by_role("button", name="Redeliver 2").click()
    expect(outcome(page)).to_contain_text("2 deliveries queued again")
    expect(outcome(page)).to_be_focused()
    again = receiver.wait_until(lambda all_of: len([one for post in all_of for one in post.event_ids]) == 5, ARRIVES)
    ids = receiver.event_ids
    assert {one for one in ids if ids.count(one) == 2} == wanted, again
    assert ids.count(other) == 1
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
    outcome(page).get_by_role("button", name="Dismiss").click()
    expect(outcome(page)).to_have_count(0)


@pytest.mark.usefixtures("webhook")
def test_what_makes_no_sense_is_left_out_and_named(
    open_tab: OpenTab, api: ApiClient, add_webhook: AddWebhook, receiver: Listener, publish: Publish
) -> None:
    """Of deliveries of all webhooks those that wait, or have ended, or are of one that is off, are left out."""
    off = add_webhook("http://127.0.0.1:9/", OTHER, name="Archive")
    api.patch(f"/accounts/{ACCOUNT}/webhooks/{off['webhookId']}", json={"active": False}).raise_for_status()
    publish(OTHER)
    receiver.wait_for(1, ARRIVES)
    receiver.break_down()
    waiting = publish(EVENT)
    page = open_tab(f"{CONSOLE}/deliveries", eager=True)
    for status in ("Delivered", "Skipped", "Pending"):
        expect(rows(page, status)).to_have_count(1)
    page.get_by_role("checkbox", name=ALL).check()
    question = ask(page, "Redeliver")
    expect(question).to_contain_text("Redeliver 1 delivery?")
    expect(question).to_contain_text("2 selected deliveries are left out:")
    for reason in ("1 is waiting to be sent already", "1 belongs to a webhook that is switched off"):
        expect(question).to_contain_text(reason)
    looks.assert_faultless(page)
    question.get_by_role("button", name="Cancel").click()
    question = ask(page, "Withdraw")
    expect(question).to_contain_text("2 are not waiting any more")
    question.get_by_role("button", name="Withdraw 1").click()
    expect(outcome(page)).to_contain_text("1 delivery withdrawn")
    expect(rows(page, "Withdrawn by an admin")).to_contain_text(waiting)
    page.get_by_role("button", name="Withdraw selected").click()
    expect(outcome(page)).to_contain_text("Nothing was withdrawn")
    expect(outcome(page)).to_contain_text("2 are not waiting any more")


@pytest.mark.meets("409", "503")
def test_each_that_fails_is_named_and_stays_selected(
    open_tab: OpenTab, receiver: Listener, publish: Publish, log: str
) -> None:
    """One that is refused is named with the reason, and can be tried again; one that is to come back is repeated."""
    for _ in range(3):
        publish(EVENT)
    receiver.wait_for(3, ARRIVES)
    answers: list[tuple[HTTPStatus, dict[str, str]]] = [
        (HTTPStatus.CONFLICT, {}),
        (HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"}),
    ]

    def refuse(route: Route) -> None:
        if not answers:
            return route.continue_()
        status, headers = answers.pop()
        problem = {"status": status, "detail": "The webhook does not want events of this name any more."}
        return route.fulfill(status=status, json=problem, headers=headers)

    page = open_tab("/console/config.json")
    page.route(REDELIVER, refuse)
    page.goto(log)
    expect(rows(page, "Delivered")).to_have_count(3)
    page.get_by_role("checkbox", name=ALL).check()
    ask(page, "Redeliver").get_by_role("button", name="Redeliver 3").click()
    expect(outcome(page)).to_contain_text("2 deliveries queued again")
    expect(outcome(page)).to_contain_text("1 failed, and stays selected")
    expect(outcome(page).get_by_role("listitem")).to_contain_text("does not want events of this name")
    expect(page.get_by_text("1 selected")).to_be_visible()
    looks.assert_faultless(page)
    looks.assert_complete(page)
    ask(page, "Redeliver").get_by_role("button", name="Redeliver 1").click()
    expect(outcome(page)).to_contain_text("1 delivery queued again")
    receiver.wait_until(lambda all_of: len([one for post in all_of for one in post.event_ids]) == 6, ARRIVES)


def test_selecting_goes_by_the_keyboard(open_tab: OpenTab, receiver: Listener, publish: Publish, log: str) -> None:
    """All rows, then one less, then the question, with keys alone; the box of each row has a name of its own."""
    publish(EVENT), publish(OTHER)
    receiver.wait_for(2, ARRIVES)
    page = open_tab(log)
    expect(rows(page, "Delivered")).to_have_count(2)
    whole = page.get_by_role("checkbox", name=ALL)
    press_on(page, whole, "Space")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
    press_on(page, page.get_by_role("checkbox", name=re.compile(f"Select {OTHER}, .*:..:..")), "Space")
    assert whole.evaluate("box => box.indeterminate")
    tab_to(page, page.get_by_role("button", name="Redeliver selected"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Redeliver 1 delivery?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Redeliver selected")).to_be_focused()
    press_on(page, page.get_by_role("button", name="Clear selection"))
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)
