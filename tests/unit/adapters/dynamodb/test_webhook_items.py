"""Webhooks as items of their table."""

from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhook_items import admin_attributes, health_attributes, webhook_from_item
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import AuthenticationType, Status
from tests.unit.builders import NOW, failing, webhook


def test_an_item_holds_all_of_a_webhook() -> None:
    """Until when its earlier secrets sign, what its POSTs may be, and how its receiver is doing."""
    one = webhook(
        authentication=AuthenticationType.SIGNATURE,
        secret_version="v1",
        secret_created_at=NOW,
        secret_rotated_at=NOW + 1,
        previous_until=(NOW + 2, NOW + 3),
        ordered=True,
        description="d",
        headers={"X-A": "b"},
        delivery=DeliverySettings(max_events=10, max_bytes=2_048, timeout_seconds=8),
        health=failing(version=0),
    )

    attributes = {**admin_attributes(one), **health_attributes(one, one.health, Status.ACTIVE)}

    assert webhook_from_item(WebhookItem(one.account_id, one.webhook_id, **attributes)) == one
