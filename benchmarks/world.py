"""What the scenarios act on: a deployed stack, its functions in this process, a receiver, and what its users do."""

import copy
import itertools
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import boto3

from benchmarks.servers.addresses import UP
from benchmarks.servers.processes import Servers
from recado.composition import clients
from recado.rules.event.catalogue import Category
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.stack import Stack, sqs_event, template
from tests.support.catalogue import SHIPPED
from tests.support.clock import Clock
from tests.support.events import NOON_MS, detail, envelope
from tests.support.functions import ROOT
from tests.support.system import System

_REAL_TIME, _BATCH = (SHIPPED.of(category)[0] for category in (Category.REAL_TIME, Category.NON_REAL_TIME))
EVENT_NAME, BATCH_EVENT_NAME, _DATA = _REAL_TIME.name, _BATCH.name, dict(_REAL_TIME.sample)
SCHEDULED = json.loads((ROOT / "events" / "batch_dispatcher" / "scheduled.json").read_text(encoding="utf-8"))
SWEEP = json.loads((ROOT / "events" / "redelivery" / "sweep.json").read_text(encoding="utf-8"))
_WRITE = json.loads((ROOT / "events" / "delivery_counter" / "delivered.json").read_text(encoding="utf-8"))["Records"][0]
_MOST_IN_A_CALL = 10  # of SQS
_LARGE = 20_000
_FIRST_ACCOUNT = 500_000
BACKLOG = 1_000
LIMIT_OF_WEBHOOKS = 25
"""That the template allows at most, and the benchmarks deploy with."""


@dataclass
class World:
    """A deployed stack, whose webhooks are made through the API's own function.

    One receiver is plain, the other over TLS; `wait` lets so many seconds pass. A batch and a backlog hold so many
    events as `backlog` says, together.
    """

    system: System
    receiver_url: str
    tls_url: str
    wait: Callable[[float], object]
    backlog: int = BACKLOG
    document: ApiDocument = field(default_factory=ApiDocument)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def account(self) -> ApiClient:
        """Return the API of an account that has nothing yet."""
        return ApiClient(self.system, self.document, str(_FIRST_ACCOUNT + next(self._numbers)))

    def create(self, account: ApiClient, path: str = UP, *, tls: bool = False, **changes: Any) -> Any:
        """Register a webhook for the events that the scenarios publish; returns it as the API answers it."""
        names = [EVENT_NAME, BATCH_EVENT_NAME]
        return account.create(
            **{"targetUrl": (self.tls_url if tls else self.receiver_url) + path, "eventNames": names, **changes}
        )

    def event(self, account: ApiClient, **fields: Any) -> dict[str, Any]:
        """Return a new real-time event of the account, as its rule invokes the dispatcher with it."""
        return envelope(EVENT_NAME, {**self._detail(account), **fields})

    def drain(self, *events: tuple[ApiClient, int], **fields: Any) -> dict[str, Any]:
        """Put so many new events of each account into the batch queue; returns the event of the schedule."""
        queue: Any = boto3.client("sqs")
        url = self.system.stack.physical_id("BatchQueue")
        messages = [{**self._detail(account), **fields} for account, count in events for _number in range(count)]
        for some in _batches(messages):
            entries = [
                {"Id": str(place), "MessageBody": json.dumps(envelope(BATCH_EVENT_NAME, message))}
                for place, message in enumerate(some)
            ]
            queue.send_message_batch(QueueUrl=url, Entries=entries)
        return dict(SCHEDULED)

    def wake_up(self, webhook: Any) -> dict[str, Any]:
        """Wait for the webhook's wake-up, the latest, and drop all others; returns the event with which it arrives."""
        queue, url = boto3.client("sqs"), self.system.stack.physical_id("RedeliveryQueue")
        while True:
            messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            for message in messages:
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if own := [message for message in messages if webhook["webhookId"] in message["Body"]]:
                return sqs_event("arn:aws:sqs:us-east-1:123456789012:recado-RedeliveryQueue", own[-1:])
            self.wait(0.5)

    def writes(self, *webhook_ids: str) -> dict[str, Any]:
        """Return a new write of a delivered event of each webhook, as the deliveries table's stream tells of them."""
        return {"Records": [self._write(webhook_id, next(self._numbers)) for webhook_id in webhook_ids]}

    def published(self, account: ApiClient) -> dict[str, Any]:
        """Return a new event of the account as it is published over HTTP."""
        return {"eventName": EVENT_NAME, **{k: v for k, v in self._detail(account).items() if k != "accountId"}}

    def _detail(self, account: ApiClient) -> dict[str, Any]:
        number = next(self._numbers)
        fields = detail(
            f"{number:08}-ecef-4492-a226-4f059dac5351", timestamp=NOON_MS + number, data=dict(_REAL_TIME.sample)
        )
        return {**fields, "accountId": int(account.account)}

    def _write(self, webhook_id: str, number: int) -> dict[str, Any]:
        record: dict[str, Any] = copy.deepcopy(_WRITE)
        keys = {"partition": {"S": webhook_id}, "key": {"S": f"001727414643000#{number:08}"}}
        record["eventID"] = f"{number:032}"
        record["dynamodb"]["SequenceNumber"] = str(10**20 + number)
        record["dynamodb"]["Keys"] = keys
        record["dynamodb"]["NewImage"] |= keys
        return record


def deployed(near: Servers) -> World:
    """Return a stack whose functions run in this process, beside these servers."""
    parameters = {"AllowPrivateTargets": "true", "WebhookLimit": str(LIMIT_OF_WEBHOOKS), "MutationsPerMinute": "10000"}
    system = System(Stack.deploy(parameters), Clock())
    ahead_ns = 0

    def later(seconds: float) -> None:
        nonlocal ahead_ns
        ahead_ns += int(seconds * 1e9)
        near.later(seconds)

    # What is waited for is due then, for the functions as for the queues.
    clients.time = SimpleNamespace(time_ns=lambda: time.time_ns() + ahead_ns)  # type: ignore[assignment,attr-defined]
    return World(system, near.receiver_url, near.tls_url, later)


def counter_window() -> float:
    """Return the seconds for which the counter's mapping collects records, 0 where there is none."""
    stack = template()
    mappings = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    windows = [stack.with_defaults(one.get("MaximumBatchingWindowInSeconds", 0)) for one in mappings]
    return max(map(float, windows), default=0.0)


def incompressible(length: int) -> str:
    """Return so many characters that hardly get smaller, the same every time."""
    return random.Random(length).randbytes(length // 2).hex()


def _batches(messages: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """By tens, or by one where they are large: a call takes 1 MiB."""
    most = _MOST_IN_A_CALL if len(json.dumps(messages[:1])) < _LARGE else 1
    return (messages[start : start + most] for start in range(0, len(messages), most))
