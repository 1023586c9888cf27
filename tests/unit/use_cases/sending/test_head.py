"""The head of a backlog: what the next POST holds, read no further than that."""

import pytest

from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.unit.builders import NOW, pending, sized_event
from tests.unit.use_cases.fakes.invocations import owned_world, redeliver, sizes
from tests.unit.use_cases.fakes.sending_fakes import World


def sized_world(count: int, size: int, max_events: int = 100) -> World:
    """Build a world in which so many events of that size wait."""
    world = owned_world(0, delivery=DeliverySettings(max_events=max_events))
    large = (sized_event(size, f"e{number:03d}", timestamp=NOW + number) for number in range(count))
    world.deliveries.add_pending(*map(pending, large))
    return world


def test_no_more_is_read_than_a_post_may_hold() -> None:
    """The backlog of a webhook that takes few events at a time costs no more than that of another."""
    world = sized_world(25, 200, max_events=10)

    redeliver(world)

    assert sizes(world) == [10, 10, 5]
    assert max(world.deliveries.asked_for) == 10


@pytest.mark.parametrize(("size", "posts", "at_once"), [(90_000, 8, 2), (30_000, 3, 4), (9_000, 1, 11)])
def test_large_events_are_not_read_only_to_find_that_they_do_not_fit(size: int, posts: int, at_once: int) -> None:
    """After the first POST as many are asked for at once as fit by the size of those before, and one more."""
    world = sized_world(8, size)

    redeliver(world)

    assert len(world.sender.requests) == posts
    assert world.deliveries.asked_for[0] == 100
    assert set(world.deliveries.asked_for[1:-1]) == {at_once}
