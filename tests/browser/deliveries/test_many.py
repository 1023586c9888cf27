"""Jobs for many deliveries: which, how many, what came of it, and ending one."""

import json
import re
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from local.listener import Listener
from tests.browser.support import looks
from tests.browser.support.keyboard import press_on
from tests.browser.support.tabs import OpenTab
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.running_stack import AddWebhook, Publish
from tests.e2e.support.waiting import ARRIVES, until

pytestmark = pytest.mark.deep

EVENT, OTHER = "COURSE_ENROLLMENT", "CI_STATS"
JOBS = re.compile(r"//[^/]+/accounts/[^/]+/webhooks/[^/]+/redeliver(\?|$)")
RUNNING = {
    "webhookId": "wh_1",
    "kind": "REDELIVERY",
    "state": "RUNNING",
    "status": "EXPIRED",
    "from": "2026-11-23T12:00:00.000Z",
    "eventNames": [EVENT],
    "requeued": 120,
    "cancelled": 0,
    "createdAt": "2026-11-24T12:00:00.000Z",
    "updatedAt": "2026-11-24T12:00:00.000Z",
    "requestedBy": "ana",
}


@pytest.fixture
def webhook(add_webhook: AddWebhook, receiver: Listener) -> dict[str, Any]:
    """A webhook at the receiver."""
    return add_webhook(f"{receiver.url}/hooks", EVENT, OTHER, name="CRM sync")


@pytest.fixture
def log(webhook: dict[str, Any]) -> str:
    """The address of the webhook's deliveries in the console."""
    return f"/console/accounts/{ACCOUNT}/webhooks/{webhook['webhookId']}/deliveries"


def opened(page: Page, name: str) -> Locator:
    """Open one of the two dialogs."""
    page.get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    expect(dialog).to_be_visible()
    return dialog


def notices(page: Page) -> Locator:
    """The notices on the page, but that of the webhook's attempts."""
    return page.get_by_role("main").locator(".notice").filter(has_not_text=re.compile("attempt"))


def until_counted(api: ApiClient, log: str, count: int) -> None:
    """Wait until the hours' counts have so many deliveries that have arrived."""
    address = log.removeprefix("/console").removesuffix("deliveries") + "delivery-counts"
    until(lambda: sum(hour["delivered"] for hour in api.get(address).json().get("hours", ())) == count, "the counts")


def with_jobs(page: Page, jobs: list[dict[str, Any]], *, started: HTTPStatus = HTTPStatus.ACCEPTED) -> list[str]:
    """Have these jobs listed, which the running stack is too fast for; returns what was asked to end."""
    ended: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "DELETE":
            ended.append(route.request.url.partition("?")[2])
            jobs[0] = {**jobs[0], "state": "ENDING"}
            route.fulfill(status=HTTPStatus.ACCEPTED, json=jobs[0])
        elif route.request.method == "POST":
            route.fulfill(status=started, body=json.dumps({"status": started, "detail": "Refused."}))
        else:
            route.fulfill(json={"jobs": jobs})

    page.route(JOBS, answer)
    return ended


def test_many_deliveries_are_sent_again(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, publish: Publish, log: str
) -> None:
    """How many is told before, how far it is after; and the job stands among the earlier ones from then on."""
    sent = {publish(EVENT) for _ in range(5)}
    until_counted(api, log, 5)
    page = open_tab(log, eager=True)
    expect(page.get_by_role("row").filter(has_text="Delivered")).to_have_count(5)
    dialog = opened(page, "Redeliver many")
    dialog.get_by_label("Which").select_option(label="Delivered: have already arrived")
    expect(dialog).to_contain_text("5 deliveries match.")
    expect(dialog).to_contain_text("The receiver will get each one a second time")
    dialog.get_by_role("button", name="Redeliver").click()
    expect(dialog).to_have_count(0)
    expect(notices(page)).to_contain_text("Queued: 5 deliveries")
    receiver.wait_until(lambda requests: sum(len(request.event_ids) for request in requests) == 10, ARRIVES)
    assert {event_id for request in receiver.received[5:] for event_id in request.event_ids} == sent
    page.reload()
    page.get_by_text("Earlier jobs (1)").click()
    row = page.locator("table.jobs tbody tr")
    for text in ("Redelivery", "Delivered · events since", "Done", "5 queued", "you"):
        expect(row).to_contain_text(text)


def test_redelivery_begins_with_what_the_log_shows(
    open_tab: OpenTab, api: ApiClient, receiver: Listener, publish: Publish, log: str
) -> None:
    """Status, event type and time of the log are chosen already, and others are left alone."""
    wanted, _ = publish(OTHER), publish(EVENT)
    until_counted(api, log, 2)
    page = open_tab(f"{log}?status=DELIVERED&eventName={OTHER}&range=24h", eager=True)
    dialog = opened(page, "Redeliver many")
    expect(dialog.get_by_label("Which")).to_have_value("DELIVERED")
    expect(dialog.get_by_label(OTHER)).to_be_checked()
    expect(dialog.get_by_label(EVENT)).not_to_be_checked()
    expect(dialog).to_contain_text("Up to 2 deliveries match. Counted across all event types.")
    dialog.get_by_role("button", name="Redeliver").click()
    expect(notices(page)).to_contain_text("Queued: 1 delivery")
    [_, _, again] = receiver.wait_for(3, ARRIVES)
    assert again.event_ids == [wanted]


