"""A single delivery over HTTP: the POST that brings it, and what it waits for."""

import json
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import Expect
from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.event.timestamps import to_iso, to_milliseconds
from recado.rules.sending.attempt import Failure, FailureClass
from recado.rules.webhook.health import after_failure
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Health
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS
from tests.unit.builders import failed

FAILURE = Failure(FailureClass.SERVER_ERROR, "The receiver answered with status 503.", 503)


def kept(api: ApiClient, webhook: Any, **fields: Any) -> Any:
    """Keep a delivery of the webhook, and return how it is shown."""
    (delivery_id,) = record(api.system, delivery(webhook["webhookId"], "e1", **fields))
    return api.get(api.path(webhook, f"/deliveries/{delivery_id}")).json


def waiting(api: ApiClient, webhook: Any) -> Any:
    """Keep a delivery that has waited since now, and return how it is shown."""
    now = int(api.system.clock.milliseconds())
    return kept(api, webhook, status=DeliveryStatus.PENDING, created_at=now, error=FAILURE)


@pytest.mark.parametrize(
    ("authentication", "secret_header"),
    [
        ({"type": "NONE"}, None),
        ({"type": "BASIC", "username": "u", "password": "hunter2"}, "Authorization"),
        ({"type": "SIGNATURE"}, "webhook-signature"),
        ({"type": "BEARER", "token": "hunter2"}, "Authorization"),
        ({"type": "HEADER", "name": "X-Api-Key", "value": "hunter2"}, "X-Api-Key"),
        (
            {"type": "OAUTH2", "tokenUrl": "https://id.example/", "clientId": "c", "clientSecret": "hunter2"},
            "Authorization",
        ),
    ],
)
def test_a_delivery_shows_the_post_that_brings_it(
    api: ApiClient, aws: AwsCalls, authentication: dict[str, str], secret_header: str | None
) -> None:
    """Address aside: its headers at the last attempt and its body; no secret is even decrypted for it."""
    webhook = api.create(authentication=authentication, headers={"X-Tenant": "north"})
    aws.clear()

    shown = kept(api, webhook, last_attempt_at=NOON_MS + 5000)

    expected = {
        "X-Tenant": "north",
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": shown["request"]["headers"]["User-Agent"],
        "recado-attempt": "1",
        "webhook-id": "e1",
        "webhook-timestamp": str(NOON_MS // 1000 + 5),
    }
    hidden = {secret_header: "[hidden]"} if secret_header else {}
    assert shown["request"]["headers"] == {**expected, **hidden}
    assert json.loads(shown["request"]["body"]) == {"accountId": 1010, "events": [shown["event"]]}
    assert "waiting" not in shown
    assert aws.of("Decrypt") == []


def test_what_waits_for_a_failing_receiver_knows_the_next_attempt(api: ApiClient) -> None:
    """And when it is given up."""
    webhook = api.create()
    current = api.system.registry.get(api.account, webhook["webhookId"])
    assert current
    now = int(api.system.clock.milliseconds())
    failing = replace(
        current,
        health=after_failure(Health(), failed(503), now, 300_000),
        lane=owned(current.lane, "an owner", now + 5000),
    )
    assert api.system.lanes.change(current, failing, Expect.UNOWNED)

    shown = waiting(api, webhook)

    assert shown["waiting"] == {
        "reason": "The receiver fails: the backlog is sent again when it answers.",
        "nextAttemptAt": to_iso(now + 5000),
        "expiresAt": shown["expiresAt"],
    }


def test_what_waits_for_its_turn_or_for_an_admin_says_so(api: ApiClient) -> None:
    """Without a time, as there is none."""
    webhook = api.create()

    shown = waiting(api, webhook)
    assert shown["waiting"] == {
        "reason": "It is sent next, after any earlier events that wait.",
        "expiresAt": shown["expiresAt"],
    }
    api.call("PATCH", api.path(webhook), {"active": False})
    retired = waiting(api, webhook)["waiting"]
    assert retired["reason"] == "The webhook is retired: it waits until it is switched on again."
    assert "nextAttemptAt" not in retired


def test_what_has_waited_too_long_does_not_wait(api: ApiClient) -> None:
    """It reads as expired."""
    shown = kept(api, api.create(), status=DeliveryStatus.PENDING, created_at=NOON_MS)

    assert (shown["status"], "waiting" in shown) == ("EXPIRED", False)


def test_a_delivery_that_is_sent_again_says_what_it_waits_for(api: ApiClient) -> None:
    """In the answer to the request."""
    webhook = api.create()
    shown = kept(api, webhook, name="CI_STATS")

    again = api.call("POST", api.path(webhook, f"/deliveries/{shown['deliveryId']}/redeliver")).json

    assert (again["status"], again["redelivery"]["waiting"]) == ("DELIVERED", True)
    waits = again["waiting"]
    assert waits["reason"] == "It is sent next, after any earlier events that wait."
    assert to_milliseconds(waits["expiresAt"]) - to_milliseconds(again["redelivery"]["requestedAt"]) == RETENTION_MS
