"""Filters of the delivery log, and parameters that cannot be meant."""

from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from tests.support.api.client import Answer, ApiClient
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS

DELIVERED, PENDING = DeliveryStatus.DELIVERED, DeliveryStatus.PENDING
EXPIRED, SKIPPED = DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED
NOON = "2024-09-27T12:00:00"
NAME_RULE = "must be 1 to 128 letters, digits, '.', '_', ':' or '-'"


def listed(api: ApiClient, webhook: Any, **query: str) -> Answer:
    """List deliveries; `from_` stands for `from`."""
    return api.get(api.path(webhook, "/deliveries"), {name.rstrip("_"): query[name] for name in query})


FILTERED = [
    ({}, "abcdefgh"),
    ({"status": "DELIVERED"}, "ab"),
    ({"status": "PENDING"}, "cd"),
    ({"status": "EXPIRED"}, "efg"),
    ({"status": "SKIPPED"}, "h"),
    ({"eventName": "CI_STATS"}, "bdfh"),
    ({"eventName": "LEARNER_PROGRESS"}, ""),
    ({"status": "PENDING", "eventName": "CI_STATS"}, "d"),
    ({"status": "EXPIRED", "eventName": "COURSE_ENROLLMENT"}, "eg"),
    ({"from_": NOON}, "abcdefgh"),
    ({"from_": f"{NOON}.002"}, "cdefgh"),
    ({"from_": f"{NOON}.002Z"}, "cdefgh"),
    ({"from_": "2024-09-27T14:00:00.002+02:00"}, "cdefgh"),
    ({"from_": str(NOON_MS + 2)}, "cdefgh"),
    ({"to": str(NOON_MS + 2)}, "abc"),
    ({"to": str(NOON_MS // 1000)}, "a"),
    ({"from_": str(NOON_MS + 2), "to": str(NOON_MS + 2)}, "c"),
    ({"from_": "2024-09-27", "to": "2024-09-28"}, "abcdefgh"),
    ({"from_": "2024-09-28"}, ""),
    ({"to": "0"}, ""),
    ({"from_": "9999-12-31T23:59:59.999Z"}, ""),
    ({"from_": str(NOON_MS + 1), "to": str(NOON_MS + 6), "status": "EXPIRED", "eventName": "CI_STATS"}, "f"),
]


@pytest.mark.parametrize(("query", "expected"), FILTERED, ids=str)
def test_filters_are_combined(api: ApiClient, webhook: Any, query: dict[str, str], expected: str) -> None:
    """Status, event name, and both ends of a time range, each of them included."""
    now = int(api.system.clock.milliseconds())
    kinds = {
        "a": (DELIVERED, now),
        "b": (DELIVERED, now),
        "c": (PENDING, now),
        "d": (PENDING, now - RETENTION_MS + 60_000),
        "e": (EXPIRED, now),
        "f": (EXPIRED, now),
        "g": (PENDING, now - RETENTION_MS),
        "h": (SKIPPED, now),
    }
    record(
        api.system,
        *(
            delivery(
                webhook["webhookId"],
                event_id,
                timestamp=NOON_MS + place,
                name="CI_STATS" if place % 2 else "COURSE_ENROLLMENT",
                status=status,
                created_at=created_at,
            )
            for place, (event_id, (status, created_at)) in enumerate(kinds.items())
        ),
    )

    found = listed(api, webhook, **query).json["deliveries"]

    assert "".join(reversed([one["eventId"] for one in found])) == expected


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"status": "delivered"}, "status", "must be 'DELIVERED', 'PENDING', 'EXPIRED', 'SKIPPED' or 'CANCELLED'"),
        ({"status": ""}, "status", "must be 'DELIVERED', 'PENDING', 'EXPIRED', 'SKIPPED' or 'CANCELLED'"),
        (
            {"status": "DELIVERED,PENDING"},
            "status",
            "must be 'DELIVERED', 'PENDING', 'EXPIRED', 'SKIPPED' or 'CANCELLED'",
        ),
        ({"eventName": "NO SUCH"}, "eventName", NAME_RULE),
        ({"eventName": ""}, "eventName", NAME_RULE),
        ({"from_": "yesterday"}, "from", "must be an RFC 3339 date and time"),
        ({"from_": ""}, "from", "must be an RFC 3339 date and time"),
        ({"to": "-1"}, "to", "must lie between the years 1970 and 9999"),
        ({"to": "9" * 15}, "to", "must lie between the years 1970 and 9999"),
        ({"to": "9" * 5000}, "to", "must lie between the years 1970 and 9999"),
        ({"to": "1969-12-31T23:59:59Z"}, "to", "must lie between the years 1970 and 9999"),
        ({"to": "2024-09-27T12:00:00 02:00"}, "to", "must be an RFC 3339 date and time"),
        ({"to": "2024-09-27T12:00:60Z"}, "to", "must have a 60th second at 23:59 UTC alone"),
        ({"to": "20240927"}, "to", "must not be eight digits as text"),
        ({"from_": "2", "to": "1"}, "to", "must not be before from"),
        ({"limit": "0"}, "limit", "must be at least 1"),
        ({"limit": "-1"}, "limit", "must be at least 1"),
        ({"limit": "101"}, "limit", "must be at most 100"),
        ({"limit": "9" * 5000}, "limit", "must be a whole number"),
        ({"limit": "ten"}, "limit", "must be a whole number"),
        ({"limit": "1.5"}, "limit", "must be a whole number"),
        ({"limit": ""}, "limit", "must be a whole number"),
        ({"event_name": "CI_STATS"}, "event_name", "is not a parameter of this request: there are "),
        ({"page": "2"}, "page", "is not a parameter of this request: there are "),
        ({"Status": "PENDING"}, "Status", "is not a parameter of this request: there are "),
        ({"x" * 5000: "1"}, "x" * 100, "is not a parameter of this request: there are "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_parameter_that_cannot_be_meant_is_named(
    api: ApiClient, webhook: Any, query: dict[str, str], field: str, message: str
) -> None:
    """Also one that is unknown: what is ignored would show more than was asked for."""
    answer = listed(api, webhook, **query)

    assert (answer.status, answer.fields) == (422, [field])
    assert answer.json["errors"][0]["message"].startswith(message)


def test_a_parameter_is_given_once(api: ApiClient, webhook: Any) -> None:
    """API Gateway joins repeated ones with a comma; the raw query tells."""
    for name, values in (("status", "PENDING,SKIPPED"), ("limit", "1,2"), ("from", "1,2"), ("cursor", "a,b")):
        event = api.request("GET", api.path(webhook, "/deliveries"), query={name: values})
        first, second = values.split(",")
        answer = api.send({**event, "rawQueryString": f"{name}={first}&{name}={second}"})
        assert (answer.status, answer.json["errors"]) == (422, [{"field": name, "message": "must be given once"}])
