"""Messages of the batch queue that cannot be read: moved to the dead-letter queue, their neighbours delivered."""

import json
from typing import Any

import pytest

from local.listener import Listener
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, batch_event, envelope, failed_invocation
from tests.support.system import System

FUNCTION = "batch_dispatcher"
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


def _message(**changes: Any) -> str:
    return json.dumps(batch_event("bad", **changes))


UNREADABLE_MESSAGES = {
    "no event id": (_message(eventId=None), "eventId: "),
    "no account id": (_message(accountId=None), "accountId: "),
    "no timestamp": (_message(timestamp=None), "timestamp: "),
    "no data": (_message(data=None), "data: "),
    "unknown name": (json.dumps(envelope("NO_SUCH_EVENT")), "eventName: "),
    "not JSON": ('{"detail-type": ', "message: not JSON"),
    "not an object": ("[]", "message: must be an EventBridge event"),
    "detail not an object": (json.dumps(envelope("LEARNER_PROGRESS", [1])), "detail: must be a JSON object"),
    "more than 256 KB": (_message(data={"text": "x" * 262_144}), "data: makes the event larger"),
    "as much as a message holds": (_message(data={"text": "x" * 1_048_100})[:1_048_576].ljust(1_048_576), "data: "),
    "NaN": (_message(data={"score": float("nan")}), "message: NaN is not JSON"),
    "Infinity": (_message(data={"score": float("-inf")}), "message: -Infinity is not JSON"),
    "1e999": (_message(data={"score": 0.5}).replace("0.5", "1e999"), "message: a number is not finite"),
    "5,000 digits": (
        _message(data={"score": 7}).replace(": 7}", f": {'7' * 5000}}}"),
        "message: a number has more than 4300 digits",
    ),
    "lone surrogate": (_message(data={"text": "\ud800"}), "message: a text holds a lone surrogate"),
    "1,000 levels": (
        _message(data={"down": None}).replace("null", "[" * 1_000 + "]" * 1_000),
        "message: nested deeper than",
    ),
    "100,000 levels": (
        _message(data={"down": None}).replace("null", "[" * 100_000 + "]" * 100_000),
        "message: nested deeper than",
    ),
    "failed invocation of nothing": (json.dumps(failed_invocation(None)), "message: must be an EventBridge event"),
}


@pytest.mark.parametrize("kind", UNREADABLE_MESSAGES)
def test_an_unreadable_message_goes_to_the_dead_letter_queue(system: System, receiver: Listener, kind: str) -> None:
    """It is kept with the reason, and its neighbours in the same batch are delivered."""
    body, reason = UNREADABLE_MESSAGES[kind]
    webhook = system.add_webhook(receiver.url)
    system.put_into_batch_queue(batch_event("before"), body, batch_event("later", timestamp=NOON_MS + 1))

    report = system.invoke(FUNCTION, SCHEDULED)

    [(kept, told)] = system.dead_letters()
    assert body.startswith(kept)
    assert len(body) - len(kept) < 2_000
    assert told.startswith(reason)
    assert [request.event_ids for request in receiver.received] == [["before", "later"]]
    assert system.outcomes(webhook) == {"before": "DELIVERED", "later": "DELIVERED"}
    assert (report["received"], report["deadLetters"], report["handedBack"]) == (3, 1, 0)
    assert system.waiting_in("BatchQueue") == 0


def test_a_dead_letter_queue_that_fails_keeps_nobody_waiting(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """What cannot be moved goes back to the batch queue; the others are delivered."""
    system.add_webhook(receiver.url)
    system.put_into_batch_queue("unreadable", batch_event("b5a9"))
    aws.refuse("SendMessage")

    report = system.invoke(FUNCTION, SCHEDULED)

    assert [request.event_ids for request in receiver.received] == [["b5a9"]]
    assert report["handedBack"] == 1
    aws.allow("SendMessage")
    system.clock.advance(30)
    system.invoke(FUNCTION, SCHEDULED)
    assert system.dead_letters() == [("unreadable", "message: not JSON: Expecting value: line 1 column 1 (char 0)")]
