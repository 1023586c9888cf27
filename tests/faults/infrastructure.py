"""What Lambda, SQS and the schedules do around functions that are killed: repeat, hand on, bring back, wake."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from recado.rules.delivery.job import JobState
from recado.rules.webhook.webhook import HealthState, Webhook
from tests.faults.killing.killing import Invocation, Kill, Outcome, Workers
from tests.support.events import failed_invocation
from tests.support.functions import logical_id
from tests.support.stack import sqs_event
from tests.support.system import System

_TRIES = 3  # of an asynchronous invocation, before it goes to its failure destination
_QUEUES = ("BatchQueue", "RedeliveryQueue")
_IDLE_SECONDS = 601
_IDLE_STEPS = (7, 61, 601)
_SWEEP_SECONDS = 16 * 60
_MOST_STEPS = 500


@dataclass
class Infrastructure:
    """Brings events, messages and schedules to the functions until nothing is left to do.

    `kills` names the invocations that die, by their number. With a seed the order is drawn, without one it is fixed.
    """

    system: System
    workers: Workers
    kills: Mapping[int, Kill] = field(default_factory=dict)
    seed: int | None = None
    invocations: list[tuple[str, list[str]]] = field(default_factory=list)
    """The function and the calls of each invocation so far."""
    died: int = 0
    _events: deque[dict[str, Any]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._sqs = self.system._sqs
        url = self.system.stack.physical_id("RedeliveryQueue")
        self._wake_ups_url = url
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        self._wake_ups_arn = answer["Attributes"]["QueueArn"]

    def publish(self, *envelopes: dict[str, Any]) -> None:
        """Let real-time events be on their way to their function."""
        self._events += envelopes

    def settle(self, webhooks: Sequence[Webhook]) -> None:
        """Go on until no event or message is on its way, and none of these webhooks is failing or has a running job."""
        for _ in range(_MOST_STEPS):
            if self._step():
                continue
            if any(self.system.waiting_in(queue) for queue in _QUEUES):
                self.system.clock.advance(_IDLE_SECONDS if self.seed is None else self._random.choice(_IDLE_STEPS))
            elif any(self._unsettled(webhook) for webhook in webhooks):
                self.system.clock.advance(_SWEEP_SECONDS)
                self._invoke("redelivery", {})
            else:
                return
        raise AssertionError(f"still at work after {_MOST_STEPS} steps")

    def deliver(self) -> None:
        """Bring the published events to their function, which is not killed meanwhile, and do nothing else."""
        kills, self.kills = self.kills, {}
        while self._deliver_event():
            pass
        self.invocations.clear()
        self.kills = kills

    def lose_wake_ups(self) -> None:
        """Empty the redelivery queue, as somebody who purges it does."""
        self.system.clock.advance(_IDLE_SECONDS)  # SQS purges once a minute only, and takes out what is due only
        self.system._take_all("RedeliveryQueue")

    def _step(self) -> bool:
        steps = [self._deliver_event, self._drain, self._redeliver]
        if self.seed is not None:
            self._random.shuffle(steps)
        return any(step() for step in steps)

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
        url = self.system.stack.physical_id("BatchQueue")
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        if answer["Attributes"]["ApproximateNumberOfMessages"] == "0":
            return False
        self._invoke("batch_dispatcher", {})
        return True

    def _redeliver(self) -> bool:
        most = 10 if self.seed is None else self._random.randint(1, 10)
        answer = self._sqs.receive_message(
            QueueUrl=self._wake_ups_url, MaxNumberOfMessages=most, AttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        if not messages:
            return False
        outcome = self._invoke("redelivery", sqs_event(self._wake_ups_arn, messages))
        if outcome.killed:
            return True
        coming_back = {failure["itemIdentifier"] for failure in outcome.answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in coming_back:
                self._sqs.delete_message(QueueUrl=self._wake_ups_url, ReceiptHandle=message["ReceiptHandle"])
        return True

    def _invoke(self, folder: str, event: Any) -> Outcome:
        outcome = self.workers.invoke(
            Invocation(
                folder,
                event,
                seconds=self.system.stack.timeout_seconds(logical_id(folder)),
                ahead_ns=self.system.clock.time_ns() - time.time_ns(),
                kill=self.kills.get(len(self.invocations)),
            )
        )
        self.invocations.append((folder, outcome.calls))
        self.died += outcome.killed
        return outcome

    def _unsettled(self, webhook: Webhook) -> bool:
        current = self.system.webhook(webhook)
        job = self.system.jobs.get(webhook.account_id, webhook.webhook_id)
        failing = current.status.value == "ACTIVE" and current.health.state is HealthState.FAILING
        return failing or (job is not None and job.state is JobState.RUNNING)
