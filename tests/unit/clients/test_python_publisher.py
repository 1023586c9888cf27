"""The publisher helper, against a bus that refuses as told."""

import json
import pickle
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from recado.rules.event.envelope import opened
from recado.rules.event.event import MAX_EVENT_BYTES, parse_event
from recado_client.publisher import MOST_EVENT_BYTES, Event, NotPublishedError, Publisher, UnfitEventError

# What becomes of a detail in the call of this number: taken, refused with a code, or an error of the whole call.
Judge = Callable[[dict[str, Any], int], str | Exception | None]
SERVER_ERROR: Any = {"Error": {"Code": "503"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
NEVER = {"e-1": "InternalFailure", "e-2": "NotAuthorizedForSourceException"}


class Bus:
    """Takes every entry for which `judge` gives no code; a code that is an error is raised."""

    def __init__(
        self, judge: Callable[[dict[str, Any], int], str | Exception | None] = lambda _detail, _call: None
    ) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.taken: list[str] = []
        self._judge = judge

    def put_events(self, *, Entries: Sequence[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        """What EventBridge answers."""
        details = [json.loads(entry["Detail"]) for entry in Entries]
        self.calls.append(details)
        codes = [self._judge(detail, len(self.calls)) for detail in details]
        for code in codes:
            if isinstance(code, Exception):
                raise code
        self.taken += [detail.get("eventId", "") for detail, code in zip(details, codes, strict=True) if code is None]
        return {"Entries": [{"ErrorCode": code} if code else {"EventId": "x"} for code in codes]}


def events(count: int, **data: Any) -> list[Event]:
    """Events with ids in order."""
    return [
        Event("1010", "order.paid", data or {"total": 1}, event_id=f"e-{place}", timestamp=place)
        for place in range(count)
    ]


def published(bus: Bus, batch: Iterable[Event]) -> None:
    """Publish on this bus."""
    Publisher("bus", "shop", bus).publish(batch)


def test_ten_go_in_a_call_in_order() -> None:
    """What one call takes."""
    bus = Bus()

    published(bus, events(25))

    assert [len(call) for call in bus.calls] == [10, 10, 5]
    assert bus.taken == [f"e-{place}" for place in range(25)]


def test_large_events_go_in_smaller_calls() -> None:
    """Bytes are counted as UTF-8 has them, not characters."""
    bus = Bus()

    published(bus, events(4, text="ä" * 60_000))

    assert [len(call) for call in bus.calls] == [2, 2]


def test_only_what_was_refused_is_put_again() -> None:
    """With the id and time that it had, so that nobody gets it twice."""
    bus = Bus(lambda detail, call: "ThrottlingException" if call == 1 and detail["eventId"] == "e-1" else None)

    published(bus, events(3))

    first, again = bus.calls
    assert again == [first[1]]
    assert sorted(bus.taken) == ["e-0", "e-1", "e-2"]


def test_one_that_is_never_taken_harms_no_other(waits: list[float]) -> None:
    """It is named, with its code; what may pass is tried five times in all."""
    bus = Bus(
        lambda detail, _call: {"e-1": "InternalFailure", "e-2": "NotAuthorizedForSourceException"}.get(
            detail["eventId"]
        )
    )

    with pytest.raises(NotPublishedError) as refused:
        published(bus, events(4))

    assert {event.event_id: code for event, code in refused.value.refused} == NEVER
    assert bus.taken == ["e-0", "e-3"]
    assert [len(call) for call in bus.calls] == [4, 1, 1, 1, 1]
    assert len(waits) == 4


def test_a_call_refused_for_one_of_its_events_takes_the_others() -> None:
    """EventBridge refuses the whole call for an entry that it finds invalid."""
    invalid = ClientError({"Error": {"Code": "ValidationException"}}, "PutEvents")
    bus = Bus(lambda detail, _call: invalid if detail["eventId"] == "e-1" else None)

    with pytest.raises(NotPublishedError) as refused:
        published(bus, events(3))

    assert [event.event_id for event, _ in refused.value.refused] == ["e-1"]
    assert bus.taken == ["e-0", "e-2"]


def test_an_answer_that_says_nothing_of_an_event_is_none() -> None:
    """What may have been taken or not is put again, and named at last."""

    class Silent(Bus):
        def put_events(self, *, Entries: Sequence[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's own name
            return {"Entries": super().put_events(Entries=Entries)["Entries"][1:]}

    bus = Silent()

    with pytest.raises(NotPublishedError) as refused:
        published(bus, iter(events(2)))

    assert {code for _, code in refused.value.refused} == {"NoAnswer"}
    assert len(bus.calls) == 5


@pytest.mark.parametrize(
    "error",
    [
        ConnectionClosedError(endpoint_url="http://127.0.0.1/"),
        ClientError(SERVER_ERROR, "PutEvents"),
    ],
)
def test_a_call_that_breaks_is_made_again(error: Exception) -> None:
    """A connection that closes, and a server that fails."""
    bus = Bus(lambda _detail, call: error if call == 1 else None)

    published(bus, events(2))

    assert bus.taken == ["e-0", "e-1"]


def test_a_lost_answer_is_asked_for_again() -> None:
    """Twice on the bus is once at the receiver, for the ids are the same."""
    lost = ReadTimeoutError(endpoint_url="http://127.0.0.1/")
    bus = Bus(lambda _detail, call: lost if call == 1 else None)

    published(bus, events(2))

    assert bus.calls[0] == bus.calls[1]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"text": "x" * MOST_EVENT_BYTES}, "bytes of JSON, of 262016 at most"),
        ({"total": float("nan")}, "is not JSON"),
        ({"moment": object()}, "is not JSON"),
        ({"text": "\ud800"}, "is not JSON"),
    ],
)
def test_one_that_cannot_be_published_stops_all_before_the_first(data: dict[str, Any], reason: str) -> None:
    """Nothing is half done."""
    bus = Bus()

    with pytest.raises(UnfitEventError, match=reason) as unfit:
        published(bus, [*events(11), Event("1010", "order.paid", data, event_id="unfit")])

    assert (unfit.value.event.event_id, bus.calls) == ("unfit", [])


def test_errors_come_back_from_other_processes() -> None:
    """A pool of workers pickles what they raise: it says the same afterwards."""
    event = events(1)[0]
    for error in (UnfitEventError(event, "is too large"), NotPublishedError([(event, "InternalFailure")])):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - of this test's own
        assert (str(again), vars(again)) == (str(error), vars(error))


def test_what_is_published_is_what_recado_reads() -> None:
    """Every member, and whole numbers that EventBridge would round."""
    bus = Bus()
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    event = Event(1010, "order.paid", {"n": 2**70}, "e-1", "2026-01-31T12:00:00Z", "A note", trace)

    published(bus, [event])

    _, detail = opened({"detail-type": "order.paid", "detail": bus.calls[0][0]})
    read = parse_event("order.paid", detail)
    assert json.loads(read.text)["data"] == {"n": 2**70}
    assert (read.account_id, read.event_id, read.traceparent) == ("1010", "e-1", trace)
    assert MOST_EVENT_BYTES == MAX_EVENT_BYTES
