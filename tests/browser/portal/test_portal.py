"""The portal as a page of its own: a link lets somebody in, with what it grants, until its session ends."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.portal.form import NOWHERE, fill
from tests.browser.support import axe, looks
from tests.browser.support.portal import ALL, HOME, Platform, renewing
from tests.browser.support.tabs import NewContext
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient


@pytest.fixture
def platform(api_for: Callable[..., ApiClient]) -> Platform:
    """The platform."""
    return Platform(api_for("", "recado/admin"))


@pytest.fixture
def webhook(add_webhook: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A webhook that signs."""
    return add_webhook(NOWHERE, "COURSE_ENROLLMENT", name="CRM sync", authentication={"type": "SIGNATURE"})


def enter(context: BrowserContext, link: str) -> Page:
    """Follow a link."""
    page = context.new_page()
    page.goto(link)
    return page


@pytest.mark.usefixtures("webhook")
def test_a_link_lets_in(platform: Platform, new_context: NewContext) -> None:
    """Who follows the link sees the account's webhooks, under the platform's name, in the link's language and theme."""
    page = enter(new_context(), platform.session(locale="pt-BR", theme="dark", user="ana@example.com")["url"])
    expect(page.get_by_role("link", name="CRM sync")).to_be_visible()
    expect(page).to_have_url(HOME)
    expect(page).to_have_title("Webhooks · Shop Webhooks")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["pt-BR", "dark"]
    colours = page.locator(".top").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.querySelector('.brand')).color]"
    )
    assert colours == ["rgb(10, 125, 79)", "rgb(255, 255, 255)"]
    expect(page.get_by_text("ana@example.com").first).to_be_visible()
    assert page.locator(".account").count() == 0


@pytest.mark.meets("401")
def test_a_link_is_worth_nothing_the_second_time(platform: Platform, new_context: NewContext) -> None:
    """Whoever finds it in the browser's history is told so."""
    context, link = new_context(), platform.session()["url"]
    expect(enter(context, link).get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    context.close()
    page = enter(new_context(), link)
    expect(page.get_by_role("heading", name="This link has been used or is too old")).to_be_visible()
    expect(page).to_have_title("This link has been used or is too old · Shop Webhooks")


@pytest.mark.meets("401")
@pytest.mark.deep
def test_a_tab_that_was_never_let_in_is_let_in_itself(platform: Platform, new_context: NewContext) -> None:
    """The platform's page opens in the same tab, since there is nothing to keep; a link pasted there works too."""
    context = new_context()
    used = platform.session()["url"]
    enter(context, used).get_by_role("heading", name="Webhooks", exact=True).wait_for()
    context.close()
    context = new_context()
    renewing(context, lambda: platform.session()["url"])
    page = enter(context, used)
    page.get_by_role("link", name="Go to your platform").click()
    expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    assert len(context.pages) == 1
    again = enter(new_context(), used)
    expect(again.get_by_role("heading", name="This link has been used or is too old")).to_be_visible()
    again.evaluate("window.same = true")
    again.evaluate("link => { location.href = link }", platform.session()["url"])
    expect(again.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    expect(again).to_have_url(HOME)
    assert again.evaluate("window.same") is True


@pytest.mark.deep
@pytest.mark.usefixtures("webhook")
def test_where_the_first_answer_fails(platform: Platform, new_context: NewContext) -> None:
    """Trying again goes on with the link that was followed."""
    context = new_context()
    context.route("**/console/config.json", lambda route: route.fulfill(body="no", content_type="text/plain"))
    page = enter(context, platform.session()["url"])
    page.get_by_role("button", name="Try again").wait_for()
    context.unroute("**/console/config.json")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="CRM sync")).to_be_visible()


@pytest.mark.deep
@pytest.mark.meets("401")
def test_a_session_that_ends_under_a_form(platform: Platform, new_context: NewContext) -> None:
    """Nothing that was typed is lost: renewed in another tab, the form saves."""
    context = new_context()
    page = enter(context, platform.session()["url"])
    page.get_by_role("link", name="Add webhook").first.click()
    fill(page)
    platform.end_all()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="Your session has ended").first).to_be_visible()
    renewing(context, lambda: platform.session()["url"])
    with context.expect_page() as opened:
        page.get_by_role("link", name="Renew session").click()
    expect(opened.value.get_by_text("The tab you came from goes on with it.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Typed by hand")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("heading", name="Typed by hand")).to_be_visible()


