"""Jobs in a world of fakes."""

from dataclasses import replace
from typing import Any

from recado.rules.activity.activity import Requester
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.delivery.selection import Selection
from recado.rules.event.event import Event
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, OTHER_NAME, events, owned, pending, webhook
from tests.unit.use_cases.fakes.sending_fakes import World

ALL_DELIVERED = Selection(DeliveryStatus.DELIVERED)
ALL_WAITING = Selection()
ALL_ASIDE = Selection(set_aside=True)
OTHERS = Selection(event_names=(OTHER_NAME,))
WAITING = owned(NOW + 300_000)
"""The lane of a webhook that is tried again in five minutes."""


def delivered_earlier(one: Event, status: DeliveryStatus = DeliveryStatus.DELIVERED) -> Delivery:
    """Build a delivery that has ended before anybody asked for it again."""
    return replace(pending(one, created_at=NOW - 1), status=status, finished_at=NOW - 1)


def logged(world: World, *deliveries: Delivery) -> World:
    """Put deliveries into the log."""
    world.deliveries.log |= {(one.webhook_id, one.event.key): one for one in deliveries}
    return world


def set_aside(world: World, delivery: Delivery) -> None:
    """Set a delivery aside, as it was a while ago."""
    world.deliveries.add_pending(delivery)
    assert world.aside.put(delivery.set_aside(NOW - 5, NOW + 290_000, 2), waits=True)


def world_with(count: int, **changes: Any) -> World:
    """Build a world with one webhook that nobody owns, and so many deliveries that have ended."""
    return logged(World(webhook(**changes)), *map(delivered_earlier, events(count)))


def start(world: World, selection: Selection = ALL_DELIVERED, requester: Requester = ADMIN) -> Job:
    """Ask for a redelivery."""
    return world.many().redeliver(world.webhook(), selection, requester)


def withdraw(world: World, selection: Selection = ALL_WAITING, requester: Requester = ADMIN) -> Job:
    """Ask for a cancellation."""
    return world.many().cancel(world.webhook(), selection, requester)


def end(world: World, job_id: str | None = None, requester: Requester = ADMIN) -> Job:
    """End a job."""
    return world.many().end(world.webhook(), job_id, requester)


def kept(world: World) -> Job:
    """Return the newest job as it is kept."""
    return max(world.jobs.kept.values(), key=lambda job: job.job_id)


def message_ids(world: World) -> list[str]:
    """Return the first event of each POST, in their order."""
    bodies = [request.body for request in world.sender.requests]
    return [body.split(b'"eventId":"')[1].split(b'"')[0].decode() for body in bodies]


def sent(world: World) -> list[list[str]]:
    """Return the event ids of each POST, in their order."""
    return [
        [part.split(b'"')[0].decode() for part in request.body.split(b'"eventId":"')[1:]]
        for request in world.sender.requests
    ]
