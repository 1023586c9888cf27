"""Ranges of sort keys: what a page of a job covers of a backlog, and what lies beside it."""

from typing import Any

import pytest
from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb import key_ranges
from recado.adapters.dynamodb.tables import COPY_SUFFIX, DeliveryItem
from tests.unit.builders import event, events

KEYS = [one.key for one in events(5)]
SAME_TIME = [event(event_id, timestamp=events(5)[2].timestamp_ms).key for event_id in ("a", "e2", "e20", "z")]


def holds(condition: Condition, key: str) -> bool:
    """Whether the key lies between the condition's bounds, as DynamoDB compares texts."""
    values: dict[str, Any] = {}
    condition.serialize({}, values)
    lowest, highest = (value["S"] for value in values.values())
    return bool(lowest <= key <= highest)


@pytest.mark.parametrize("after", [None, KEYS[0], KEYS[1]])
@pytest.mark.parametrize("until", [KEYS[2], KEYS[3]])
def test_each_copy_lies_in_a_page_or_beside_it(after: str | None, until: str) -> None:
    """Above its first key, up to and with its last; nothing is in two ranges, and nothing is left out."""
    page = key_ranges.copies_between(DeliveryItem, after, until)
    beside = key_ranges.beside(DeliveryItem, after, until)

    for key in {*KEYS, *SAME_TIME}:
        places = [holds(condition, key + COPY_SUFFIX) for condition in (page, *beside)]
        assert places.count(True) == 1, key
        assert places[0] is ((after is None or key > after) and key <= until), key


def test_originals_lie_beside_a_page_as_well() -> None:
    """Those before it and those behind it; one within it is for the page after that."""
    before, behind = key_ranges.beside(DeliveryItem, KEYS[1], KEYS[3])

    assert [holds(before, key) or holds(behind, key) for key in KEYS] == [True, True, False, False, True]