@pytest.mark.deep
@pytest.mark.usefixtures("webhook")
def test_a_new_tab_and_signing_out(platform: Platform, new_context: NewContext) -> None:
    """A link opened in a new tab is signed in there; signing out in one ends the other."""
    context = new_context()
    page = enter(context, platform.session(theme="dark", locale="en")["url"])
    with context.expect_page() as opened:
        page.get_by_role("link", name="CRM sync").click(modifiers=["ControlOrMeta"])
    other = opened.value
    expect(other.get_by_role("heading", name="CRM sync")).to_be_visible()
    # It looks as the link had asked for.
    assert other.evaluate("document.documentElement.dataset.theme") == "dark"
    assert other.locator("select[name=theme]").count() == 0
    other.goto(HOME)
    expect(other.get_by_role("link", name="CRM sync")).to_be_visible()
    # It is no renewal, so nobody is told that this tab could be closed.
    assert page.locator(".notices section").count() == 0
    page.get_by_role("button", name="Settings and sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(other.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(other.get_by_text("CRM sync")).to_have_count(0)


@pytest.mark.usefixtures("webhook")
def test_reading_alone_shows_nothing_that_changes(platform: Platform, new_context: NewContext) -> None:
    """Neither buttons nor links for what is not granted; a deep link to the form says so."""
    page = enter(new_context(), platform.session("read")["url"])
    expect(page.get_by_role("link", name="CRM sync")).to_be_visible()
    assert page.get_by_role("link", name="Add webhook").count() == 0
    page.get_by_role("link", name="CRM sync").click()
    expect(page.get_by_role("heading", name="Configuration")).to_be_visible()
    for name in ("Edit", "Send test", "Retire", "Delete", "Show", "Download", "Rotate"):
        assert page.get_by_role("main").get_by_role("button", name=name).count() == 0, name
    assert page.get_by_role("link", name="Edit").count() == 0
    page.get_by_role("link", name="Deliveries").last.click()
    expect(page.get_by_role("heading", name="CRM sync")).to_be_visible()
    assert page.get_by_role("button", name="Redeliver").count() == 0
    page.evaluate(f"history.replaceState(null, '', '{HOME}')")
    page.evaluate(f"history.pushState(null, '', '{HOME}/new'); dispatchEvent(new PopStateEvent('popstate'))")
    expect(page.get_by_role("heading", name="This is not part of your access")).to_be_visible()


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize(
    ("capability", "offered"),
    [("write", "#test-event"), ("secrets", ".signature button"), ("resend", ".section-head button")],
)
def test_each_capability_shows_its_own(
    platform: Platform, new_context: NewContext, capability: str, offered: str
) -> None:
    """What one capability grants is there with it, and not without it."""
    for granted, there in (("read", capability), True), (tuple({*ALL} - {capability}), False):
        page = enter(new_context(), platform.session(*granted)["url"])
        page.get_by_role("link", name="CRM sync").click()
        expect(page.get_by_role("heading", name="Configuration")).to_be_visible()
        if capability == "resend":
            page.get_by_role("navigation").get_by_role("link", name="Deliveries").last.click()
            expect(page.locator("#log")).to_be_visible()
        assert (page.locator(offered).count() > 0) is there, granted


@pytest.mark.deep
@pytest.mark.meets("401")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_by_everybody(platform: Platform, new_context: NewContext, theme: str) -> None:
    """In the platform's colour, light or dark, and with its session over, axe finds nothing wrong, and all has room."""
    page = enter(new_context(), platform.session(theme=theme)["url"])
    page.get_by_role("link", name="Add webhook").first.click()
    fill(page)
    assert axe.violations(page) == []
    platform.end_all()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="Your session has ended").first).to_be_visible()
    assert axe.violations(page) == []
    looks.assert_roomy(page)


@pytest.mark.deep
def test_alerts_in_the_portal(platform: Platform, api: ApiClient, new_context: NewContext) -> None:
    """Who may change adds an address there; who may only read sees the addresses, and no button."""
    address = "ines.portal@example.org"
    page = enter(new_context(), platform.session()["url"])
    page.get_by_role("link", name="Alerts").click()
    page.get_by_label("Email address").fill(address)
    page.get_by_role("button", name="Add address").click()
    expect(page.get_by_role("row").filter(has_text=address)).to_contain_text("Not confirmed yet")
    reader = enter(new_context(), platform.session("read")["url"])
    reader.get_by_role("link", name="Alerts").click()
    expect(reader.get_by_role("row").filter(has_text=address)).to_be_visible()
    for name in ("Add address", "Remove", "Send the confirmation again"):
        expect(reader.get_by_role("button", name=name)).to_have_count(0)
    api.delete(f"/accounts/{ACCOUNT}/alert-addresses")
