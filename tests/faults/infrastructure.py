"""What Lambda, SQS and the schedules do around functions that are killed: repeat, hand on, bring back, wake."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from recado.rules.webhook.webhook import Status, Webhook
from tests.faults.killing.killing import Invocation, Kill, Outcome, Workers
from tests.support.aws.stack import sqs_event
from tests.support.events import failed_invocation
from tests.support.functions import logical_id
from tests.support.system import System

_TRIES = 3  # of an asynchronous invocation, before it goes to its failure destination
_QUEUES = ("BatchQueue", "RedeliveryQueue")
_SWEEP_SECONDS = 5 * 60
_INVOCATION_SECONDS = 0.1
_MOST_STEPS = 500
MOST_LATE_MS = 6 * 60 * 1000
"""So long after it is due what waits is sent at the latest, though nobody but the sweep thinks of it."""


@dataclass
class Infrastructure:
    """Brings requests, events, messages and schedules to the functions until nothing is left to do.

    `kills` names the invocations that die, by their number. With a seed the order is drawn, without one it is fixed.
    Time stands still but for what invocations take, and for what passes while nobody has anything to do.
    """

    system: System
    workers: Workers
    kills: Mapping[int, Kill] = field(default_factory=dict)
    seed: int | None = None
    latency_ms: int | None = None
    """How long POSTs seem to take, where that is not left to the machine."""
    invocations: list[tuple[str, list[str]]] = field(default_factory=list)
    """The function and the calls of each invocation so far."""
    answers: list[int] = field(default_factory=list)
    """What requests were answered with, where they were answered."""
    died: list[list[str]] = field(default_factory=list)
    """What each invocation that died had called."""
    latest_ms: int = 0
    """How long after it was due something waited at most."""
    _requests: deque[dict[str, Any]] = field(default_factory=deque)
    _events: deque[dict[str, Any]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._sqs = self.system._sqs
        self.system.clock.stop()
        self._sweep_at = self.system.clock.milliseconds() + _SWEEP_SECONDS * 1000
        url = self.system.stack.physical_id("RedeliveryQueue")
        self._wake_ups_url = url
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        self._wake_ups_arn = answer["Attributes"]["QueueArn"]

    def ask(self, *requests: dict[str, Any]) -> None:
        """Let requests be on their way to the API, which nobody makes again."""
        self._requests += requests

    def make(self, request: dict[str, Any]) -> Outcome:
        """Bring a request to the API now."""
        outcome = self._invoke("webhook_api", request)
        if not outcome.killed:
            self.answers.append(outcome.answer["statusCode"])
        return outcome

    def publish(self, *envelopes: dict[str, Any]) -> None:
        """Let real-time events be on their way to their function."""
        self._events += envelopes

    def settle(self, webhooks: Sequence[Webhook], *, entirely: bool) -> None:
        """Go on until nothing is on its way, and none of these webhooks has an owner or is waited for.

        What waits must be in the index meanwhile, and not be late; `entirely` until none is in the index any more.
        """
        for _ in range(_MOST_STEPS):
            if self._step():
                continue
            self._check(webhooks)
            if not self._moments() and not any(self._is_unsettled(webhook, entirely) for webhook in webhooks):
                return
            self._let_time_pass(webhooks)
        raise AssertionError(f"still at work after {_MOST_STEPS} steps")

    def deliver(self) -> None:
        """Bring the published events to their function, which is not killed meanwhile, and do nothing else."""
        kills, self.kills = self.kills, {}
        while self._deliver_event():
            pass
        self.invocations.clear()
        self.kills = kills

    def wait_until(self, moment_ms: int) -> None:
        """Let time pass in which nobody has anything to do; the schedule begins anew."""
        self.system.clock.advance((moment_ms - self.system.clock.milliseconds()) / 1000)
        self._sweep_at = self.system.clock.milliseconds() + _SWEEP_SECONDS * 1000

    def lose_wake_ups(self) -> None:
        """Empty the redelivery queue, as somebody who purges it does."""
        self._queue("RedeliveryQueue")._messages.clear()

    def _step(self) -> bool:
        steps = [self._answer_request, self._deliver_event, self._drain, self._redeliver]
        if self.seed is not None:
            self._random.shuffle(steps)
        return any(step() for step in steps)

    def _answer_request(self) -> bool:
        if not self._requests:
            return False
        self.make(self._requests.popleft())
        return True

    def _deliver_event(self) -> bool:
        if not self._events:
            return False
        if self.seed is not None:
            self._events.rotate(self._random.randrange(len(self._events)))
        envelope = self._events.popleft()
        if all(self._invoke("realtime_dispatcher", envelope).killed for _ in range(_TRIES)):
            self.system.put_into_batch_queue(failed_invocation(envelope))
        return True

    def _drain(self) -> bool:
        if not self._is_visible("BatchQueue"):
            return False
        self._invoke("batch_dispatcher", {})
        return True

    def _redeliver(self) -> bool:
        if not self._is_visible("RedeliveryQueue"):
            return False
        answer = self._sqs.receive_message(QueueUrl=self._wake_ups_url, MaxNumberOfMessages=1, AttributeNames=["All"])
        messages = answer.get("Messages", [])
        if not messages:
            return False
        outcome = self._invoke("redelivery", sqs_event(self._wake_ups_arn, messages))
        if not outcome.killed and not outcome.answer["batchItemFailures"]:
            self._sqs.delete_message(QueueUrl=self._wake_ups_url, ReceiptHandle=messages[0]["ReceiptHandle"])
        return True

    def _invoke(self, folder: str, event: Any) -> Outcome:
        self.system.clock.advance(_INVOCATION_SECONDS)
        outcome = self.workers.invoke(
            Invocation(
                folder,
                event,
                seconds=self.system.stack.timeout_seconds(logical_id(folder)),
                at_ns=self.system.clock.time_ns(),
                kill=self.kills.get(len(self.invocations)),
                latency_ms=self.latency_ms,
            )
        )
        self.invocations.append((folder, outcome.calls))
        if outcome.killed:
            self.died.append(outcome.calls)
        return outcome

    # While nobody has anything to do

    def _let_time_pass(self, webhooks: Sequence[Webhook]) -> None:
        """Until a message is visible, or the schedule sweeps; a sweep that finds nothing due is left out."""
        now = self.system.clock.milliseconds()
        self.system.clock.advance((min([*self._moments(), self._sweep_at]) - now) / 1000 + 0.001)
        if self.system.clock.milliseconds() < self._sweep_at:
            return
        self._sweep_at += _SWEEP_SECONDS * 1000
        if any(self._is_due(self.system.webhook(webhook)) for webhook in webhooks):
            self._invoke("redelivery", {})

    def _moments(self) -> list[float]:
        """When messages become visible, which are delayed, or were received and not deleted."""
        return [moment for queue in _QUEUES for moment in self._moments_of(queue)]

    def _moments_of(self, queue: str) -> list[float]:
        # Looked up, since asking takes most of the suite's time.
        return [max(message.visible_at, message.delayed_until) for message in self._queue(queue)._messages]

    def _is_visible(self, queue: str) -> bool:
        return min(self._moments_of(queue), default=self.system.clock.milliseconds()) < self.system.clock.milliseconds()

    def _queue(self, name: str) -> Any:
        queues = sqs_backends[DEFAULT_ACCOUNT_ID][self._sqs.meta.region_name].queues
        return queues[self.system.stack.physical_id(name).rpartition("/")[2]]

    def _check(self, webhooks: Sequence[Webhook]) -> None:
        """Whatever waits is in the index, unless its message is still to come again, and is not late."""
        now = int(self.system.clock.milliseconds())
        for webhook in webhooks:
            current = self.system.webhook(webhook)
            if current.status is not Status.ACTIVE or not self._waits(current):
                continue
            if current.lane.next_at is None:
                assert self._queue("BatchQueue")._messages or self._has_digest_due(current), "stranded"
                continue
            self.latest_ms = max(self.latest_ms, now - current.lane.next_at)
        assert self.latest_ms <= MOST_LATE_MS

    def _waits(self, webhook: Webhook) -> bool:
        return bool(self.system.backlog(webhook) or self.system.jobs.unfinished(webhook))

    def _is_unsettled(self, webhook: Webhook, entirely: bool) -> bool:
        current = self.system.webhook(webhook)
        if current.status is not Status.ACTIVE:
            return False
        is_left = current.lane.next_at is None if entirely else current.lane.owner is None
        return not is_left or self._waits(current) or self._has_digest_due(current)

    def _is_due(self, webhook: Webhook) -> bool:
        now = self.system.clock.milliseconds()
        return (webhook.lane.next_at or now + 1) <= now or self._has_digest_due(webhook)

    def _has_digest_due(self, webhook: Webhook) -> bool:
        """Whether the next sweep makes a digest for it, or has begun to."""
        if not webhook.delivery.digest:
            return False
        due = self.system.digests.due(int(self.system.clock.milliseconds()), _MOST_STEPS)
        return any(one.webhook_id == webhook.webhook_id for one in due)
