"""Webhooks as items of their table."""

from typing import Any

import pytest

from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_items import (
    admin_attributes,
    health_attributes,
    lane_attributes,
    webhook_from_item,
)
from recado.rules.webhook.authentication.authentication import (
    AuthenticationType,
    CertificateFacts,
    ClientAuthentication,
    OAuth2,
    PublicKey,
    SignatureAlgorithm,
)
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import Lane
from tests.unit.builders import NOW, failing, webhook


def test_an_item_holds_all_of_a_webhook() -> None:
    """Until when its earlier secrets sign, what its POSTs may be, how its receiver is doing, and who sends."""
    one = webhook(
        authentication=AuthenticationType.SIGNATURE,
        secret_version="v1",
        secret_created_at=NOW,
        secret_rotated_at=NOW + 1,
        previous_until=(NOW + 2, NOW + 3),
        declared_as="d1",
        ordered=True,
        description="d",
        headers={"X-A": "b"},
        delivery=DeliverySettings(max_events=10, max_bytes=2_048, timeout_seconds=8, max_posts_per_minute=6),
        health=failing(alerted_at=NOW),
        lane=Lane("t1", NOW, "run", NOW + 1, slow_at=NOW - 1, quick=2, turn_at=NOW + 4, faults=3, rest_until=NOW + 5),
    )

    attributes = {**admin_attributes(one), **health_attributes(one.health), **lane_attributes(one)}

    assert webhook_from_item(WebhookItem(one.account_id, one.webhook_id, **attributes)) == one


FACTS = CertificateFacts("CN=us", "CN=ca", "ab" * 32, NOW, NOW + 1)


@pytest.mark.parametrize(
    "authentication",
    [
        {"authentication": AuthenticationType.BASIC, "username": "user"},
        {"authentication": AuthenticationType.BEARER},
        {"authentication": AuthenticationType.HEADER, "header_name": "X-Key"},
        {
            "authentication": AuthenticationType.SIGNATURE,
            "algorithm": SignatureAlgorithm.ED25519,
            "public_keys": (PublicKey("x"), PublicKey("y", NOW)),
        },
        {
            "authentication": AuthenticationType.OAUTH2,
            "oauth2": OAuth2("https://a.example", "c", ClientAuthentication.BODY, "s", "a"),
        },
        {"client_certificate": FACTS, "trusted_certificates": (FACTS, FACTS)},
    ],
)
def test_an_item_holds_how_a_webhook_authenticates(authentication: dict[str, Any]) -> None:
    """Of each type what is not secret, and nothing where there is nothing, since every event reads it."""
    one = webhook(**authentication)
    attributes = {**admin_attributes(one), **health_attributes(one.health)}

    assert webhook_from_item(WebhookItem(one.account_id, one.webhook_id, **attributes)) == one
    stored = {name for name, value in attributes.items() if value is not None}
    usual = {name for name, value in admin_attributes(webhook()).items() if value is not None}
    assert stored - usual - {"health"} == authentication.keys() - {"authentication"}


def test_the_jobs_that_an_item_names_are_those_of_the_webhook() -> None:
    """A set, which is not there while none is unfinished."""
    one = webhook()
    attributes = {**admin_attributes(one), **health_attributes(one.health)}

    item = WebhookItem(one.account_id, one.webhook_id, jobs={"job_1", "job_2"}, **attributes)

    assert webhook_from_item(item).lane.jobs == {"job_1", "job_2"}
