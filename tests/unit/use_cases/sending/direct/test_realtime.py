"""Real time: one event from the bus."""

import json
from typing import Any

import pytest

from recado.ports.sending import OurFaultError
from recado.use_cases.sending.direct.dispatch import Attempted
from recado.use_cases.sending.direct.realtime import Realtime, RealtimeReport
from tests.support.catalogue import READER
from tests.unit.builders import NAME, OTHER_NAME, delivered, detail, envelope, event, nested, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World


def handled(world: World, message: object) -> RealtimeReport:
    """Handle the event of an invocation."""
    return Realtime(reader=READER, dispatch=world.dispatch(), dead_letters=world.dead_letters)(
        message, FixedDeadline(25.0)
    )


def test_an_event_is_dispatched() -> None:
    """Its attempts are told."""
    world = World(webhook())

    assert handled(world, envelope()) == RealtimeReport([Attempted("wh_1", 1, delivered())])
    assert world.deliveries.statuses() == {"e1": "DELIVERED"}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}, "eventName"),
        (envelope(content=detail(accountId=None)), "accountId"),
        (envelope(content=detail(data={"a": float("nan")})), "not finite"),
        (envelope(content=detail(data={"a": "\ud800"})), "lone surrogate"),
        (envelope(content={"detailText": "[1]"}), "detail"),
        (envelope(content=detail(data=nested(150))), "nested deeper"),
        ([1], "EventBridge event"),
        (None, "EventBridge event"),
    ],
)
def test_an_event_that_cannot_be_read_is_kept(message: object, reason: str) -> None:
    """No retry can help it: it goes to the dead-letter queue with the reason, in signs that any queue takes."""
    world = World(webhook())

    report = handled(world, message)

    [(body, why)] = world.dead_letters.kept
    assert report == RealtimeReport(dead_letter=why)
    assert reason in why
    assert body.isascii()
    assert json.dumps(json.loads(body)) == json.dumps(message)
    assert world.journal.calls == ["dead letter"]


def test_a_bottomless_event_keeps_its_upper_levels() -> None:
    """What cannot be written whole is written as far as it can be."""
    world = World()
    bottomless: dict[str, Any] = envelope(content=detail(data=nested(100_000)))

    report = handled(world, bottomless)

    [(body, _)] = world.dead_letters.kept
    assert report.dead_letter is not None
    assert json.loads(body)["detail"]["eventId"] == event().event_id
    assert len(body) < 2_000


@pytest.mark.parametrize("call", ["dead letter", "record"])
def test_our_own_faults_are_raised(call: str) -> None:
    """The invocation is repeated, and ends in the batch queue if nothing helps."""
    world = World(webhook())
    world.journal.fail(call)

    with pytest.raises(OurFaultError):
        handled(world, {} if call == "dead letter" else envelope())


def test_an_event_of_anothers_id_and_time_is_kept_with_the_reason() -> None:
    """The webhook that knows the other one cannot tell them apart; one that does not gets it."""
    world = World(webhook(), webhook("wh_2", target_url="https://other.example/", event_names=(OTHER_NAME,)))
    handled(world, envelope())

    report = handled(world, envelope(OTHER_NAME))

    [(body, why)] = world.dead_letters.kept
    assert why == f"eventId: an event of this id and time is known as {NAME} at wh_1"
    assert json.loads(body)["detail-type"] == OTHER_NAME
    assert report == RealtimeReport([Attempted("wh_2", 1, delivered())], why)
    assert world.deliveries.log["wh_1", event().key].event.name == NAME


def test_an_event_that_is_published_again_is_delivered_once() -> None:
    """Its name is the same, so that it is the same event."""
    world = World(webhook())
    handled(world, envelope())

    assert handled(world, envelope()) == RealtimeReport([])
    assert world.dead_letters.kept == []
