"""Order: webhooks that ask for it, and what waits while a webhook is switched off."""

import pytest

from local.listener import BROKEN, Listener
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.events import ACCOUNT, NOON_MS, batch_event, detail, envelope
from tests.support.redeliveries import COMES_BACK, ENDED, failing_webhook, hold_lease, publish
from tests.support.system import System

DAY_SECONDS = 24 * 60 * 60


def bring(system: System, event_id: str, position: int) -> None:
    """Bring a real-time event of that many milliseconds after noon."""
    system.invoke("realtime_dispatcher", envelope(content=detail(event_id, timestamp=NOON_MS + position)))


def switch(system: System, *, active: bool) -> None:
    """Switch the webhook off or on over the API."""
    api = ApiClient(system, ApiDocument(), account=str(ACCOUNT))
    assert api.call("PATCH", f"{api.webhooks}/wh_1", {"active": active}).status == 200


def sent(receiver: Listener) -> list[list[str]]:
    """Return the events of each POST."""
    return [request.event_ids for request in receiver.received]


def test_an_ordered_webhook_gets_events_in_the_order_of_their_time(system: System, receiver: Listener) -> None:
    """In whichever order they came, real-time and not, in one POST."""
    webhook = system.add_webhook(receiver.url, ordered=True)
    bring(system, "third", 3)
    bring(system, "first", 1)
    system.put_into_batch_queue(batch_event("second", timestamp=NOON_MS + 2))
    system.invoke("batch_dispatcher", {})
    assert sent(receiver) == []

    system.redeliver()

    assert sent(receiver) == [["first", "second", "third"]]
    assert set(system.outcomes(webhook).values()) == {"DELIVERED"}


def test_an_ordered_webhook_is_never_overtaken(system: System, receiver: Listener) -> None:
    """While the head fails, what comes later waits behind it."""
    system.add_webhook(receiver.url, ordered=True)
    bring(system, "first", 1)
    receiver.answers.append(BROKEN)
    assert system.redeliver() == COMES_BACK
    bring(system, "second", 2)
    assert sent(receiver) == [["first"]]
    system.clock.advance(5)

    assert system.redeliver() == ENDED

    assert sent(receiver) == [["first"], ["first"], ["second"]]


def test_other_webhooks_do_not_wait_for_an_ordered_one(system: System, receiver: Listener) -> None:
    """They get the event at once."""
    system.add_webhook(f"{receiver.url}/ordered", name="wh_ordered", ordered=True)
    system.add_webhook(f"{receiver.url}/other", name="wh_other")

    bring(system, "e", 1)
    assert [request.path for request in receiver.received] == ["/other"]
    system.redeliver()

    assert [request.path for request in receiver.received] == ["/other", "/ordered"]


@pytest.fixture
def retired(system: System, receiver: Listener) -> Webhook:
    """Give a webhook that was switched off while two events waited."""
    webhook = failing_webhook(system, receiver, "e0", "e1")
    switch(system, active=False)
    return webhook


def test_a_retired_webhooks_backlog_waits(system: System, retired: Webhook, receiver: Listener) -> None:
    """Its wake-up ends, and new events are recorded, and not sent."""
    assert system.redeliver() == ENDED
    bring(system, "while-off", 10)

    assert system.backlog(retired) == ["e0", "e1"]
    assert system.outcomes(retired) == {"e0": "PENDING", "e1": "PENDING", "while-off": "SKIPPED"}
    assert sent(receiver) == [["e0"]]


def test_what_waited_arrives_before_what_is_new(system: System, retired: Webhook, receiver: Listener) -> None:
    """Switched on again, the webhook resumes: new events queue up behind its backlog."""
    system.redeliver()
    switch(system, active=True)
    resumed = system.webhook(retired)
    assert (resumed.health, resumed.queued) == (Health(), True)
    bring(system, "new", 10)
    assert sent(receiver) == [["e0"]]

    assert system.redeliver() == ENDED

    assert sent(receiver) == [["e0"], ["e0", "e1", "new"]]
    assert system.webhook(retired).health.state is HealthState.HEALTHY
    bring(system, "later", 11)
    assert sent(receiver)[-1] == ["later"]


def test_a_resuming_webhook_that_fails_again_is_retried(system: System, retired: Webhook, receiver: Listener) -> None:
    """By the wake-up that switching it on has sent."""
    system.redeliver()
    receiver.break_down()
    switch(system, active=True)
    assert system.redeliver() == COMES_BACK
    receiver.recover()
    system.clock.advance(5)

    assert system.redeliver() == ENDED

    assert system.outcomes(retired) == {"e0": "DELIVERED", "e1": "DELIVERED"}


def test_a_webhook_without_a_backlog_starts_clean(system: System, receiver: Listener) -> None:
    """Switched on again, it gets new events at once, when its wake-up has seen that nothing waits."""
    webhook = system.add_webhook(receiver.url)
    switch(system, active=False)
    switch(system, active=True)
    assert system.redeliver() == ENDED

    publish(system, "e0")

    assert sent(receiver) == [["e0"]]
    assert system.webhook(webhook).health.state is HealthState.HEALTHY


def test_a_disabled_webhook_is_switched_on_again(system: System, receiver: Listener) -> None:
    """After seven days of failing: what still waits is sent, what was skipped is not."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    bring(system, "old", 0)
    system.clock.advance(6 * DAY_SECONDS)
    bring(system, "young", 1)
    system.clock.advance(DAY_SECONDS + 1)
    system.redeliver()
    assert system.webhook(webhook).status is Status.DISABLED
    bring(system, "skipped", 2)
    receiver.recover()

    switch(system, active=True)
    system.redeliver()

    assert system.webhook(webhook).status is Status.ACTIVE
    assert system.outcomes(webhook) == {"old": "EXPIRED", "young": "DELIVERED", "skipped": "SKIPPED"}


def test_a_lease_that_was_never_ended_runs_out(system: System, receiver: Listener) -> None:
    """Whoever died with it blocks the webhook no longer than his invocation could have lasted."""
    webhook = failing_webhook(system, receiver, "e0")
    hold_lease(system, webhook, 120)
    assert system.redeliver() == COMES_BACK
    assert sent(receiver) == [["e0"]]
    system.clock.advance(126)

    assert system.redeliver() == ENDED

    assert system.outcomes(webhook) == {"e0": "DELIVERED"}