def test_everything_that_waits_is_withdrawn(open_tab: OpenTab, receiver: Listener, publish: Publish, log: str) -> None:
    """How many is told before, and after; none of them arrives, and all of them can be sent again."""
    receiver.break_down()
    withdrawn = {publish(EVENT) for _ in range(3)}
    page = open_tab(log, eager=True)
    expect(page.get_by_role("row").filter(has_text="Pending")).to_have_count(3)
    dialog = opened(page, "Withdraw many")
    expect(dialog.get_by_label("Which")).to_have_value("ALL")
    expect(dialog).to_contain_text("3 deliveries match.")
    expect(dialog).to_contain_text("may still arrive")
    dialog.get_by_role("button", name="Withdraw").click()
    expect(notices(page)).to_contain_text("Withdrawn: 3 deliveries")
    expect(page.get_by_role("row").filter(has_text="Withdrawn by an admin")).to_have_count(3)
    receiver.recover()
    kept = publish(OTHER)
    receiver.wait_until(lambda _all: any(kept in request.event_ids for request in receiver.accepted), ARRIVES)
    assert withdrawn.isdisjoint(event_id for request in receiver.accepted for event_id in request.event_ids)
    page.goto(f"{log}?status=CANCELLED")
    dialog = opened(page, "Redeliver many")
    expect(dialog.get_by_label("Which")).to_have_value("CANCELLED")
    expect(dialog).to_contain_text("3 deliveries match.")
    dialog.get_by_role("button", name="Redeliver").click()
    receiver.wait_until(
        lambda _all: withdrawn <= {one for request in receiver.accepted for one in request.event_ids}, ARRIVES
    )


def test_what_matches_nothing_cannot_be_started(open_tab: OpenTab, log: str) -> None:
    """Where no delivery matches the dialog says so and has no button to press; a time without an end needs a start."""
    page = open_tab(f"{log}?status=PENDING&failure=DNS")
    dialog = opened(page, "Redeliver many")
    expect(dialog).to_contain_text("Not taken over from the list: Status, Failure.")
    expect(dialog).to_contain_text("No delivery matches.")
    start = dialog.get_by_role("button", name="Redeliver")
    expect(start).to_be_disabled()
    dialog.get_by_label("By the time").select_option("of arrival")
    expect(dialog).to_contain_text("is not known in advance.")
    dialog.get_by_label("From").fill("")
    start.click()
    expect(dialog.get_by_label("From")).to_be_focused()
    expect(dialog).to_contain_text("Enter a start time.")


def test_dialogs_are_accessible_and_go_by_the_keyboard(open_tab: OpenTab, log: str) -> None:
    """Each opens with Enter on its first field, has no fault that axe finds, and gives the focus back."""
    page = open_tab(log)
    for name in ("Redeliver many", "Withdraw many"):
        button = page.get_by_role("button", name=name)
        press_on(page, button)
        dialog = page.get_by_role("dialog", name=name)
        expect(dialog.get_by_label("Which")).to_be_focused()
        looks.assert_faultless(page)
        looks.assert_complete(page)
        page.set_viewport_size({"width": looks.WIDE, "height": looks.HEIGHT})
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()


def test_job_that_goes_on_is_ended(open_tab: OpenTab, log: str) -> None:
    """It says what it takes, how far it is and for whom; after a question it is ended, and says so."""
    page = open_tab("/console/config.json")
    ended = with_jobs(page, [{**RUNNING, "jobId": "job_1"}])
    page.goto(log)
    for text in ("Queuing: 120 deliveries so far", "Expired · events since", EVENT, "Requested by ana"):
        expect(notices(page)).to_contain_text(text)
    looks.assert_faultless(page)
    notices(page).get_by_role("button", name="End job").click()
    question = page.get_by_role("dialog", name="End this job?")
    expect(question).to_contain_text("that have not been sent yet are withdrawn.")
    question.get_by_role("button", name="End job").click()
    expect(notices(page)).to_contain_text("Ending: 120 deliveries were queued")
    expect(notices(page).get_by_role("button", name="End job")).to_be_disabled()
    assert ended == ["jobId=job_1"]


def test_job_that_has_queued_all_is_taken_back(open_tab: OpenTab, log: str) -> None:
    """Its copies may wait for days: they can be taken back for as long as its notice is there."""
    page = open_tab("/console/config.json")
    jobs = [{**RUNNING, "jobId": "job_1"}]
    ended = with_jobs(page, jobs)
    page.goto(log)
    expect(notices(page)).to_contain_text("Queuing: 120 deliveries so far")
    jobs[0]["state"] = "DONE"
    expect(notices(page)).to_contain_text("Queued: 120 deliveries")
    expect(notices(page).get_by_role("button", name="Dismiss")).to_be_enabled()
    notices(page).get_by_role("button", name="Take back").click()
    question = page.get_by_role("dialog", name="Take this job back?")
    expect(question).to_contain_text("Those already sent stay sent.")
    question.get_by_role("button", name="Take back").click()
    expect(notices(page)).to_contain_text("Ending: 120 deliveries were queued")
    assert ended == ["jobId=job_1"]


@pytest.mark.meets("409")
def test_sixth_job_is_refused(open_tab: OpenTab, log: str) -> None:
    """Who starts one more than a webhook may have reads so in the dialog, which stays as it was filled in."""
    page = open_tab("/console/config.json")
    with_jobs(page, [{**RUNNING, "jobId": f"job_{at}"} for at in range(5)], started=HTTPStatus.CONFLICT)
    page.goto(log)
    dialog = opened(page, "Redeliver many")
    dialog.get_by_label("By the time").select_option("of arrival")
    dialog.get_by_role("button", name="Redeliver").click()
    expect(dialog.get_by_role("alert")).to_contain_text("A webhook can have up to five unfinished jobs.")
    expect(dialog.get_by_label("By the time")).to_have_value("arrival")
    expect(dialog.get_by_role("button", name="Redeliver")).to_be_enabled()
