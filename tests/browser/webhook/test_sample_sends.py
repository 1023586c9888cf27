"""Test sends: with a sample that was edited, for as long as the webhook allows, and results that are outdated."""

import json
import re

import pytest
from playwright.sync_api import expect

from local.listener import Answer, Listener
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.running_stack import AddWebhook

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"


def test_result_of_a_test_says_when_it_is_of_before_ones_changes(open_tab: OpenTab, receiver: Listener) -> None:
    """It stays to be read, but nobody takes it for a result of what is entered now."""
    page = open_tab(f"{CONSOLE}/new")
    page.get_by_label("Target URL").fill(f"{receiver.url}/old")
    page.get_by_role("button", name="Send test").click()
    result = page.locator(".test-result")
    expect(result).to_contain_text("Status 204")
    page.get_by_label("Name", exact=True).fill("A name is not tested")
    expect(result).not_to_contain_text("Sent before the latest changes")
    page.get_by_label("Target URL").fill(f"{receiver.url}/new")
    expect(result).to_contain_text("Sent before the latest changes")
    page.get_by_label("Target URL").fill(f"{receiver.url}/old")
    expect(result).not_to_contain_text("Sent before the latest changes")
    page.get_by_role("button", name="Generate another").click()
    expect(result).to_contain_text("Sent before the latest changes")
    looks.assert_faultless(page)
    page.get_by_role("button", name="Send test").click()
    expect(result).not_to_contain_text("Sent before the latest changes")


def test_test_waits_as_long_as_the_webhook_allows(
    open_tab: OpenTab, add_webhook: AddWebhook, receiver: Listener
) -> None:
    """The page says how long that is: as entered on the form, as saved on the webhook's page."""
    webhook = add_webhook(receiver.url, "CI_STATS", delivery={"timeoutSeconds": 7})
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/edit")
    expect(page.get_by_label("Target URL")).to_have_accessible_description(re.compile("within 7 seconds"))
    page.get_by_label("Response timeout in seconds").fill("1")
    expect(page.get_by_label("Target URL")).to_have_accessible_description(re.compile("within 1 second,"))
    receiver.answers += [Answer(204, delay_seconds=2)] * 2
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("Waiting for the receiver, for up to 1 second.")).to_be_visible()
    expect(page.get_by_text("The receiver did not answer within 1 second.")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("Waiting for the receiver, for up to 7 seconds.")).to_be_visible()
    expect(page.get_by_text("Status 204")).to_be_visible()


@pytest.mark.meets("422")
def test_sample_of_a_test_can_be_edited(open_tab: OpenTab, receiver: Listener) -> None:
    """What is typed is sent as data, digit by digit; what is no JSON object is told at its field and not sent."""
    page = open_tab(f"{CONSOLE}/new")
    page.get_by_label("Target URL").fill(receiver.url)
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    panel = page.locator(".test:not(.preview)")
    panel.get_by_text("Edit the sample").click()
    data = panel.get_by_label("Data of the event")
    sample = data.input_value()
    assert "userId" in json.loads(sample)
    data.fill('{\n  "learner": 1,\n}')
    page.get_by_role("button", name="Send test").click()
    expect(data).to_be_focused()
    expect(data).to_have_accessible_description(re.compile("not valid JSON: look at line 3, character 1"))
    looks.assert_faultless(page)
    data.fill("[1]")
    page.get_by_role("button", name="Send test").click()
    expect(data).to_have_accessible_description(re.compile("Must be a JSON object, in braces."))
    data.fill(json.dumps({"text": "x" * 300_000}))
    page.get_by_role("button", name="Send test").click()
    expect(data).to_have_accessible_description(re.compile("Makes the event larger than 262016 bytes"))
    assert receiver.received == []

    data.fill('{"learner": 12345678901234567890, "note": "mine"}')
    page.get_by_role("button", name="Send test").click()
    expect(page.locator(".test-result")).to_contain_text("with your data")
    (tried,) = receiver.received
    assert tried.payload["events"][0]["data"] == {"learner": 12345678901234567890, "note": "mine"}

    page.get_by_role("button", name="Reset to the sample").click()
    expect(data).to_have_value(sample)
    page.get_by_role("button", name="Send test").click()
    expect(page.locator(".test-result")).not_to_contain_text("with your data")
    assert receiver.received[1].payload["events"][0]["data"] == json.loads(sample)
