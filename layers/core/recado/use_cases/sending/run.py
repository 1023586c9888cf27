"""The owner's run: it sends a webhook's backlog, oldest first, and nobody else does meanwhile.

Before each further POST the webhook is read again: the run ends where the webhook is off, gone or another's. When the
backlog reads empty and no job is unfinished it gives the webhook up, and then reads the backlog once more: whoever has
added to it in between either is seen by this second look, or sees that there is no owner.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from recado.ports import Deadline, Opened, Sender
from recado.rules.delivery.delivery import Delivery, attempted
from recado.rules.delivery.job import Job
from recado.rules.sending import retry
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.alert import AlertKind, alert_after_failure
from recado.rules.webhook.health import (
    after_failure,
    anew,
    disabled,
    has_failed_for_too_long,
    status_after_failure,
)
from recado.rules.webhook.lane import Lane, after_quick_posts, given_up, left, waiting
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from recado.use_cases.sending.head import Head, HeadReader
from recado.use_cases.sending.hold import Hold
from recado.use_cases.sending.pages import Pages, page_of
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.posting import post
from recado.use_cases.sending.survived import Survived

_SECONDS_FOR_AN_ATTEMPT = 20
_LONGEST_PAUSE_MS = 5_000


@dataclass(slots=True)
class Progress(Survived):
    """What a run has done so far, for whoever has to tell of it, also where it ends in a fault."""

    attempts: list[AttemptResult] = field(default_factory=list)
    expired: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over; its wake-up comes back after so many seconds, None where it is done."""

    back_in_seconds: int | None = None


