"""The signing secret: made before saving, shown, copied, handed out, rotated, and used to sign a command anew."""

import json
import re
import subprocess

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook, WebhookVerificationError

from local.listener import Answer, Listener, signature_holds
from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES

pytestmark = pytest.mark.deep

EVENT = "COURSE_ENROLLMENT"
OWN = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}
CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"


class Verifying(Listener):
    """A receiver that lets nobody in whose signature it cannot verify by `secret`."""

    secret = ""

    def _next_answer(self, headers: dict[str, str], body: bytes) -> Answer:
        holds = bool(self.secret) and signature_holds(self.secret, headers, body)
        return Answer() if holds else Answer(401, body=b"bad signature")


def copied(page: Page) -> str:
    """Return what is in the clipboard."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def fill_in(page: Page, target: str) -> None:
    """Fill in a new webhook, but for its authentication."""
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Target URL").fill(target)
    page.get_by_label(EVENT, exact=True).check()


def test_first_test_passes_where_the_receiver_verifies(open_tab: OpenTab) -> None:
    """The page makes the secret: a receiver that does not have it yet refuses, and the page says what to do.

    Once it has the secret, the test passes, and so does everything after saving.
    """
    with Verifying() as receiver:
        page = open_tab(f"{CONSOLE}/new", **CLIPBOARD)
        fill_in(page, receiver.url)
        field = page.get_by_label("Signing secret", exact=True)
        expect(field).to_have_attribute("type", "password")
        page.get_by_role("button", name="Send test").click()
        refused = page.locator(".test-result")
        expect(refused).to_contain_text("Status 401")
        expect(refused).to_contain_text("The receiver does not have this secret yet")
        refused.get_by_role("button", name="Go to the secret").click()
        expect(field).to_be_focused()
        page.get_by_role("button", name="Show Signing secret").click()
        expect(field).to_have_attribute("type", "text")
        looks.assert_faultless(page)

        page.get_by_role("button", name="Copy secret").click()
        expect(page.locator("#announcer")).to_have_text("Copied")
        receiver.secret = copied(page)
        assert field.input_value() == receiver.secret
        with page.expect_download() as downloading:
            page.get_by_role("button", name="Download JSON").click()
        file = json.loads(downloading.value.path().read_text())
        assert (file["scheme"], file["algorithm"], file["secret"]) == (
            "standard-webhooks",
            "HMAC-SHA256",
            receiver.secret,
        )
        page.get_by_role("button", name="Send test").click()
        expect(refused).to_contain_text("Delivered")

        page.get_by_role("button", name="Add webhook").click()
        expect(page.get_by_text("CRM sync was added")).to_be_visible()
        assert downloaded(page) == receiver.secret
        assert receiver.secret not in page.content()


@pytest.mark.meets("422")
def test_made_secret_is_replaced_by_ones_own(open_tab: OpenTab, api: ApiClient, receiver: Listener) -> None:
    """Another is generated on request; one's own goes into test and webhook; none at all is told at its field."""
    page = open_tab(f"{CONSOLE}/new")
    fill_in(page, receiver.url)
    field = page.get_by_label("Signing secret", exact=True)
    first = field.input_value()
    page.get_by_role("button", name="Generate another").click()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", field.input_value())
    assert field.input_value() != first
    field.fill("")
    page.get_by_role("button", name="Send test").click()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("Enter a signing secret, or generate one."))
    assert receiver.received == []
    field.fill("too-short")
    page.get_by_role("button", name="Send test").click()
    expect(field).to_have_accessible_description(re.compile("24 to 64 bytes in base64"))
    field.fill(f" {OWN}")
    page.get_by_role("button", name="Send test").click()
    (tried,) = receiver.wait_for(1, ARRIVES)
    assert signature_holds(OWN, tried.headers, tried.body)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("CRM sync was added")).to_be_visible()
    [webhook] = api.get(WEBHOOKS).json()["webhooks"]
    assert api.get(f"{WEBHOOKS}/{webhook['webhookId']}/signature").json()["secret"] == OWN


def test_secret_that_was_seen_is_not_left_without_a_question(open_tab: OpenTab) -> None:
    """An untouched form is left as it is; one whose secret somebody may have given away asks."""
    page = open_tab(f"{CONSOLE}/new")
    expect(page.get_by_label("Signing secret", exact=True)).to_be_visible()
    page.get_by_role("link", name="Event types").click()
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_visible()
    page.goto(f"{CONSOLE}/new")
    page.get_by_role("button", name="Show Signing secret").click()
    page.get_by_role("link", name="Event types").click()
    question = page.get_by_role("dialog", name="Leave without saving?")
    question.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_visible()


