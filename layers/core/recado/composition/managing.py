"""What manages webhooks, for whoever asks: people over HTTP, and stacks."""

from typing import NamedTuple, Self

from aws_lambda_powertools import Logger

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.tables import (
    DeliveryItem,
    SharedConnection,
    WebhookItem,
    deliveries_table,
    webhooks_table,
)
from recado.adapters.dynamodb.webhooks.secret_store import DynamoSecrets
from recado.adapters.dynamodb.webhooks.webhook_registry import DynamoRegistry
from recado.adapters.messaging.activity_news import ActivityNews
from recado.adapters.messaging.queues import SqsWakeUps
from recado.adapters.secrets.vault import KmsVault
from recado.composition.catalogue import catalogue_in
from recado.composition.clients import client, new_token, now_ms
from recado.composition.targets import target_policy
from recado.rules.webhook.registration import Accepted
from recado.settings import ApiSettings, ResourceSettings
from recado.use_cases.acts import Acts
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import Rewriting


class Managing(NamedTuple):
    """What several use cases share."""

    webhooks: type[WebhookItem]
    deliveries: type[DeliveryItem]
    registry: DynamoRegistry
    activities: DynamoActivities
    reader: DynamoDeliveryReader
    wake_ups: SqsWakeUps
    acts: Acts
    vault: KmsVault
    accepted: Accepted
    rewriting: Rewriting
    administration: Administration

    @classmethod
    def of(cls, settings: ApiSettings | ResourceSettings, connection: SharedConnection, logger: Logger) -> Self:
        """All of them, over one connection."""
        webhooks = webhooks_table(settings.webhooks_table, connection)
        deliveries = deliveries_table(settings.deliveries_table, connection)
        activities = DynamoActivities(webhooks, settings.delivery_retention_days)
        registry = DynamoRegistry(webhooks, settings.webhook_limit, activities)
        reader = DynamoDeliveryReader(deliveries)
        wake_ups = SqsWakeUps(client("sqs"), settings.redelivery_queue_url)
        acts = Acts(new_token, ActivityNews(client("events"), settings.event_bus_name, logger))
        vault = KmsVault(client("kms"), settings.kms_key_id, DynamoSecrets(webhooks), registry)
        accepted = Accepted(target_policy(settings.targets), catalogue_in(settings.catalogue))
        rewriting = Rewriting(registry=registry, vault=vault, activities=activities, acts=acts, clock=now_ms)
        administration = Administration(rewriting, wake_ups=wake_ups, reader=reader, accepted=accepted, token=new_token)
        return cls(
            webhooks=webhooks,
            deliveries=deliveries,
            registry=registry,
            activities=activities,
            reader=reader,
            wake_ups=wake_ups,
            acts=acts,
            vault=vault,
            accepted=accepted,
            rewriting=rewriting,
            administration=administration,
        )
