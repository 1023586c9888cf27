"""Redelivery jobs in a world of fakes."""

from dataclasses import replace
from typing import Any

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.event.event import Event
from tests.unit.builders import NOW, events, pending, webhook
from tests.unit.use_cases.fakes.sending_fakes import World

FOR_EVER = NOW * 2


def delivered_earlier(one: Event, status: DeliveryStatus = DeliveryStatus.DELIVERED) -> Delivery:
    """Build a delivery that has ended before anybody asked for it again."""
    return replace(pending(one, created_at=NOW - 1), status=status, finished_at=NOW - 1)


def logged(world: World, *deliveries: Delivery) -> World:
    """Put deliveries into the log."""
    world.deliveries.log |= {(one.webhook_id, one.event.key): one for one in deliveries}
    return world


def world_with(count: int, **changes: Any) -> World:
    """Build a world with one webhook that nobody owns, and so many deliveries that have ended."""
    return logged(World(webhook(**changes)), *map(delivered_earlier, events(count)))


def start(
    world: World, status: DeliveryStatus = DeliveryStatus.DELIVERED, from_ms: int = 0, to_ms: int = FOR_EVER
) -> Job:
    """Ask for a job."""
    return world.requests().many(world.webhook(), status, from_ms, to_ms, "an admin")


def kept(world: World) -> Job:
    """Return the job as it is kept."""
    return world.jobs.kept["1010", "wh_1"]


def message_ids(world: World) -> list[str]:
    """Return the first event of each POST, in their order."""
    bodies = [request.body for request in world.sender.requests]
    return [body.split(b'"eventId":"')[1].split(b'"')[0].decode() for body in bodies]
