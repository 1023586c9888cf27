"""Texts of strangers that hold markup and scripts: shown as they are, never run."""

import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Error, Page, expect

from local.listener import Answer, Listener
from tests.browser.support import looks
from tests.browser.support.tabs import KeptTabs, NewContext, OpenTab
from tests.browser.support.watch import Watch
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish

CONSOLE = f"/console/accounts/{ACCOUNT}"
EVENT = "COURSE_ENROLLMENT"


def hostile(where: str) -> str:
    """Markup that would leave `ran` behind in the window, or open a dialog, if it were taken for markup."""
    return f"<img src=x onerror=\"ran='{where}'\"><script>alert('{where}')</script>{{{{7*7}}}}"


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook whose texts are hostile, and whose receiver's answers are too."""
    headers = {"X-Answer": hostile("answer header"), "Location": hostile("location"), "Content-Type": "text/html"}
    receiver.usual_answer = Answer(status=500, headers=headers, body=hostile("answer").encode())
    texts = {"name": hostile("name"), "description": hostile("description"), "headers": {"X-Custom": hostile("header")}}
    url = f"{receiver.url}/{quote(hostile('path'))}"
    return add_webhook(url, EVENT, authentication={"type": "SIGNATURE"}, **texts)


def assert_shown(page: Page, *places: str) -> None:
    """The texts of these places are read as they were entered; nothing ran, and nothing became an element."""
    for place in places:
        expect(page.get_by_text(f"<script>alert('{place}')</script>").first).to_be_attached()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, object, embed, base, script:not([src])").count() == 0


def test_hostile_texts_of_a_webhook_are_shown_as_they_are(open_tab: OpenTab, webhook: dict[str, Any]) -> None:
    """Names, descriptions and headers with markup are read as text on every page that shows them."""
    page = open_tab(f"{CONSOLE}/webhooks")
    assert_shown(page, "name")
    own = f"{CONSOLE}/webhooks/{webhook['webhookId']}"
    for path, places in (
        (f"{own}/edit", ("name",)),
        (f"{own}/deliveries", ("name",)),
        (f"{CONSOLE}/event-types", ("name",)),
        (f"{CONSOLE}/receiving", ("name",)),
        (own, ("name", "description", "header")),
    ):
        page.goto(path)
        assert_shown(page, *places)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_shown(page)


def test_hostile_events_and_answers_are_shown_as_they_are(
    open_tab: OpenTab, webhook: dict[str, Any], publish: Publish
) -> None:
    """Payloads, and what a receiver answers, are read as text, in the log and in a test's result."""
    event_id = publish(EVENT, data={hostile("key"): hostile("value")}, eventInfo=hostile("info"))
    page = open_tab(f"{CONSOLE}/webhooks/{webhook['webhookId']}/deliveries")
    page.get_by_role("row").filter(has_text=event_id).get_by_role("link", name=EVENT).click()
    assert_shown(page, "key", "value", "info", "header", "answer", "location")
    page.goto(f"{CONSOLE}/webhooks/{webhook['webhookId']}")
    page.get_by_role("button", name="Send test").click()
    assert_shown(page, "answer", "answer header")


ADDRESSES = [
    f"/console/accounts/{quote(hostile('account'), safe='')}/webhooks",
    f"{CONSOLE}/webhooks/{quote(hostile('webhook'), safe='')}",
    f"{CONSOLE}/webhooks/{quote(hostile('webhook'), safe='')}/deliveries/{quote(hostile('delivery'), safe='')}",
    f"{CONSOLE}/webhooks?{urlencode({'saved': hostile('saved')})}",
    f"{CONSOLE}/webhooks/new?{urlencode({'event': hostile('event')})}",
    f"{CONSOLE}/event-types?{urlencode({'q': hostile('q')})}",
    f"{CONSOLE}/receiving?{urlencode({'language': hostile('language')})}",
    f"{CONSOLE}/{quote(hostile('page'), safe='')}",
    "/console//evil.example/accounts",
]


@pytest.mark.meets("404", "422")
@pytest.mark.deep
def test_hostile_addresses_do_nothing(open_tab: OpenTab, kept_tabs: KeptTabs, add_webhook: AddWebhook) -> None:
    """A link that somebody sends, be it to a log with markup for filters, runs nothing, and leads nowhere else."""
    webhook = add_webhook("http://127.0.0.1:9/", EVENT)
    filters = {name: hostile(name) for name in ("status", "eventName", "from", "to", "range", "cursor")}
    log = f"{CONSOLE}/webhooks/{webhook['webhookId']}/deliveries?{urlencode(filters)}"
    for path in (log, *ADDRESSES):
        page = open_tab(path)
        looks.settled(page)
        assert_shown(page)
        assert page.evaluate("location.origin") in page.url
        kept_tabs.give_back()


@pytest.mark.deep
def test_hostile_error_of_the_sign_in_page_is_shown_as_it_is(new_context: NewContext) -> None:
    """What the sign-in page says about an error is read as text."""
    page = new_context().new_page()
    page.goto("/console")
    page.get_by_role("button", name="Sign in", exact=True).click()
    state = page.evaluate("JSON.parse(sessionStorage.getItem('recado.sign_in')).state")
    said = {"error": "server_error", "error_description": hostile("error"), "state": state}
    page.goto(f"/console?{urlencode(said)}")
    expect(page.get_by_text("Sign-in failed")).to_be_visible()
    assert_shown(page, "error")


def test_page_may_load_nothing_but_its_own_files(anonymous_api: ApiClient) -> None:
    """The console's page and files come with a policy that lets no inline or foreign script run."""
    page = anonymous_api.get("/console")
    script = re.search(r'src="(/console/assets/console[^"]*\.js)"', page.text)
    assert script
    for answer in (page, anonymous_api.get(script[1])):
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["style-src"] == "'self'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script>" not in page.text


def test_policy_holds_in_the_browser(open_tab: OpenTab, watch: Watch) -> None:
    """A script that got into the page all the same could neither make HTML of text nor call another host."""
    page = open_tab(f"{CONSOLE}/webhooks")
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<p>text</p>'")
    refused = "fetch('https://elsewhere.invalid/').then(() => 'answered', () => 'refused')"
    assert page.evaluate(refused) == "refused"
    assert watch.defects
    assert all("Content Security Policy" in defect or "TrustedHTML" in defect for defect in watch.defects)
    watch.defects.clear()
