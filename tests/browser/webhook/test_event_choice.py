"""Choosing events from any catalogue: all, by how they begin, by name, thousands of them, and those that have left."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}"
NOWHERE = "http://127.0.0.1:9/hooks"
CATALOGUE = re.compile(r"//[^/]+/event-types$")
MANY = 2_000


def event_type(name: str, **fields: Any) -> dict[str, Any]:
    """An entry of a catalogue, as the API lists it."""
    texts = {"description": {"en": f"About {name}."}, "group": {"en": "Orders", "pt": "Pedidos"}}
    return {
        "eventName": name,
        "category": "REAL_TIME",
        "sampleData": {"id": name},
        "hasSchema": False,
        **texts,
        **fields,
    }


SHOP = [
    event_type("order.created"),
    event_type("order.paid", hasSchema=True, schemaVersion="2"),
    event_type("order.line.added"),
    event_type("cart.left", group={"de": "Körbe"}, category="NON_REAL_TIME"),
    event_type("basket", group=None, deprecated={"since": "2026-01-31", "successor": "cart.left"}),
]


@pytest.fixture
def with_catalogue(open_tab: OpenTab) -> Callable[..., Page]:
    """`with_catalogue("/webhooks/new", SHOP)`: a tab for which the catalogue is another one."""

    def opened(path: str, event_types: list[dict[str, Any]], **settings: Any) -> Page:
        def answer(route: Route) -> None:
            route.fulfill(json={"eventTypes": event_types})

        page = open_tab("about:blank", **settings)
        page.route(CATALOGUE, answer)
        page.goto(CONSOLE + path)
        return page

    return opened


def saved_names(api: ApiClient) -> list[str]:
    """The event names of the account's one webhook."""
    (webhook,) = api.get(WEBHOOKS).json()["webhooks"]
    return list(webhook["eventNames"])


def test_all_events_include_what_comes_later(open_tab: OpenTab, api: ApiClient) -> None:
    """One choice stands for every event type, and the webhook's page and the list say so."""
    page = open_tab(f"{CONSOLE}/webhooks/new")
    page.get_by_label("Name", exact=True).fill("Everything")
    page.get_by_label("Target URL").fill(NOWHERE)
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    page.get_by_label("All events").check()
    expect(page.get_by_label("COURSE_ENROLLMENT", exact=True)).to_have_count(0)
    page.get_by_label("Chosen events").check()
    expect(page.get_by_label("COURSE_ENROLLMENT", exact=True)).to_be_checked()
    page.get_by_label("All events").check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("every event type", exact=True)).to_be_visible()
    assert saved_names(api) == ["*"]
    expect(page.locator("#test-event option")).to_have_count(27)
    page.get_by_role("link", name="Webhooks", exact=True).first.click()
    expect(page.get_by_role("row", name="Everything")).to_contain_text("All")


def test_names_are_chosen_by_how_they_begin(open_tab: OpenTab, api: ApiClient) -> None:
    """A prefix can be typed before there is any such name, and is saved as it is."""
    page = open_tab(f"{CONSOLE}/webhooks/new?event=COURSE_ENROLLMENT")
    page.get_by_label("Name", exact=True).fill("Orders")
    page.get_by_label("Target URL").fill(NOWHERE)
    page.get_by_label("Search events").fill("order.*")
    page.get_by_label("order.*", exact=True).check()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("including those added later")).to_be_visible()
    assert saved_names(api) == ["COURSE_ENROLLMENT", "order.*"]
    page.get_by_role("link", name="Webhooks", exact=True).first.click()
    expect(page.get_by_role("row", name="Orders")).to_contain_text("order.* + 1")


def test_prefixes_of_the_catalogue_are_offered(with_catalogue: Callable[..., Page]) -> None:
    """What begins alike is offered, ticks what it means, and says so at each of them."""
    page = with_catalogue("/webhooks/new", SHOP)
    prefix = page.get_by_label("order.*", exact=True)
    expect(prefix).to_have_accessible_description("3 types start with order. so far")
    expect(page.get_by_label("order.line.*", exact=True)).to_be_visible()
    prefix.check()
    expect(page.get_by_label("order.paid", exact=True)).to_be_checked()
    expect(page.get_by_label("order.paid", exact=True)).to_be_disabled()
    expect(page.get_by_label("order.paid", exact=True)).to_have_accessible_description(
        re.compile(r"Included in order\.\*")
    )
    expect(page.get_by_text("3 of 5 chosen")).to_be_visible()
    prefix.uncheck()
    expect(page.get_by_text("0 of 5 chosen")).to_be_visible()
    page.get_by_role("checkbox", name="Orders", exact=True).check()
    expect(page.get_by_text("3 of 5 chosen")).to_be_visible()


