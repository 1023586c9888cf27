"""Selections: which deliveries are meant by their event's time and name, and by when they came."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from recado.rules.event.timestamps import LATEST_MS
from tests.unit.builders import NAME, NOW, OTHER_NAME, event, pending

ARRIVED = NOW + 5_000
WAITS = pending(event(), created_at=ARRIVED)
SKIPPED = replace(WAITS, status=DeliveryStatus.SKIPPED, finished_at=ARRIVED + 7)


@pytest.mark.parametrize("delivery", [WAITS, SKIPPED, pending(event(timestamp=0)), pending(event(timestamp=LATEST_MS))])
def test_a_selection_that_names_nothing_takes_all(delivery: Delivery) -> None:
    """Of any time; how they stand is for the caller to judge."""
    assert Selection().takes(delivery)
    assert Selection(DeliveryStatus.DELIVERED, set_aside=True).takes(delivery)


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(from_ms=NOW), True),
        (Selection(from_ms=NOW + 1), False),
        (Selection(to_ms=NOW), True),
        (Selection(to_ms=NOW - 1), False),
        (Selection(arrived_from=ARRIVED), True),
        (Selection(arrived_from=ARRIVED + 1), False),
        (Selection(arrived_to=ARRIVED), True),
        (Selection(arrived_to=ARRIVED - 1), False),
        (Selection(event_names=(NAME,)), True),
        (Selection(event_names=(OTHER_NAME, NAME)), True),
        (Selection(event_names=(OTHER_NAME,)), False),
        (Selection(skipped_from=ARRIVED + 7), True),
        (Selection(skipped_from=ARRIVED + 8), False),
    ],
)
def test_all_that_is_named_must_be_so(selection: Selection, taken: bool) -> None:
    """Both ends of a range belong to it; with everything else as it should be, too."""
    assert selection.takes(SKIPPED) is taken
    rest = Selection(from_ms=0, to_ms=LATEST_MS, arrived_from=0, arrived_to=LATEST_MS, event_names=(NAME,))
    named = {name: getattr(selection, name) for name in Selection.__slots__}
    changes = {name: value for name, value in named.items() if value != getattr(Selection(), name)}
    assert replace(rest, **changes).takes(SKIPPED) is taken


def test_what_has_not_ended_was_not_skipped() -> None:
    """A selection of what was skipped since then does not take what waits."""
    assert not Selection(skipped_from=1).takes(WAITS)
