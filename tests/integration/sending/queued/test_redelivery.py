"""The redelivery function: a wake-up sends a failing webhook's backlog, again and again until it is through."""

from dataclasses import replace

from local.listener import BROKEN, BUSY, HEALTHY, Answer, Listener
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending.wake_up import wake_up_body
from recado.rules.webhook.webhook import Health, HealthState, Status
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, detail, envelope
from tests.support.redeliveries import COMES_BACK, ENDED, NONE_DUE, failing_webhook, publish
from tests.support.system import Redelivery, System

DAY_SECONDS = 24 * 60 * 60
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_backlog_leaves_behind_what_failed_and_health_is_restored(system: System, receiver: Listener) -> None:
    """A receiver that is back gets what failed alone, then all that waited in one POST, and the webhook is healthy."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, "e0", "e1", "e2")
    receiver.recover()
    system.clock.advance(5)

    assert system.redeliver() == ENDED

    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"], ["e1", "e2"]]
    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED", "e2": "DELIVERED"}
    assert system.backlog(webhook) == []
    assert Health() == system.webhook(webhook).health
    assert system.waiting_in("RedeliveryQueue") == 0
    publish(system, "later")
    assert receiver.received[-1].event_ids == ["later"]


def test_a_delivery_tells_what_it_took(system: System, receiver: Listener) -> None:
    """The log of a delivery keeps the last attempt's outcome, and its first attempt."""
    webhook = failing_webhook(system, receiver, "e0")

    system.redeliver()

    [delivery] = system.deliveries(webhook)
    assert (delivery.message_id, delivery.status_code, delivery.error) == ("e0", 204, None)
    assert delivery.attempt is not None
    assert delivery.attempt.status_code == 503


def test_waits_grow_to_five_minutes(system: System, receiver: Listener) -> None:
    """A failing receiver gets one POST after 5, 10, 20, 40, 80, 160, 300, 300 … seconds, and none before."""
    system.clock.stop()
    webhook = system.add_webhook(receiver.url)
    receiver.usual_answer = BUSY
    publish(system, "e0", "e1")

    for attempts, wait in enumerate((5, 10, 20, 40, 80, 160, 300, 300, 300), start=1):
        system.clock.advance(wait - 0.001)
        assert system.redeliver() == NONE_DUE
        system.clock.advance(0.002)
        assert system.redeliver() == COMES_BACK
        assert attempts + 1 == len(receiver.received)
        assert attempts + 1 == system.webhook(webhook).health.attempts

    assert system.waiting_in("RedeliveryQueue") == 1
    assert system.backlog(webhook) == ["e0", "e1"]


def test_a_failed_post_sets_the_wake_ups_visibility(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """The owner's message is not sent again: its visibility is set to the wait, and it is reported as failed."""
    system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, "e0")
    aws.clear()

    for wait in (5, 10, 20):
        system.clock.advance(wait)
        system.redeliver()

    waits = [call.parameters["VisibilityTimeout"] for call in aws.of("ChangeMessageVisibility")]
    assert waits == [10, 20, 40]
    assert aws.of("SendMessage") == []


