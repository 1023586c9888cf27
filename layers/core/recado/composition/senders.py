"""The use cases of the functions that send."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from recado.adapters.delivery_store import DynamoDeliveries
from recado.adapters.drains import LambdaDrains
from recado.adapters.http_sender import HttpSender
from recado.adapters.queues import SqsBatchQueue, SqsDeadLetters, SqsWakeUps
from recado.adapters.tables import SharedConnection, deliveries_table, webhooks_table
from recado.adapters.vault import KmsVault
from recado.adapters.webhook_store import DynamoWebhooks
from recado.composition.clients import client, now_ms
from recado.rules.target_policy import TargetPolicy
from recado.settings import BatchSettings, RealtimeSettings, SenderSettings
from recado.use_cases.dispatch import Dispatch
from recado.use_cases.drain import Drain
from recado.use_cases.realtime import Realtime
from recado.use_cases.redelivery import Redelivery, RedeliveryPorts

_SENDING_THREADS = 32
_DRAINING_THREADS = 8
_WAKE_UP_THREADS = 10  # the batch size of the redelivery queue's event source


class _Parts(NamedTuple):
    webhooks: DynamoWebhooks
    deliveries: DynamoDeliveries
    vault: KmsVault
    sender: HttpSender
    wake_ups: SqsWakeUps


def realtime(settings: RealtimeSettings) -> Realtime:
    """The real-time dispatcher's use case."""
    dead_letters = SqsDeadLetters(client("sqs"), settings.dead_letter_queue_url)
    return Realtime(dispatch=_dispatch(settings.sender), dead_letters=dead_letters)


def drain(settings: BatchSettings) -> Drain:
    """The batch dispatcher's use case."""
    sqs = client("sqs")
    return Drain(
        queue=SqsBatchQueue(sqs, settings.batch_queue_url),
        dispatch=_dispatch(settings.sender),
        dead_letters=SqsDeadLetters(sqs, settings.dead_letter_queue_url),
        start_drains=LambdaDrains(client("lambda"), settings.function_name).start,
        max_drains=settings.max_drains,
        executor=ThreadPoolExecutor(_DRAINING_THREADS, thread_name_prefix="drain"),
    )


def redelivery(settings: SenderSettings) -> Redelivery:
    """The redelivery function's use case."""
    parts = _parts(settings)
    ports = RedeliveryPorts(
        webhooks=parts.webhooks,
        deliveries=parts.deliveries,
        health=parts.webhooks,
        vault=parts.vault,
        sender=parts.sender,
        wake_ups=parts.wake_ups,
        clock=now_ms,
    )
    return Redelivery(ports, ThreadPoolExecutor(_WAKE_UP_THREADS, thread_name_prefix="wake-up"))


def _dispatch(settings: SenderSettings) -> Dispatch:
    parts = _parts(settings)
    return Dispatch(
        webhooks=parts.webhooks,
        deliveries=parts.deliveries,
        health=parts.webhooks,
        vault=parts.vault,
        sender=parts.sender,
        wake_ups=parts.wake_ups,
        clock=now_ms,
        executor=ThreadPoolExecutor(_SENDING_THREADS, thread_name_prefix="send"),
    )


def _parts(settings: SenderSettings) -> _Parts:
    connection = SharedConnection()
    deliveries = deliveries_table(settings.deliveries_table, connection)
    return _Parts(
        webhooks=DynamoWebhooks(webhooks_table(settings.webhooks_table, connection)),
        deliveries=DynamoDeliveries(deliveries, settings.delivery_retention_days),
        vault=KmsVault(client("kms"), key_id=None),
        sender=HttpSender(TargetPolicy(settings.allow_private_targets), now_ms),
        wake_ups=SqsWakeUps(client("sqs"), settings.redelivery_queue_url),
    )
