"""The webhook whose log is read."""

from typing import Any

import pytest

from tests.support.api.client import ApiClient


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook without deliveries."""
    return api.create()
