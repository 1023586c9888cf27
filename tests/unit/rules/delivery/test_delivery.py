"""Deliveries: their status, their ids and what an attempt does to them."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus, key_of
from tests.unit.builders import NOW, delivered, event, failed, failure, pending


def test_a_delivered_attempt_finishes_a_delivery() -> None:
    """It is finished when the answer had come."""
    assert pending(event()).attempted(delivered(NOW), "m") == Delivery(
        "wh_1",
        event(),
        DeliveryStatus.DELIVERED,
        created_at=NOW,
        attempts=1,
        message_id="m",
        finished_at=NOW + 20,
        last_attempt_at=NOW,
        latency_ms=20,
        status_code=202,
    )


def test_a_failed_attempt_leaves_a_delivery_pending() -> None:
    """It keeps the failure and is not finished."""
    assert pending(event()).attempted(failed(500), "m") == Delivery(
        "wh_1",
        event(),
        DeliveryStatus.PENDING,
        created_at=NOW,
        attempts=1,
        message_id="m",
        last_attempt_at=NOW,
        latency_ms=20,
        status_code=500,
        error=failure(500),
    )


def test_a_later_success_clears_the_error() -> None:
    """Attempts add up, the time of arrival stays, the failure goes."""
    tried = pending(event(), created_at=NOW - 9_000).attempted(failed(), "m").attempted(delivered(), "m2")

    assert (tried.attempts, tried.created_at, tried.message_id, tried.error) == (2, NOW - 9_000, "m2", None)


@pytest.mark.parametrize(
    ("age_ms", "status"),
    [
        (0, DeliveryStatus.PENDING),
        (RETENTION_MS - 1, DeliveryStatus.PENDING),
        (RETENTION_MS, DeliveryStatus.EXPIRED),
        (RETENTION_MS + 1, DeliveryStatus.EXPIRED),
    ],
)
def test_a_pending_delivery_expires_after_seven_days(age_ms: int, status: DeliveryStatus) -> None:
    """Seven days count from its arrival, to the millisecond."""
    delivery = pending(event())

    assert delivery.expires_at == NOW + 7 * 24 * 60 * 60 * 1000
    assert delivery.status_at(NOW + age_ms) is status


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.SKIPPED, DeliveryStatus.EXPIRED])
def test_a_finished_delivery_keeps_its_status(status: DeliveryStatus) -> None:
    """Time changes nothing any more."""
    assert replace(pending(event()), status=status).status_at(NOW + 2 * RETENTION_MS) is status


def test_an_id_is_the_key_in_an_address() -> None:
    """It needs no escaping, and leads back to the key."""
    delivery = pending(event("a-b:c_d"))

    assert delivery.delivery_id == "001727438400000-a-b:c_d"
    assert key_of(delivery.delivery_id) == delivery.event.key == "001727438400000#a-b:c_d"


@pytest.mark.parametrize(
    "delivery_id",
    [
        "",
        "-",
        "001727438400000",
        "001727438400000-",
        "001727438400000#e1",
        "1727438400000-e1",
        "0001727438400000-e1",
        "001727438400000-e.1",
        "001727438400000-e1\n",
        "\u0660" * 15 + "-e1",
        "001727438400000-" + "e" * 129,
    ],
)
def test_what_is_no_delivery_id_has_no_key(delivery_id: str) -> None:
    """Addresses that were never given out lead nowhere."""
    assert key_of(delivery_id) is None
