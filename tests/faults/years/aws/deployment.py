"""The functions as they are put together for AWS, with the simulation's clients, clock and sender in their places."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from aws_lambda_powertools import Logger

from recado.composition import api, batch, managing, realtime, redelivery, senders
from recado.http_api.application import Services
from recado.rules.event.judging import Validation
from recado.settings import ApiSettings, BatchSettings, RealtimeSettings, SenderSettings, TargetSettings
from recado.use_cases.sending.direct.realtime import Realtime
from tests.faults.simulation import Simulation
from tests.faults.years.aws.invocations import DELIVERIES, WEBHOOKS
from tests.support.catalogue import FOLDER

BATCH_QUEUE, WAKE_UPS, DEAD_LETTERS = "batch", "wake-ups", "dead letters"
SLOW_AFTER_SECONDS = 2
WEBHOOK_LIMIT = 50
_TARGETS = TargetSettings(allow_private=False, ports=(443,), networks=())
_SENDER = SenderSettings(
    webhooks_table=WEBHOOKS,
    deliveries_table=DELIVERIES,
    redelivery_queue_url=WAKE_UPS,
    kms_key_id="key",
    alert_topic_arn="alerts",
    event_bus_name="bus",
    targets=_TARGETS,
    delivery_retention_days=30,
    slow_after_seconds=SLOW_AFTER_SECONDS,
    alert_after_seconds=300,
)
_API = ApiSettings(
    webhooks_table=WEBHOOKS,
    deliveries_table=DELIVERIES,
    idempotency_table="idempotency",
    redelivery_queue_url=WAKE_UPS,
    delivery_retention_days=30,
    kms_key_id="key",
    webhook_limit=WEBHOOK_LIMIT,
    mutations_per_minute=1_000,
    test_sends_per_minute=1_000,
    publishes_per_minute=1_000,
    read_units_per_minute=1_000_000,
    batch_schedule="rate(15 minutes)",
    event_bus_name="bus",
    event_source="source",
    catalogue=FOLDER,
    validation=Validation.OFF,
    targets=_TARGETS,
    groups_claim="groups",
    egress_addresses=(),
    console_url="http://localhost:8080/console",
    mail_from="alerts@example.com",
)


@dataclass(frozen=True)
class Deployed:
    """What the functions do."""

    realtime: Realtime
    batch: batch.BatchParts
    redelivery: redelivery.RedeliveryParts
    api: Services


def deploy(
    simulation: Simulation, random: Random, *, connection: Callable[[], Any], clients: dict[str, Any], sender: Any
) -> Deployed:
    """Put the functions together."""

    def now_ms() -> int:
        owner = simulation.owner
        return int(simulation.now_ms if owner is None else owner.now_ms())

    def new_token() -> str:
        return f"{random.getrandbits(128):032x}"

    shared: dict[str, Any] = {
        "SharedConnection": connection,
        "client": clients.__getitem__,
        "now_ms": now_ms,
        "new_token": new_token,
    }
    threads: dict[str, Any] = {"ThreadPoolExecutor": lambda *_arguments, **_named: simulation}
    own: dict[str, Any] = {
        "HttpSender": lambda *_arguments: sender,
        "random": SimpleNamespace(random=random.random),
        "time": SimpleNamespace(sleep=simulation.sleep),
    }
    with (
        patch.multiple(senders, **shared, **threads, **own),
        patch.multiple(realtime, client=shared["client"]),
        patch.multiple(batch, client=shared["client"], now_ms=now_ms, **threads),
        patch.multiple(managing, **shared),
        patch.multiple(api, **shared, HttpApi=lambda services, _logger: services),
    ):
        services: Any = api.http_api(_API, Logger(service="simulated", level="CRITICAL"))
        return Deployed(
            realtime.realtime(RealtimeSettings(_SENDER, DEAD_LETTERS, FOLDER, Validation.OFF)),
            batch.batch(
                BatchSettings(_SENDER, DEAD_LETTERS, FOLDER, Validation.OFF, BATCH_QUEUE, 3, "batch dispatcher")
            ),
            redelivery.redelivery(_SENDER),
            services,
        )
