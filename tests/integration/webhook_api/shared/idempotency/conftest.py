"""Nothing is kept when a test begins, and what is kept goes by the clock of the function."""

import datetime as dt
from types import SimpleNamespace

import boto3
import pytest

from tests.integration.webhook_api.shared.idempotency.keyed import kept
from tests.support.api.client import ApiClient
from tests.support.clock import Clock
from tests.support.functions import Handler, load_function

POWERTOOLS = "aws_lambda_powertools.utilities.idempotency"


@pytest.fixture(autouse=True)
def clock_of_answers(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what keeps answers go by the clock of the function."""

    class Moved(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Moved":
            return cls.fromtimestamp(clock.milliseconds() / 1000, tz)

    moved = SimpleNamespace(datetime=Moved, timedelta=dt.timedelta)
    for module in ("base", "persistence.base", "persistence.dynamodb", "persistence.datarecord"):
        monkeypatch.setattr(f"{POWERTOOLS}.{module}.dt", moved)


@pytest.fixture
def another_instance(api: ApiClient) -> Handler:
    """Give the function once more, as Lambda does for requests at the same time."""
    handler: Handler = load_function("webhook_api", api.system.stack.environment("WebhookApiFunction")).lambda_handler
    return handler


@pytest.fixture(autouse=True)
def nothing_is_kept(api: ApiClient) -> None:
    """Begin with an empty table."""
    table = boto3.resource("dynamodb").Table(api.system.stack.physical_id("IdempotencyTable"))
    for item in kept(api):
        table.delete_item(Key={"id": item["id"]})
