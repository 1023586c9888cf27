"""What the functions that send have in common."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

from aws_lambda_powertools import Logger

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes.lane_store import DynamoLanes
from recado.adapters.dynamodb.tables import (
    DeliveryItem,
    SharedConnection,
    WebhookItem,
    deliveries_table,
    webhooks_table,
)
from recado.adapters.dynamodb.webhooks.secret_store import DynamoSecrets
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks
from recado.adapters.messaging.activity_news import ActivityNews
from recado.adapters.messaging.alerts import TopicAndBusAlerts
from recado.adapters.messaging.queues import SqsWakeUps
from recado.adapters.secrets.vault import KmsVault
from recado.adapters.sending.http_sender import HttpSender
from recado.composition.clients import client, new_token, now_ms
from recado.composition.lazy_tokens import LazyTokens
from recado.composition.targets import target_policy
from recado.settings import SenderSettings
from recado.use_cases.acts import Acts
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.direct.dispatch import Dispatch
from recado.use_cases.sending.ports import SendingPorts

_THREADS = 32


def dispatch(settings: SenderSettings) -> Dispatch:
    """What sends events at once."""
    executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="send")
    return Dispatch(ports(settings, Tables.of(settings)), executor)


class Tables(NamedTuple):
    """The tables, over one connection."""

    webhooks: type[WebhookItem]
    deliveries: type[DeliveryItem]
    activities: DynamoActivities

    @classmethod
    def of(cls, settings: SenderSettings) -> Self:
        """Those of these settings."""
        connection = SharedConnection()
        webhooks = webhooks_table(settings.webhooks_table, connection)
        deliveries = deliveries_table(settings.deliveries_table, connection)
        return cls(webhooks, deliveries, DynamoActivities(webhooks, settings.delivery_retention_days))


def ports(settings: SenderSettings, tables: Tables) -> SendingPorts:
    """What a sender acts through."""
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
