"""Who did what: of a webhook, and of the account."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook

CONSOLE = f"/console/accounts/{ACCOUNT}"
NOON = "2026-11-24T12:00:00.000Z"
NOWHERE = "http://127.0.0.1:9/"
OF_ACCOUNT = re.compile(rf"//[^/]+/accounts/{ACCOUNT}/activity")


@pytest.fixture
def webhook(add_webhook: AddWebhook) -> dict[str, Any]:
    """A webhook with a password."""
    authentication = {"type": "BASIC", "username": "recado", "password": "correct horse"}
    return add_webhook(NOWHERE, "CI_STATS", name="CRM sync", authentication=authentication)


def entries(page: Page, text: str = "") -> Locator:
    """The rows of the list that hold this text."""
    return page.locator("table.activity tbody tr").filter(has_text=text)


def test_changes_of_a_webhook_are_told(open_tab: OpenTab, api: ApiClient, webhook: dict[str, Any]) -> None:
    """A change says from what to what each field was changed; of a password only that it was."""
    change = {
        "name": "CRM sync 2",
        "eventNames": ["COURSE_ENROLLMENT"],
        "authentication": {"type": "BASIC", "username": "recado", "password": "battery staple"},
    }
    api.patch(f"{WEBHOOKS}/{webhook['webhookId']}", json=change).raise_for_status()
    page = open_tab(f"{CONSOLE}/webhooks/{webhook['webhookId']}")
    page.get_by_role("link", name="Activity").last.click()
    changed = entries(page, "Changed the webhook")
    for text in (
        "Name: CRM sync → CRM sync 2",
        "Trigger events: added COURSE_ENROLLMENT; removed CI_STATS",
        "Password: changed (hidden)",
    ):
        expect(changed).to_contain_text(text)
    expect(entries(page).first).to_contain_text("Changed the webhook")
    expect(entries(page).last).to_contain_text("Added the webhook")
    entries(page, "Added the webhook").get_by_text("Initial settings").click()
    expect(entries(page, "Added the webhook")).to_contain_text("Authentication: Basic")
    page.get_by_role("button", name="Retire", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Retire").click()
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Activity").last.click()
    expect(entries(page, "Retired the webhook")).to_contain_text("in the console")
    assert "battery staple" not in page.content()
    assert "correct horse" not in page.content()
    looks.assert_faultless(page)


@pytest.mark.meets("404")
def test_activity_of_the_account_keeps_what_is_deleted(
    open_tab: OpenTab, api: ApiClient, webhook: dict[str, Any]
) -> None:
    """A webhook that was deleted is in the account's activity by its id, which leads to all that was done to it."""
    webhook_id = webhook["webhookId"]
    api.delete(f"{WEBHOOKS}/{webhook_id}").raise_for_status()
    page = open_tab(f"{CONSOLE}/activity")
    deleted = entries(page, "Deleted the webhook").filter(has_text=webhook_id)
    deleted.get_by_role("link", name=webhook_id).click()
    expect(page).to_have_url(re.compile(rf"/webhooks/{webhook_id}/activity$"))
    expect(entries(page)).to_have_count(2)
    expect(entries(page, "Added the webhook")).to_have_count(1)


def test_who_did_it_and_with_what_is_said_in_words(open_tab: OpenTab) -> None:
    """The receiver, who asks by its secret, and the stack's own clients; another client by its id."""
    page = open_tab("/console/config.json")
    config = json.loads(page.locator("pre").inner_text())
    done = [("receiver", ""), ("ana", config["cliClientId"]), ("ana", config["clientId"]), ("ana", "constructor")]
    found = [
        {"activityId": f"act_{place}", "at": NOON, "kind": "RETIRED", "webhookId": "wh_1", "by": by, "client": client}
        for place, (by, client) in enumerate(done)
    ]
    page.route(OF_ACCOUNT, lambda route: route.fulfill(json={"activity": found}))
    page.goto(f"{CONSOLE}/activity")
    expect(page.locator("table.activity .column-who")).to_have_text(
        [
            re.compile(r"^\s*the receiver\s*$"),
            re.compile(r"ana\s+with the command recado"),
            re.compile(r"ana\s+in the console"),
            re.compile(r"ana\s+with constructor"),
        ]
    )


@pytest.mark.deep
def test_older_activity_is_on_pages_of_its_own(open_tab: OpenTab) -> None:
    """Older activity is one link away, and so is the newest from there."""

    def answer(route: Route) -> None:
        older = "cursor=further" in route.request.url
        kind, at = ("CREATED", "2026-11-23T12:00:00.000Z") if older else ("RETIRED", NOON)
        found = {"activityId": f"act_{kind}", "at": at, "kind": kind, "webhookId": "wh_1", "by": "ana"}
        route.fulfill(json={"activity": [found], **({} if older else {"nextCursor": "further"})})

    page = open_tab("/console/config.json")
    page.route(OF_ACCOUNT, answer)
    page.goto(f"{CONSOLE}/activity")
    expect(entries(page)).to_contain_text("Retired the webhook")
    page.get_by_role("link", name="Older").click()
    expect(entries(page)).to_contain_text("Added the webhook")
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    page.get_by_role("link", name="Newest").click()
    expect(entries(page)).to_contain_text("Retired the webhook")
