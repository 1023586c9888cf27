"""An account's admins are told by mail: from the page of its addresses to the buttons that their mails lead to."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from local.commands import mails
from local.commands.mails import Mail
from tests.browser.support import languages, looks
from tests.browser.support.languages import LANGUAGES
from tests.browser.support.tabs import NewContext, OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import until

pytestmark = pytest.mark.deep

MailsTo = Callable[[str], list[Mail]]

ALERTS_PAGE = f"/console/accounts/{ACCOUNT}/alerts"
ADDRESSES = f"/accounts/{ACCOUNT}/alert-addresses"
# Each address may be asked three times a day, whatever the account.
ANA, BEA, CLARA = (f"{name}.{ACCOUNT}@example.org" for name in ("ana", "bea", "clara"))


@pytest.fixture
def mails_to(instance: Instance, api: ApiClient) -> Iterator[MailsTo]:
    """`mails_to(address)` returns what it was mailed; afterwards the account has no addresses."""
    yield lambda address: [mail for mail in mails.sent(instance.settings) if mail.to == address]
    api.delete(ADDRESSES)


def asked(mails_to: MailsTo, address: str) -> Mail:
    """Return the mail that asks to confirm the address, once it is there."""
    until(lambda: mails_to(address), "the mail that asks")
    return mails_to(address)[-1]


def link(mail: Mail, purpose: str) -> str:
    """Return the link of the mail that opens the page with this button."""
    (found,) = re.findall(rf"https?://\S+/console/alerts#{purpose}=\S+", mail.text)
    return str(found)


def state(api: ApiClient) -> str:
    """Return the state of the account's only address."""
    (one,) = api.get(ADDRESSES).json()["addresses"]
    return str(one["state"])


def test_address_is_added_confirmed_and_unsubscribed(
    open_tab: OpenTab, new_context: NewContext, api: ApiClient, mails_to: MailsTo
) -> None:
    """Each step is a button; the page of the account follows, and the link's token is in no address."""
    page = open_tab(ALERTS_PAGE, eager=True)
    expect(page.get_by_role("heading", name="Nobody is told yet")).to_be_visible()
    page.get_by_label("Email address").fill(ANA)
    page.get_by_label("Language of the emails").select_option("pt")
    page.get_by_role("button", name="Add address").click()
    row = page.get_by_role("row").filter(has_text=ANA)
    expect(row).to_contain_text("Not confirmed yet")
    expect(row).to_contain_text("Português")
    expect(page.get_by_label("Email address")).to_have_value("")

    mail = asked(mails_to, ANA)
    reader = new_context().new_page()
    reader.goto(link(mail, "confirm"))
    expect(reader).to_have_url(re.compile(r"/console/alerts$"))
    assert reader.evaluate("history.length") <= 2
    reader.get_by_role("button", name="Confirm the address").click()
    expect(reader.get_by_text(f"{ANA} now gets the alerts of account {ACCOUNT}.")).to_be_visible()
    expect(row).to_contain_text("Gets alerts")

    reader.goto(link(mail, "unsubscribe"))
    reader.get_by_role("button", name="Unsubscribe").click()
    expect(reader.get_by_text(f"{ANA} gets no more emails about account {ACCOUNT}.")).to_be_visible()
    expect(row).to_contain_text("Unsubscribed")
    assert state(api) == "UNSUBSCRIBED"

    row.get_by_role("button", name=f"Remove {ANA}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Nobody is told yet")).to_be_visible()


def test_filter_that_opens_every_link_changes_nothing(
    new_context: NewContext, api: ApiClient, mails_to: MailsTo
) -> None:
    """Each link of a mail is opened in a browser with scripts, until nothing is loaded any more; nothing is sent."""
    api.put(ADDRESSES, json={"addresses": [{"address": BEA}]})
    mail = asked(mails_to, BEA)
    context = new_context()
    sent: list[str] = []
    context.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    urls = set(re.findall(r"https?://[^\s<>\"]+", f"{mail.text} {mail.html}"))
    assert {"confirm", "unsubscribe"} <= {purpose for url in urls for purpose in re.findall(r"#(\w+)=", url)}
    for url in urls:
        page = context.new_page()
        page.goto(url)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.close()
    assert (sent, state(api)) == ([], "PENDING")


