"""An account's addresses, and one that waits for its owner."""

from typing import Any

import pytest

from tests.integration.webhook_api.alert_addresses.listed import ANA, Addresses
from tests.support.api.client import ApiClient


@pytest.fixture
def addresses(api: ApiClient) -> Addresses:
    """Give the addresses of an account that has none."""
    return Addresses(api)


@pytest.fixture
def ana(addresses: Addresses) -> Any:
    """Give an address that is asked."""
    return addresses.put(ANA).json["addresses"][0]
