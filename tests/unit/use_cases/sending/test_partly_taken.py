"""The receiver names what it did not take: that is set aside at once, and all others are delivered."""

import json
from dataclasses import replace

from recado.rules.delivery.delivery import Delivery
from recado.rules.sending.attempt import AttemptResult, Response
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Health
from tests.unit.builders import NOW, delivered, events, failing, webhook
from tests.unit.use_cases.fakes.invocations import URL, dispatch, owned_world, redeliver, sizes
from tests.unit.use_cases.fakes.sending_fakes import World

PARTIAL = DeliverySettings(partial_responses=True)


def not_taken(**words: str | None) -> AttemptResult:
    """Build a success that names these events, each with a word."""
    failures = [
        {"itemIdentifier": event_id} | ({} if word is None else {"message": word}) for event_id, word in words.items()
    ]
    body = json.dumps({"batchItemFailures": failures}).encode()
    return replace(delivered(), status_code=200, response=Response((), body, truncated=False))


def aside(world: World) -> dict[str, Delivery]:
    """Return what is set aside, by event id."""
    return {one.event.event_id: one for one in world.aside.kept.values()}


def test_what_is_named_in_a_run_is_set_aside_and_the_rest_delivered() -> None:
    """No wait, no cut; the receiver's own word stands with it, and nobody is alarmed."""
    world = owned_world(4, delivery=PARTIAL)
    world.sender.answers[URL] = [not_taken(e1="no such course", e3=None)]

    answer = redeliver(world)

    assert sizes(world) == [4]
    assert world.deliveries.statuses() == {"e0": "DELIVERED", "e1": "PENDING", "e2": "DELIVERED", "e3": "PENDING"}
    found = aside(world)
    assert sorted(found) == ["e1", "e3"]
    assert found["e1"].error is not None
    assert "no such course" in found["e1"].error.detail
    assert (found["e1"].tries, found["e1"].set_aside_at) == (1, NOW)
    assert (answer.back_in_seconds, world.webhook().health, world.alerts.kinds) == (
        None,
        Health(),
        ["WEBHOOK_SET_ASIDE"],
    )
    assert world.webhook().lane.has_aside


def test_a_failing_webhook_has_recovered_that_took_some() -> None:
    """Something was delivered."""
    world = owned_world(2, delivery=PARTIAL, health=failing(alerted_at=NOW - 1))
    world.sender.answers[URL] = [not_taken(e0=None)]

    redeliver(world)

    assert (world.webhook().health, world.alerts.kinds) == (Health(), ["WEBHOOK_SET_ASIDE", "WEBHOOK_RECOVERED"])


def test_naming_every_event_is_a_failed_post_and_sets_nothing_aside() -> None:
    """As a 500: it is cut, and waited for."""
    world = owned_world(2, delivery=PARTIAL)
    world.sender.answers[URL] = [not_taken(e0=None, e1=None)]

    assert redeliver(world).back_in_seconds == 5
    assert aside(world) == {}
    assert world.webhook().lane.cut.events.most == 1


def test_what_is_named_in_a_direct_post_is_set_aside_and_its_webhook_gets_an_owner() -> None:
    """It is confirmed aside before anybody is woken."""
    world = World(webhook(delivery=PARTIAL))
    world.sender.answers[URL] = [not_taken(e1="no")]

    dispatch(world, *events(3))

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "e1": "PENDING", "e2": "DELIVERED"}
    assert list(aside(world)) == ["e1"]
    assert world.journal.of("set aside", "claim", "wake up") == ["set aside", "claim", "wake up"]


def test_a_repeated_invocation_goes_on_from_what_is_aside() -> None:
    """It died before it had woken anybody: the event is not sent again, and its webhook gets its owner."""
    world = World(webhook(delivery=PARTIAL))
    world.sender.answers[URL] = [not_taken(e1="no")]
    dispatch(world, *events(2))
    world.webhooks.set(lane=webhook().lane)

    dispatch(world, *events(2))

    assert sizes(world) == [2]
    assert world.webhook().lane.owner is not None
