"""Redelivery jobs of a world, for the tests of both what they do and what interrupts them."""

from dataclasses import replace

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.webhook import Health
from tests.unit.builders import NOW, event, events, pending, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

HOUR = 60 * 60 * 1000
ASKED_AT = NOW + HOUR
PLENTY = FixedDeadline(100.0)
DELIVERED = DeliveryStatus.DELIVERED


def delivered_earlier(event_id: str = "e0", position: int = 0) -> Delivery:
    """Build a delivery that was made at noon."""
    waiting = pending(event(event_id, timestamp=NOW + position))
    return replace(waiting, status=DELIVERED, finished_at=NOW, message_id=event_id)


def world_with(count: int, health: Health | None = None) -> World:
    """Build a world with so many delivered events, in which an hour has passed."""
    world = World(webhook(health=health or Health()))
    world.deliveries.record([replace(pending(one), status=DELIVERED) for one in events(count)])
    world.now = ASKED_AT
    return world


def start(world: World, status: DeliveryStatus = DELIVERED, from_ms: int = 0, to_ms: int = ASKED_AT) -> Job:
    """Ask for a job."""
    return world.redelivery_requests().many(world.webhook(), status, from_ms, to_ms, "an admin")


def message_of(job: Job) -> WakeUp:
    """Return the message that carries a job on."""
    return WakeUp("j1", "r1", job.account_id, job.webhook_id, job.job_id)


def run(world: World, job: Job, deadline: FixedDeadline = PLENTY) -> int | None:
    """Receive the job's message once."""
    return world.job_runner().run(message_of(job), deadline)


def send_backlog(world: World) -> list[bytes]:
    """Answer a wake-up, and return the bodies of the POSTs."""
    before = len(world.sender.requests)
    world.redeliverer()([WakeUp("m1", "r1", "1010", "wh_1")], PLENTY)
    return [request.body for request in world.sender.requests[before:]]


def kept(world: World) -> Job:
    """Return the webhook's job as it is kept."""
    job = world.jobs.get("1010", "wh_1")
    assert job is not None
    return job
