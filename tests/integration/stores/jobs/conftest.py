"""The webhook whose jobs these are."""

import pytest

from recado.rules.webhook.webhook import Webhook
from tests.support.system import System


@pytest.fixture
def webhook(system: System) -> Webhook:
    """Give a webhook that nobody owns."""
    return system.webhook(system.add_webhook("https://127.0.0.1/"))
