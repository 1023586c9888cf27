"""A webhook and its receiver, who asks what it has missed."""

from typing import Any

import pytest

from tests.support.api.client import ApiClient
from tests.support.api.receiver_client import ReceiverClient
from tests.support.clock import Clock


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook that signs, and wants two of the event types."""
    return api.create(authentication={"type": "SIGNATURE"}, eventNames=["CI_STATS", "COURSE_ENROLLMENT"])


@pytest.fixture
def receiver(api: ApiClient, webhook: Any) -> ReceiverClient:
    """Give its receiver."""
    return ReceiverClient.of(api, webhook)


@pytest.fixture
def now(clock: Clock) -> int:
    """Give the time, in milliseconds since 1970, to the second."""
    return int(clock.milliseconds()) // 1000 * 1000
