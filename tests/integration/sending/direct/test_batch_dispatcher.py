"""The batch dispatcher: a drain empties the queue and sends each webhook its events in few POSTs."""

import pytest

from local.listener import Listener
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, batch_event, detail, envelope, failed_invocation, numbered
from tests.support.system import System

FUNCTION = "batch_dispatcher"
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def test_a_hundred_events_leave_in_one_post(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """A hundred events to one webhook cost one POST, in the order of their timestamps, and at most 30 AWS calls."""
    webhook = system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(100))
    aws.clear()

    report = system.invoke(FUNCTION, SCHEDULED)

    assert len(aws.seen) <= 30, aws.counts
    [request] = receiver.received
    expected = [f"e{number:03}" for number in range(100)]
    assert expected == request.event_ids
    assert report == {"received": 100, "deadLetters": 0, "handedBack": 0, "drainsStarted": 0}
    assert system.waiting_in("BatchQueue") == 0
    assert dict.fromkeys(expected, "DELIVERED") == system.outcomes(webhook)


def test_a_few_events_leave_in_one_post(system: System, receiver: Listener) -> None:
    """25 events to one webhook are one POST, whose message id is the same for the same set of events."""
    webhook = system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(25))

    system.invoke(FUNCTION, SCHEDULED)

    [request] = receiver.received
    assert len(request.event_ids) == 25
    assert request.headers["webhook-id"].startswith("batch_")
    assert {request.headers["webhook-id"]} == {delivery.message_id for delivery in system.deliveries(webhook)}


