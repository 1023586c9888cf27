"""Publishing to the event bus: what goes into one call."""

from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from recado.adapters.messaging.event_bus import EventBridgeBus
from recado.ports.sending import OurFaultError
from recado.rules.event.event import Event
from tests.unit.builders import sized_event

OLD_LIMIT, LIMIT = 256_000, 1_024_000


class Bus:
    """EventBridge in a region that takes this many bytes a call."""

    def __init__(self, most_bytes: int, code: str = "ValidationException") -> None:
        self.most_bytes = most_bytes
        self.code = code
        self.refused: list[int] = []
        self.taken: list[int] = []

    def put_events(self, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803  its name there
        """Take a call, or refuse it whole."""
        size = sum(len(text.encode()) for entry in Entries for text in entry.values())
        if size > self.most_bytes:
            self.refused.append(len(Entries))
            raise ClientError({"Error": {"Code": self.code, "Message": "Total size of the entries"}}, "PutEvents")
        self.taken.append(len(Entries))
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}

    def publish(self, *sizes: int) -> list[str | None]:
        """Publish events of so many bytes."""
        events: list[Event] = [sized_event(size, f"e{number}") for number, size in enumerate(sizes)]
        return EventBridgeBus(cast("Any", self), "bus", "publisher").publish(events)


def test_a_call_takes_what_events_of_a_megabyte_need() -> None:
    """Three of 256 KB, ten small ones."""
    bus = Bus(LIMIT)

    assert bus.publish(*[250_000] * 4, *[100] * 12) == [None] * 16
    assert (bus.taken, bus.refused) == ([3, 10, 3], [])


def test_a_region_that_takes_less_gets_less_a_call() -> None:
    """Which it tells by refusing the whole call; each event is answered for, in its place."""
    bus = Bus(OLD_LIMIT)

    assert bus.publish(*[100_000] * 9) == [None] * 9
    assert bus.refused == [9]
    assert bus.taken == [2, 2, 2, 2, 1]


def test_what_one_call_cannot_take_is_named_and_the_others_are_published() -> None:
    """An event too large for the region, behind one that it took."""
    bus = Bus(OLD_LIMIT)

    assert bus.publish(100_000, 262_000, 100) == [None, "ValidationException", None]
    assert bus.taken == [1, 1]


@pytest.mark.parametrize(
    ("sizes", "code"), [((262_000,), "ValidationException"), ([100_000] * 9, "ThrottlingException")]
)
def test_a_call_that_less_does_not_mend_is_our_fault(sizes: list[int], code: str) -> None:
    """One event is not cut up, and another refusal has nothing to do with the size."""
    bus = Bus(OLD_LIMIT, code)

    with pytest.raises(OurFaultError):
        bus.publish(*sizes)
    assert len(bus.refused) == 1
