"""The whole way of a webhook through the console, as its admin goes it."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener, signature_holds
from tests.browser.support import people, polling
from tests.browser.support.tabs import NewContext
from tests.e2e.support.accounts import ACCOUNT, Person
from tests.e2e.support.running_stack import Publish

NAME = "CRM sync"


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A tab of a browser that nobody is signed in with."""
    context = new_context()
    polling.often(context)
    return context.new_page()


@pytest.fixture
def tell(
    record_property: Callable[[str, Any], None], capsys: pytest.CaptureFixture[str]
) -> Callable[[str, float], None]:
    """`tell(what, seconds)` writes a figure to the terminal and to the report; no test holds on to a clock's speed."""

    def told(what: str, seconds: float) -> None:
        record_property(what, round(seconds, 1))
        with capsys.disabled():
            print(f"\n{what}: {seconds:.1f} s")  # noqa: T201  the figure is for whoever runs the test

    return told


def test_walk(
    page: Page, admin: Person, receiver: Listener, publish: Publish, tell: Callable[[str, float], None]
) -> None:
    """Sign in, add, test, save, download the signature, see an event arrive, edit, retire, reactivate, delete."""
    began = time.monotonic()
    page.goto("/console")
    people.sign_in(page, admin)
    expect(page).to_have_url(re.compile(rf"/console/accounts/{ACCOUNT}/webhooks$"))
    expect(page.get_by_role("banner")).to_contain_text(ACCOUNT)
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    secret = add_with_signature(page, receiver)
    assert download_secret(page) == secret
    first = publish("COURSE_ENROLLMENT", data={"userId": 4279332})
    see_delivered(page, first)
    tell("from opening the console to the first delivery in its log", time.monotonic() - began)
    (delivered,) = [request for request in receiver.received if first in request.event_ids]
    assert signature_holds(secret, delivered.headers, delivered.body)
    edit(page)
    retire(page)
    meanwhile = publish("COURSE_ENROLLMENT")
    reactivate(page)
    last = publish("COURSE_ENROLLMENT")
    see_delivered(page, last)
    see_delivered(page, meanwhile)
    assert receiver.event_ids.count(meanwhile) == 1
    delete(page)


def add_with_signature(page: Page, receiver: Listener) -> str:
    """Fill in the form, send a test before saving, and save; return the secret that the page made."""
    page.get_by_role("link", name="Add webhook").click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Target URL").fill(f"{receiver.url}/hooks")
    expect(page.get_by_label("Signature", exact=True)).to_be_checked()
    secret = page.get_by_label("Signing secret", exact=True).input_value()
    page.get_by_label("Search events").fill("course enrollment")
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    page.get_by_role("button", name="Send test").click()
    result = page.locator(".test-result")
    expect(result).to_contain_text("Delivered")
    expect(result).to_contain_text("Status 204")
    (tried,) = receiver.received
    assert tried.payload["events"][0]["eventName"] == "COURSE_ENROLLMENT"
    assert signature_holds(secret, tried.headers, tried.body)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("heading", name=NAME, exact=True)).to_be_visible()
    expect(page.get_by_text(f"{NAME} was added")).to_be_visible()
    return secret


def download_secret(page: Page) -> str:
    """Download the signature as JSON, and return its secret."""
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download JSON").click()
    signature = json.loads(downloading.value.path().read_text())
    assert signature["scheme"] == "standard-webhooks"
    assert downloading.value.suggested_filename.endswith(".json")
    return str(signature["secret"])


def see_delivered(page: Page, event_id: str) -> None:
    """Open the log and see the event delivered, without reloading the page."""
    page.get_by_role("link", name="Deliveries").last.click()
    row = page.get_by_role("row").filter(has_text=event_id)
    expect(row).to_contain_text("Delivered")
    expect(row).to_contain_text("204")


def edit(page: Page) -> None:
    """Change name and events, and see the change."""
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).fill(f"{NAME} 2")
    page.get_by_label("COURSE_COMPLETED", exact=True).check()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name=f"{NAME} 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Trigger events (2)")).to_be_visible()


def retire(page: Page) -> None:
    """Retire the webhook, after the question what becomes of what waits."""
    page.get_by_role("button", name="Retire", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Retire {NAME} 2?")
    expect(dialog).to_contain_text("No deliveries are pending.")
    dialog.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("Retired since")).to_be_visible()


def reactivate(page: Page) -> None:
    """Switch the webhook on again."""
    page.get_by_role("button", name="Reactivate", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Reactivate").click()
    expect(page.get_by_text("Retired since")).to_have_count(0)


def delete(page: Page) -> None:
    """Delete the webhook, which needs its name; the list is empty again."""
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Delete {NAME} 2?")
    dialog.get_by_label(f"Type {NAME} 2 to confirm").fill("something else")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_text("The text does not match.")).to_be_visible()
    dialog.get_by_label(f"Type {NAME} 2 to confirm").fill(f"{NAME} 2")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
