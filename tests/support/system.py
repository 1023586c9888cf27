"""Recado as its users meet it: functions that are invoked, queues between them, webhooks, and what became of events."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import boto3

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.lanes.lane_store import DynamoLanes
from recado.adapters.dynamodb.tables import (
    DeliveryItem,
    SharedConnection,
    WebhookItem,
    deliveries_table,
    webhooks_table,
)
from recado.adapters.dynamodb.webhooks.digests import DynamoDigests
from recado.adapters.dynamodb.webhooks.due import DynamoOverdue
from recado.adapters.dynamodb.webhooks.endings import DynamoEndings
from recado.adapters.dynamodb.webhooks.secret_store import DynamoSecrets
from recado.adapters.dynamodb.webhooks.webhook_registry import DynamoRegistry
from recado.adapters.secrets.vault import KmsVault
from recado.ports.activity import ActivityQuery
from recado.ports.sending import Expect
from recado.rules.activity.activity import Activity, ActivityKind
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery
from recado.rules.sending.wake_up import wake_up_body
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Webhook
from tests.support.acts import act_on
from tests.support.aws.aws_calls import running
from tests.support.aws.stack import Stack, sqs_event
from tests.support.catalogue import SHIPPED
from tests.support.clock import Clock
from tests.support.events import ACCOUNT
from tests.support.functions import Handler, LambdaContext, load_function, logical_id
from tests.unit.use_cases.fakes.journal import FixedDeadline

_MOST_DELIVERIES = 1000
_END_OF_TIME = 10**14
_PLENTY = FixedDeadline(30.0)


@dataclass
class Redelivery:
    """One invocation of the redelivery function: how many wake-ups it got, and how many of them come back."""

    received: int
    coming_back: int


@dataclass
class System:
    """A deployed stack whose functions run in this process, on a clock that can be set forward."""

    stack: Stack
    clock: Clock
    _handlers: dict[str, Handler] = field(default_factory=dict)

    def invoke(self, folder: str, event: Any, *, seconds: float | None = None) -> Any:
        """Invoke a function that stays warm, with its own timeout or with so many seconds left."""
        function = logical_id(folder)
        if folder not in self._handlers:
            self._handlers[folder] = load_function(folder, self.stack.environment(function)).lambda_handler
        left = self.stack.timeout_seconds(function) if seconds is None else seconds
        began = self.clock.milliseconds()
        context = LambdaContext(seconds_left=left, since=lambda: (self.clock.milliseconds() - began) / 1000)
        with running(function):
            return self._handlers[folder](event, context)

    def cold_start(self) -> None:
        """Let every function be loaded anew at its next invocation."""
        self._handlers.clear()

    # What admins do

    def add_webhook(
        self,
        target_url: str,
        *,
        account: str = str(ACCOUNT),
        name: str = "wh_1",
        credentials: Credentials | None = None,
        **fields: Any,
    ) -> Webhook:
        """Register a webhook, for all event types unless told otherwise; its credentials are encrypted."""
        now = self._now()
        sealed = self._vault.seal(account, name, credentials) if credentials else None
        webhook = Webhook(
            account_id=account,
            webhook_id=name,
            name=name,
            target_url=target_url,
            event_names=fields.pop("event_names", SHIPPED.names),
            created_at=now,
            updated_at=now,
            secret_version=sealed.version if sealed else None,
            **fields,
        )
        self.registry.add(webhook, sealed, act_on(webhook, ActivityKind.CREATED))
        return webhook

    def add_signed_webhook(self, target_url: str, secret: str, **fields: Any) -> Webhook:
        """Register a webhook whose POSTs are signed with the secret."""
        return self.add_webhook(
            target_url,
            authentication=AuthenticationType.SIGNATURE,
            credentials=Credentials(secret=secret),
            **fields,
        )

    def credentials(self, webhook: Webhook) -> Credentials:
        """Return what the senders find."""
        opened = self._vault.open(self.webhook(webhook))
        assert opened
        return opened.credentials

    def webhook(self, webhook: Webhook) -> Webhook:
        """Return a webhook as it is now."""
        current = self.registry.get(webhook.account_id, webhook.webhook_id)
        assert current is not None
        return current

    # What became of events

    def deliveries(self, webhook: Webhook) -> list[Delivery]:
        """Return the deliveries of a webhook, as an admin sees them, but oldest first."""
        return list(self._reader.oldest(webhook.webhook_id, 0, _END_OF_TIME, None, self._now()))

    def record(self, *deliveries: Delivery, attempts: Sequence[Attempt] = ()) -> None:
        """Write deliveries and attempts, as a dispatcher does."""
        assert not self.store.record(deliveries, attempts, _PLENTY)

    def outcomes(self, webhook: Webhook) -> dict[str, str]:
        """Return the status of each of a webhook's deliveries, by event id."""
        return {delivery.event.event_id: delivery.status.value for delivery in self.deliveries(webhook)}

    def backlog(self, webhook: Webhook) -> list[str]:
        """Return the event ids of a webhook's backlog, oldest first."""
        return [delivery.event.event_id for delivery in self.store.backlog(webhook.webhook_id, _MOST_DELIVERIES)]

    def dead_letters(self) -> list[tuple[str, str]]:
        """Return the body and reason of each message in the dead-letter queue, and take them out."""
        return [
            (message["Body"], message["MessageAttributes"]["reason"]["StringValue"])
            for message in self._take_all("DeadLetterQueue")
        ]

    # What was done

    def acts(self, account: str = str(ACCOUNT)) -> list[Activity]:
        """Return what was done to the webhooks of an account, newest first."""
        return self.activities.newest(ActivityQuery(account, limit=_MOST_DELIVERIES, now_ms=0)).activities

    def kinds(self) -> list[ActivityKind]:
        """Return the kind of each act, newest first."""
        return [act.kind for act in self.acts()]

    # What passes between the functions

    def put_into_batch_queue(self, *messages: object) -> None:
        """Let these messages wait for a drain: texts as they are, all else as JSON."""
        self.put_into("BatchQueue", *messages)

    def wake(self, webhook: Webhook) -> None:
        """Make a new wake-up the owner of the webhook, and send it."""
        owned_now = replace(webhook, lane=owned(webhook.lane, "another owner", self._now()))
        assert self.lanes.change(webhook, owned_now, Expect.ANYTHING)
        self.put_into("RedeliveryQueue", wake_up_body(webhook.account_id, webhook.webhook_id, "another owner"))

    def put_into(self, queue: str, *messages: object) -> None:
        """Put messages into a queue: texts as they are, all else as JSON."""
        url = self.stack.physical_id(queue)
        for message in messages:
            body = message if isinstance(message, str) else json.dumps(message)
            self._sqs.send_message(QueueUrl=url, MessageBody=body)

    def waiting_in(self, queue: str) -> int:
        """Return how many messages a queue holds: visible, delayed and in flight."""
        names = [f"ApproximateNumberOfMessages{suffix}" for suffix in ("", "Delayed", "NotVisible")]
        answer = self._sqs.get_queue_attributes(QueueUrl=self.stack.physical_id(queue), AttributeNames=names)
        return sum(int(count) for count in answer["Attributes"].values())

    def redeliver(self, *, seconds: float | None = None) -> Redelivery:
        """Hand the wake-ups that are due to the redelivery function one by one, as Lambda's event source does."""
        url = self.stack.physical_id("RedeliveryQueue")
        messages = self._receive(url)
        if not messages:
            return Redelivery(0, 0)
        arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        answers = [self.invoke("redelivery", sqs_event(arn, [message]), seconds=seconds) for message in messages]
        coming_back = {failure["itemIdentifier"] for answer in answers for failure in answer["batchItemFailures"]}
        for message in messages:
            if message["MessageId"] not in coming_back:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return Redelivery(len(messages), len(coming_back))

    @cached_property
    def activities(self) -> DynamoActivities:
        """Return what was done."""
        return DynamoActivities(self._webhooks_table, retention_days=30)

    @cached_property
    def registry(self) -> DynamoRegistry:
        """Return the webhooks as admins change them; no test needs the limit here."""
        return DynamoRegistry(self._webhooks_table, 1000, self.activities)

    @cached_property
    def lanes(self) -> DynamoLanes:
        """Return the lanes of the webhooks."""
        return DynamoLanes(self._webhooks_table, self.activities)

    @cached_property
    def jobs(self) -> DynamoJobs:
        """Return the redelivery jobs."""
        return DynamoJobs(self._webhooks_table, self.activities)

    @cached_property
    def overdue(self) -> DynamoOverdue:
        """Return the sparse index of what a sweep may have to wake."""
        return DynamoOverdue(self._webhooks_table)

    @cached_property
    def endings(self) -> DynamoEndings:
        """Return when it is told of certificates that they end."""
        return DynamoEndings(self._webhooks_table)

    @cached_property
    def digests(self) -> DynamoDigests:
        """Return when digests are due."""
        return DynamoDigests(self._webhooks_table)

    @cached_property
    def store(self) -> DynamoDeliveries:
        """Return the deliveries as the senders see them."""
        return DynamoDeliveries(self._deliveries_table, retention_days=30)

    @cached_property
    def _reader(self) -> DynamoDeliveryReader:
        return DynamoDeliveryReader(self._deliveries_table)

    @cached_property
    def _webhooks_table(self) -> type[WebhookItem]:
        return webhooks_table(self.stack.physical_id("WebhooksTable"), self._connection)

    @cached_property
    def _deliveries_table(self) -> type[DeliveryItem]:
        return deliveries_table(self.stack.physical_id("DeliveriesTable"), self._connection)

    @cached_property
    def _connection(self) -> SharedConnection:
        return SharedConnection()

    @cached_property
    def _vault(self) -> KmsVault:
        secrets = DynamoSecrets(self._webhooks_table)
        return KmsVault(boto3.client("kms"), self.stack.physical_id("EncryptionKey"), secrets, self.registry)

    @cached_property
    def _sqs(self) -> Any:
        return boto3.client("sqs")

    def _take_all(self, queue: str) -> list[Any]:
        url = self.stack.physical_id(queue)
        taken: list[Any] = []
        while messages := self._receive(url):
            for message in messages:
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            taken += messages
        return taken

    def _receive(self, url: str) -> list[Any]:
        answer = self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        )
        messages: list[Any] = answer.get("Messages", [])
        return messages

    def _now(self) -> int:
        return int(self.clock.milliseconds())
