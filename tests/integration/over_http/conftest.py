"""An admin of an account, and a webhook of it."""

import pytest

from local.listener import Listener
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.events import ACCOUNT
from tests.support.system import System


@pytest.fixture
def api(system: System) -> ApiClient:
    """Give a client of the account whose events are published."""
    return ApiClient(system, ApiDocument(), account=str(ACCOUNT))


@pytest.fixture
def webhook(system: System, receiver: Listener) -> Webhook:
    """Give a webhook for everything."""
    return system.add_webhook(receiver.url)