def test_saved_secret_is_shown_and_copied(open_tab: OpenTab, add_webhook: AddWebhook, api: ApiClient) -> None:
    """Until it is hidden again; each reading is recorded, and said so."""
    webhook = add_webhook("http://127.0.0.1:9/", EVENT, authentication={"type": "SIGNATURE", "secret": OWN})
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}", **CLIPBOARD)
    expect(page.get_by_text("is recorded as a download in the activity")).to_be_visible()
    page.get_by_role("button", name="Copy secret").click()
    expect(page.locator("#announcer")).to_have_text("The secret was copied.")
    assert copied(page) == OWN
    assert OWN not in page.content()
    page.get_by_role("button", name="Show secret").click()
    expect(page.get_by_text(OWN)).to_be_visible()
    looks.assert_faultless(page)
    page.get_by_role("button", name="Copy secret").click()
    page.get_by_role("button", name="Hide secret").click()
    expect(page.get_by_text(OWN)).to_have_count(0)
    assert OWN not in page.content()
    expect(page.get_by_text("Never", exact=True)).to_have_count(0)
    acts = api.get(f"{WEBHOOKS}/{webhook['webhookId']}/activity").json()["activity"]
    assert [act["kind"] for act in acts].count("SECRET_DOWNLOADED") == 2


def test_rotating_again_tells_which_secrets_sign_still(
    open_tab: OpenTab, add_webhook: AddWebhook, api: ApiClient, publish: Publish, receiver: Listener
) -> None:
    """Each with its end; a leaked one can be ended with the rotation; at the limit the earlier ones go first."""
    webhook = add_webhook(receiver.url, EVENT, authentication={"type": "SIGNATURE", "secret": OWN})
    address = f"{WEBHOOKS}/{webhook['webhookId']}/signature"
    for _ in range(4):
        assert api.post(address, {}).status_code == 200
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}")
    rotate, question = page.get_by_role("button", name="Rotate secret"), page.get_by_role("dialog")
    rotate.click()
    expect(question).to_contain_text("4 earlier secrets still sign, too.")
    expect(question.get_by_role("listitem")).to_have_count(4)
    looks.assert_faultless(page)
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_role("heading", name="5 earlier secrets still sign")).to_be_visible()

    rotate.click()
    full = page.get_by_role("dialog", name="End the earlier secrets first?")
    expect(full).to_contain_text("5 earlier secrets still sign, which is the limit.")
    full.get_by_role("button", name="End earlier secrets").click()
    expect(page.get_by_text("The earlier secrets no longer work.").first).to_be_visible()

    leaked = api.get(address).json()["secret"]
    rotate.click()
    question.get_by_label("End all other secrets at once").check()
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_text("all others have ended").first).to_be_visible()
    expect(page.get_by_text("still sign")).to_have_count(0)
    publish(EVENT)
    (request,) = receiver.wait_for(1, ARRIVES)
    assert not signature_holds(leaked, request.headers, request.body)
    assert signature_holds(api.get(address).json()["secret"], request.headers, request.body)


