"""What is shown while something is loading, where nothing is, and where something is wrong."""

import json
import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.support import looks
from tests.browser.support.showcase import ACCOUNT as ACCOUNT_SHOWN
from tests.browser.support.showcase import CRM, Showcase
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.running_stack import AddWebhook

pytestmark = pytest.mark.deep

CONSOLE = f"/console/accounts/{ACCOUNT}"
LIST = re.compile(rf"//[^/]+/accounts/{ACCOUNT}/webhooks$")
OF_ACCOUNTS = re.compile(r"//[^/]+/accounts/")
NOWHERE = "http://127.0.0.1:9/"
# How far things moved on the page without anybody asking for it (Layout Instability), and what counts as good of that.
MOVED = """() => new Promise((resolve) => {
  let moved = 0;
  const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { moved += value; }));
  observer.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(moved)));
})"""
NOT_SEEN_TO_MOVE = 0.1


def answer_with(page: Page, status: int, detail: str, **headers: str) -> None:
    """Have the list answered with a problem that the running stack cannot be brought to on purpose."""
    problem = json.dumps({"type": "about:blank", "title": "Problem", "status": status, "detail": detail})
    page.route(
        LIST,
        lambda route: route.fulfill(
            status=status, body=problem, headers={"Content-Type": "application/problem+json", **headers}
        ),
    )


def test_loading_is_said_when_it_takes_long(open_tab: OpenTab) -> None:
    """While the list takes long to come the page says so, and shows it when it is there."""
    held: list[Route] = []
    page = open_tab(f"{CONSOLE}/event-types")
    page.route(LIST, lambda route, _request: held.append(route))
    page.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_text("Loading…")).to_be_visible()
    for route in held:
        route.continue_()
    page.unroute(LIST)
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    expect(page.get_by_text("Loading…")).to_have_count(0)


@dataclass
class Gate:
    """Holds requests until it is opened."""

    held: list[Route] = field(default_factory=list)
    is_open: bool = False

    def handle(self, route: Route, _request: Request) -> None:
        """Let it pass, or hold it."""
        if self.is_open:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        """Let everything pass from now on."""
        self.is_open = True
        for route in self.held:
            route.continue_()


@pytest.mark.parametrize("width", [looks.WIDE, looks.NARROW])
def test_nothing_moves_when_it_has_been_loaded(open_tab: OpenTab, shown: Showcase, width: int) -> None:
    """While data is on its way its place is kept, on every page that lists deliveries or shows one."""
    for path in (f"{shown.webhook(CRM)}/deliveries", f"/accounts/{ACCOUNT_SHOWN}/deliveries", shown.delivery(CRM)):
        page = open_tab("/console/config.json", shown.session, width=width, reduced_motion="no-preference")
        gate = Gate()
        page.route(OF_ACCOUNTS, gate.handle)
        page.goto(f"/console{path}")
        expect(page.get_by_text("Loading…").first).to_be_visible()
        gate.open()
        looks.settled(page)
        assert page.evaluate(MOVED) < NOT_SEEN_TO_MOVE, path


@pytest.mark.meets("503")
def test_failed_list_can_be_tried_again(open_tab: OpenTab, add_webhook: AddWebhook) -> None:
    """A list that cannot be loaded says why, with the request's id and a button; trying again shows it."""
    add_webhook(NOWHERE, "CI_STATS", name="CRM sync")
    page = open_tab(f"{CONSOLE}/event-types")
    answer_with(page, 503, "Something failed on our side: try again in a moment.", **{"apigw-requestid": "id-of-it="})
    page.get_by_role("link", name="Webhooks").click()
    said = page.get_by_role("alert").filter(has_text="Something went wrong on our side")
    expect(said).to_contain_text("try again in a moment")
    expect(said).to_contain_text("id-of-it=")
    page.unroute_all()
    said.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="CRM sync")).to_be_visible()
    expect(said).to_have_count(0)


@pytest.mark.meets("429")
def test_too_many_requests_say_when_to_come_back(open_tab: OpenTab) -> None:
    """Whose requests are too many reads when to try again."""
    page = open_tab(f"{CONSOLE}/event-types")
    answer_with(page, 429, "Too many requests.", **{"Retry-After": "17"})
    page.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_role("alert").filter(has_text="Too many requests")).to_contain_text("Try again in 17 seconds.")


