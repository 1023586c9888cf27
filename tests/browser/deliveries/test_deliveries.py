"""Looking through deliveries: filters, pages, charts, and what was sent."""

import json
import re
import shlex
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.running_stack import AddWebhook
from tests.e2e.support.waiting import ARRIVES, until

CONSOLE = f"/console/accounts/{ACCOUNT}"
EVENTS = ("COURSE_ENROLLMENT", "CI_STATS")
IN_BATCHES = "LEARNER_PROGRESS"
HOUR_MS = 3_600_000
A_PAGE = 50
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook that signs, and has a header of its own."""
    fields = {"name": "CRM sync", "authentication": {"type": "SIGNATURE"}, "headers": {"X-Note": "it's $HOME"}}
    return add_webhook(f"{receiver.url}/hooks", *EVENTS, IN_BATCHES, **fields)


@pytest.fixture
def log(webhook: dict[str, Any]) -> str:
    """The address of the webhook's deliveries in the console."""
    return f"{CONSOLE}/webhooks/{webhook['webhookId']}/deliveries"


def send(api: ApiClient, receiver: Listener, name: str, count: int = 1, hours_ago: int = 0) -> None:
    """Publish events of that time, and wait until they have arrived."""
    before = len(receiver.received)
    publish(api, name, count, hours_ago)
    receiver.wait_for(before + count, ARRIVES)


def publish(api: ApiClient, name: str, count: int, hours_ago: int = 0) -> None:
    """Publish events of that time."""
    start = int(time.time() * 1000) - hours_ago * HOUR_MS - count
    events = [
        {"eventId": str(uuid4()), "eventName": name, "timestamp": start + at, "data": {"note": "é 👋"}}
        for at in range(count)
    ]
    for first in range(0, count, A_PAGE):
        api.post(f"/accounts/{ACCOUNT}/events", json={"events": events[first : first + A_PAGE]}).raise_for_status()


def rows(page: Page, text: str = "") -> Any:
    """The deliveries on the page that hold this text."""
    return page.locator("table.deliveries tbody tr").filter(has_text=text)


def counted(api: ApiClient, log: str) -> list[int]:
    """How many deliveries each hour has that has any, as the API counts them."""
    counts = api.get(f"{log.removeprefix('/console').removesuffix('/deliveries')}/delivery-counts").json()
    return [hour["delivered"] for hour in counts["hours"] if hour["delivered"]]


def test_filters_stand_in_the_address(open_tab: OpenTab, api: ApiClient, receiver: Listener, log: str) -> None:
    """A filter shows only what it says, survives loading the page again, and is undone by going back."""
    send(api, receiver, EVENTS[0], 3)
    send(api, receiver, EVENTS[1], 2, hours_ago=3)
    page = open_tab(log)
    expect(rows(page)).to_have_count(5)
    page.get_by_label("Event type").select_option(EVENTS[1])
    expect(rows(page)).to_have_count(2)
    page.reload()
    expect(rows(page, EVENTS[1])).to_have_count(2)
    expect(page.get_by_label("Event type")).to_have_value(EVENTS[1])
    page.get_by_label("Time", exact=True).select_option("1h")
    expect(page.get_by_text("No delivery matches").first).to_be_visible()
    page.go_back()
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Clear filters").click()
    expect(rows(page)).to_have_count(5)
    expect(page).to_have_url(re.compile(r"/deliveries$"))


@pytest.mark.deep
def test_end_before_its_start_is_refused(open_tab: OpenTab, log: str) -> None:
    """A time whose end lies before its start is named at its field, which gets the focus."""
    page = open_tab(f"{log}?range=custom")
    page.get_by_label("From").fill("2026-11-24T10:00")
    page.get_by_label("To", exact=True).fill("2026-11-23T10:00")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("The end must not be before the start.")).to_be_visible()
    expect(page.get_by_label("To", exact=True)).to_be_focused()


@pytest.mark.deep
def test_older_deliveries_are_on_pages_of_their_own(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, log: str, drain: Callable[[], Any]
) -> None:
    """Older deliveries are one link away, each on one page only, and so are the newer ones, also after a reload."""
    publish(api, IN_BATCHES, A_PAGE + 2)
    until(lambda: drain() and sum(len(request.event_ids) for request in receiver.received) == A_PAGE + 2, "all events")
    page = open_tab(log)
    expect(rows(page)).to_have_count(A_PAGE)
    newest = set(page.locator(".event-id").all_inner_texts())
    page.get_by_role("link", name="Older").click()
    expect(rows(page)).to_have_count(2)
    assert newest.isdisjoint(page.locator(".event-id").all_inner_texts())
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    page.go_back()
    expect(rows(page)).to_have_count(A_PAGE)
    expect(page.get_by_role("link", name="Newer")).to_have_count(0)
    page.go_forward()
    expect(rows(page)).to_have_count(2)
    page.reload()
    page.get_by_role("link", name="Newer").click()
    expect(rows(page)).to_have_count(A_PAGE)
    assert set(page.locator(".event-id").all_inner_texts()) == newest
    expect(page).to_have_url(re.compile(r"/deliveries$"))


