"""The API reference at /docs: read by anybody, from the API that serves it, and from nowhere else."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.browser.support import looks
from tests.browser.support.keyboard import press_on
from tests.browser.support.tabs import NewContext, OpenTab
from tests.e2e.support.accounts import ACCOUNT

DOCS = "/docs"
REGISTER = "createWebhook"


@pytest.fixture
def reference(new_context: NewContext) -> Page:
    """The page as it opens for somebody who has never signed in."""
    page = new_context().new_page()
    page.goto(DOCS)
    looks.settled(page)
    return page


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((PROJECT_DIR / "docs" / "openapi.json").read_text("utf-8"))
    return document


def _operation(page: Page, operation_id: str) -> Any:
    return page.locator(".operation").filter(has=page.locator(f"[id='{operation_id}']"))


def _opened(page: Page, operation_id: str) -> Any:
    operation = _operation(page, operation_id)
    operation.locator("details > summary").first.click()
    return operation


def test_it_loads_from_its_own_origin_alone(new_context: NewContext, stack: Stack) -> None:
    """Nothing but the page, its files and the document; what its policy would stop, the watch over all tabs reports."""
    page = new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(DOCS)
    looks.settled(page)
    origin = stack.api_url.rstrip("/")
    addresses = {url.removeprefix(origin) for url in asked}
    assert all(address.startswith(("/console/assets/", "/docs", "/openapi.json")) for address in addresses), addresses
    assert {"/docs", "/openapi.json"} <= addresses
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_it_shows_every_operation_and_every_event(reference: Page) -> None:
    """As many as the document has, with the method, the path and who may call it."""
    document = _document()
    operations = [method for item in document["paths"].values() for method in item]
    expect(reference.locator(".operation")).to_have_count(len(operations) + len(document["webhooks"]))
    registering = "jwt (bearer token) with recado/webhooks.write or recado/admin"
    expect(_operation(reference, REGISTER)).to_contain_text(registering)
    expect(_operation(reference, "resend")).to_contain_text("receiver (header webhook-signature)")
    expect(_operation(reference, "health")).to_contain_text("Open: nothing is asked for")
    for name in document["webhooks"]:
        expect(_operation(reference, f"webhook-{name}")).to_contain_text(name)


@pytest.mark.deep
def test_details_are_made_when_they_are_opened(reference: Page) -> None:
    """The command, parameters, the body with what it is made of, and the answers."""
    operation = _operation(reference, REGISTER)
    expect(operation.locator("h4")).to_have_count(0)
    _opened(reference, REGISTER)
    expect(operation.locator("h4")).to_have_text(["As a command", "Parameters", "Body application/json", "Answers"])
    expect(operation).to_contain_text("--header 'Authorization: Bearer <token>'")
    field = operation.locator(".field").filter(has_text="authentication").first
    field.get_by_text("Its parts: authentication").click()
    expect(field.locator(".fields strong").filter(has_text="OAuth2Authentication")).to_be_visible()


@pytest.mark.deep
def test_the_command_is_copied_and_is_one(reference: Page, stack: Stack) -> None:
    """The clipboard gets what is shown, at the address of this API; nothing in it is anybody's."""
    reference.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _opened(reference, "health").get_by_role("button", name="Copy").first.click()
    expect(reference.locator("#announcer")).to_have_text("Copied")
    copied = reference.evaluate("navigator.clipboard.readText()")
    assert copied == f"curl --request GET '{stack.api_url.rstrip('/')}/health'"


@pytest.mark.deep
def test_an_address_opens_at_its_operation(reference: Page) -> None:
    """Of a link that was sent; with the keyboard the contents lead on."""
    link = reference.locator(".contents a").last
    name = link.inner_text()
    press_on(reference, link)
    expect(reference.get_by_role("heading", name=name, exact=True)).to_be_in_viewport()
    reference.goto(f"{DOCS}#resend")
    reference.reload()
    expect(reference.locator("#resend")).to_be_in_viewport()
    expect(reference.locator("#resend")).to_be_focused()


@pytest.mark.deep
def test_a_search_leaves_what_is_meant(reference: Page) -> None:
    """And says how many that are."""
    reference.get_by_role("searchbox").fill("register webhook")
    expect(reference.locator(".operation")).to_have_count(1)
    expect(reference.get_by_text("1 entry")).to_be_visible()
    reference.get_by_role("searchbox").fill("no-such-thing")
    expect(reference.get_by_text("0 entries")).to_be_visible()


@pytest.mark.deep
def test_it_is_faultless_at_every_width_and_in_the_dark(reference: Page) -> None:
    """With an operation and an event opened, down to a field of a field."""
    operation = _opened(reference, REGISTER)
    operation.get_by_text("Its parts: authentication").click()
    _opened(reference, f"webhook-{next(iter(_document()['webhooks']))}")
    looks.assert_faultless(reference)


@pytest.mark.deep
@pytest.mark.meets("ERR_FAILED")
def test_an_api_that_does_not_answer_is_asked_again(new_context: NewContext) -> None:
    """The page says so, and a button tries again."""
    page = new_context().new_page()

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/openapi.json", refuse)
    page.goto(DOCS)
    expect(page.get_by_text("The API did not answer.")).to_be_visible()
    page.unroute("**/openapi.json", refuse)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".operation").first).to_be_visible()


def test_the_console_leads_there(open_tab: OpenTab) -> None:
    """From the page about event types."""
    page = open_tab(f"/console/accounts/{ACCOUNT}/event-types")
    page.get_by_role("link", name="API reference").click()
    expect(page).to_have_url(re.compile(f"{DOCS}$"))
    expect(page.locator(".operation").first).to_be_visible()
