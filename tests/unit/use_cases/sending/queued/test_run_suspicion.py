"""A paced webhook's suspects: what is to be tried behind a head that fails alone has to wait for its turn."""

from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import NOW, delivered, failed
from tests.unit.use_cases.fakes.invocations import URL, owned_world, redeliver

EACH_TEN_SECONDS = DeliverySettings(max_events=1, max_posts_per_minute=6)


def test_a_dead_receiver_that_is_paced_is_left_alone() -> None:
    """The wait after a failure is that of the schedule, not that until the next turn."""
    world = owned_world(2, delivery=EACH_TEN_SECONDS)
    world.sender.answers[URL] = [failed() for _ in range(100)]

    for _ in range(4):
        redeliver(world)
        world.later(max(0, (world.webhook().lane.next_at or 0) - world.clock()))

    assert world.clock() - NOW >= (5 + 10 + 20 + 40) * 1_000


def test_one_bad_event_of_a_paced_webhook_is_set_aside() -> None:
    """The event behind it is tried in the same run, when its turn has come."""
    world = owned_world(2, delivery=EACH_TEN_SECONDS)
    world.sender.answers[URL] = [failed(), failed(), delivered()]

    for _ in range(3):
        redeliver(world)
        world.later(max(0, (world.webhook().lane.next_at or 0) - world.clock()))

    assert world.webhook().lane.has_aside