@pytest.mark.meets("404")
def test_link_of_an_address_that_was_removed_says_so(
    new_context: NewContext, api: ApiClient, mails_to: MailsTo
) -> None:
    """A link that is worth nothing any more, and one that was cut off, have a sentence; the page has no fault."""
    api.put(ADDRESSES, json={"addresses": [{"address": CLARA}]})
    mail = asked(mails_to, CLARA)
    api.delete(ADDRESSES)
    page = new_context().new_page()
    page.goto(link(mail, "confirm"))
    page.get_by_role("button", name="Confirm the address").click()
    expect(page.get_by_role("alert").get_by_text("This link is not valid, or no longer is")).to_be_visible()
    looks.assert_faultless(page)
    for code in LANGUAGES:
        languages.choose(page, code)
        looks.assert_complete(page)
        languages.assert_pure(page, code)
    languages.choose(page, "en")
    # In the same tab: the browser loads nothing anew.
    page.evaluate("location.hash = '#confirm='")
    expect(page.get_by_role("heading", name="This link is not complete")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm the address")).to_have_count(0)


@pytest.mark.meets("ERR_INTERNET_DISCONNECTED")
def test_button_works_once_the_network_is_back(new_context: NewContext) -> None:
    """Offline it says so, and stays to be pressed again."""
    context = new_context()
    page = context.new_page()
    page.goto("/console/alerts#unsubscribe=MTAx.al_1.abc")
    button = page.get_by_role("button", name="Unsubscribe")
    expect(button).to_be_visible()
    context.set_offline(True)
    button.click()
    expect(page.get_by_role("alert").get_by_text("The service could not be reached.")).to_be_visible()
    expect(button).to_be_enabled()
    looks.assert_faultless(page)


@pytest.mark.meets("422")
def test_what_is_no_address_is_told_at_the_field(open_tab: OpenTab) -> None:
    """What was typed stays, and the sentence stands below it."""
    page = open_tab(ALERTS_PAGE)
    page.get_by_role("button", name="Add address").click()
    expect(page.get_by_text("Enter an email address.")).to_be_visible()
    page.get_by_label("Email address").fill("ana at example")
    page.get_by_role("button", name="Add address").click()
    expect(page.locator("#alert-address-problem")).to_contain_text("must be an email address")
    expect(page.get_by_label("Email address")).to_have_value("ana at example")
    looks.assert_faultless(page)


def test_deployment_without_mails_says_so(open_tab: OpenTab) -> None:
    """There is no form then."""
    page = open_tab("/console")
    page.route(f"**{ADDRESSES}", lambda route: route.fulfill(json={"mails": False, "addresses": []}))
    page.goto(ALERTS_PAGE)
    expect(page.get_by_text("This deployment sends no emails")).to_be_visible()
    expect(page.get_by_role("button", name="Add address")).to_have_count(0)


def test_page_of_alerts_is_accessible_and_complete(open_tab: OpenTab) -> None:
    """With an address in each state, and each problem, the page has no fault in any language."""
    since = "2026-11-24T08:00:00.000Z"
    states = {"PENDING": "TOO_MANY_MAILS", "CONFIRMED": "REFUSED", "UNSUBSCRIBED": None}
    addresses = [
        {"addressId": f"al_{at}", "address": f"{at}@example.org", "locale": "en", "state": state, "since": since}
        | ({"problem": problem, "mailedAt": since} if problem else {})
        for at, (state, problem) in enumerate(states.items())
    ]
    page = open_tab("/console")
    page.route(f"**{ADDRESSES}", lambda route: route.fulfill(json={"mails": True, "addresses": addresses}))
    page.goto(ALERTS_PAGE)
    expect(page.locator("table.alert-addresses tbody tr")).to_have_count(len(states))
    looks.assert_faultless(page)
    for code in LANGUAGES:
        languages.choose(page, code)
        looks.assert_complete(page)
        looks.assert_wide_enough(page)
        languages.assert_pure(page, code)
