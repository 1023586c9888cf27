"""Redelivery: a wake-up sends a webhook's backlog, oldest first, one sender at a time.

Health goes back to `HEALTHY` when the backlog reads empty, and then the backlog is read once more: a dispatcher that
added to it in between either is seen by this second reading, or sees `HEALTHY` and sends a wake-up.
"""

import math
import uuid
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from recado.ports import (
    Clock,
    Deadline,
    DeliveryStore,
    HealthStore,
    LeaseState,
    OurFaultError,
    Sender,
    Vault,
    WakeUps,
    WebhookReader,
)
from recado.rules import payload
from recado.rules.attempt import AttemptResult
from recado.rules.delivery import Delivery, DeliveryStatus
from recado.rules.health import after_failure, after_success, recovered
from recado.rules.outgoing import outgoing_request
from recado.rules.wake_up import WakeUp
from recado.rules.webhook import Health, HealthState, Status, Webhook

_LEASE_RETRY_SECONDS = 2
_FAULT_RETRY_SECONDS = 30
_LEASE_GRACE_MS = 2_000
_SECONDS_FOR_AN_ATTEMPT = 20


@dataclass(frozen=True, slots=True)
class Redelivered:
    """What a wake-up led to; the message comes back after `back_in_seconds`, or is done where that is None.

    `fault` is what went wrong on our side.
    """

    wake_up: WakeUp
    back_in_seconds: int | None
    attempts: tuple[AttemptResult, ...] = ()
    fault: Exception | None = None


@dataclass(frozen=True, slots=True)
class RedeliveryPorts:
    """What redelivery needs from the world outside."""

    webhooks: WebhookReader
    deliveries: DeliveryStore
    health: HealthStore
    vault: Vault
    sender: Sender
    wake_ups: WakeUps
    clock: Clock


class Redelivery:
    """Answers wake-ups."""

    def __init__(self, ports: RedeliveryPorts, executor: Executor) -> None:
        self._ports = ports
        self._executor = executor

    def __call__(self, wake_ups: Sequence[WakeUp], deadline: Deadline) -> list[Redelivered]:
        """Handle the wake-ups side by side, so that one hanging receiver does not hold the others."""
        return list(self._executor.map(lambda wake_up: self._answer(wake_up, deadline), wake_ups))

    def _answer(self, wake_up: WakeUp, deadline: Deadline) -> Redelivered:
        attempts: list[AttemptResult] = []
        try:
            answer = Redelivered(wake_up, self._handle(wake_up, deadline, attempts), tuple(attempts))
        except Exception as error:  # noqa: BLE001 - our own fault: told beside the other answers, and tried again
            answer = Redelivered(wake_up, _FAULT_RETRY_SECONDS, tuple(attempts), fault=error)
        if answer.back_in_seconds is not None:
            try:
                self._ports.wake_ups.postpone(wake_up.receipt_handle, answer.back_in_seconds)
            except OurFaultError as error:
                # The message comes back all the same, when its visibility timeout is over.
                answer = replace(answer, fault=answer.fault or error)
        return answer

    def _handle(self, wake_up: WakeUp, deadline: Deadline, attempts: list[AttemptResult]) -> int | None:
        """Do what the wake-up asks for, noting the attempts; answers in how many seconds it is to come back."""
        now = self._ports.clock()
        holder = uuid.uuid4().hex
        until = now + math.ceil(deadline.remaining_seconds() * 1000) + _LEASE_GRACE_MS
        lease = self._ports.health.take_lease(wake_up.account_id, wake_up.webhook_id, holder, now, until)
        if lease.state is LeaseState.HELD_BY_ANOTHER:
            return _LEASE_RETRY_SECONDS
        if lease.webhook is None:
            return None
        run = _Run(self._ports, wake_up, lease.webhook, holder=holder, deadline=deadline, attempts=attempts)
        try:
            return run.answer(now)
        finally:
            run.release()


