"""A webhook that its admin switches off and on: what comes meanwhile is not lost."""

import pytest
from playwright.sync_api import Page, expect

from local.listener import Listener
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}/webhooks"
EVENT = "COURSE_ENROLLMENT"
SKIPPED = "2 events were skipped while the webhook was off"


@pytest.fixture
def off(
    open_tab: OpenTab, add_webhook: AddWebhook, receiver: Listener, publish: Publish, api: ApiClient
) -> tuple[Page, list[str]]:
    """The page of a webhook that was retired there and has skipped two events, and their ids."""
    webhook = add_webhook(f"{receiver.url}/hooks", EVENT, name="CRM sync")
    page = open_tab(f"{CONSOLE}/{webhook['webhookId']}", eager=True)
    page.get_by_role("button", name="Retire", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("They are recorded as skipped")
    dialog.get_by_role("button", name="Retire").click()
    expect(page.get_by_text("Retired since")).to_be_visible()
    ids = [publish(EVENT), publish(EVENT)]
    log = f"{WEBHOOKS}/{webhook['webhookId']}/deliveries"
    until(lambda: len(api.get(log, params={"status": "SKIPPED"}).json()["deliveries"]) == len(ids), "all are skipped")
    return page, ids


def test_what_was_skipped_is_sent_when_the_webhook_is_on_again(off: tuple[Page, list[str]], receiver: Listener) -> None:
    """The dialog offers it, the page says how many events that are, and they arrive."""
    page, ids = off
    page.get_by_role("button", name="Reactivate", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Also send events skipped while it was off")).to_be_checked()
    dialog.get_by_role("button", name="Reactivate").click()

    notice = page.get_by_role("main").locator(".notice").filter(has_text=SKIPPED)
    expect(notice).to_contain_text("They are being sent now")
    receiver.wait_until(lambda requests: sum(len(one.event_ids) for one in requests) == len(ids), ARRIVES)
    assert set(receiver.event_ids) == set(ids)
    notice.get_by_role("button", name="Dismiss").click()
    expect(notice).to_have_count(0)


def test_what_was_skipped_can_be_left(off: tuple[Page, list[str]], receiver: Listener) -> None:
    """The page says how many events that are, and leads to where they can be redelivered."""
    page, ids = off
    page.get_by_role("button", name="Reactivate", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Also send events skipped while it was off").uncheck()
    dialog.get_by_role("button", name="Reactivate").click()

    notice = page.get_by_role("main").locator(".notice").filter(has_text=SKIPPED)
    expect(notice).to_contain_text("They stay skipped until you redeliver them.")
    notice.get_by_role("link", name="Choose what to redeliver").click()
    for event_id in ids:
        expect(page.get_by_role("row").filter(has_text=event_id)).to_contain_text("Skipped")
    page.get_by_role("button", name="Redeliver many").click()
    expect(page.get_by_role("dialog").get_by_label("Which")).to_have_value("SKIPPED")
    assert receiver.received == []
