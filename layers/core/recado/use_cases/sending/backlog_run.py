"""One run over a webhook's backlog, oldest first, by the one sender that holds its lease.

Health goes back to `HEALTHY` when the backlog reads empty, and then the backlog is read once more: a dispatcher that
added to it in between either is seen by this second reading, or sees `HEALTHY` and sends a wake-up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from recado.ports import Deadline, Opened
from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus, attempted
from recado.rules.sending import payload
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.alert import AlertKind, alert_after_failure
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.health import after_failure, after_success, disabled, recovered, status_after_failure
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.posting import post

LEASE_RETRY_SECONDS = 2
_SECONDS_FOR_AN_ATTEMPT = 20


@dataclass(slots=True)
class Progress:
    """What a run has done so far, for whoever has to tell of it, also where it ends in a fault."""

    attempts: list[AttemptResult] = field(default_factory=list)
    expired: int = 0


class BacklogRun:
    """One wake-up under its lease."""

    def __init__(
        self,
        ports: SendingPorts,
        wake_up: WakeUp,
        webhook: Webhook,
        *,
        holder: str,
        deadline: Deadline,
        progress: Progress,
    ) -> None:
        self._ports = ports
        self._wake_up = wake_up
        self._webhook = webhook
        self._holder = holder
        self._deadline = deadline
        self._health = webhook.health
        self._leased = True
        self._progress = progress
        self._attempts = progress.attempts

    def release(self) -> None:
        """Let the lease go, where it has not ended yet."""
        if self._leased:
            self._ports.health.release_lease(self._webhook, self._holder)

    def answer(self, now: int) -> int | None:
        """Send what waits; answers in how many seconds the wake-up is to come back, None where it is done."""
        if self._webhook.status is not Status.ACTIVE:
            return None
        if self._health.state is HealthState.FAILING:
            if self._health.owner not in (None, self._wake_up.message_id):
                return None
            early_ms = (self._health.next_attempt_at or now) - now
            if early_ms > 0:
                return math.ceil(early_ms / 1000)
        return self._send_all()

    def _send_all(self) -> int | None:
        seen_empty = False
        while True:
            head = self._ports.deliveries.backlog(self._webhook.webhook_id, self._webhook.delivery.max_events)
            if not head:
                if seen_empty:
                    self._emptied()
                    return None
                if self._has_failed_for_too_long():
                    return self._give_up()
                if not self._save(recovered(self._health)):
                    return LEASE_RETRY_SECONDS
                seen_empty = True
                continue
            seen_empty = False
            if self._deadline.remaining_seconds() < _SECONDS_FOR_AN_ATTEMPT:
                return self._out_of_time()
            credentials = self._credentials()
            if credentials is None:
                return None
            batch, expired = self._next_batch(head)
            self._ports.deliveries.finish(expired)
            self._progress.expired += len(expired)
            if batch and not self._attempt(batch, credentials):
                return self._failed()

    def _has_failed_for_too_long(self) -> bool:
        """Whether the backlog is empty because it has expired: seven days without a success, and none just now."""
        health = self._health
        if health.attempts == 0 or health.failing_since is None:
            return False
        return self._ports.clock() - health.failing_since >= RETENTION_MS

    def _give_up(self) -> int | None:
        """Disable the webhook; where the lease or the admin's status is no longer what it was, look again later."""
        if not self._ports.health.save_under_lease(
            self._webhook, self._holder, disabled(self._health), status=Status.DISABLED, release=True
        ):
            return LEASE_RETRY_SECONDS
        self._leased = False
        self._ports.alerting.tell(AlertKind.DISABLED, self._webhook, self._health)
        return None

    def _emptied(self) -> None:
        """End the lease, and tell of the recovery if that is still to be told."""
        failed = self._webhook.health
        if failed.alerted_at is None:
            return
        self._leased = False
        if self._ports.health.end_alert_under_lease(self._webhook, self._holder):
            self._ports.alerting.tell(AlertKind.RECOVERED, self._webhook, failed)

    def _credentials(self) -> Credentials | None:
        """What the next POST is sent with; None where the webhook is gone or off.

        Before each further POST the webhook is read again: an admin may have changed its address since, or switched it
        off. Its health is the lease holder's.
        """
        current: Webhook | None = self._webhook
        if self._attempts:
            current = self._ports.webhooks.get(self._webhook.account_id, self._webhook.webhook_id)
        opened = None if current is None else self._ports.vault.open(current)
        if opened is None or opened.webhook.status is not Status.ACTIVE:
            return None
        self._webhook = replace(opened.webhook, health=self._webhook.health)
        return opened.credentials

    def _next_batch(self, head: Sequence[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
        """The deliveries of the next POST, and those of the head that have waited for too long.

        All of a POST were asked for by the same person, or by nobody: an attempt says who wanted it.
        """
        now = self._ports.clock()
        expired = [d for d in head if d.status_at(now) is DeliveryStatus.EXPIRED]
        alive = [d for d in head if d.status_at(now) is not DeliveryStatus.EXPIRED]
        alike = list(takewhile(lambda delivery: delivery.requested_by == alive[0].requested_by, alive))
        first = next(iter(payload.batches((delivery.event for delivery in alike), self._webhook.delivery)), [])
        ended = [replace(d, status=DeliveryStatus.EXPIRED, finished_at=now) for d in expired]
        return alike[: len(first)], ended

    def _attempt(self, batch: Sequence[Delivery], credentials: Credentials) -> bool:
        """POST the batch and write down what came of it; one that fails leaves its deliveries as they are."""
        events = [delivery.event for delivery in batch]
        opened = Opened(self._webhook, credentials)
        posted = post(self._ports, opened, events, self._deadline, batch[0].requested_by)
        self._attempts.append(posted.result)
        if posted.result.delivered:
            self._ports.deliveries.finish(*attempted(batch, posted.attempt))
            self._health = after_success(self._health, self._ports.clock())
        else:
            self._ports.deliveries.record([], [posted.attempt])
        return posted.result.delivered

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
        before = self._health
        health = after_failure(before, result, now)
        if before.state is HealthState.HEALTHY or before.owner is None:
            health = replace(health, owner=self._wake_up.message_id)
        status = status_after_failure(self._webhook.status, health, result, now)
        stored = disabled(health) if status is Status.DISABLED else health
        if not self._ports.health.save_under_lease(self._webhook, self._holder, stored, status=status, release=True):
            return LEASE_RETRY_SECONDS
        self._leased = False
        kind = alert_after_failure(before, health, status)
        if kind is not None:
            self._ports.alerting.tell(kind, self._webhook, health)
        if stored.next_attempt_at is None:
            return None
        return math.ceil((stored.next_attempt_at - now) / 1000)

    def _save(self, health: Health) -> bool:
        self._health = health
        return self._ports.health.save_under_lease(
            self._webhook, self._holder, health, status=self._webhook.status, release=False
        )
