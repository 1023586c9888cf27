"""Real threads and the real adapters on an emulator: events that arrive while the last batch is acknowledged.

An emulator proves nothing about concurrency: it may serialise what DynamoDB does not, or the other way round. The proof
rests on `test_interleavings`, which takes every order of the same code; here the adapters' conditions are seen at work.
"""

import os
import random
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Self

import boto3
import pytest

from local.emulator import server as emulator
from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.lanes.lane_store import DynamoLanes
from recado.adapters.dynamodb.tables import SharedConnection, deliveries_table, webhooks_table
from recado.adapters.dynamodb.webhooks.webhook_registry import DynamoRegistry
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks
from recado.adapters.messaging.queues import SqsWakeUps
from recado.composition.clients import new_token, now_ms
from recado.ports.sending import Deadline, Expect, Opened, Waiting
from recado.rules.activity.activity import ActivityKind
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.wake_up import read_wake_up
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import HealthState, Webhook
from recado.use_cases.acts import Acts
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.redelivery import Redelivery
from tests.e2e.support.instance import Instance
from tests.support.acts import act_on
from tests.unit.builders import event, failing, owned, pending, webhook
from tests.unit.use_cases.fakes.journal import FixedDeadline, SameThread
from tests.unit.use_cases.fakes.token_fakes import no_tokens

# Each of the ten moments at which the late event may arrive, five times.
ROUNDS = 500 if os.environ.get("FAULTS") == "long" else 50
MOST_SECONDS = 50


class Receiver:
    """Acknowledges every POST, and lets whoever waits for one go on at that moment."""

    def __init__(self) -> None:
        self.posted = threading.Event()

    @contextmanager
    def keeping(self) -> Iterator[Self]:
        """Keep nothing."""
        yield self

    def send(self, _request: OutgoingRequest, _deadline: Deadline) -> AttemptResult:
        """Acknowledge."""
        self.posted.set()
        return AttemptResult(now_ms(), 0, 202)


class Deployment:
    """Tables, a queue and the use cases over them."""

    def __init__(self) -> None:
        connection = SharedConnection()
        webhook_items, delivery_items = (
            webhooks_table("webhooks", connection),
            deliveries_table("deliveries", connection),
        )
        webhook_items.create_table(wait=True, billing_mode="PAY_PER_REQUEST")
        delivery_items.create_table(wait=True, billing_mode="PAY_PER_REQUEST")
        self.sqs: Any = boto3.client("sqs")
        self.queue_url = self.sqs.create_queue(QueueName="wake-ups", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
        activities = DynamoActivities(webhook_items, 30)
        self.webhooks = DynamoWebhooks(webhook_items)
        self.lanes = DynamoLanes(webhook_items, activities)
        self.registry = DynamoRegistry(webhook_items, 5, activities)
        self.deliveries = DynamoDeliveries(delivery_items, 30)
        self.wake_ups = SqsWakeUps(self.sqs, self.queue_url)
        self.receiver = Receiver()
        ports = SendingPorts(
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            aside=DynamoAside(delivery_items, 30),
            withdrawals=DynamoWithdrawals(delivery_items, activities),
            lanes=self.lanes,
            vault=SimpleNamespace(open=lambda webhook: Opened(webhook, Credentials())),
            tokens=no_tokens,
            sender=self.receiver,
            wake_ups=self.wake_ups,
            alerting=Alerting(SimpleNamespace(send=lambda _alert: None), self.deliveries, now_ms),
            acts=Acts(new_token, lambda _act: None),
            clock=now_ms,
            slow_after_ms=60_000,
            alert_after_ms=0,
            token=new_token,
            chance=random.random,
            pause=time.sleep,
        )
        self.dispatch = Dispatch(ports, SameThread())
        pages = Pages(ports, DynamoJobs(webhook_items, activities), DynamoDeliveryReader(delivery_items))
        self.redelivery = Redelivery(ports, pages)

    def answer_wake_up(self) -> bool:
        """Hand the next wake-up to redelivery, as Lambda's event source does; False where there is none."""
        messages = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=1).get("Messages", [])
        for message in messages:
            wake_up = read_wake_up(message["MessageId"], message["ReceiptHandle"], message["Body"])
            assert wake_up is not None
            answer = self.redelivery(wake_up, FixedDeadline(100))
            assert not answer.progress.faults
            if answer.back_in_seconds is None:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return bool(messages)


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """Give tables and a queue on an emulator of the test's own."""
    settings = Instance.reserve().settings
    settings.directory.mkdir(parents=True)
    try:
        emulator.start(settings)
        monkeypatch.setenv("AWS_ENDPOINT_URL", settings.aws_endpoint_url)
        yield Deployment()
    finally:
        emulator.stop(settings)
        shutil.rmtree(settings.directory, ignore_errors=True)


def failing_webhook(deployment: Deployment, account: int) -> Webhook:
    """Register a webhook with one event in its backlog and the wake-up that is to send it."""
    now = now_ms()
    added = webhook(f"wh_{account}", account_id=str(account))
    deployment.registry.add(added, None, act_on(added, ActivityKind.CREATED))
    registered = replace(added, health=failing(failing_since=now), lane=owned(now, new_token()))
    assert deployment.lanes.change(added, registered, Expect.UNOWNED)
    waiting = pending(event("waiting", accountId=account), registered.webhook_id, created_at=now)
    assert not deployment.deliveries.record([waiting], [], FixedDeadline(60))
    deployment.wake_ups.send(registered, 0)
    return registered


def test_an_event_that_arrives_with_the_last_acknowledgement_is_not_stranded(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    """After every round the backlog is empty, both events are delivered and the webhook is healthy."""
    began, rounds, ways = time.monotonic(), 0, Counter[str]()
    with ThreadPoolExecutor(2) as threads:
        while rounds < ROUNDS and time.monotonic() - began < MOST_SECONDS:
            rounds += 1
            registered = failing_webhook(deployment, rounds)
            late = event("late", accountId=rounds)
            deployment.receiver.posted.clear()

            def arrive(late: Any = late, delay: float = (rounds % 10) / 500) -> None:
                deployment.receiver.posted.wait(10)
                time.sleep(delay)
                deployment.dispatch([late], FixedDeadline(25))

            redelivery, arrival = threads.submit(deployment.answer_wake_up), threads.submit(arrive)
            assert redelivery.result()
            arrival.result()
            extra = 0
            while deployment.answer_wake_up():
                extra += 1
            ways["the dispatcher's own wake-up" if extra else "the running redelivery, or the dispatcher"] += 1

            current = deployment.webhooks.get(registered.account_id, registered.webhook_id)
            assert current is not None
            assert current.health.state is HealthState.HEALTHY
            assert deployment.deliveries.backlog_size(registered.webhook_id) == Waiting(0)
            wanted = {registered.webhook_id: [late, event("waiting", accountId=rounds)]}
            assert [known.status.value for known in deployment.deliveries.recorded(wanted).values()] == [
                "DELIVERED"
            ] * 2
    with capsys.disabled():
        sys.stdout.write(f"\n  {rounds} rounds in {time.monotonic() - began:.0f} s; sent by {dict(ways)} ")
