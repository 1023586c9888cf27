"""Pictures of the pages for the documentation: `make screenshots` writes them into docs/screenshots.

No test of `make test`, so that a test run changes no file.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from local.settings import PROJECT_DIR
from tests.browser.support import looks
from tests.browser.support.showcase import ACCOUNT, ARCHIVE, CRM, DISABLED, REPORTING, Showcase
from tests.browser.support.tabs import OpenTab

FOLDER = PROJECT_DIR / "docs" / "screenshots"
# What stands in the pictures instead of the receivers on this machine.
HOSTS = {
    CRM: "https://crm.example.com",
    REPORTING: "https://reports.example.com",
    ARCHIVE: "https://archive.example.com",
    DISABLED: "https://intranet.example.com",
}
PAGES: dict[str, Callable[[Showcase], str]] = {
    "webhooks": lambda shown: shown.root,
    "new-webhook": lambda shown: f"{shown.root}/new?event=COURSE_COMPLETED",
    "webhook": lambda shown: shown.webhook(CRM),
    "failing-webhook": lambda shown: shown.webhook(REPORTING),
    "deliveries": lambda shown: f"{shown.webhook(CRM)}/deliveries",
    "selected-deliveries": lambda _: f"/accounts/{ACCOUNT}/deliveries",
    "delivery": lambda shown: shown.delivery(CRM),
    "pending-delivery": lambda shown: shown.delivery(REPORTING),
    "event-types": lambda _: f"/accounts/{ACCOUNT}/event-types",
    "receiving": lambda _: f"/accounts/{ACCOUNT}/receiving",
}
HEIGHT = 800
# In the dark too.
DARK = ("webhooks", "failing-webhook")


@pytest.fixture(scope="session")
def hours() -> int:
    """A day of events, for the charts."""
    return 23


@pytest.mark.parametrize("name", PAGES)
def test_picture(open_tab: OpenTab, shown: Showcase, name: str) -> None:
    """The page is drawn with everything on it, and its pictures are written."""
    page = open_tab("/console/config.json", shown.session)
    page.route(re.compile(r"//[^/]+/accounts/"), lambda route: _with_public_hosts(route, shown))
    page.goto(f"/console{PAGES[name](shown)}")
    looks.settled(page)
    expect(page.locator(".badge, table, form, details").first).to_be_visible()
    if name in PREPARED:
        PREPARED[name](page)
    for width in (looks.WIDE, looks.NARROW):
        _write(page, name, width)
    if name in DARK:
        page.emulate_media(color_scheme="dark")
        _write(page, f"{name}-dark", looks.WIDE)


def _fill_in(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Certificates")
    page.get_by_role("textbox", name="Description").fill("Prints a certificate for everybody who completes a course")
    page.get_by_label("Target URL").fill("https://print.example.com/hooks/learning")
    page.get_by_label("Signature", exact=True).check()
    page.get_by_role("heading", level=1).focus()
    page.evaluate("scrollTo(0, 0)")


def _select(page: Page) -> None:
    for row in page.locator("table.deliveries tbody tr").all()[:4]:
        row.get_by_role("checkbox").check()
    expect(page.get_by_text("4 selected")).to_be_visible()


# What is done on a page before its picture is taken.
PREPARED: dict[str, Callable[[Page], None]] = {"new-webhook": _fill_in, "selected-deliveries": _select}


def _write(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}-{width}.png", scale="css")


def _with_public_hosts(route: Route, shown: Showcase) -> None:
    answer = route.fetch()
    text = answer.text()
    for name, host in HOSTS.items():
        text = text.replace(shown.listeners[name].url, host)
    route.fulfill(response=answer, body=text)
