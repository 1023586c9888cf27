"""Prints the OpenAPI document: `python -m recado.composition.openapi` (PYTHONPATH=layers/core)."""

import json
import sys
from pathlib import Path

from aws_lambda_powertools import Logger

from recado.composition.api import http_api
from recado.rules.event.judging import Validation
from recado.settings import ApiSettings, TargetSettings

# The document depends on the routes alone; nothing here is ever contacted.
_SETTINGS = ApiSettings(
    webhooks_table="webhooks",
    deliveries_table="deliveries",
    idempotency_table="idempotency",
    redelivery_queue_url="queue",
    delivery_retention_days=30,
    kms_key_id="key",
    webhook_limit=5,
    mutations_per_minute=60,
    test_sends_per_minute=10,
    publishes_per_minute=600,
    read_units_per_minute=6000,
    batch_schedule="rate(15 minutes)",
    event_bus_name="bus",
    event_source="source",
    catalogue=str(Path(__file__).parents[4] / "catalogue"),
    validation=Validation.OFF,
    targets=TargetSettings(allow_private=False, ports=(443,), networks=()),
    groups_claim="cognito:groups",
    egress_addresses=(),
    console_url="http://localhost:8080/console",
    mail_from="alerts@example.com",
)


def document() -> str:
    """The OpenAPI document as it is kept in docs/openapi.json."""
    return json.dumps(http_api(_SETTINGS, Logger(service="recado")).openapi, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
