"""A deep batch queue: the scheduled drain starts others of its function."""

import json

import pytest

from local.listener import Listener
from recado.rules.sending import draining
from recado.use_cases.sending.direct import drain
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import numbered
from tests.support.system import System

FUNCTION = "batch_dispatcher"
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
EXTRA = {"extraDrain": True}


def test_a_deep_queue_starts_more_drains(
    system: System, aws: AwsCalls, receiver: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduled drain invokes its own function as often as what is left calls for, up to the parameter."""
    monkeypatch.setattr(draining, "MESSAGES_PER_DRAIN", 10)
    monkeypatch.setattr(drain, "WINDOW_MESSAGES", 10)
    system.add_webhook(receiver.url)
    aws.answer("Invoke", {"StatusCode": 202})
    system.put_into_batch_queue(*numbered(45))

    assert system.invoke(FUNCTION, SCHEDULED)["drainsStarted"] == 3
    system.put_into_batch_queue(*numbered(80))
    assert system.invoke(FUNCTION, SCHEDULED)["drainsStarted"] == 4

    started = [call.parameters for call in aws.of("Invoke")]
    assert {("recado-BatchDispatcherFunction", "Event", json.dumps(EXTRA).encode())} == {
        (call["FunctionName"], call["InvocationType"], call["Payload"]) for call in started
    }
    assert len(started) == 7


def test_an_extra_drain_starts_no_others(
    system: System, aws: AwsCalls, receiver: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drain that another one has started drains, however deep the queue is."""
    monkeypatch.setattr(draining, "MESSAGES_PER_DRAIN", 10)
    monkeypatch.setattr(drain, "WINDOW_MESSAGES", 10)
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(35))

    report = system.invoke(FUNCTION, EXTRA)

    assert (report["received"], report["drainsStarted"]) == (35, 0)
    assert aws.of("Invoke") == []


@pytest.mark.parametrize("operation", ["Invoke", "GetQueueAttributes"])
def test_a_drain_that_cannot_start_others_drains_all_the_same(
    system: System, aws: AwsCalls, receiver: Listener, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    """Where Lambda or the queue's depth is refused, the events leave with this drain."""
    monkeypatch.setattr(draining, "MESSAGES_PER_DRAIN", 10)
    monkeypatch.setattr(drain, "WINDOW_MESSAGES", 10)
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(20))
    aws.refuse(operation, "TooManyRequestsException")

    report = system.invoke(FUNCTION, SCHEDULED)

    assert (report["received"], report["drainsStarted"]) == (20, 0)
    assert sum(len(request.event_ids) for request in receiver.received) == 20
