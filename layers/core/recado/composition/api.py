"""The use cases of the HTTP API."""

from aws_lambda_powertools import Logger

from recado.adapters.delivery_reader import DynamoDeliveryReader
from recado.adapters.event_bus import EventBridgeBus
from recado.adapters.queues import SqsWakeUps
from recado.adapters.tables import SharedConnection, deliveries_table, webhooks_table
from recado.adapters.vault import KmsVault
from recado.adapters.webhook_registry import DynamoRegistry
from recado.composition.clients import client, now_ms
from recado.http_api.application import HttpApi, Services
from recado.rules.target_policy import TargetPolicy
from recado.settings import ApiSettings
from recado.use_cases.administration import Administration
from recado.use_cases.delivery_log import DeliveryLog
from recado.use_cases.publishing import Publishing


def http_api(settings: ApiSettings, logger: Logger) -> HttpApi:
    """The HTTP API."""
    connection = SharedConnection()
    administration = Administration(
        registry=DynamoRegistry(webhooks_table(settings.webhooks_table, connection), settings.webhook_limit),
        vault=KmsVault(client("kms"), settings.kms_key_id),
        wake_ups=SqsWakeUps(client("sqs"), settings.redelivery_queue_url),
        policy=TargetPolicy(settings.allow_private_targets),
        clock=now_ms,
    )
    services = Services(
        administration=administration,
        delivery_log=DeliveryLog(DynamoDeliveryReader(deliveries_table(settings.deliveries_table, connection))),
        publishing=Publishing(EventBridgeBus(client("events"), settings.event_bus_name, settings.event_source)),
        clock=now_ms,
        webhook_limit=settings.webhook_limit,
        groups_claim=settings.groups_claim,
    )
    return HttpApi(services, logger)
