"""Publishing: all events or none, each with its answer."""

from collections.abc import Mapping
from typing import Any

import pytest

from recado.rules.event.event import InvalidEventError
from recado.rules.event.problem import MOST_PROBLEMS
from recado.use_cases.managing.publishing import Published, Publishing
from tests.support.catalogue import READER
from tests.unit.builders import NAME, NOW
from tests.unit.use_cases.fakes.reading_fakes import FakeBus


def entered(event_id: str, **changes: Any) -> Mapping[str, object]:
    """Return an event as it is entered."""
    return {"eventId": event_id, "eventName": NAME, "timestamp": NOW, "data": {}} | changes


def test_events_are_put_onto_the_bus_in_their_order() -> None:
    """In the account that is given, as it is given."""
    bus = FakeBus()

    published = Publishing(bus, READER)(1010, [entered("a"), entered("b", data={"x": 1.50})])

    assert published == [Published("a", None), Published("b", None)]
    assert [event.account_text for event in bus.events] == ["1010", "1010"]
    assert bus.events[1].text == f'{{"eventId":"b","eventName":"{NAME}","timestamp":{NOW},"data":{{"x":1.5}}}}'


def test_what_the_bus_refuses_is_told() -> None:
    """For each event on its own."""
    published = Publishing(FakeBus(None, "ThrottlingException"), READER)("acme", [entered("a"), entered("b")])

    assert published == [Published("a", None), Published("b", "ThrottlingException")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"eventId": "a.b"}, "events[1].eventId"),
        ({"eventName": "NO_SUCH"}, "events[1].eventName"),
        ({"timestamp": None}, "events[1].timestamp"),
        ({"data": []}, "events[1].data"),
    ],
)
def test_one_invalid_event_keeps_all_off_the_bus(changes: dict[str, Any], field: str) -> None:
    """The field names the event too."""
    bus = FakeBus()

    with pytest.raises(InvalidEventError) as refusal:
        Publishing(bus, READER)(1010, [entered("a"), entered("b", **changes), entered("c")])

    assert (refusal.value.field, bus.events) == (field, [])


def test_every_invalid_event_is_named() -> None:
    """Nobody wants to send a hundred requests to learn of a hundred mistakes; no more is told than can be read."""
    bad = entered("b", timestamp=None)

    with pytest.raises(InvalidEventError) as refusal:
        Publishing(FakeBus(), READER)(1010, [entered("a.b"), entered("a"), bad])
    with pytest.raises(InvalidEventError) as many:
        Publishing(FakeBus(), READER)(1010, [bad] * 100)

    assert [problem.path for problem in refusal.value.problems] == ["events[0].eventId", "events[2].timestamp"]
    assert len(many.value.problems) == MOST_PROBLEMS


def test_an_event_cannot_bring_another_account() -> None:
    """The caller's counts."""
    bus = FakeBus()
    Publishing(bus, READER)(1010, [entered("a", accountId=2020)])

    assert [event.account_id for event in bus.events] == ["1010"]
