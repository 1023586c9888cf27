"""Sending at the very bounds of its times and sizes."""

from tests.unit.builders import events, failing, pending, webhook
from tests.unit.use_cases.fakes.invocations import redeliver
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_failing_webhook_without_a_time_for_its_next_attempt_is_due() -> None:
    """Whatever has lost it: nobody else would ever send what waits."""
    world = World(webhook(health=failing("m1", next_attempt_at=None)))
    world.deliveries.add_pending(*(pending(one) for one in events(1)))

    redeliver(world)

    assert world.deliveries.statuses() == {"e0": "DELIVERED"}