def test_new_deliveries_appear_by_themselves(open_tab: OpenTab, api: ApiClient, receiver: Listener, log: str) -> None:
    """A delivery is listed on the open first page without anything being pressed."""
    page = open_tab(log)
    expect(page.get_by_role("heading", name="No deliveries yet")).to_be_visible()
    send(api, receiver, EVENTS[0])
    expect(rows(page, EVENTS[0])).to_have_count(1)


@pytest.mark.deep
def test_what_is_being_typed_stays_while_the_list_is_refreshed(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, log: str
) -> None:
    """A filter counts once its field is left: a delivery that comes meanwhile takes nothing of what is typed away."""
    page = open_tab(f"{log}?failure=&statusCode=204", eager=True)
    code = page.get_by_label("Response code")
    expect(code).to_have_value("204")
    code.fill("20")
    send(api, receiver, EVENTS[0], 1)
    expect(rows(page)).to_have_count(1)
    expect(code).to_have_value("20")
    code.fill("503")
    code.press("Tab")
    expect(page).to_have_url(re.compile("statusCode=503"))
    expect(rows(page)).to_have_count(0)
    code.fill("5x")
    code.press("Tab")
    expect(code).to_have_accessible_description(
        "Enter a code of three digits, such as 404. The list is not filtered by this one."
    )
    expect(code).to_have_value("5x")
    expect(rows(page)).to_have_count(1)
    code.fill("204")
    code.press("Tab")
    expect(code).to_have_accessible_description("")


@pytest.mark.deep
def test_bar_leads_to_the_deliveries_of_its_hour(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, log: str
) -> None:
    """A bar of the chart, and its row in the table for who sees no chart, filter the list to the bar's hour."""
    send(api, receiver, EVENTS[0], 3, hours_ago=4)
    send(api, receiver, EVENTS[1], 2)
    # The counts follow the deliveries a moment later.
    until(lambda: counted(api, log) == [3, 2], "the counts of five deliveries")
    page = open_tab(log)
    page.locator(".bar-link").first.click()
    expect(rows(page)).to_have_count(3)
    expect(rows(page, EVENTS[0])).to_have_count(3)
    page.goto(log)
    page.get_by_text("Show as table").first.click()
    hours = page.locator(".chart-table").first.get_by_role("row").filter(has=page.get_by_role("link"))
    expect(hours.first).to_contain_text("2")
    hours.first.get_by_role("link").click()
    expect(rows(page, EVENTS[1])).to_have_count(2)


def test_delivery_is_copied_as_it_was_sent(open_tab: OpenTab, api: ApiClient, receiver: Listener, log: str) -> None:
    """The payload is the very bytes that were sent, and the curl command has all but what is secret."""
    send(api, receiver, EVENTS[0])
    [request] = receiver.received
    page = open_tab(log, **CLIPBOARD)
    rows(page).get_by_role("link").click()
    page.get_by_label("As sent").check()
    shown = page.locator("section", has=page.get_by_role("heading", name="Payload")).locator("pre")
    assert shown.inner_text().encode() == request.body
    page.get_by_label("Indented").check()
    assert json.loads(shown.inner_text()) == request.payload
    page.get_by_role("button", name="Copy as curl").click()
    expect(page.locator("#announcer")).to_have_text("Copied")
    words = shlex.split(page.evaluate("navigator.clipboard.readText()"))
    assert words[words.index("--data-raw") + 1].encode() == request.body
    headers = {word.split(": ")[0].lower(): word.split(": ")[1] for word in words if ": " in word and "{" not in word}
    assert headers["x-note"] == "it's $HOME"
    assert headers["webhook-signature"] == "[hidden]"
    assert request.headers["webhook-signature"] not in page.content()


@pytest.mark.deep
def test_event_types_are_found_and_tell_who_gets_them(open_tab: OpenTab, webhook: dict[str, Any]) -> None:
    """The catalogue is searched by words of name or description, and names the webhooks that get an event."""
    page = open_tab(f"{CONSOLE}/event-types")
    entries = page.locator(".event-type")
    page.get_by_label("Search event types").fill("free seats")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("CI_STATS")
    expect(entries.get_by_role("link", name=webhook["name"])).to_be_visible()
    page.get_by_label("Search event types").fill("no such thing")
    expect(page.get_by_text("No event type matches")).to_be_visible()


def test_signature_is_downloaded_where_it_is_needed(open_tab: OpenTab, api: ApiClient, webhook: dict[str, Any]) -> None:
    """The page about receiving hands out the secret as a file, and never draws it."""
    page = open_tab(f"{CONSOLE}/receiving")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON: CRM sync").click()
    content = json.loads(download.value.path().read_text())
    address = f"/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}/signature"
    assert content["secret"] == api.get(address).json()["secret"]
    assert content["secret"] not in page.content()