def test_signed_curl_is_accepted_by_a_receiver(
    open_tab: OpenTab, add_webhook: AddWebhook, publish: Publish, receiver: Listener
) -> None:
    """On request the secret is fetched, and the very body is signed with this moment's time: for five minutes."""
    note = "it's $HOME é"
    fields = {"authentication": {"type": "SIGNATURE", "secret": OWN}, "headers": {"X-Note": "it's $HOME"}}
    webhook = add_webhook(receiver.url, EVENT, **fields)
    publish(EVENT, data={"note": note, "id": 12345678901234567890})
    (sent,) = receiver.wait_for(1, ARRIVES)
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}/deliveries", **CLIPBOARD)
    page.get_by_role("row").filter(has_text=EVENT).get_by_role("link").first.click()
    expect(page.get_by_text("a receiver accepts it for 5 minutes")).to_be_visible()
    page.get_by_role("button", name="Copy signed curl").click()
    expect(page.locator("#announcer")).to_have_text("The signed command was copied.")
    expect(page.get_by_text("A receiver accepts it until")).to_be_visible()
    looks.assert_faultless(page)
    command = copied(page)
    assert OWN not in command
    assert OWN not in page.content()

    subprocess.run(["bash", "-c", f"{command} --silent --noproxy '*'"], check=True, timeout=30)  # noqa: S603, S607

    again = receiver.wait_for(2, ARRIVES)[1]
    assert again.body == sent.body
    assert again.headers["webhook-id"] == sent.headers["webhook-id"]
    assert again.headers["x-note"] == "it's $HOME"
    assert int(again.headers["webhook-timestamp"]) >= int(sent.headers["webhook-timestamp"])
    Webhook(OWN).verify(again.body, again.headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(OWN).verify(again.body + b" ", again.headers, json_parse=False)


def downloaded(page: Page) -> str:
    """Return the secret of the file that the page hands out."""
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download JSON").click()
    secret: str = json.loads(downloading.value.path().read_text())["secret"]
    return secret


def test_secret_is_rotated_and_both_sign(
    open_tab: OpenTab, add_webhook: AddWebhook, publish: Publish, receiver: Listener
) -> None:
    """Rotating asks first, and takes a secret of one's own; a POST is signed with both, until the old one is ended."""
    webhook = add_webhook(receiver.url, EVENT, authentication={"type": "SIGNATURE"})
    page = open_tab(f"/console/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}")
    old = downloaded(page)
    page.get_by_role("button", name="Rotate secret").click()
    question = page.get_by_role("dialog", name="Rotate the signing secret?")
    expect(question).to_contain_text("24 hours")
    expect(question).not_to_contain_text("still sign")
    question.get_by_label("Your own secret").fill(f" {OWN} ")
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_role("heading", name="1 earlier secret still signs")).to_be_visible()
    before = page.get_by_text("(before the rotation)")
    expect(before).to_be_visible()
    assert downloaded(page) == OWN
    expect(before).to_have_count(0)
    publish(EVENT)
    (request,) = receiver.wait_for(1, ARRIVES)
    for secret in (OWN, old):
        assert signature_holds(secret, request.headers, request.body)
    assert OWN not in page.content()
    expect(page.get_by_text("Never", exact=True)).to_have_count(0)

    page.get_by_role("button", name="End earlier secrets").click()
    question = page.get_by_role("dialog", name="End the earlier secrets now?")
    expect(question.get_by_role("listitem")).to_contain_text("signs until")
    question.get_by_role("button", name="End earlier").click()

    expect(page.get_by_text("The earlier secrets no longer work.").first).to_be_visible()
    expect(page.get_by_text("still signs")).to_have_count(0)
    expect(page.get_by_role("button", name="End earlier secrets")).to_have_count(0)
    publish(EVENT)
    request = receiver.wait_for(2, ARRIVES)[1]
    assert signature_holds(OWN, request.headers, request.body)
    assert not signature_holds(old, request.headers, request.body)


@pytest.mark.meets("422")
def test_secret_that_is_refused_is_told(open_tab: OpenTab, add_webhook: AddWebhook, receiver: Listener) -> None:
    """The question stays, with what was entered and what is accepted; left, it has rotated nothing."""
    webhook = add_webhook(receiver.url, EVENT, authentication={"type": "SIGNATURE"})
    page = open_tab(f"/console/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}")
    page.get_by_role("button", name="Rotate secret").click()
    question = page.get_by_role("dialog", name="Rotate the signing secret?")
    own = question.get_by_label("Your own secret")
    own.fill("too-short")
    question.get_by_label("End all other secrets at once").check()
    question.get_by_role("button", name="Rotate secret").click()
    expect(own).to_have_accessible_description(re.compile("Must be 24 to 64 bytes in base64"))
    expect(own).to_be_focused()
    expect(own).to_have_value("too-short")
    expect(question.get_by_label("End all other secrets at once")).to_be_checked()
    looks.assert_faultless(page)
    expect(page.get_by_text("The request was refused")).to_have_count(0)
    question.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("still signs")).to_have_count(0)

    page.get_by_role("button", name="Rotate secret").click()
    expect(own).to_have_value("")
    own.fill("too-short")
    question.get_by_role("button", name="Rotate secret").click()
    expect(own).to_have_accessible_description(re.compile("Must be 24 to 64 bytes"))
    own.fill(OWN)
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_role("heading", name="1 earlier secret still signs")).to_be_visible()
    assert downloaded(page) == OWN