def test_a_receiver_may_ask_for_a_longer_wait(system: System, receiver: Listener) -> None:
    """`Retry-After` of a 429 or 503 puts the next attempt off, also past what a queue can hold a message back for."""
    system.clock.stop()
    webhook = system.add_webhook(receiver.url)
    receiver.answers.extend(Answer(status=status, headers={"Retry-After": "1000"}) for status in (503, 429))
    publish(system, "e0")

    system.clock.advance(900)
    assert system.redeliver() == COMES_BACK
    assert len(receiver.received) == 1
    system.clock.advance(100.001)
    assert system.redeliver() == COMES_BACK
    assert len(receiver.received) == 2
    system.clock.advance(999.999)
    assert system.redeliver() == NONE_DUE
    system.clock.advance(0.002)
    assert system.redeliver() == ENDED
    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_a_long_backlog_leaves_in_few_posts(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """250 events are three POSTs, in order, in one invocation."""
    webhook = system.add_webhook(receiver.url)
    receiver.usual_answer = BUSY
    publish(system, "e000")
    bodies = [
        envelope("LEARNER_PROGRESS", detail(f"e{number:03}", timestamp=NOON_MS + number)) for number in range(1, 250)
    ]
    system.put_into_batch_queue(*bodies)
    system.invoke("batch_dispatcher", {})
    receiver.recover()
    system.clock.advance(5)
    aws.clear()

    assert system.redeliver() == ENDED

    posts = [request.event_ids for request in receiver.received[1:]]
    assert [len(post) for post in posts] == [100, 100, 50]
    assert [f"e{number:03}" for number in range(250)] == [event_id for post in posts for event_id in post]
    assert {"DELIVERED"} == set(system.outcomes(webhook).values())
    assert len(aws.seen) <= 44, aws.counts


def test_a_retry_is_the_same_message_at_another_time(system: System, receiver: Listener) -> None:
    """Id and body of a POST stay the same while its time and signature are new."""
    system.add_signed_webhook(receiver.url, SECRET)
    receiver.secrets["/"] = SECRET
    receiver.answers.extend([BROKEN, BROKEN, HEALTHY])
    publish(system, "e0")
    for wait in (5, 10):
        system.clock.advance(wait)
        system.redeliver()

    first, second, third = receiver.received
    assert first.body == second.body == third.body
    assert {"e0"} == {request.headers["webhook-id"] for request in receiver.received}
    assert len({request.headers["webhook-timestamp"] for request in receiver.received}) == 3
    assert [request.verified for request in receiver.received] == [True, True, True]


def test_a_batch_that_fails_after_another_counts_anew(system: System, receiver: Listener) -> None:
    """A success in between starts the schedule from its beginning."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.extend([BUSY, BUSY, BUSY, HEALTHY, BUSY])
    events = [f"e{number:03}" for number in range(101)]
    publish(system, events[0])
    system.put_into_batch_queue(
        *(envelope("CI_STATS", detail(event, timestamp=NOON_MS + n)) for n, event in enumerate(events) if n)
    )
    system.invoke("batch_dispatcher", {})
    for wait in (5, 10, 20):
        system.clock.advance(wait)
        assert system.redeliver() == COMES_BACK

    assert system.backlog(webhook) == ["e100"]
    assert system.webhook(webhook).health.attempts == 1
    system.clock.advance(5)
    assert system.redeliver() == ENDED
    assert HealthState.HEALTHY is system.webhook(webhook).health.state


def test_gone_disables_the_webhook_and_ends_its_wake_up(system: System, receiver: Listener) -> None:
    """After a 410 the backlog waits for the admin, and nobody asks the receiver any more."""
    webhook = failing_webhook(system, receiver, "e0")
    receiver.usual_answer = Answer(status=410)

    assert system.redeliver() == ENDED

    assert Status.DISABLED is system.webhook(webhook).status
    assert system.outcomes(webhook) == {"e0": "PENDING"}
    assert system.waiting_in("RedeliveryQueue") == 0


def test_a_deleted_webhooks_wake_up_ends(system: System, receiver: Listener) -> None:
    """A wake-up for a webhook that is gone is done."""
    webhook = failing_webhook(system, receiver, "e0")
    system.registry.remove(system.webhook(webhook), act_on(webhook))

    assert system.redeliver() == ENDED

    assert len(receiver.received) == 1
    assert system.registry.get(webhook.account_id, webhook.webhook_id) is None


def test_a_retired_webhooks_wake_up_ends_and_its_backlog_waits(system: System, receiver: Listener) -> None:
    """Turned off, a webhook gets nothing, not even what waited."""
    webhook = failing_webhook(system, receiver, "e0")
    current = system.webhook(webhook)
    retired = replace(current, status=Status.RETIRED, version=current.version + 1)
    system.registry.replace(current, retired, act_on(current))

    assert system.redeliver() == ENDED

    assert len(receiver.received) == 1
    assert system.backlog(webhook) == ["e0"]


def test_a_second_wake_up_of_a_failing_webhook_ends(system: System, receiver: Listener) -> None:
    """Only the wake-up that owns the webhook goes on, so a failing receiver never gets more POSTs than one has."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    publish(system, "e0")
    system.put_into("RedeliveryQueue", wake_up_body(webhook.account_id, webhook.webhook_id, "an earlier owner"))

    assert system.redeliver() == ENDED

    assert len(receiver.received) == 1
    system.clock.advance(5)
    assert system.redeliver() == COMES_BACK
    assert len(receiver.received) == 2


def test_a_wake_up_sends_what_a_healthy_webhook_has_waiting(system: System, receiver: Listener) -> None:
    """A backlog that a late dispatcher left behind is sent by whoever is made its owner."""
    webhook = failing_webhook(system, receiver, "e0")
    system.redeliver()
    sent = system.deliveries(webhook)[0]
    late = replace(sent, event=replace(sent.event, event_id="late"), status=DeliveryStatus.PENDING, finished_at=None)
    system.record(late)
    system.wake(webhook)
    receiver.answers.append(BUSY)

    assert system.redeliver() == COMES_BACK
    assert HealthState.FAILING is system.webhook(webhook).health.state
    system.clock.advance(5)
    assert system.redeliver() == ENDED
    assert system.backlog(webhook) == []


def test_an_event_is_given_up_after_seven_days(system: System, receiver: Listener) -> None:
    """What has waited for seven days expires unsent, and what came later is sent."""
    webhook = failing_webhook(system, receiver, "old")
    system.clock.advance(7 * DAY_SECONDS - 60)
    publish(system, "old", "new")
    system.clock.advance(120)

    assert system.redeliver() == ENDED

    assert receiver.received[-1].event_ids == ["new"]
    assert system.outcomes(webhook) == {"old": "EXPIRED", "new": "DELIVERED"}


def test_webhooks_fail_and_recover_each_for_itself(system: System, receiver: Listener) -> None:
    """Of several wake-ups that are due, only those of webhooks that fail come back."""
    with Listener() as other:
        broken = system.add_webhook(other.url, name="wh_broken")
        mended = system.add_webhook(receiver.url, name="wh_mended")
        for listener in (other, receiver):
            listener.break_down()
        publish(system, "e0")
        receiver.recover()
        system.clock.advance(5)

        assert Redelivery(received=2, coming_back=1) == system.redeliver()

    assert system.outcomes(broken) == {"e0": "PENDING"}
    assert system.outcomes(mended) == {"e0": "DELIVERED"}


def test_an_event_cannot_overtake_a_backlog(system: System, receiver: Listener) -> None:
    """An event that comes while the webhook is failing is sent after those that wait, in the order of time."""
    failing_webhook(system, receiver, "e1", "e2")
    system.invoke("realtime_dispatcher", envelope(content=detail("e3", timestamp=NOON_MS + 9)))

    system.redeliver()

    assert [request.event_ids for request in receiver.received] == [["e1"], ["e1"], ["e2", "e3"]]
