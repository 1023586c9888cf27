"""The signing secret: rotated, and handed out as a file."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener, signature_holds
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.waiting import ARRIVES

AddWebhook = Callable[..., dict[str, Any]]
OpenTab = Callable[..., Page]
Publish = Callable[..., str]
EVENT = "COURSE_ENROLLMENT"
OWN = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


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
    question.get_by_label("Secret of your own").fill(f" {OWN} ")
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_text("Earlier secrets sign until")).to_be_visible()
    assert downloaded(page) == OWN
    publish(EVENT)
    (request,) = receiver.wait_for(1, ARRIVES)
    for secret in (OWN, old):
        assert signature_holds(secret, request.headers, request.body)
    assert OWN not in page.content()
    expect(page.get_by_text("Never", exact=True)).to_have_count(0)

    page.get_by_role("button", name="End earlier secrets").click()
    page.get_by_role("dialog", name="End the earlier secrets now?").get_by_role("button", name="End earlier").click()

    expect(page.get_by_text("Earlier secrets sign until")).to_have_count(0)
    expect(page.get_by_role("button", name="End earlier secrets")).to_have_count(0)
    publish(EVENT)
    request = receiver.wait_for(2, ARRIVES)[1]
    assert signature_holds(OWN, request.headers, request.body)
    assert not signature_holds(old, request.headers, request.body)


@pytest.mark.meets("422")
def test_secret_that_is_refused_is_told(open_tab: OpenTab, add_webhook: AddWebhook, receiver: Listener) -> None:
    """The panel says what is accepted; nothing was rotated."""
    webhook = add_webhook(receiver.url, EVENT, authentication={"type": "SIGNATURE"})
    page = open_tab(f"/console/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}")
    page.get_by_role("button", name="Rotate secret").click()
    question = page.get_by_role("dialog", name="Rotate the signing secret?")
    question.get_by_label("Secret of your own").fill("too-short")
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_role("alert")).to_contain_text("24 to 64 bytes in base64")
    expect(page.get_by_text("Earlier secrets sign until")).to_have_count(0)
