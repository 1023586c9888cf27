"""One event: where it went and why not elsewhere; and the deliveries of all webhooks."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from local.listener import BROKEN, Listener
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES

CONSOLE = f"/console/accounts/{ACCOUNT}"
EVENT, OTHER = "COURSE_ENROLLMENT", "CI_STATS"


@pytest.fixture
def webhooks(
    add_webhook: AddWebhook, api: ApiClient, receiver: Listener, listeners: Callable[..., Listener]
) -> dict[str, Any]:
    """Webhooks that get an event, fail with it, filter it out, are off, and are not registered for it."""
    broken = listeners()
    broken.usual_answer = BROKEN
    added = {
        "Takes it": add_webhook(receiver.url, EVENT, name="Takes it"),
        "Fails": add_webhook(broken.url, EVENT, name="Fails"),
        "Filters": add_webhook(receiver.url, EVENT, name="Filters", filter="data.score > `50`"),
        "Sleeps": add_webhook(receiver.url, EVENT, name="Sleeps"),
        "Other": add_webhook(receiver.url, OTHER, name="Other"),
    }
    api.patch(f"{WEBHOOKS}/{added['Sleeps']['webhookId']}", json={"active": False})
    return added


def row(page: Page, name: str) -> Any:
    """The line of a webhook in the list of where an event went."""
    return page.locator("table.trace tbody tr").filter(has=page.get_by_role("link", name=name, exact=True))


def test_event_says_where_it_went_and_why_not(
    open_tab: OpenTab, publish: Publish, receiver: Listener, webhooks: dict[str, Any]
) -> None:
    """From its delivery a link leads to the event, with each webhook, what became of it there, and why."""
    event_id = publish(EVENT, data={"score": 7})
    receiver.wait_for(1, ARRIVES)
    page = open_tab(f"{CONSOLE}/webhooks/{webhooks['Takes it']['webhookId']}/deliveries", eager=True)
    page.locator("table.deliveries").get_by_role("link", name=EVENT).click()
    page.get_by_role("link", name=event_id).click()
    expect(page.get_by_role("heading", name=EVENT, level=1)).to_be_visible()
    expect(row(page, "Takes it")).to_contain_text("The receiver took it with status 204.")
    expect(row(page, "Fails")).to_contain_text("Pending")
    expect(row(page, "Fails")).to_contain_text("Receiver error")
    expect(row(page, "Fails")).to_contain_text("Next attempt")
    expect(row(page, "Filters")).to_contain_text("The filter data.score > `50` returned false.")
    expect(row(page, "Sleeps")).to_contain_text("Skipped")
    expect(row(page, "Other")).to_contain_text(f"The webhook is not registered for {EVENT}.")
    expect(page.get_by_role("region", name="The event, as it came")).to_contain_text('"score": 7')
    looks.assert_faultless(page)
    looks.assert_complete(page)
    row(page, "Takes it").get_by_role("link", name="See the delivery").click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


@pytest.mark.deep
def test_event_is_told_in_portuguese(
    open_tab: OpenTab, publish: Publish, receiver: Listener, webhooks: dict[str, Any]
) -> None:
    """All that is said about an event is said in the reader's language."""
    event_id = publish(EVENT, data={"score": 7})
    receiver.wait_for(1, ARRIVES)
    page = open_tab(f"{CONSOLE}/events/{event_id}", locale="pt-BR")
    expect(row(page, "Takes it")).to_contain_text("O receptor o aceitou com o status 204.")
    expect(row(page, "Filters")).to_contain_text("O filtro do webhook o deixa de fora.")
    expect(row(page, "Sleeps")).to_contain_text("Chegou com o webhook desligado; pode ser reenviado.")
    expect(row(page, "Other")).to_contain_text(f"O webhook não está inscrito em {EVENT}.")
    assert set(webhooks) == {"Takes it", "Fails", "Filters", "Sleeps", "Other"}
    looks.assert_complete(page)


@pytest.mark.deep
def test_event_is_found_by_its_id(
    open_tab: OpenTab, publish: Publish, receiver: Listener, webhooks: dict[str, Any]
) -> None:
    """An id in the search field leads to the event, by keyboard alone; what can be none is refused at the field."""
    event_id = publish(EVENT, data={"score": 99})
    receiver.wait_for(2, ARRIVES)
    page = open_tab(f"{CONSOLE}/deliveries")
    search = page.get_by_role("searchbox", name="Find an event by its id")
    search.fill("no id at all")
    search.press("Enter")
    expect(search).to_be_focused()
    expect(search).to_have_accessible_description(re.compile("An event ID has 1 to 128 letters"))
    search.fill(f" {event_id} ")
    search.press("Enter")
    expect(page).to_have_url(re.compile(f"/events/{event_id}$"))
    expect(row(page, "Filters")).to_contain_text("Delivered")
    assert webhooks["Filters"]["filter"] == "data.score > `50`"
    unknown = str(uuid4())
    search.fill(unknown)
    search.press("Enter")
    expect(page).to_have_url(re.compile(unknown))
    expect(row(page, "Takes it")).to_contain_text("Nothing is known of such an event")


def test_deliveries_of_all_webhooks_are_filtered(
    open_tab: OpenTab, publish: Publish, receiver: Listener, webhooks: dict[str, Any]
) -> None:
    """One list has them all, each with its webhook; failures, codes and ids are looked for and stand in the address."""
    first = publish(EVENT, data={"score": 7})
    second = publish(OTHER)
    receiver.wait_for(2, ARRIVES)
    page = open_tab(f"{CONSOLE}/deliveries", eager=True)
    rows = page.locator("table.deliveries tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text=second)).to_contain_text("Other")
    page.get_by_text("More filters").click()
    page.get_by_label("Failure").select_option("Receiver error")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Fails")
    page.get_by_label("Failure").select_option("Failed or not")
    page.get_by_label("Response code").fill("204")
    page.get_by_label("Response code").press("Tab")
    expect(rows).to_have_count(2)
    page.get_by_label("Event ID to find").fill(first)
    page.get_by_label("Event ID to find").press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Takes it")
    page.reload()
    expect(page.get_by_label("Event ID to find")).to_have_value(first)
    expect(rows).to_have_count(1)
    looks.assert_faultless(page)
    page.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(4)
    assert len(webhooks) == len({"Takes it", "Fails", "Filters", "Sleeps", "Other"})


@pytest.mark.deep
def test_too_long_a_search_goes_on_when_asked(open_tab: OpenTab) -> None:
    """Where an event has not been found so far a link goes on looking, and says what has come of it."""
    page = open_tab("about:blank")
    event_id = str(uuid4())
    answers = iter([{"eventId": event_id, "webhooks": [], "nextCursor": "on"}, {"eventId": event_id, "webhooks": []}])
    page.route(
        re.compile(r"//[^/]+/accounts/[^/]+/events/"),
        lambda route: route.fulfill(status=HTTPStatus.OK, json=next(answers)),
    )
    page.goto(f"{CONSOLE}/events/{event_id}")
    expect(page.get_by_role("heading", name="Not found so far")).to_be_visible()
    page.get_by_role("link", name="Go on looking").click()
    expect(page).to_have_url(re.compile("cursor=on"))
    expect(page.get_by_role("heading", name="No webhooks")).to_be_visible()