@pytest.mark.meets("ERR_INTERNET_DISCONNECTED")
def test_offline_is_said_and_rows_stay(open_tab: OpenTab, add_webhook: AddWebhook) -> None:
    """Without a connection what was loaded stays and the page says so; with it, it is fresh again."""
    add_webhook(NOWHERE, "CI_STATS", name="CRM sync")
    page = open_tab(f"{CONSOLE}/webhooks")
    expect(page.get_by_role("link", name="CRM sync")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("alert").filter(has_text="You are offline")).to_be_visible()
    expect(page.get_by_role("link", name="CRM sync")).to_be_visible()
    add_webhook(NOWHERE, "CI_STATS", name="Made meanwhile")
    page.context.set_offline(False)
    expect(page.get_by_text("You are offline")).to_have_count(0)
    expect(page.get_by_role("link", name="Made meanwhile")).to_be_visible()


@pytest.mark.meets("ERR_INTERNET_DISCONNECTED")
def test_page_that_is_opened_offline_says_so(open_tab: OpenTab) -> None:
    """Moving to another page without a connection says that the service cannot be reached, and how to go on."""
    page = open_tab(f"{CONSOLE}/webhooks")
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("link", name="Event types").click()
    expect(page.get_by_role("heading", name="Event types", exact=True)).to_be_visible()
    said = page.get_by_role("alert").filter(has_text="The service could not be reached")
    expect(said).to_be_visible()
    page.context.set_offline(False)
    said.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="COURSE_ENROLLMENT", exact=True)).to_be_visible()


@pytest.mark.meets("ERR_INTERNET_DISCONNECTED")
def test_what_is_entered_survives_a_failed_save(open_tab: OpenTab) -> None:
    """A save without a connection is refused with a reason, and works as soon as there is one."""
    page = open_tab(f"{CONSOLE}/webhooks/new?event=COURSE_ENROLLMENT")
    page.get_by_label("Name", exact=True).fill("CRM sync")
    page.get_by_label("Target URL").fill(NOWHERE)
    page.get_by_label("COURSE_ENROLLMENT", exact=True).check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_role("alert").filter(has_text="The service could not be reached")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Add webhook").click()
    expect(page.get_by_text("CRM sync was added")).to_be_visible()


@pytest.mark.meets("ERR_FAILED")
def test_console_without_its_settings_says_so(open_tab: OpenTab) -> None:
    """Where the settings of the deployment do not arrive the page says so, and can be loaded again."""
    page = open_tab(f"{CONSOLE}/webhooks")
    page.route("**/console/config.json", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("heading", name="The console could not be loaded")).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="No webhooks yet")).to_be_visible()


SLOW_COUNTS = """
const quick = window.fetch;
window.fetch = async (address, ...rest) => {
  if (String(address).endsWith("/delivery-counts")) await new Promise((resolve) => setTimeout(resolve, 2500));
  return quick(address, ...rest);
};
"""


def test_filters_without_a_match_can_be_cleared(open_tab: OpenTab, add_webhook: AddWebhook) -> None:
    """No match is told apart from no deliveries at all, and a button clears the filters."""
    webhook = add_webhook(NOWHERE, "CI_STATS")
    page = open_tab(f"{CONSOLE}/webhooks/{webhook['webhookId']}/deliveries?status=EXPIRED")
    expect(page.get_by_role("heading", name="No delivery matches")).to_be_visible()
    page.get_by_role("button", name="Clear filters").first.click()
    expect(page.get_by_role("heading", name="No deliveries yet")).to_be_visible()
    assert "status" not in page.url


def test_list_asks_for_counts_more_seldom_than_for_states(open_tab: OpenTab, add_webhook: AddWebhook) -> None:
    """What happened in the last day is there with the list, and is not asked for again each time that states are.

    Nor is it while an answer is slow.
    """
    add_webhook(NOWHERE, "CI_STATS", name="CRM sync")
    page = open_tab("about:blank", eager=True, locale="en-GB")
    page.add_init_script(SLOW_COUNTS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{CONSOLE}/webhooks")
    expect(page.get_by_role("row").filter(has_text="CRM sync")).to_contain_text("No events")
    for _turn in range(3):
        with page.expect_response(LIST):
            pass
    assert sum(url.endswith("/delivery-counts") for url in asked) == 1