def test_groups_and_texts_are_those_of_the_catalogue(with_catalogue: Callable[..., Page]) -> None:
    """Groups stand in the reader's language, else in what there is; a deprecated type names the one that follows."""
    page = with_catalogue("/webhooks/new", SHOP)
    for group in ("Orders", "Körbe", "Others"):
        expect(page.get_by_role("group", name=group, exact=True)).to_be_visible()
    others = page.get_by_role("group", name="Others", exact=True)
    expect(others).to_contain_text("Deprecated since 31 Jan 2026")
    expect(others).to_contain_text("use cart.left")
    looks.assert_faultless(page)
    page.set_viewport_size({"width": looks.WIDE, "height": looks.HEIGHT})
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("combobox", name="Language").select_option("Português (Brasil)")
    expect(page.get_by_role("group", name="Pedidos", exact=True)).to_be_visible()
    looks.assert_complete(page)


def test_name_that_has_left_the_catalogue_stays_until_it_is_taken_off(
    with_catalogue: Callable[..., Page], add_webhook: AddWebhook, api: ApiClient
) -> None:
    """It is marked, saved on with other changes, and gone when it is unticked."""
    webhook = add_webhook(NOWHERE, "COURSE_ENROLLMENT", "CI_STATS")
    left = [event_type("CI_STATS"), event_type("order.paid")]
    page = with_catalogue(f"/webhooks/{webhook['webhookId']}", left)
    expect(page.locator(".event-names li").filter(has_text="COURSE_ENROLLMENT")).to_contain_text("Removed")
    page.get_by_role("link", name="Edit").click()
    gone = page.get_by_role("group", name="No longer in the catalogue")
    expect(gone.get_by_label("COURSE_ENROLLMENT", exact=True)).to_be_checked()
    page.get_by_label("Name", exact=True).fill("Renamed")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Renamed", exact=True)).to_be_visible()
    assert saved_names(api) == ["COURSE_ENROLLMENT", "CI_STATS"]
    page.get_by_role("link", name="Edit").click()
    gone.get_by_label("COURSE_ENROLLMENT", exact=True).uncheck()
    expect(gone.get_by_label("COURSE_ENROLLMENT", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Renamed", exact=True)).to_be_visible()
    assert saved_names(api) == ["CI_STATS"]


def test_thousands_of_names_are_searched(with_catalogue: Callable[..., Page]) -> None:
    """Of thousands the first are drawn, more on request, and a search finds any of them at once."""
    page = with_catalogue("/webhooks/new", [event_type(f"area{at % 40}.thing{at}") for at in range(MANY)])
    expect(page.get_by_text("0 of 2,000 chosen")).to_be_visible()
    names = page.get_by_role("group", name="Orders", exact=True).locator("li")
    expect(names).to_have_count(100)
    page.get_by_role("button", name="Show more").click()
    expect(names).to_have_count(200)
    page.get_by_label("Search events").fill("thing1999")
    page.get_by_label("area39.thing1999", exact=True).check()
    expect(page.get_by_text("1 of 2,000 chosen")).to_be_visible()
    page.get_by_label("Search events").fill("")
    page.get_by_role("checkbox", name="Orders", exact=True).check()
    expect(page.get_by_text("2,000 of 2,000 chosen")).to_be_visible()


def test_event_type_shows_schema_sample_and_version(with_catalogue: Callable[..., Page]) -> None:
    """A schema is asked for when it is opened, not before; version, deprecation and sample stand beside it."""
    asked: list[str] = []

    def schema(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            body=json.dumps({"type": "object", "title": "A paid order"}), content_type="application/schema+json"
        )

    page = with_catalogue("/event-types?q=order", SHOP)
    page.route("**/event-types/*/schema", schema)
    entry = page.locator(".event-type").filter(has_text="order.paid")
    expect(entry).to_contain_text("Version 2")
    assert asked == []
    entry.get_by_text("JSON Schema").click()
    expect(entry).to_contain_text("A paid order")
    assert [url.split("/event-types/")[1] for url in asked] == ["order.paid/schema"]
    entry.get_by_text("Sample payload").click()
    expect(entry).to_contain_text('"eventName": "order.paid"')
    page.get_by_label("Search event types").fill("basket")
    expect(page.locator(".event-type")).to_contain_text("Deprecated since 31 Jan 2026")
    looks.assert_faultless(page)
