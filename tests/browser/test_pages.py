"""Every page, wide and narrow, light and dark, in both languages: accessible, nothing cut off, no text missing."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from local.stack_file import Stack
from tests.browser import looks, showcase
from tests.browser.people import NewPerson, Person
from tests.browser.showcase import ARCHIVE, CRM, DISABLED, REPORTING, Showcase
from tests.browser.webhooks import delete_all
from tests.e2e.client import ApiClient

OpenTab = Callable[..., Page]

Place = Callable[[Showcase], str]


def _account(path: str) -> Place:
    return lambda _: f"/accounts/{showcase.ACCOUNT}/{path}"


def _webhook(name: str, path: str = "") -> Place:
    return lambda shown: shown.webhook(name) + path


PAGES: dict[str, Place] = {
    "webhooks": _account("webhooks"),
    "new webhook": _account("webhooks/new"),
    "edit": _webhook(CRM, "/edit"),
    "edit basic": _webhook(REPORTING, "/edit"),
    "healthy webhook": _webhook(CRM),
    "failing webhook": _webhook(REPORTING),
    "retired webhook": _webhook(ARCHIVE),
    "disabled webhook": _webhook(DISABLED),
    "deliveries": _webhook(CRM, "/deliveries"),
    "no deliveries": _webhook(ARCHIVE, "/deliveries"),
    "filtered deliveries": _webhook(REPORTING, "/deliveries?status=PENDING&range=24h"),
    "delivered": lambda shown: shown.delivery(CRM),
    "pending": lambda shown: shown.delivery(REPORTING),
    "event types": _account("event-types"),
    "receiving": _account("receiving"),
    "not found": _account("nothing-here"),
    "unknown webhook": _account("webhooks/wh_00000000000000000000000000000000"),
}


@pytest.fixture(scope="module")
def shown_account(
    stack: Stack, publish: Callable[..., str], new_person: NewPerson, session_of: Callable[[Person], str]
) -> Iterator[tuple[Showcase, str]]:
    """An account with webhooks and deliveries in every state, and the session of its admin."""
    session = session_of(new_person(showcase.ACCOUNT))
    with ExitStack() as opened:
        api = ApiClient(stack.api_url, json.loads(session)["accessToken"])
        opened.callback(delete_all, api, showcase.ACCOUNT)
        yield showcase.fill(api, publish, lambda: opened.enter_context(Listener())), session


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_and_complete(open_tab: OpenTab, shown_account: tuple[Showcase, str], name: str) -> None:
    """The page has no fault that axe finds, fits its width, and misses no text, in either language."""
    shown, session = shown_account
    path = f"/console{PAGES[name](shown)}"
    page = open_tab(path, session)
    looks.settled(page)
    looks.assert_faultless(page)
    looks.assert_complete(page)
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_label("Language").select_option("Português")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
    looks.assert_complete(page)
