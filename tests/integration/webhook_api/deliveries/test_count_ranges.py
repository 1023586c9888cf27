"""Counts of deliveries over HTTP: which hours are told of, and which ranges are refused."""

from typing import Any

import pytest

from tests.support.api.client import Answer, ApiClient

NOON = "2024-09-27T12:00:00.000Z"


def asked(api: ApiClient, webhook: Any, **query: str) -> Answer:
    """Ask for counts; `from_` stands for `from`."""
    return api.get(api.path(webhook, "/delivery-counts"), {name.rstrip("_"): query[name] for name in query})


@pytest.mark.parametrize(
    ("from_time", "to_time", "first", "end", "hours"),
    [
        (NOON, "2024-09-27T13:00:00Z", NOON, "2024-09-27T13:00:00.000Z", 1),
        (NOON, NOON, NOON, "2024-09-27T13:00:00.000Z", 1),
        ("2024-09-27T12:59:59.999Z", "2024-09-27T13:00:00.001Z", NOON, "2024-09-27T14:00:00.000Z", 2),
        ("1727438400", "1727438400001", NOON, "2024-09-27T13:00:00.000Z", 1),
        ("2024-09-27T14:30:00+02:00", "2024-09-27T12:45", NOON, "2024-09-27T13:00:00.000Z", 1),
        ("2024-09-20T12:00:00Z", NOON, "2024-09-20T12:00:00.000Z", NOON, 168),
        ("2024-09-20T12:00:01Z", "2024-09-27T12:00:01Z", "2024-09-20T12:00:00.000Z", "2024-09-27T13:00:00.000Z", 169),
        ("0", "1", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00.000Z", 1),
        ("0", "0", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00.000Z", 1),
        (None, "0", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00.000Z", 1),
        (None, NOON, "2024-09-26T12:00:00.000Z", NOON, 24),
        (
            "9999-12-31T23:00:00Z",
            "9999-12-31T23:59:59.999Z",
            "9999-12-31T23:00:00.000Z",
            "9999-12-31T23:59:59.999Z",
            1,
        ),
    ],
)
def test_a_range_is_told_in_whole_hours(  # noqa: PLR0917 - the columns of the table
    api: ApiClient, webhook: Any, from_time: str | None, to_time: str, first: str, end: str, hours: int
) -> None:
    """Those that it touches, of UTC, one after the other, in whatever form times are given."""
    query = {"to": to_time} if from_time is None else {"from_": from_time, "to": to_time}

    answer = asked(api, webhook, **query).json

    assert (answer["from"], answer["to"], len(answer["hours"])) == (first, end, hours)
    assert [hour["hour"] for hour in answer["hours"]] == sorted({hour["hour"] for hour in answer["hours"]})
    assert answer["hours"][0]["hour"] == first


def test_from_alone_reaches_up_to_now(api: ApiClient, webhook: Any) -> None:
    """The current hour is the last one."""
    now = int(api.system.clock.milliseconds())

    assert len(asked(api, webhook, from_=str(now - 2 * 60 * 60 * 1000)).json["hours"]) == 3


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ({"from_": "soon"}, "from", "must be an RFC 3339 date and time"),
        ({"to": ""}, "to", "must be an RFC 3339 date and time"),
        ({"to": "9" * 5000}, "to", "must lie between the years 1970 and 9999"),
        ({"to": "1969-12-31T23:59:59Z"}, "to", "must lie between the years 1970 and 9999"),
        ({"from_": "2", "to": "1"}, "from", "must not be after to"),
        ({"from_": "9999-01-01"}, "from", "must not be after to"),
        ({"from_": "2024-09-20T11:59:59.999Z", "to": NOON}, "from", "must be at most 7 days before to"),
        ({"from_": "0"}, "from", "must be at most 7 days before to"),
        ({"hours": "24"}, "hours", "is not a parameter of this request: there are from, to"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_range_that_cannot_be_meant_is_named(
    api: ApiClient, webhook: Any, query: dict[str, str], field: str, message: str
) -> None:
    """With what is accepted."""
    answer = asked(api, webhook, **query)

    assert (answer.status, answer.fields) == (422, [field])
    assert answer.json["errors"][0]["message"].startswith(message)
