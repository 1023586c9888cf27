"""Twice is once: what is pressed again, because nobody knows whether it was heard, has its effect once."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.support import looks
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient

pytestmark = pytest.mark.deep

CREATE = re.compile(rf"//[^/]+/accounts/{ACCOUNT}/webhooks$")
SIGNATURE = re.compile(r"/signature$")


class Keys:
    """Lets POSTs through, keeps their keys, and loses the first answers on their way back."""

    def __init__(self, page: Page, address: re.Pattern[str], lost: int = 0) -> None:
        self.keys: list[str | None] = []
        self._lost = lost
        page.route(address, self._pass)

    def _pass(self, route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        self.keys.append(route.request.headers.get("idempotency-key"))
        if len(self.keys) > self._lost:
            route.continue_()
            return
        route.fetch()
        route.abort()


def filled_in(page: Page) -> Page:
    """Fill in the form for a new webhook."""
    page.goto(f"/console/accounts/{ACCOUNT}/webhooks/new?event=COURSE_ENROLLMENT")
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Target URL").fill("http://127.0.0.1:9/")
    return page


@pytest.mark.meets("ERR_FAILED")
def test_webhook_whose_answer_was_lost_is_added_once(open_tab: OpenTab, api: ApiClient) -> None:
    """The form keeps its button after the connection was lost; pressing it again adds no second webhook."""
    page = filled_in(open_tab("/console/config.json"))
    sent = Keys(page, CREATE, lost=1)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="The service could not be reached")).to_be_visible()
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("CRM sync was added")).to_be_visible()
    assert len(set(sent.keys)) == 1
    assert len(api.get(WEBHOOKS).json()["webhooks"]) == 1


@pytest.mark.meets("ERR_INTERNET_DISCONNECTED")
def test_form_that_was_changed_is_another_request(open_tab: OpenTab) -> None:
    """What is sent after a change has a key of its own, so that it is not taken for what was sent before."""
    page = filled_in(open_tab("/console/config.json"))
    sent = Keys(page, CREATE)
    page.context.set_offline(True)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="The service could not be reached")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_label("Name", exact=True).fill("CRM sync 2")
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("CRM sync 2 was added")).to_be_visible()
    assert len(sent.keys) == len(set(sent.keys)) > 0
    assert None not in sent.keys


@pytest.mark.meets("ERR_FAILED")
def test_secret_whose_answer_was_lost_is_rotated_once(
    open_tab: OpenTab, add_webhook: Callable[..., dict[str, Any]], api: ApiClient
) -> None:
    """Rotating again after a lost answer makes no third secret; rotating after an answer does."""
    webhook = add_webhook("http://127.0.0.1:9/", "CI_STATS", authentication={"type": "SIGNATURE"})
    page = open_tab(f"/console/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}")
    looks.settled(page)
    sent = Keys(page, SIGNATURE, lost=1)
    for turn in range(3):
        page.get_by_role("button", name="Rotate secret").click()
        with page.expect_request(SIGNATURE):
            page.get_by_role("dialog").get_by_role("button", name="Rotate secret").click()
        said = "The service could not be reached" if turn == 0 else "The secret was rotated."
        expect(page.locator(".signature")).to_contain_text(said)
        expect(page.get_by_role("button", name="Rotate secret")).to_be_enabled()
    first, again, other = sent.keys
    assert first == again != other
    authentication = api.get(f"{WEBHOOKS}/{webhook['webhookId']}").json()["authentication"]
    assert len(authentication["previousSecrets"]) == 2


def test_nothing_is_sent_twice_while_it_is_under_way(open_tab: OpenTab) -> None:
    """While a request is under way its button says so, and pressing it again sends nothing."""
    page = filled_in(open_tab("/console/config.json"))
    held: list[Route] = []
    page.route(CREATE, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Add webhook").click()
    saving = page.get_by_role("button", name="Saving…")
    expect(saving).to_be_disabled()
    saving.click(force=True)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("CRM sync was added")).to_be_visible()


@pytest.mark.meets("409")
def test_what_is_under_way_still_is_waited_for(open_tab: OpenTab) -> None:
    """Where the first request is being worked on the page waits as long as it is told, and asks again by itself."""
    page = filled_in(open_tab("/console/config.json"))
    keys: list[str | None] = []

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) == 1:
            problem = {"status": HTTPStatus.CONFLICT, "detail": "Under way."}
            route.fulfill(status=HTTPStatus.CONFLICT, json=problem, headers={"Retry-After": "30"})
        else:
            route.continue_()

    page.route(CREATE, answer)
    page.clock.install()
    with page.expect_response(CREATE):
        page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("button", name="Saving…")).to_be_disabled()
    page.clock.fast_forward(30_000)
    expect(page.get_by_text("CRM sync was added")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1