class _Run:
    """One wake-up under its lease."""

    def __init__(
        self,
        ports: RedeliveryPorts,
        wake_up: WakeUp,
        webhook: Webhook,
        *,
        holder: str,
        deadline: Deadline,
        attempts: list[AttemptResult],
    ) -> None:
        self._ports = ports
        self._wake_up = wake_up
        self._webhook = webhook
        self._holder = holder
        self._deadline = deadline
        self._health = webhook.health
        self._leased = True
        self._attempts = attempts

    def release(self) -> None:
        if self._leased:
            self._ports.health.release_lease(self._webhook, self._holder)

    def answer(self, now: int) -> int | None:
        if self._webhook.status is not Status.ACTIVE:
            return None
        if self._health.state is HealthState.FAILING:
            if self._health.owner != self._wake_up.message_id:
                return None
            early_ms = (self._health.next_attempt_at or now) - now
            if early_ms > 0:
                return math.ceil(early_ms / 1000)
        return self._send_backlog()

    def _send_backlog(self) -> int | None:
        seen_empty = False
        while True:
            head = self._ports.deliveries.backlog(self._webhook.webhook_id, payload.MAX_EVENTS)
            if not head:
                if seen_empty:
                    return None
                if not self._save(recovered(self._health)):
                    return _LEASE_RETRY_SECONDS
                seen_empty = True
                continue
            seen_empty = False
            if self._deadline.remaining_seconds() < _SECONDS_FOR_AN_ATTEMPT:
                return self._out_of_time()
            if self._attempts and not self._still_active():
                return None
            batch, expired = self._next_batch(head)
            self._ports.deliveries.finish(expired)
            if batch and not self._attempt(batch):
                return self._failed()

    def _still_active(self) -> bool:
        """Read the webhook again: an admin may have changed its address since the last POST, or switched it off."""
        current = self._ports.webhooks.get(self._webhook.account_id, self._webhook.webhook_id)
        if current is None or current.status is not Status.ACTIVE:
            return False
        self._webhook = current
        return True

    def _next_batch(self, head: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
        """The deliveries of the next POST, and those of the head that have waited for too long."""
        now = self._ports.clock()
        expired = [d for d in head if d.status_at(now) is DeliveryStatus.EXPIRED]
        alive = {d.event.key: d for d in head if d.status_at(now) is not DeliveryStatus.EXPIRED}
        first = next(iter(payload.batches(d.event for d in alive.values())), [])
        ended = [replace(d, status=DeliveryStatus.EXPIRED, finished_at=now) for d in expired]
        return [alive[event.key] for event in first], ended

    def _attempt(self, batch: Sequence[Delivery]) -> bool:
        events = [delivery.event for delivery in batch]
        credentials = self._ports.vault.open(self._webhook)
        request = outgoing_request(self._webhook, credentials, events, self._ports.clock())
        result = self._ports.sender.send(request, self._deadline)
        self._attempts.append(result)
        tried = [delivery.attempted(result, payload.message_id(events)) for delivery in batch]
        if result.delivered:
            self._ports.deliveries.finish(tried)
            self._health = after_success(self._health, self._ports.clock())
        else:
            self._ports.deliveries.record(tried)
        return result.delivered

    def _out_of_time(self) -> int:
        """Leave the rest to the next invocation; that the receiver has answered meanwhile must outlive this one."""
        # A health that is failing is the lease holder's alone; one that is healthy a dispatcher may have changed.
        if self._attempts and self._health.state is HealthState.FAILING:
            self._save(self._health)
        return 0

    def _failed(self) -> int | None:
        """Store the failure and let the lease go in one step; this message owns the retries unless another does."""
        now = self._ports.clock()
        result = self._attempts[-1]
        healthy = self._health.state is HealthState.HEALTHY
        health = after_failure(self._health, result, now)
        if healthy:
            health = replace(health, owner=self._wake_up.message_id)
        status = Status.DISABLED if result.gone else self._webhook.status
        if not self._ports.health.save_under_lease(self._webhook, self._holder, health, status=status, release=True):
            return _LEASE_RETRY_SECONDS
        self._leased = False
        if result.gone:
            return None
        return math.ceil(((health.next_attempt_at or now) - now) / 1000)

    def _save(self, health: Health) -> bool:
        self._health = health
        return self._ports.health.save_under_lease(
            self._webhook, self._holder, health, status=self._webhook.status, release=False
        )
