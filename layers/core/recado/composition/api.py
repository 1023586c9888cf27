"""The use cases of the HTTP API."""

from aws_lambda_powertools import Logger

from recado.adapters.dynamodb.activity_store import DynamoActivities
from recado.adapters.dynamodb.aside_store import DynamoAside
from recado.adapters.dynamodb.attempt_reader import DynamoAttemptReader
from recado.adapters.dynamodb.counts_store import DynamoCounts
from recado.adapters.dynamodb.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.job_store import DynamoJobs
from recado.adapters.dynamodb.lane_store import DynamoLanes
from recado.adapters.dynamodb.request_counts import DynamoRequestCounts
from recado.adapters.dynamodb.secret_store import DynamoSecrets
from recado.adapters.dynamodb.tables import (
    DeliveryItem,
    SharedConnection,
    WebhookItem,
    deliveries_table,
    webhooks_table,
)
from recado.adapters.dynamodb.webhook_registry import DynamoRegistry
from recado.adapters.dynamodb.withdrawals import DynamoWithdrawals
from recado.adapters.messaging.activity_news import ActivityNews
from recado.adapters.messaging.event_bus import EventBridgeBus
from recado.adapters.messaging.queues import SqsWakeUps
from recado.adapters.secrets.vault import KmsVault
from recado.composition.clients import client, new_token, now_ms
from recado.composition.lazy_sender import LazySender
from recado.composition.targets import target_policy
from recado.http_api.application import HttpApi, Services
from recado.reporting import log_faults
from recado.rules.limit import Limits
from recado.settings import ApiSettings
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.delivery_log import DeliveryLog
from recado.use_cases.managing.limiting import Limiting, ReadBudget
from recado.use_cases.managing.noting import Noting
from recado.use_cases.managing.publishing import Publishing
from recado.use_cases.managing.sample_sends import SampleSends
from recado.use_cases.sending.requests import Requests


def http_api(settings: ApiSettings, logger: Logger) -> HttpApi:
    """The HTTP API."""
    connection = SharedConnection()
    table = webhooks_table(settings.webhooks_table, connection)
    registry = DynamoRegistry(table, settings.webhook_limit)
    activities = DynamoActivities(table, settings.delivery_retention_days)
    deliveries_of_stack = deliveries_table(settings.deliveries_table, connection)
    wake_ups = SqsWakeUps(client("sqs"), settings.redelivery_queue_url)
    vault = KmsVault(client("kms"), settings.kms_key_id, DynamoSecrets(table), registry)
    bus = client("events")
    tell = ActivityNews(bus, settings.event_bus_name, logger)
    policy = target_policy(settings.targets)
    reader = DynamoDeliveryReader(deliveries_of_stack)
    administration = Administration(
        registry=registry, vault=vault, wake_ups=wake_ups, reader=reader, policy=policy, clock=now_ms, token=new_token
    )
    limits, request_counts = _limits(settings), DynamoRequestCounts(table)
    services = Services(
        administration=administration,
        delivery_log=DeliveryLog(reader, DynamoAttemptReader(deliveries_of_stack), now_ms),
        requests=_requests(settings, table, deliveries_of_stack, reader, wake_ups),
        sample_sends=SampleSends(
            administration=administration,
            vault=vault,
            sender=LazySender(policy),
            policy=policy,
            clock=now_ms,
            noting=Noting(
                activities,
                tell,
                now_ms,
                new_token,
                survived=lambda fault: log_faults(logger, "activity not kept", [fault]),
            ),
        ),
        counts=DynamoCounts(table),
        activities=activities,
        publishing=Publishing(EventBridgeBus(bus, settings.event_bus_name, settings.event_source)),
        limiting=Limiting(request_counts, limits, now_ms),
        read_budget=ReadBudget(
            request_counts,
            limits,
            now_ms,
            meter=lambda: connection.read_units,
            survived=lambda fault: logger.error("what was read is not counted", exc_info=fault),
        ),
        clock=now_ms,
        webhook_limit=settings.webhook_limit,
        groups_claim=settings.groups_claim,
    )
    return HttpApi(services, logger)


def _requests(
    settings: ApiSettings,
    webhooks: type[WebhookItem],
    deliveries: type[DeliveryItem],
    reader: DynamoDeliveryReader,
    wake_ups: SqsWakeUps,
) -> Requests:
    return Requests(
        reader=reader,
        aside=DynamoAside(deliveries, settings.delivery_retention_days),
        withdrawals=DynamoWithdrawals(deliveries, settings.delivery_retention_days),
        jobs=DynamoJobs(webhooks),
        lanes=DynamoLanes(webhooks),
        wake_ups=wake_ups,
        clock=now_ms,
        token=new_token,
    )


def _limits(settings: ApiSettings) -> Limits:
    return Limits(
        mutations=settings.mutations_per_minute,
        test_sends=settings.test_sends_per_minute,
        publishes=settings.publishes_per_minute,
        read_units=settings.read_units_per_minute,
    )