def test_events_of_one_post_come_in_order_of_time(system: System, receiver: Listener) -> None:
    """Timestamps are compared as moments, whether they are seconds, milliseconds or RFC 3339."""
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(
        batch_event("third", timestamp=NOON_MS + 3_000),
        batch_event("second", timestamp="2024-09-27T12:00:02Z"),
        batch_event("first", timestamp=NOON_MS // 1000 + 1),
    )

    system.invoke(FUNCTION, SCHEDULED)

    [request] = receiver.received
    assert request.event_ids == ["first", "second", "third"]
    assert [event["timestamp"] for event in request.payload["events"]] == [
        1_727_438_401,
        "2024-09-27T12:00:02Z",
        1_727_438_403_000,
    ]


def test_the_body_is_what_was_published(system: System, receiver: Listener) -> None:
    """Two events travel in one body, byte for byte as they were published."""
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(
        batch_event("b", timestamp=NOON_MS + 1, data={"z": -(10**30) - 1, "a": [0.1, None]}),
        batch_event("a", eventInfo=None, data={"name": "Ação ✓"}),
    )

    system.invoke(FUNCTION, SCHEDULED)

    expected = (
        '{"accountId":1010,"events":['
        '{"eventId":"a","eventName":"LEARNER_PROGRESS","timestamp":1727438400000,"data":{"name":"Ação ✓"}},'
        '{"eventId":"b","eventName":"LEARNER_PROGRESS","timestamp":1727438400001,"eventInfo":"",'
        '"data":{"z":-1000000000000000000000000000001,"a":[0.1,null]}}]}'
    )
    assert expected.encode() == receiver.received[0].body


def test_a_body_holds_up_to_256_kb(system: System, receiver: Listener) -> None:
    """Large events are spread over POSTs of at most 256 KB, where the webhook takes as much, in order."""
    system.add_webhook(receiver.url, delivery=DeliverySettings(max_bytes=262_144))
    large = {"text": "é" * 40_000}
    system.put_into_batch_queue(
        *(batch_event(f"e{number}", timestamp=NOON_MS + number, data=large) for number in range(7))
    )

    system.invoke(FUNCTION, SCHEDULED)

    assert all(len(request.body) <= 262_144 for request in receiver.received)
    assert [request.event_ids for request in receiver.received] == [["e0", "e1", "e2"], ["e3", "e4", "e5"], ["e6"]]


def test_each_account_gets_its_own_events(system: System, receiver: Listener) -> None:
    """One drain serves all accounts, and mixes none."""
    for account in (1010, 2020, 3030):
        system.add_webhook(f"{receiver.url}/{account}", account=str(account), name=f"wh_{account}")
    system.put_into_batch_queue(
        *(batch_event(f"e{number}", accountId=account) for number in range(3) for account in (1010, 2020, 3030))
    )

    system.invoke(FUNCTION, SCHEDULED)

    got = {request.path: (request.payload["accountId"], request.event_ids) for request in receiver.received}
    assert {f"/{account}": (account, ["e0", "e1", "e2"]) for account in (1010, 2020, 3030)} == got
    assert len(receiver.received) == 3


def test_an_event_that_waits_twice_is_delivered_once(system: System, receiver: Listener) -> None:
    """Doubles are found within a drain and across drains."""
    webhook = system.add_webhook(receiver.url)
    system.put_into_batch_queue(batch_event("b5a9"), batch_event("b5a9", timestamp=NOON_MS // 1000))
    system.invoke(FUNCTION, SCHEDULED)
    system.put_into_batch_queue(batch_event("b5a9"))
    system.invoke(FUNCTION, SCHEDULED)

    assert [request.event_ids for request in receiver.received] == [["b5a9"]]
    assert system.outcomes(webhook) == {"b5a9": "DELIVERED"}
    assert system.waiting_in("BatchQueue") == 0


def test_what_fell_out_of_real_time_is_delivered_by_the_drain(system: System, receiver: Listener) -> None:
    """A failed invocation's record and the rule's own dead letter hold real-time events, which leave with the batch."""
    webhook = system.add_webhook(receiver.url)
    system.put_into_batch_queue(
        failed_invocation(envelope("COURSE_ENROLLMENT", detail("from-lambda"))),
        envelope("CI_STATS", detail("from-rule", timestamp=NOON_MS + 1)),
    )

    system.invoke(FUNCTION, SCHEDULED)

    [request] = receiver.received
    assert request.event_ids == ["from-lambda", "from-rule"]
    assert system.outcomes(webhook) == {"from-lambda": "DELIVERED", "from-rule": "DELIVERED"}


def test_a_failed_invocation_that_had_delivered_is_not_delivered_again(system: System, receiver: Listener) -> None:
    """What an invocation recorded before it failed stays done when its event comes through the batch queue."""
    system.add_webhook(receiver.url)
    event = envelope(content=detail("b5a9"))
    system.invoke("realtime_dispatcher", event)
    system.put_into_batch_queue(failed_invocation(event))

    system.invoke(FUNCTION, SCHEDULED)

    assert len(receiver.received) == 1
    assert system.waiting_in("BatchQueue") == 0


def test_a_first_failure_starts_the_backlog(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """All events of the account wait, also those of POSTs that were not tried; one wake-up is on its way."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    system.put_into_batch_queue(*numbered(120))
    aws.clear()

    system.invoke(FUNCTION, SCHEDULED)

    assert len(receiver.received) == 1
    assert [f"e{number:03}" for number in range(120)] == system.backlog(webhook)
    assert [call.parameters["DelaySeconds"] for call in aws.of("SendMessage")] == [5]
    assert (system.webhook(webhook).health.state.value, system.webhook(webhook).health.attempts) == ("FAILING", 1)
    assert system.waiting_in("BatchQueue") == 0


def test_a_failing_webhook_gets_no_post(system: System, receiver: Listener) -> None:
    """What a drain brings for a failing webhook joins its backlog, and the healthy ones are served."""
    failing = system.add_webhook(f"{receiver.url}/failing", name="wh_failing", event_names=("CI_STATS",))
    receiver.break_down()
    system.invoke("realtime_dispatcher", envelope("CI_STATS", detail("first")))
    receiver.recover()
    healthy = system.add_webhook(f"{receiver.url}/healthy", name="wh_healthy")
    system.put_into_batch_queue(batch_event("second", "CI_STATS", timestamp=NOON_MS + 1))

    system.invoke(FUNCTION, SCHEDULED)

    assert [request.path for request in receiver.received] == ["/failing", "/healthy"]
    assert system.backlog(failing) == ["first", "second"]
    assert system.outcomes(healthy) == {"second": "DELIVERED"}
    assert system.waiting_in("RedeliveryQueue") == 1


@pytest.mark.parametrize("operation", ["Query", "BatchGetItem", "BatchWriteItem"])
def test_our_own_fault_hands_the_messages_back(
    system: System, aws: AwsCalls, receiver: Listener, operation: str
) -> None:
    """A table that fails costs nobody anything: the next drain finds the messages, and no receiver is blamed."""
    webhook = system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(12))
    aws.refuse(operation)

    report = system.invoke(FUNCTION, SCHEDULED)

    assert report["handedBack"] == 12
    assert system.dead_letters() == []
    assert system.waiting_in("BatchQueue") == 12
    aws.allow(operation)
    assert system.webhook(webhook).health.state.value == "HEALTHY"
    system.clock.advance(600)
    assert system.invoke(FUNCTION, SCHEDULED)["received"] == 12
    assert {"DELIVERED"} == set(system.outcomes(webhook).values())


def test_one_accounts_fault_does_not_touch_the_others(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """An account whose secret cannot be decrypted waits for the next drain, the others get their events."""
    system.add_signed_webhook(f"{receiver.url}/signed", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    system.add_webhook(f"{receiver.url}/plain", account="2020", name="wh_2")
    system.put_into_batch_queue(batch_event("a"), batch_event("b", accountId=2020))
    aws.refuse("Decrypt", "KMSInternalException")

    report = system.invoke(FUNCTION, SCHEDULED)

    assert [request.path for request in receiver.received] == ["/plain"]
    assert (report["received"], report["handedBack"]) == (2, 1)


def test_messages_that_sqs_does_not_delete_are_not_sent_again(
    system: System, aws: AwsCalls, receiver: Listener
) -> None:
    """What comes back although its work is done is known by its record."""
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(3))
    aws.answer("DeleteMessageBatch", {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]})
    system.invoke(FUNCTION, SCHEDULED)
    aws.allow("DeleteMessageBatch")
    system.clock.advance(1801)

    report = system.invoke(FUNCTION, SCHEDULED)

    assert report["received"] == 3
    assert len(receiver.received) == 1
    assert system.waiting_in("BatchQueue") == 0


def test_a_drain_stops_before_its_time_is_up(system: System, receiver: Listener) -> None:
    """With too little time for another window, a drain leaves the queue as it is."""
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(batch_event("b5a9"))

    report = system.invoke(FUNCTION, SCHEDULED, seconds=60)

    assert report["received"] == 0
    assert system.waiting_in("BatchQueue") == 1


def test_an_empty_queue_costs_a_call(system: System, aws: AwsCalls) -> None:
    """A drain of an empty queue receives nothing."""
    report = system.invoke(FUNCTION, SCHEDULED)

    assert aws.counts == {"sqs.ReceiveMessage": 1}
    assert report["received"] == 0
