"""Filter, transform and format in the form: hints, warnings, previews, and what is saved and told of them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "COURSE_ENROLLMENT"


@pytest.fixture
def events(add_webhook: AddWebhook, receiver: Listener, publish: Publish) -> dict[str, Any]:
    """A webhook that has got three events."""
    webhook = add_webhook(receiver.url, EVENT, name="CRM sync")
    for score in (10, 60, 90):
        publish(EVENT, data={"score": score})
    receiver.wait_for(3, ARRIVES)
    return webhook


def preview(page: Page) -> Any:
    """Ask for a preview, and return where it is shown."""
    page.get_by_role("button", name="Preview", exact=True).click()
    return page.locator(".preview .test-result")


@pytest.mark.usefixtures("events")
def test_draft_is_tried_on_a_sample_and_the_last_events(open_tab: OpenTab, receiver: Listener) -> None:
    """A preview tells how many of the last events would be sent, with the filter's value and the body; nothing is."""
    page = open_tab(f"{CONSOLE}/new?event={EVENT}")
    page.locator("#filter").fill("data.score > `50`")
    page.get_by_label("Standard Webhooks").check()
    shown = preview(page)
    expect(shown).to_contain_text("2 of the last 3 events would be sent.")
    items = shown.locator(".previews li")
    expect(items).to_have_count(3)
    expect(items.filter(has_text="Filtered out")).to_have_count(1)
    items.filter(has_text="Sent").first.locator("summary").click()
    expect(shown).to_contain_text("The filter returns true")
    expect(shown).to_contain_text(f'"type": "{EVENT}"')
    looks.assert_faultless(page)
    looks.assert_complete(page)
    assert len(receiver.received) == 3
    page.set_viewport_size({"width": looks.WIDE, "height": looks.HEIGHT})
    page.locator("#filter").fill("data.score > `5`")
    expect(shown).to_contain_text("The settings have changed since this preview.")


def test_preview_is_of_data_of_ones_own(open_tab: OpenTab) -> None:
    """In place of the sample: what is no JSON object, or could not be published, is told at its field."""
    page = open_tab(f"{CONSOLE}/new?event={EVENT}")
    page.locator("#filter").fill("data.score > `50`")
    panel = page.locator(".preview")
    panel.get_by_text("Edit the sample").click()
    data = panel.get_by_label("Data of the event")
    data.fill('{"score": }')
    panel.get_by_role("button", name="Preview", exact=True).click()
    expect(data).to_have_accessible_description(re.compile("not valid JSON: look at line 1, character 11"))
    data.fill('{"score": 51}')
    shown = preview(page)
    expect(shown).to_contain_text("The filter returns true")
    expect(shown).to_contain_text('"score": 51')
    looks.assert_faultless(page)
    data.fill('{"score": 5}')
    expect(shown).to_contain_text("The settings have changed since this preview.")


@pytest.mark.meets("422")
def test_mistakes_are_told_and_errors_refused(open_tab: OpenTab, events: dict[str, Any]) -> None:
    """What usually is a mistake stands at its field as a warning; what is no expression is refused there."""
    page = open_tab(f"{CONSOLE}/{events['webhookId']}/edit")
    page.locator("#filter").fill('data.status == "paid"')
    preview(page)
    warnings = page.get_by_role("list", name="Likely mistakes: Filter")
    expect(warnings).to_contain_text("\"paid\" names a field: a text stands in single quotes, 'paid'")
    looks.assert_faultless(page)
    page.set_viewport_size({"width": looks.WIDE, "height": looks.HEIGHT})
    page.locator("#filter").fill("data.[")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#filter")).to_have_accessible_description(re.compile("Must be a JMESPath expression"))
    page.locator("#filter").fill("")
    page.get_by_label("Transform result").check()
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#transform")).to_have_accessible_description(
        re.compile("Enter the expression that makes the body.")
    )


def test_what_is_saved_is_shown_and_sent(
    open_tab: OpenTab, api: ApiClient, events: dict[str, Any], publish: Publish, receiver: Listener
) -> None:
    """Filter, transform and format are saved, shown with the webhook and in its activity, and taken away again."""
    page = open_tab(f"{CONSOLE}/{events['webhookId']}/edit")
    page.locator("#filter").fill("data.score")
    page.get_by_label("Transform result").check()
    page.locator("#transform").fill("{text: eventName}")
    page.get_by_role("button", name="Save changes").click()
    configuration = page.get_by_role("region", name="Configuration")
    for text in ("data.score", "{text: eventName}", "Transform result"):
        expect(configuration).to_contain_text(text)
    publish(EVENT, data={"score": 1})
    (*_, last) = receiver.wait_for(4, ARRIVES)
    assert last.body == b'{"text":"COURSE_ENROLLMENT"}'
    page.get_by_role("link", name="Activity").last.click()
    expect(page.get_by_role("row").filter(has_text="Changed the webhook")).to_contain_text(
        "Transform: nothing → {text: eventName}"
    )
    page.goto(f"{CONSOLE}/{events['webhookId']}/edit")
    page.locator("#filter").fill("")
    page.locator("#transform").fill("")
    page.get_by_label("Recado", exact=True).check()
    page.get_by_role("button", name="Save changes").click()
    expect(configuration).not_to_contain_text("data.score")
    webhook = api.get(f"{WEBHOOKS}/{events['webhookId']}").json()
    assert (webhook.get("filter"), webhook.get("transform"), webhook["format"]) == (None, None, "ENVELOPE")


def test_delivery_says_that_an_expression_had_no_value(
    open_tab: OpenTab, add_webhook: AddWebhook, publish: Publish, receiver: Listener
) -> None:
    """An event that the filter could not judge is delivered, and its delivery says why."""
    webhook = add_webhook(receiver.url, EVENT, filter="length(data.score) > `1`")
    publish(EVENT, data={"score": 1})
    receiver.wait_for(1, ARRIVES)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", eager=True)
    page.locator("table.deliveries").get_by_role("link", name=EVENT).click()
    expect(page.get_by_text("The filter failed for this event, so it was sent")).to_be_visible()
    expect(page.get_by_text("Reason: length() takes")).to_be_visible()
    looks.assert_faultless(page)
