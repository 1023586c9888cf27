"""The head of a backlog: what the next POST holds, read no further than that; and who is behind it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from recado.rules.delivery.delivery import RETENTION_MS
from recado.rules.sending.cutting import UNCUT
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.use_cases.sending.queued.head import HeadReader
from tests.unit.builders import NAME, NOW, OTHER_NAME, event, events, pending, sized_event
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


def behind(world: World, *, drawn: bool, suspect: int = 0) -> str | None:
    """Ask who is behind the suspect."""
    head = pending(events(suspect + 1)[-1])
    found = HeadReader(world.ports()).behind(world.webhook(), head, {}, drawn=drawn)
    return None if found is None else found.event.event_id


def test_behind_a_suspect_is_the_next_one() -> None:
    """Not the suspect itself; where it is the last, the first before it, which a job has put there."""
    world = owned_world(3)

    assert behind(world, drawn=False) == "e1"
    assert behind(world, drawn=False, suspect=1) == "e2"
    assert behind(world, drawn=False, suspect=2) == "e0"


def test_behind_a_copy_is_not_its_original() -> None:
    """They are the same event, and fail alike; the original of a copy comes before it."""
    world = owned_world(2)
    [first] = events(1)
    copy = pending(first).again(NOW, "admin")
    world.deliveries.add_pending(copy)

    found = HeadReader(world.ports()).behind(world.webhook(), copy, {}, drawn=False)

    assert found is not None
    assert found.event.event_id == "e1"


def test_who_has_expired_is_not_tried() -> None:
    """It will never be delivered."""
    world = owned_world(1)
    second, third = events(3)[1:]
    world.deliveries.add_pending(pending(second, created_at=NOW - RETENTION_MS), pending(third))

    assert behind(world, drawn=False) == "e2"


def test_who_is_not_wanted_any_more_is_not_tried() -> None:
    """Neither behind nor before the suspect, nor as one that is drawn."""
    world = owned_world(2, event_names=(NAME,))
    early, late = event("early", name=OTHER_NAME, timestamp=NOW - 1), event("late", name=OTHER_NAME, timestamp=NOW + 9)
    world.deliveries.add_pending(pending(early), pending(late))

    assert behind(world, drawn=False) == behind(world, drawn=True) == "e1"
    assert behind(world, drawn=False, suspect=1) == "e0"
    del world.deliveries.pending["wh_1", events(1)[0].key]
    assert behind(world, drawn=False, suspect=1) is None


def test_what_is_not_wanted_any_more_is_no_part_of_a_post() -> None:
    """It is to be withdrawn; what is behind it is sent."""
    world = owned_world(2, event_names=(NAME,))
    unwanted = pending(event("e0x", name=OTHER_NAME, timestamp=NOW))
    world.deliveries.add_pending(unwanted)

    head = HeadReader(world.ports()).read(world.webhook(), UNCUT)

    assert ([one.event.event_id for one in head.batch], head.unwanted) == (["e0", "e1"], [unwanted])


def test_no_more_than_a_hundred_that_end_are_held_at_once() -> None:
    """What has expired and what is not wanted together; the next look finds the others."""
    world = owned_world(0, event_names=(NAME,))
    expired = [pending(event(f"a{n}", timestamp=NOW + n), created_at=NOW - RETENTION_MS) for n in range(60)]
    unwanted = [pending(event(f"b{n}", name=OTHER_NAME, timestamp=NOW + 60 + n)) for n in range(60)]
    world.deliveries.add_pending(*expired, *unwanted)

    head = HeadReader(world.ports()).read(world.webhook(), UNCUT)

    assert (len(head.expired), len(head.unwanted), head.is_empty) == (60, 40, False)


def test_each_of_the_hundred_behind_is_as_likely_to_be_drawn() -> None:
    """None of them is left out, and nobody beyond them is drawn."""
    world = owned_world(150)
    random = Random(1)
    ports = replace(world.ports(), chance=random.random)
    head = pending(events(1)[0])

    def draw() -> Iterator[str]:
        for _ in range(3_000):
            one = HeadReader(ports).behind(world.webhook(), head, {}, drawn=True)
            assert one is not None
            yield one.event.event_id

    drawn = Counter(draw())

    assert sorted(drawn) == sorted(f"e{number}" for number in range(1, 101))
    assert max(drawn.values()) < 60
