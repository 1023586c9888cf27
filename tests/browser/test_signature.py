"""The signing secret: rotated, and handed out as a file."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from local.listener import Listener, signature_holds
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.waiting import ARRIVES

AddWebhook = Callable[..., dict[str, Any]]
OpenTab = Callable[..., Page]
Publish = Callable[..., str]
EVENT = "COURSE_ENROLLMENT"


def test_secret_is_rotated_and_both_sign(
    open_tab: OpenTab, add_webhook: AddWebhook, publish: Publish, receiver: Listener
) -> None:
    """Rotating asks first; afterwards the file holds both secrets, and a POST is signed with both."""
    webhook = add_webhook(receiver.url, EVENT, authentication={"type": "SIGNATURE"})
    page = open_tab(f"/console/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}")
    page.get_by_role("button", name="Rotate secret").click()
    question = page.get_by_role("dialog", name="Rotate the signing secret?")
    expect(question).to_contain_text("24 hours")
    question.get_by_role("button", name="Rotate secret").click()
    expect(page.get_by_text("Old secret signs until")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download JSON").click()
    file = json.loads(downloading.value.path().read_text())
    publish(EVENT)
    (request,) = receiver.wait_for(1, ARRIVES)
    for secret in ("secret", "previousSecret"):
        assert signature_holds(file[secret], request.headers, request.body)
    assert file["secret"] not in page.content()
    expect(page.get_by_text("Never", exact=True)).to_have_count(0)
