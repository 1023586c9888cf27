"""The throttling DynamoDB under the tables of the template."""

import random
from collections.abc import Iterator

import pytest

from recado.adapters.dynamodb.tables import DeliveryItem, WebhookItem
from tests.faults.throttling.simulated_time import SimulatedTime
from tests.faults.throttling.throttling_dynamodb import ThrottlingDynamoDB
from tests.support.clock import Clock
from tests.support.system import System


@pytest.fixture
def time(clock: Clock) -> SimulatedTime:
    """Give the time that the functions and the double go by."""
    return SimulatedTime(clock)


@pytest.fixture
def dynamodb(system: System, time: SimulatedTime) -> Iterator[ThrottlingDynamoDB]:
    """Give the double, on whose clock the functions' time passes too."""
    assert system
    random.seed(13)  # the back-offs of botocore and tenacity
    with ThrottlingDynamoDB(time, seed=13) as double:
        yield double


@pytest.fixture
def deliveries(system: System) -> type[DeliveryItem]:
    """Give the table of deliveries."""
    return system._deliveries_table


@pytest.fixture
def webhooks(system: System) -> type[WebhookItem]:
    """Give the table of webhooks."""
    return system._webhooks_table
