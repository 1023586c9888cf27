"""The use cases of the functions that send."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple, Self

from aws_lambda_powertools import Logger

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.lanes.lane_store import DynamoLanes
from recado.adapters.dynamodb.tables import (
    DeliveryItem,
    SharedConnection,
    WebhookItem,
    deliveries_table,
    webhooks_table,
)
from recado.adapters.dynamodb.webhooks.due import DynamoOverdue
from recado.adapters.dynamodb.webhooks.secret_store import DynamoSecrets
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks
from recado.adapters.messaging.activity_news import ActivityNews
from recado.adapters.messaging.alerts import TopicAndBusAlerts
from recado.adapters.messaging.drains import LambdaDrains
from recado.adapters.messaging.queues import SqsBatchQueue, SqsDeadLetters, SqsWakeUps
from recado.adapters.secrets.vault import KmsVault
from recado.adapters.sending.http_sender import HttpSender
from recado.composition.catalogue import event_reader
from recado.composition.clients import client, new_token, now_ms
from recado.composition.lazy_tokens import LazyTokens
from recado.composition.targets import target_policy
from recado.settings import BatchSettings, RealtimeSettings, SenderSettings
from recado.use_cases.acts import Acts
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.direct.drain import Drain
from recado.use_cases.sending.direct.realtime import Realtime
from recado.use_cases.sending.direct.redrive import Redrive
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.queued.pages import Pages
from recado.use_cases.sending.queued.redelivery import Redelivery
from recado.use_cases.sending.queued.sweep import Sweep

_SENDING_THREADS = 32
_DRAINING_THREADS = 16


class BatchParts(NamedTuple):
    """What the batch dispatcher does: drain on a schedule, and redrive dead letters on command."""

    drain: Drain
    redrive: Redrive


class RedeliveryParts(NamedTuple):
    """What the redelivery function does: answer wake-ups, and sweep on a schedule."""

    redelivery: Redelivery
    sweep: Sweep


def realtime(settings: RealtimeSettings) -> Realtime:
    """The real-time dispatcher's use case."""
    dead_letters = SqsDeadLetters(client("sqs"), settings.dead_letter_queue_url)
    reader = event_reader(settings.catalogue, settings.validation)
    return Realtime(reader=reader, dispatch=_dispatch(settings.sender), dead_letters=dead_letters)


def batch(settings: BatchSettings) -> BatchParts:
    """The batch dispatcher's use cases."""
    sqs, reader = client("sqs"), event_reader(settings.catalogue, settings.validation)
    queue = SqsBatchQueue(sqs, settings.batch_queue_url)
    drain = Drain(
        reader=reader,
        queue=queue,
        dispatch=_dispatch(settings.sender),
        dead_letters=SqsDeadLetters(sqs, settings.dead_letter_queue_url),
        start_drains=LambdaDrains(client("lambda"), settings.function_name).start,
        max_drains=settings.max_drains,
        executor=ThreadPoolExecutor(_DRAINING_THREADS, thread_name_prefix="drain"),
        clock=now_ms,
    )
    dead_letters = SqsBatchQueue(sqs, settings.dead_letter_queue_url)
    return BatchParts(drain, Redrive(reader=reader, dead_letters=dead_letters, queue=queue))


def redelivery(settings: SenderSettings) -> RedeliveryParts:
    """The redelivery function's use cases."""
    tables = _Tables.of(settings)
    ports = _ports(settings, tables)
    jobs = DynamoJobs(tables.webhooks, tables.activities)
    pages = Pages(ports, jobs, DynamoDeliveryReader(tables.deliveries))
    sweep = Sweep(ports, overdue=DynamoOverdue(tables.webhooks), beside=partial(_tell_of_endings, ports, tables))
    return RedeliveryParts(Redelivery(ports, pages), sweep)


def _tell_of_endings(ports: SendingPorts, tables: "_Tables") -> None:
    from recado.adapters.dynamodb.webhooks.endings import DynamoEndings  # noqa: PLC0415 - only sweeps tell
    from recado.use_cases.sending.queued.endings import EndingCertificates  # noqa: PLC0415

    EndingCertificates(ports, DynamoEndings(tables.webhooks))()


def _dispatch(settings: SenderSettings) -> Dispatch:
    executor = ThreadPoolExecutor(_SENDING_THREADS, thread_name_prefix="send")
    return Dispatch(_ports(settings, _Tables.of(settings)), executor)


class _Tables(NamedTuple):
    webhooks: type[WebhookItem]
    deliveries: type[DeliveryItem]
    activities: DynamoActivities

    @classmethod
    def of(cls, settings: SenderSettings) -> Self:
        connection = SharedConnection()
        webhooks = webhooks_table(settings.webhooks_table, connection)
        deliveries = deliveries_table(settings.deliveries_table, connection)
        return cls(webhooks, deliveries, DynamoActivities(webhooks, settings.delivery_retention_days))


def _ports(settings: SenderSettings, tables: _Tables) -> SendingPorts:
    webhooks = DynamoWebhooks(tables.webhooks)
    deliveries = DynamoDeliveries(tables.deliveries, settings.delivery_retention_days)
    events, kms = client("events"), client("kms")
    alerts = TopicAndBusAlerts(client("sns"), settings.alert_topic_arn, events, settings.event_bus_name)
    return SendingPorts(
        webhooks=webhooks,
        deliveries=deliveries,
        aside=DynamoAside(tables.deliveries, settings.delivery_retention_days),
        withdrawals=DynamoWithdrawals(tables.deliveries, tables.activities),
        lanes=DynamoLanes(tables.webhooks, tables.activities),
        vault=KmsVault(kms, None, DynamoSecrets(tables.webhooks), webhooks),
        tokens=LazyTokens(tables.webhooks, kms, settings.kms_key_id),
        sender=HttpSender(target_policy(settings.targets), now_ms),
        wake_ups=SqsWakeUps(client("sqs"), settings.redelivery_queue_url),
        alerting=Alerting(alerts, deliveries, now_ms),
        acts=Acts(new_token, ActivityNews(events, settings.event_bus_name, Logger())),
        clock=now_ms,
        slow_after_ms=settings.slow_after_seconds * 1000,
        alert_after_ms=settings.alert_after_seconds * 1000,
        token=new_token,
        chance=random.random,
        pause=time.sleep,
    )
