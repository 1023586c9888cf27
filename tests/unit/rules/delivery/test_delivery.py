"""Deliveries: their status, their ids and what an attempt does to them."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus, attempted, key_of
from tests.unit.builders import NOW, attempt, event, failed, failure, pending


def test_a_delivered_attempt_finishes_a_delivery() -> None:
    """It is finished when the answer had come; the attempt, which carried nothing else, lives there."""
    made = attempt(event())

    after, apart = attempted([pending(event())], made)

    assert after == [
        Delivery(
            "wh_1",
            event(),
            DeliveryStatus.DELIVERED,
            created_at=NOW,
            message_id="e1",
            finished_at=NOW + 20,
            last_attempt_at=NOW,
            latency_ms=20,
            status_code=202,
            attempt=made,
        )
    ]
    assert apart == []


def test_what_fails_alone_carries_the_error() -> None:
    """It is not finished."""
    made = attempt(event(), result=failed(500))

    [after], _ = attempted([pending(event())], made)

    assert after.status is DeliveryStatus.PENDING
    assert (after.finished_at, after.status_code, after.error, after.refused_with) == (None, 500, failure(500), 0)


def test_what_was_merely_in_a_refused_post_says_so() -> None:
    """Nobody knows which of them was to blame: none carries the error, and the attempt is apart."""
    made = attempt(event("e1"), event("e2"), event("e3"), result=failed(500))

    after, apart = attempted([pending(event(name)) for name in ("e1", "e2", "e3")], made)

    assert [(one.status, one.status_code, one.error, one.refused_with) for one in after] == [
        (DeliveryStatus.PENDING, 500, None, 2)
    ] * 3
    assert [one.attempt for one in after] == [None] * 3
    assert apart == [made]


def test_a_later_success_clears_the_error() -> None:
    """The time of arrival and the attempt that lives there stay, and the later attempt is apart."""
    first, second = attempt(event(), result=failed()), attempt(event(), token="5ec0de00")

    [failing], _ = attempted([pending(event(), created_at=NOW - 9_000)], first)
    [after], apart = attempted([failing], second)

    assert (after.status, after.created_at, after.error) == (DeliveryStatus.DELIVERED, NOW - 9_000, None)
    assert (after.attempt, apart) == (first, [second])


def test_whoever_asks_again_gives_it_another_seven_days() -> None:
    """It shows when and by whom it was asked for, and still when it had arrived."""
    [after], _ = attempted([pending(event())], attempt(event()))

    again = after.again(NOW + 1000, "somebody")

    assert (again.status, again.finished_at, again.created_at) == (DeliveryStatus.PENDING, None, NOW)
    assert (again.requested_at, again.requested_by) == (NOW + 1000, "somebody")
    assert again.expires_at == NOW + 1000 + RETENTION_MS


@pytest.mark.parametrize("behind_ms", [-1, 0, 1, 5_000])
def test_a_copy_that_was_delivered_waits_no_longer_whatever_the_clocks_say(behind_ms: int) -> None:
    """Whoever sent it has a clock that may be behind that of whoever was asked."""
    copy = replace(pending(event()), status=DeliveryStatus.DELIVERED, finished_at=NOW - 9).again(NOW, "somebody")
    (delivered,), _ = attempted([copy], replace(attempt(event()), started_at=NOW - behind_ms, latency_ms=0))

    assert not delivered.waits_again
    assert delivered.again(delivered.finished_at or 0, "another").requested_at == delivered.finished_at
    assert replace(delivered, requested_at=delivered.finished_at).waits_again


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
