"""Turns where POSTs are spaced: a run that makes one POST knows what the one before has carried."""

from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from tests.support.acts import ADMIN
from tests.unit.builders import delivered, event, events, failed, pending, webhook
from tests.unit.use_cases.fakes.invocations import URL, redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import delivered_earlier, logged, set_aside, start
from tests.unit.use_cases.fakes.sending_fakes import World

EACH_MINUTE = DeliverySettings(max_events=1, max_posts_per_minute=1)
OLD = [event(f"old{number:03}", timestamp=number + 1) for number in range(150)]
BAD = [event(f"bad{number}", timestamp=number + 1) for number in range(8)]


def posted_by_minute(world: World, minutes: int) -> list[str]:
    """Let the owner come back so often, a minute apart; returns the webhook-id of each POST."""
    for _ in range(minutes):
        redeliver_as_owner(world)
        world.later(60_000)
    return [request.headers["webhook-id"] for request in world.sender.requests]


def test_what_is_set_aside_and_fails_takes_no_more_than_every_other_post() -> None:
    """Eight bad events, of which one is due each minute, do not hold up the good ones that wait."""
    world = World(webhook(delivery=EACH_MINUTE, lane=Lane(has_aside=True)))
    for one in BAD:
        set_aside(world, pending(one))
    world.deliveries.add_pending(*map(pending, events(3)))
    world.sender.answers[URL] = [failed(422), delivered(), failed(422), delivered(), failed(422)]
    world.requests().send_now(world.webhook(), ADMIN)

    assert posted_by_minute(world, 6) == ["bad0", "e0", "bad1", "e1", "bad2", "e2"]


def test_a_job_takes_turns_with_what_else_waits() -> None:
    """A thousand copies at one POST a minute do not hold up what happens today."""
    world = logged(World(webhook(delivery=EACH_MINUTE)), *map(delivered_earlier, OLD))
    start(world)
    world.deliveries.add_pending(*map(pending, events(2)))

    assert posted_by_minute(world, 4) == ["old000", "e0", "old001", "e1"]
