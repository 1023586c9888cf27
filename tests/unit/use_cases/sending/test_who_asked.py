"""Redelivery of what somebody asked for: each POST says who did."""

from dataclasses import replace

from recado.rules.delivery.attempt_record import Attempt
from tests.unit.builders import NOW, events, failing, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_post_holds_what_one_person_asked_for_or_what_nobody_did() -> None:
    """So that an attempt can say who wanted it; order is kept all the same."""
    world = World(webhook(health=failing("m1")))
    first, second, third, fourth = (pending(one) for one in events(4))
    world.deliveries.add_pending(
        first, second.again(NOW, "one admin"), third.again(NOW, "another admin"), replace(fourth, requested_by=None)
    )

    redeliver(world)

    asked = [(one.requested_by, one.keys) for one in attempts_in_order(world)]
    assert asked == [
        (None, (first.event.key,)),
        ("one admin", (second.event.key,)),
        ("another admin", (third.event.key,)),
        (None, (fourth.event.key,)),
    ]


def attempts_in_order(world: World) -> list[Attempt]:
    """Return the only attempt of each delivery in the log."""
    kept = [delivery.attempt for _, delivery in sorted(world.deliveries.log.items(), key=lambda item: item[0])]
    return [attempt for attempt in kept if attempt is not None]
