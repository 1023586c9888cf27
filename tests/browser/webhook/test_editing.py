"""Adding and editing: two people at once, leaving without saving, what the API refuses, the limit."""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.browser.support.tabs import OpenTab
from tests.browser.support.watch import Watch
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook
from tests.e2e.support.waiting import ARRIVES

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
NOWHERE = "http://127.0.0.1:9/hooks"
CONFLICT = "Someone else has changed this webhook"


@pytest.fixture
def webhook(add_webhook: AddWebhook) -> dict[str, Any]:
    """A webhook."""
    return add_webhook(NOWHERE, "COURSE_ENROLLMENT", name="CRM sync", description="For sales")


@pytest.fixture
def two_editors(open_tab: OpenTab, webhook: dict[str, Any]) -> tuple[Page, Page]:
    """Two tabs that edit the webhook: the first has saved another name and description, the second another name."""
    first, second = (open_tab(f"{CONSOLE}/{webhook['webhookId']}/edit") for _ in range(2))
    for page, name in ((second, "Mine"), (first, "Theirs")):
        page.get_by_label("Name", exact=True).fill(name)
    first.get_by_role("textbox", name="Description").fill("For everyone")
    for page in (first, second):
        page.get_by_role("button", name="Save changes").click()
    expect(first.get_by_role("heading", name="Theirs")).to_be_visible()
    expect(second.get_by_role("alert").filter(has_text=CONFLICT)).to_contain_text("Changed: Name and Description.")
    return first, second


def saved(api: ApiClient, webhook: dict[str, Any]) -> tuple[str, str]:
    """Name and description as they are saved."""
    answer = api.get(f"{WEBHOOKS}/{webhook['webhookId']}").json()
    return answer["name"], answer["description"]


@pytest.mark.meets("412")
def test_loading_theirs_gives_up_ones_own_changes(
    two_editors: tuple[Page, Page], api: ApiClient, webhook: dict[str, Any]
) -> None:
    """Who was too late sees what the other has saved, after choosing so, and nothing is saved over it."""
    _, page = two_editors
    page.get_by_role("button", name="Load theirs").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Theirs")
    expect(page.get_by_role("textbox", name="Description")).to_have_value("For everyone")
    expect(page.get_by_text(CONFLICT)).to_have_count(0)
    assert saved(api, webhook) == ("Theirs", "For everyone")


@pytest.mark.meets("412")
def test_keeping_ones_own_changes_puts_them_on_top(
    two_editors: tuple[Page, Page], api: ApiClient, webhook: dict[str, Any]
) -> None:
    """Who was too late keeps what was entered, on top of what the other has saved, and saves both."""
    _, page = two_editors
    page.get_by_role("button", name="Keep editing").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mine")
    expect(page.get_by_role("textbox", name="Description")).to_have_value("For everyone")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Mine", exact=True)).to_be_visible()
    assert saved(api, webhook) == ("Mine", "For everyone")


def test_leaving_with_unsaved_changes_asks(open_tab: OpenTab, webhook: dict[str, Any], watch: Watch) -> None:
    """A link, the browser's back and closing the tab ask before changes are lost; staying keeps them."""
    page = open_tab(CONSOLE)
    page.get_by_role("link", name=webhook["name"]).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).fill("Changed")
    question = page.get_by_role("dialog", name="Leave without saving?")
    page.get_by_role("link", name="Event types").click()
    question.get_by_role("button", name="Stay here").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Changed")
    page.evaluate("history.back()")
    question.get_by_role("button", name="Stay here").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Changed")
    page.close(run_before_unload=True)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Changed")
    assert watch.asked_to_stay == 1
    page.get_by_role("link", name="Event types").click()
    question.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_visible()


def test_leaving_without_changes_does_not_ask(open_tab: OpenTab, webhook: dict[str, Any]) -> None:
    """Who has changed nothing is not asked."""
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/edit")
    expect(page.get_by_label("Name", exact=True)).to_have_value(webhook["name"])
    page.get_by_role("link", name="Event types").click()
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_visible()


def test_subscribing_leads_to_a_form_with_the_event_chosen(open_tab: OpenTab) -> None:
    """Where there is no webhook yet, an event type leads to a new one that is told of it."""
    page = open_tab(f"/console/accounts/{ACCOUNT}/event-types")
    page.get_by_label("Search event types").fill("certification completed")
    page.get_by_role("link", name="Subscribe to CERTIFICATION_COMPLETED with a new webhook").click()
    expect(page.get_by_label("CERTIFICATION_COMPLETED", exact=True)).to_be_checked()
    expect(page.get_by_text("1 of 27 chosen")).to_be_visible()


def test_empty_form_names_every_field_that_is_missing(open_tab: OpenTab) -> None:
    """Saving an empty form leads to a summary, whose links lead to the fields."""
    page = open_tab(f"{CONSOLE}/new")
    page.get_by_role("button", name="Add webhook").click()
    summary = page.get_by_role("alert").filter(has_text="3 fields need your attention")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Target URL").click()
    expect(page.get_by_label("Target URL")).to_be_focused()
    expect(page.get_by_label("Target URL")).to_have_accessible_description(re.compile("Enter the full target URL."))
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")


