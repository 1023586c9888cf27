"""Which deliveries pass the filters of a list."""

from dataclasses import replace
from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.delivery.wanted import EVERYTHING, Wanted, has_failed
from recado.rules.sending.attempt import Failure, FailureClass
from tests.unit.builders import NAME, NOW, OTHER_NAME, event, failure, pending

ONE = replace(pending(event("e:1"), created_at=NOW), error=failure(), status_code=500)


@pytest.mark.parametrize(
    ("passing", "other"),
    [
        ({"status": DeliveryStatus.PENDING}, {"status": DeliveryStatus.EXPIRED}),
        ({"failed": True}, {"failed": False}),
        ({"failure_class": FailureClass.SERVER_ERROR}, {"failure_class": FailureClass.TIMEOUT}),
        ({"status_code": 500}, {"status_code": 503}),
        ({"event_name": NAME}, {"event_name": OTHER_NAME}),
        ({"event_id": "e:1"}, {"event_id": "e:2"}),
        ({"arrived_from": NOW}, {"arrived_from": NOW + 1}),
        ({"arrived_to": NOW}, {"arrived_to": NOW - 1}),
    ],
    ids=str,
)
def test_each_filter_takes_what_it_says(passing: dict[str, Any], other: dict[str, Any]) -> None:
    """Alone, and beside another that the delivery passes."""
    assert EVERYTHING.takes(ONE, NOW)
    assert Wanted(**passing).takes(ONE, NOW)
    assert not Wanted(**other).takes(ONE, NOW)
    assert not Wanted(**{"event_name": NAME, **other}).takes(ONE, NOW)


def test_one_without_an_error_has_no_class() -> None:
    """It is not among those of any."""
    fine = replace(ONE, error=None)

    assert not any(Wanted(failure_class=each).takes(fine, NOW) for each in FailureClass)


def test_a_copy_whose_original_is_forgotten_is_not_among_what_is_pending() -> None:
    """In the backlog alone nobody can tell how its original ended; without a filter it is listed."""
    copy = ONE.again(NOW, "an admin")

    assert not Wanted(status=DeliveryStatus.PENDING).takes(copy, NOW)
    assert EVERYTHING.takes(copy, NOW)


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (pending(event()), False),
        (replace(pending(event()), error=Failure(FailureClass.DNS, "No such name.")), True),
        (replace(pending(event()), refused_with=1), True),
        (pending(event(), created_at=NOW - RETENTION_MS), True),
        (Delivery("wh_1", event(), DeliveryStatus.EXPIRED, NOW), True),
        (Delivery("wh_1", event(), DeliveryStatus.SKIPPED, NOW), False),
        (Delivery("wh_1", event(), DeliveryStatus.CANCELLED, NOW), False),
        (Delivery("wh_1", event(), DeliveryStatus.CANCELLED, NOW, error=failure()), True),
        (Delivery("wh_1", event(), DeliveryStatus.DELIVERED, NOW), False),
        (Delivery("wh_1", event(), DeliveryStatus.DELIVERED, NOW, error=failure()), False),
    ],
    ids=lambda value: value if isinstance(value, bool) else f"{value.status} {value.error} {value.refused_with}",
)
def test_what_counts_as_failed(delivery: Delivery, expected: bool) -> None:
    """What has expired, or shows a POST that failed, alone or as a whole; never what was delivered in the end."""
    assert has_failed(delivery, NOW) is expected
