"""What entering a webhook's authentication is, in the form and on its page."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "COURSE_ENROLLMENT"
ELSEWHERE = "http://localhost:9/hooks"


def begin(page: Page, url: str) -> None:
    """Fill in what every webhook has."""
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Target URL").fill(url)
    page.get_by_label(EVENT, exact=True).check()


def save(page: Page, button: str = "Add webhook") -> None:
    """Save, and see the webhook."""
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", name="CRM sync", exact=True)).to_be_visible()


def tried(page: Page, receiver: Listener) -> dict[str, str]:
    """Send a test, and return the headers that the receiver got."""
    before = len(receiver.received)
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("Status 204")).to_be_visible()
    return {name.lower(): value for name, value in receiver.received[before].headers.items()}


def preview(page: Page) -> str:
    """What the form shows of what is sent."""
    return page.get_by_role("group", name="What is sent").inner_text()


def note(page: Page) -> str:
    """What is to be told to the receiver's developer."""
    return page.get_by_role("region", name="For the receiver's developer").get_by_role("group").inner_text()


def shown(page: Page, api: ApiClient) -> dict[str, Any]:
    """The authentication of the webhook whose page is open, as the API shows it."""
    found = re.search(r"/webhooks/(wh_\w+)", page.url)
    assert found
    answer: dict[str, Any] = api.get(f"{WEBHOOKS}/{found[1]}").json()["authentication"]
    return answer


def edit(page: Page) -> None:
    """Open the form of the webhook."""
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", name="Edit CRM sync")).to_be_visible()