class Run:
    """One wake-up under its lease."""

    def __init__(
        self, ports: SendingPorts, pages: Pages, hold: Hold, *, sender: Sender, deadline: Deadline, progress: Progress
    ) -> None:
        self._ports = ports
        self._pages = pages
        self._hold = hold
        self._sender = sender
        self._deadline = deadline
        self._progress = progress
        self._heads = HeadReader(ports)
        self._is_stale = False  # what was read of the webhook, before a POST or a pause
        self._has_turn = False
        self._copies_turn = True
        self._job_is_done = False
        self._slow_at: int | None = None
        self._quick = hold.webhook.lane.quick

    def __call__(self) -> Ended:
        """Send until nothing waits, a POST fails, time is nearly up, or the webhook is somebody else's."""
        while True:
            ended = self._step()
            if ended is not None:
                return ended

    def _step(self) -> Ended | None:
        """One POST, or what comes before it; None where the run goes on."""
        if self._deadline.remaining_seconds() < _SECONDS_FOR_AN_ATTEMPT:
            return self._come_back_at(self._ports.clock())
        opened = self._opened()
        if opened is None:
            return Ended()
        head = self._next_head(opened.webhook)
        if head is None:
            return None
        return self._give_up() if head.is_empty else self._send(opened, head)

    def _opened(self) -> Opened | None:
        """The webhook as it is before the next POST, with its credentials; None where this run is to end."""
        while not self._is_stale or self._renew():
            opened = self._ports.vault.open(self._hold.webhook)
            if opened is None or opened.webhook.secret_version == self._hold.webhook.secret_version:
                return opened
            # Its secret was changed since the webhook was read: all that was read of it may have changed.
            self._is_stale = True
        return None

    def _send(self, opened: Opened, head: Head) -> Ended | None:
        if head.expired:
            self._ports.deliveries.expire(head.expired, self._deadline)
            self._progress.expired += len(head.expired)
        if not head.batch:
            return None
        per_minute = opened.webhook.delivery.max_posts_per_minute
        if per_minute is not None and not self._has_turn:
            return self._take_turn(opened.webhook, per_minute)
        return self._post(opened, head.batch)

    def _renew(self) -> bool:
        self._is_stale = False
        before = self._hold.webhook.lane.slow_at
        if not self._hold.renew():
            return False
        if self._hold.webhook.lane.slow_at != before:
            self._quick = 0
        return True

    def _next_head(self, webhook: Webhook) -> Head | None:
        """What the next POST holds; None where a job's page has been put into the backlog instead.

        A job takes turns with what else waits, POST by POST, but where order is asked for. Until one that catches up is
        done, nothing behind its page is sent.
        """
        job = self._pages.unfinished(webhook)
        self._job_is_done = job is None
        if job is None:
            return self._heads.read(webhook)
        if job.off_since is not None:
            return self._head_before_the_rest(webhook, job)
        page = page_of(job)
        copies = Head() if page is None else self._heads.read(webhook, copies_of=page)
        if copies.is_empty:
            self._pages.put_next(job, self._deadline)
            return None
        if webhook.ordered:
            return self._heads.read(webhook)
        others = Head() if self._copies_turn else self._heads.read(webhook, beside=page)
        return copies if others.is_empty else others

    def _head_before_the_rest(self, webhook: Webhook, job: Job) -> Head | None:
        head = Head() if job.position is None else self._heads.read(webhook, up_to=job.position)
        if not head.is_empty:
            return head
        self._pages.put_next(job, self._deadline)
        return None

    def _take_turn(self, webhook: Webhook, posts_per_minute: int) -> Ended | None:
        """Space the POSTs, whoever the owner is: before one leaves, the webhook says when the next may."""
        now = self._ports.clock()
        turn_at = max(webhook.lane.turn_at or 0, now)
        if turn_at - now > _LONGEST_PAUSE_MS:
            return self._come_back_at(turn_at)
        if turn_at > now:
            self._ports.pause((turn_at - now) / 1000)
            self._is_stale = True
        lane = replace(webhook.lane, turn_at=turn_at + math.ceil(60_000 / posts_per_minute))
        if not self._hold.write(replace(webhook, lane=lane)):
            return Ended()
        self._has_turn = True
        return None

    def _post(self, opened: Opened, batch: list[Delivery]) -> Ended | None:
        """POST the batch and write down what came of it; one that fails leaves its deliveries as they are."""
        events = [delivery.event for delivery in batch]
        posted = post(
            self._ports, self._sender, opened, events, deadline=self._deadline, requested_by=batch[0].requested_by
        )
        self._is_stale, self._has_turn, self._copies_turn = True, False, not self._copies_turn
        self._progress.attempts.append(posted.result)
        self._note_pace(posted.result)
        if posted.result.delivered:
            self._ports.deliveries.finish(*attempted(batch, posted.attempt), self._deadline)
            return self._recovered() if self._hold.webhook.health.state is HealthState.FAILING else None
        ended = self._failed(posted.result)
        self._progress.faults += self._ports.deliveries.record([], [posted.attempt], self._deadline).values()
        return ended

    def _note_pace(self, result: AttemptResult) -> None:
        if result.latency_ms > self._ports.slow_after_ms:
            self._slow_at, self._quick = result.started_ms, 0
        else:
            self._quick += 1

    def _recovered(self) -> Ended | None:
        webhook = self._hold.webhook
        if not self._hold.write(replace(webhook, health=Health())):
            return Ended()
        if webhook.health.alerted_at is not None:
            self._tell(AlertKind.RECOVERED, webhook, webhook.health)
        return None

    def _failed(self, result: AttemptResult) -> Ended:
        """Store the failure and let the lease go in one step."""
        webhook, now = self._hold.webhook, self._ports.clock()
        health = after_failure(webhook.health, result, now)
        status = status_after_failure(webhook.status, health, result, now)
        if status is Status.DISABLED:
            return self._disable(health)
        wait_ms = retry.wait_ms(health.attempts, result.retry_after_seconds, self._ports.chance())
        if not self._write_last(lambda lane: waiting(lane, now + wait_ms), health):
            return Ended()
        kind = alert_after_failure(webhook.health, health, status)
        if kind is not None:
            self._tell(kind, webhook, health)
        return Ended(math.ceil(wait_ms / 1000))

    def _disable(self, health: Health) -> Ended:
        webhook = self._hold.webhook
        now = self._ports.clock()
        if self._write_last(lambda lane: left(waiting(lane, now)), disabled(health), Status.DISABLED):
            self._tell(AlertKind.DISABLED, webhook, health)
        return Ended()

    def _give_up(self) -> Ended | None:
        """Nothing waits: own the webhook no longer, and look once more."""
        health, now = self._hold.webhook.health, self._ports.clock()
        if health.state is HealthState.FAILING:
            if has_failed_for_too_long(health, now):
                return self._disable(health)
            health = anew(health)
        if not self._write_last(lambda lane: given_up(lane, now), health):
            return Ended()
        webhook = self._hold.webhook
        if next(self._ports.deliveries.backlog(webhook.webhook_id, 1), None) is None:
            return Ended()
        return None if self._hold.claim_back() else Ended()

    def _come_back_at(self, at_ms: int) -> Ended:
        """Leave the rest to a later run of this owner."""
        if not self._write_last(lambda lane: waiting(lane, at_ms), self._hold.webhook.health):
            return Ended()
        return Ended(max(0, math.ceil((at_ms - self._ports.clock()) / 1000)))

    def _write_last(self, ended: Callable[[Lane], Lane], health: Health, status: Status = Status.ACTIVE) -> bool:
        """Store how the run leaves the webhook, which ends the lease; again where it was found slow meanwhile."""
        while True:
            webhook = self._hold.webhook
            after = replace(webhook, health=health, lane=ended(self._lane()))
            if status is not Status.ACTIVE:
                after = after.switched_off(status, self._ports.clock())
            if self._hold.write(after):
                return True
            if not self._renew() or self._hold.webhook.lane.slow_at == webhook.lane.slow_at:
                return False

    def _lane(self) -> Lane:
        """The lane with what this run has found out."""
        lane = self._hold.webhook.lane
        if self._slow_at is not None:
            lane = replace(lane, slow_at=self._slow_at)
        return replace(after_quick_posts(lane, self._quick), faults=0, job=None if self._job_is_done else lane.job)

    def _tell(self, kind: AlertKind, webhook: Webhook, health: Health) -> None:
        with self._progress.noting_faults():
            self._ports.alerting.tell(kind, webhook, health)
