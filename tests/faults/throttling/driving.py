"""The functions on the simulated clock: what the queues and the schedules do, until nothing waits any more."""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from local.listener import Listener
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.support.events import NOON_MS, batch_event
from tests.support.system import System

SWEEP_SECONDS = 5 * 60
BATCH_SCHEDULE_SECONDS = 15 * 60


def data(size: int, seed: int = 0) -> dict[str, Any]:
    """Return an event's data of this size, which compresses by a quarter only."""
    return {"text": b64encode(Random(seed or size).randbytes(size * 3 // 4)).decode()}


def published(system: System, count: int, size: int, *, prefix: str = "e") -> list[str]:
    """Let so many events of this size wait for a drain; return their ids."""
    content, ids = data(size), [f"{prefix}{number:04}" for number in range(count)]
    for number, event_id in enumerate(ids):
        system.put_into_batch_queue(batch_event(event_id, timestamp=NOON_MS + number, data=content))
    return ids


def sent(receiver: Listener) -> Counter[tuple[str, str]]:
    """Count how often each event was sent to each path."""
    return Counter((request.path, event) for request in receiver.received for event in request.event_ids)


def pending(webhook: Webhook, events: Iterable[Any], now_ms: int) -> list[Delivery]:
    """Return deliveries that wait."""
    return [Delivery(webhook.webhook_id, event, DeliveryStatus.PENDING, now_ms) for event in events]


def messages_of(system: System, queue: str) -> Any:
    """Return what moto has of a queue.

    SQS hides a message for twelve hours from when it was received, and moto, which counts from when it was sent, is
    told that this is now.
    """
    queues: Any = sqs_backends[DEFAULT_ACCOUNT_ID][system._sqs.meta.region_name].queues
    messages = queues[system.stack.physical_id(queue).rpartition("/")[2]]._messages
    for message in messages:
        message.sent_timestamp = int(system.clock.milliseconds())
    return messages


@dataclass
class Driving:
    """Hands wake-ups over as they become visible, and sweeps, on the simulated clock."""

    system: System
    time: SimulatedTime
    sweeps: int = 0

    def __post_init__(self) -> None:
        self._sweep_at = self.time.seconds + SWEEP_SECONDS

    def until_delivered(self, webhooks: Iterable[Webhook], *, minutes: float) -> float:
        """Go on until nothing waits for these webhooks; return the minutes that it took."""
        return self.until(lambda: not any(self.system.backlog(webhook) for webhook in webhooks), minutes=minutes)

    def until(self, satisfied: Callable[[], bool], *, minutes: float) -> float:
        """Go on until the answer is true; return the minutes that it took."""
        began = self.time.seconds
        while not satisfied():
            assert self.time.seconds - began < minutes * 60, "too late"
            if self.system.redeliver().received:
                continue
            self._pass_time()
        return (self.time.seconds - began) / 60

    def for_seconds(self, seconds: float) -> None:
        """Go on for so long, without sweeps: where no wake-up is lost, none is overdue."""
        until = self.time.seconds + seconds
        while self.time.seconds < until:
            self._pass_time(sweeping=False)
            self._messages()
            self.system.redeliver()
        self._sweep_at = self.time.seconds

    def purge(self) -> None:
        """Empty the redelivery queue, what is in flight included."""
        self._messages().clear()

    def _pass_time(self, *, sweeping: bool = True) -> None:
        moments = [max(one.visible_at, one.delayed_until) / 1000 for one in self._messages()]
        now = self.time.clock.milliseconds() / 1000
        waits = [moment - now for moment in moments] + [self._sweep_at - self.time.seconds] * sweeping
        self.time.clock.advance(max(min(waits), 0) + 0.001)
        if sweeping and self.time.seconds >= self._sweep_at:
            self._sweep_at += SWEEP_SECONDS
            self.sweeps += 1
            self.system.invoke("redelivery", {})

    def _messages(self) -> Any:
        return messages_of(self.system, "RedeliveryQueue")
