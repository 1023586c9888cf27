"""Every page, wide and light, narrow and dark, in every language: accessible, nothing cut off, no text missing."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.support import languages, looks, people, showcase
from tests.browser.support.languages import LANGUAGES
from tests.browser.support.people import NewPerson
from tests.browser.support.showcase import ARCHIVE, CRM, DISABLED, REPORTING, Showcase
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT, OTHER_ACCOUNT
from tests.support.deep import deep_unless

Place = Callable[[Showcase], str]


def _account(path: str) -> Place:
    return lambda _: f"/accounts/{showcase.ACCOUNT}/{path}"


def _webhook(name: str, path: str = "") -> Place:
    return lambda shown: shown.webhook(name) + path


# Where each page is, and what is seen on it once everything has been loaded.
PAGES: dict[str, tuple[Place, str]] = {
    "webhooks": (_account("webhooks"), "tbody tr .badge"),
    "new webhook": (_account("webhooks/new"), "#event-CI_STATS"),
    "edit": (_webhook(CRM, "/edit"), ".signature, #event-CI_STATS"),
    "edit basic": (_webhook(REPORTING, "/edit"), "#event-CI_STATS"),
    "healthy webhook": (_webhook(CRM), ".chart-plot, .signature, .event-names"),
    "failing webhook": (_webhook(REPORTING), ".notice-bad, .chart-plot, .event-names"),
    "retired webhook": (_webhook(ARCHIVE), ".notice-info, .event-names"),
    "disabled webhook": (_webhook(DISABLED), ".notice-warn, .event-names"),
    "deliveries": (_webhook(CRM, "/deliveries"), ".chart-plot, table.deliveries"),
    "no deliveries": (_webhook(ARCHIVE, "/deliveries"), ".empty"),
    "filtered deliveries": (_webhook(REPORTING, "/deliveries?status=PENDING&range=24h"), "table.deliveries"),
    "all deliveries": (_account("deliveries?failure=ANY"), "table.deliveries, #event-id, .filters-more"),
    "delivered": (lambda shown: shown.delivery(CRM), ".attempt .badge-ok, .code"),
    "pending": (lambda shown: shown.delivery(REPORTING), ".attempt .badge-bad, .attempt .code"),
    "activity": (_account("activity"), "table.activity"),
    "activity of a webhook": (_webhook(ARCHIVE, "/activity"), "table.activity"),
    "event types": (_account("event-types"), ".event-type .receivers"),
    "receiving": (_account("receiving"), "table.signatures, .tab-list"),
    "open receiving": (lambda _: "/receiving", ".tab-list, .handbook"),
    "not found": (_account("nothing-here"), "main a"),
    "account of others": (lambda _: f"/accounts/{OTHER_ACCOUNT}/webhooks", "main a"),
    "unknown webhook": (_account("webhooks/wh_00000000000000000000000000000000"), "main p a"),
}


# Where nothing is, the API says so.
MEETS = {"unknown webhook": [pytest.mark.meets("404")]}


# Pages that differ from another in what they say alone.
ALIKE = (
    "edit basic",
    "retired webhook",
    "disabled webhook",
    "no deliveries",
    "filtered deliveries",
    "activity of a webhook",
)
each_page = pytest.mark.parametrize("name", [pytest.param(name, marks=MEETS.get(name, ())) for name in PAGES])
each_kind_of_page = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=(*MEETS.get(name, ()), *deep_unless(name not in ALIKE))) for name in PAGES],
)


def _opened(open_tab: OpenTab, shown: Showcase, name: str) -> Page:
    place, seen = PAGES[name]
    page = open_tab(f"/console{place(shown)}", shown.session)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for part in seen.split(", "):
        expect(page.locator(part).first).to_be_visible()
    return page


@each_kind_of_page
def test_page_is_accessible_and_complete(open_tab: OpenTab, shown: Showcase, name: str) -> None:
    """The page has no fault that axe finds, fits its width, and misses no text."""
    page = _opened(open_tab, shown, name)
    looks.assert_faultless(page)
    looks.assert_complete(page)


@pytest.mark.deep
@each_page
def test_page_is_complete_in_every_language(open_tab: OpenTab, shown: Showcase, name: str) -> None:
    """The page fits its width, misses no text, and shows none of another language."""
    page = _opened(open_tab, shown, name)
    for code in LANGUAGES:
        languages.choose(page, code)
        looks.assert_complete(page)
        looks.assert_wide_enough(page)
        languages.assert_pure(page, code)


def test_page_without_webhooks_is_accessible(open_tab: OpenTab) -> None:
    """The list without webhooks, and the menu over it, have no fault."""
    page = open_tab(f"/console/accounts/{ACCOUNT}/webhooks")
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    page.get_by_role("button", name="Settings and sign out").click()
    looks.assert_faultless(page)


def test_asking_to_sign_in_is_accessible(new_context: Callable[..., BrowserContext], new_person: NewPerson) -> None:
    """The page before signing in has no fault, nor that of somebody without an account, which says what to ask for."""
    page = new_context().new_page()
    page.goto("/console")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    looks.assert_faultless(page)
    person = new_person()
    people.sign_in(page, person)
    expect(page.get_by_role("heading", name="No account yet")).to_be_visible()
    expect(page.get_by_text("Ask your administrator")).to_be_visible()
    looks.assert_faultless(page)


@pytest.mark.meets("400", "401")
def test_session_that_has_ended_is_accessible(open_tab: OpenTab, shown: Showcase) -> None:
    """A page that is opened with a session that has ended asks to sign in again, keeps no token, and has no fault."""
    session = json.loads(shown.session)
    content, _, signature = session["accessToken"].rpartition(".")
    ended = {**session, "accessToken": f"{content}.{signature[::-1]}", "refreshToken": "refused"}
    page = open_tab(f"/console{shown.root}", json.dumps(ended))
    expect(page.get_by_role("button", name="Sign in again")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('recado.session')") is None
    looks.assert_faultless(page)


def test_refused_form_and_test_results_are_accessible(open_tab: OpenTab, shown: Showcase) -> None:
    """A form that was refused, with the result of a test that failed, has no fault."""
    page = open_tab(f"/console{shown.root}/new", shown.session)
    page.get_by_label("Target URL").fill(shown.listeners[REPORTING].url)
    page.get_by_label("Basic", exact=True).check()
    page.get_by_label("User name").fill("recado")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Add header").click()
    page.get_by_label("Name of header 1").fill("X-Source")
    page.get_by_label("Value of header 1").fill("recado")
    page.get_by_role("button", name="Send test").click()
    expect(page.locator(".test-result")).to_contain_text("Status 503")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="2 fields need your attention")).to_be_visible()
    looks.assert_faultless(page)


def test_questions_are_accessible(open_tab: OpenTab, shown: Showcase) -> None:
    """The questions before deleting, with what was typed wrong, and reactivating, and the choice of redelivery."""
    page = open_tab(f"/console{shown.webhook(REPORTING)}", shown.session)
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog.get_by_text("The text does not match.")).to_be_visible()
    looks.assert_faultless(page)
    page.goto(f"/console{shown.webhook(ARCHIVE)}")
    page.get_by_role("button", name="Reactivate", exact=True).first.click()
    expect(page.get_by_role("dialog").get_by_role("checkbox")).to_be_checked()
    looks.assert_faultless(page)
    page.goto(f"/console{shown.webhook(REPORTING)}/deliveries?range=custom")
    page.get_by_role("button", name="Redeliver many").click()
    expect(page.get_by_role("dialog").get_by_label("Which")).to_be_visible()
    looks.assert_faultless(page)