@pytest.mark.meets("422")
def test_what_the_api_refuses_is_said_at_its_field(open_tab: OpenTab) -> None:
    """A URL and a header that the API refuses are marked with what it said, and nothing that was entered is lost."""
    page = open_tab(f"{CONSOLE}/new")
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Target URL").fill("ftp://127.0.0.1/hooks")
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    page.get_by_role("button", name="Add header").click()
    page.get_by_label("Name of header 1").fill("Webhook-Id")
    page.get_by_label("Value of header 1").fill("mine")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="2 fields need your attention")).to_be_focused()
    expect(page.get_by_label("Target URL")).to_have_accessible_description(re.compile("Must start with https://"))
    expect(page.get_by_label("Name of header 1")).to_have_accessible_description(re.compile("reserved"))
    expect(page.get_by_label("Target URL")).to_have_value("ftp://127.0.0.1/hooks")
    expect(page.get_by_label("Value of header 1")).to_have_value("mine")
    expect(page.get_by_label("COURSE_ENROLLMENT", exact=True)).to_be_checked()


@pytest.mark.meets("422")
def test_what_the_api_refuses_is_said_in_portuguese(open_tab: OpenTab) -> None:
    """Who reads Portuguese reads the API's refusals in Portuguese."""
    page = open_tab(f"{CONSOLE}/new", locale="pt-BR")
    page.get_by_role("textbox", name="Nome", exact=True).fill("CRM")
    page.get_by_role("textbox", name="URL").fill("ftp://127.0.0.1/hooks")
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    page.get_by_role("button", name="Adicionar webhook").click()
    expect(page.get_by_role("textbox", name="URL")).to_have_accessible_description(
        re.compile("Deve começar com https://")
    )


@pytest.mark.meets("422")
def test_limits_of_a_post_are_folded_until_they_matter(
    open_tab: OpenTab, webhook: dict[str, Any], api: ApiClient
) -> None:
    """What the API refuses unfolds them and is said at its field; what is saved is shown, and unfolded from then on."""
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/edit")
    events, posts = page.get_by_label("Events per POST"), page.get_by_label("POSTs per minute")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    expect(events).to_be_hidden()
    page.get_by_text("Limits", exact=True).click()
    expect(events).to_have_value("100")
    events.fill("ten")
    page.get_by_text("Limits", exact=True).click()
    page.get_by_role("button", name="Save changes").click()

    summary = page.get_by_role("alert").filter(has_text="1 field needs your attention")
    expect(summary).to_be_focused()
    expect(events).to_have_accessible_description(re.compile("Must be a whole number from 1 to 100"))
    expect(events).to_have_value("ten")
    page.get_by_text("Limits", exact=True).click()
    summary.get_by_role("link", name="Events per POST").click()
    expect(events).to_be_focused()
    events.fill("10")
    page.get_by_label("Response timeout in seconds").fill("8")
    posts.fill("60")
    page.get_by_role("button", name="Save changes").click()

    expect(page.get_by_text("Events per POST: 10")).to_be_visible()
    expect(page.get_by_text("Response timeout in seconds: 8")).to_be_visible()
    usual = {"maxBytes": 98304, "partialResponses": False, "digest": False}
    chosen = {"maxEvents": 10, "timeoutSeconds": 8, "maxPostsPerMinute": 60}
    assert api.get(f"{WEBHOOKS}/{webhook['webhookId']}").json()["delivery"] == usual | chosen
    page.get_by_role("link", name="Edit").click()
    expect(posts).to_have_value("60")
    posts.fill("")
    page.get_by_label("Digest every hour").check()
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("POSTs per minute: no limit")).to_be_visible()
    expect(page.get_by_text("Digest every hour: yes")).to_be_visible()


@pytest.mark.meets("422")
def test_order_and_partial_responses_are_not_saved_together(open_tab: OpenTab, webhook: dict[str, Any]) -> None:
    """What was entered with the other says so."""
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/edit")
    page.get_by_text("Limits", exact=True).click()
    page.get_by_label("Responses name refused events").check()
    page.get_by_label("Keep events in order").check()
    page.get_by_role("button", name="Save changes").click()
    refused = page.get_by_label("Responses name refused events")
    expect(refused).to_have_accessible_description(re.compile("Must be off where ordered is on"))
    expect(refused).to_have_attribute("aria-invalid", "true")


@pytest.mark.meets("409")
def test_limit_is_told_before_and_after_saving(open_tab: OpenTab, add_webhook: AddWebhook) -> None:
    """Whose sixth webhook is refused reads the reason, and the list says beforehand that all are in use."""
    page = open_tab(f"{CONSOLE}/new")
    for number in range(5):
        add_webhook(NOWHERE, "CI_STATS", name=f"Number {number}")
    page.get_by_label("Name", exact=True).fill("One too many")
    page.get_by_label("Target URL").fill(NOWHERE)
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    page.get_by_role("button", name="Add webhook").click()
    refused = page.get_by_role("alert").filter(has_text="No more webhooks available")
    expect(refused).to_contain_text("limit of 5 webhooks")
    expect(page.get_by_label("Name", exact=True)).to_have_value("One too many")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    expect(page.get_by_text("You have reached the limit of 5 webhooks. Delete one first.")).to_be_visible()
    expect(page.get_by_role("link", name="Add webhook")).to_have_count(0)


def test_password_is_never_shown_and_kept_when_left_empty(
    open_tab: OpenTab, add_webhook: AddWebhook, receiver: Listener, publish: Callable[..., str]
) -> None:
    """The password field of a saved webhook is empty, and leaving it so keeps the password."""
    basic = {"type": "BASIC", "username": "recado", "password": "correct horse"}
    webhook = add_webhook(receiver.url, "COURSE_ENROLLMENT", authentication=basic)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/edit")
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("Name", exact=True).fill("Renamed")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", name="Renamed", exact=True)).to_be_visible()
    publish("COURSE_ENROLLMENT")
    (request,) = receiver.wait_for(1, ARRIVES)
    assert request.headers["authorization"] == f"Basic {b64encode(b'recado:correct horse').decode()}"
