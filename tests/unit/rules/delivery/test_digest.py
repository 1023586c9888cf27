"""Digests: when each is due, of which hour it tells, and what it says."""

import json

import pytest

from recado.rules.delivery.counts import HOUR_MS, Counts
from recado.rules.delivery.digest import Ends, digest_event, first_due, hour_to_tell, next_due, tells
from recado.rules.event.event import key_of
from recado.rules.event.own import is_own
from tests.unit.builders import NOW

MINUTE = 60_000
IDS = [f"wh_{number}" for number in range(500)]


def test_digests_are_due_10_to_55_minutes_after_the_hour_and_spread_over_it() -> None:
    """Of 500 webhooks no five minutes get more than twice their share."""
    after = [first_due("1010", one, NOW + 1) - NOW - HOUR_MS for one in IDS]

    assert min(after) >= 10 * MINUTE
    assert max(after) < 55 * MINUTE
    by_sweep = [sum(1 for one in after if one // (5 * MINUTE) == sweep) for sweep in range(2, 11)]
    assert sum(by_sweep) == 500
    assert max(by_sweep) <= 2 * 500 / 9


def test_a_webhook_has_its_minute() -> None:
    """Always the same: an hour lies between one time and the next."""
    first = first_due("1010", "wh_1", NOW)

    assert next_due("1010", "wh_1", first) == first + HOUR_MS
    assert next_due("1010", "wh_1", first - 1) == first
    assert first_due("1010", "wh_1", NOW + HOUR_MS - 1) == first
    assert first_due("1011", "wh_1", NOW) != first


@pytest.mark.parametrize("late_ms", [0, 5 * MINUTE, HOUR_MS - 1])
def test_a_digest_that_is_late_tells_of_its_hour(late_ms: int) -> None:
    """Whenever a sweep comes within the next one."""
    due = first_due("1010", "wh_1", NOW)

    assert hour_to_tell("1010", "wh_1", due, due + late_ms) == NOW


def test_after_an_outage_the_last_hour_is_told_of() -> None:
    """It is the one whose digest was due last."""
    due = first_due("1010", "wh_1", NOW)

    assert hour_to_tell("1010", "wh_1", due, due + 3 * HOUR_MS + 1) == NOW + 3 * HOUR_MS


def test_what_a_digest_says() -> None:
    """An event at the end of its hour; hours without any event are left out, and the oldest comes first."""
    ends = Ends(key_of(NOW + 1, "e:1"), key_of(NOW + 2, "e2"))
    counts = {NOW: Counts(delivered=1, pending=2, skipped=3, cancelled=4, expired=5), NOW - 1: Counts()}
    counts[NOW - HOUR_MS] = Counts(delivered=-1, skipped=1)

    digest = digest_event("1010", "wh_1", NOW, counts, ends)

    assert is_own(digest.name)
    assert digest.key == key_of(NOW + HOUR_MS, f"digest-{NOW}-wh_1")
    assert digest.account_text == "1010"
    assert json.loads(digest.text) == {
        "eventId": f"digest-{NOW}-wh_1",
        "eventName": "recado.digest",
        "timestamp": "2024-09-27T13:00:00.000Z",
        "data": {
            "from": "2024-09-27T12:00:00.000Z",
            "to": "2024-09-27T13:00:00.000Z",
            "first": {"eventId": "e:1", "timestamp": "2024-09-27T12:00:00.001Z"},
            "last": {"eventId": "e2", "timestamp": "2024-09-27T12:00:00.002Z"},
            "hours": [
                {
                    "from": "2024-09-27T11:00:00.000Z",
                    "delivered": 0,
                    "pending": 0,
                    "skipped": 1,
                    "cancelled": 0,
                    "expired": 0,
                },
                {
                    "from": "2024-09-27T12:00:00.000Z",
                    "delivered": 1,
                    "pending": 2,
                    "skipped": 3,
                    "cancelled": 4,
                    "expired": 5,
                },
            ],
        },
    }


def test_an_hour_without_events_has_neither_first_nor_last() -> None:
    """A text account id stays one."""
    digest = digest_event("acme", "wh_1", NOW, {}, Ends())

    assert digest.account_text == '"acme"'
    data = json.loads(digest.text)["data"]
    assert (data["first"], data["last"], data["hours"]) == (None, None, [])


@pytest.mark.parametrize("counts", [Counts(), Counts(delivered=-2)])
def test_counts_below_nothing_are_nothing(counts: Counts) -> None:
    """Such hours are left out."""
    assert not tells(counts)
