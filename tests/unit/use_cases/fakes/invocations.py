"""Invocations in a world of fakes: events that are dispatched, wake-ups that are answered."""

from concurrent.futures import Executor
from typing import Any

from recado.rules.event.event import Event
from recado.rules.sending.wake_up import WakeUp
from recado.use_cases.sending.direct.dispatch import Attempted
from recado.use_cases.sending.queued.redelivery import Redelivered
from tests.unit.builders import OWNER, events, owned, pending, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

URL = webhook().target_url
WAKE_UP = WakeUp("m1", "r1", "1010", "wh_1", OWNER)
DEADLINE = FixedDeadline(25.0)
PLENTY = FixedDeadline(100.0)


def urls(*ids: str) -> dict[str, Any]:
    """Build one world's webhooks, each with a URL of its own."""
    return {one: webhook(one, target_url=f"https://{one.replace('_', '-')}.example/") for one in ids}


def dispatch(world: World, *published: Event, executor: Executor | None = None) -> list[Attempted]:
    """Dispatch events to the webhooks of a world; answers the POSTs."""
    return list(world.dispatch(executor)(published, DEADLINE).attempts)


def waiting(world: World, count: int = 1) -> World:
    """Put events into the backlog."""
    world.deliveries.add_pending(*(pending(one) for one in events(count)))
    return world


def owned_world(count: int = 1, **changes: Any) -> World:
    """Build a world with one webhook that has an owner, and so many events in its backlog."""
    return waiting(World(webhook(**({"lane": owned()} | changes))), count)


def redeliver(world: World, deadline: FixedDeadline = PLENTY, wake_up: WakeUp = WAKE_UP) -> Redelivered:
    """Answer a wake-up; if nothing else is said, that of the owner that `owned` makes."""
    return world.redelivery()(wake_up, deadline)


def redeliver_as_owner(world: World, deadline: FixedDeadline = PLENTY) -> Redelivered:
    """Answer the wake-up that owns the webhook now."""
    return redeliver(world, deadline, WakeUp("m2", "r2", "1010", "wh_1", world.webhook().lane.owner or ""))


def sizes(world: World) -> list[int]:
    """Return how many events each POST had."""
    return [request.body.count(b'"eventId"') for request in world.sender.requests]
