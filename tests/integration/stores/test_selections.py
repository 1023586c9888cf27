"""What is selected of a webhook's deliveries: those that have ended, those that wait, and how many wait."""

from typing import Any

import pytest

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.ports.managing import SelectedPage, WaitingSummary
from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from tests.support.aws import capacity
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery
from tests.support.events import NOON_MS
from tests.support.system import System

NOW = NOON_MS + 60_000
ENDED: dict[DeliveryStatus, dict[str, Any]] = {
    DeliveryStatus.DELIVERED: {"finished_at": NOON_MS + 20},
    DeliveryStatus.EXPIRED: {"finished_at": NOON_MS + 20},
    DeliveryStatus.SKIPPED: {"finished_at": NOON_MS + 20},
    DeliveryStatus.CANCELLED: {"finished_at": NOON_MS + 20, "cancelled_because": CancelReason.WITHDRAWN},
}
NAMES = ("CI_STATS", "COURSE_ENROLLMENT")
SELECTIONS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [0, 1, 2, 3]),
    ({"from_ms": NOON_MS + 1}, [1, 2, 3]),
    ({"to_ms": NOON_MS + 2}, [0, 1, 2]),
    ({"from_ms": NOON_MS + 1, "to_ms": NOON_MS + 2}, [1, 2]),
    ({"event_names": ("CI_STATS",)}, [0, 2]),
    ({"event_names": NAMES}, [0, 1, 2, 3]),
    ({"arrived_from": NOON_MS + 11}, [0, 1, 2]),
    ({"arrived_to": NOON_MS + 11}, [2, 3]),
    ({"arrived_from": NOON_MS + 11, "arrived_to": NOON_MS + 12}, [1, 2]),
    ({"arrived_from": NOON_MS + 11, "event_names": ("COURSE_ENROLLMENT",), "from_ms": NOON_MS + 1}, [1]),
]


@pytest.fixture
def reader(system: System) -> DynamoDeliveryReader:
    """Give what reads deliveries."""
    return DynamoDeliveryReader(system.store._table)


def four(status: DeliveryStatus, **fields: Any) -> list[Delivery]:
    """Build four deliveries, a millisecond apart: the later an event happened, the sooner it arrived."""
    return [
        delivery(
            "wh_1",
            f"e{number}",
            name=NAMES[number % 2],
            timestamp=NOON_MS + number,
            created_at=NOON_MS + 13 - number,
            status=status,
            **fields,
        )
        for number in range(4)
    ]


def keep(system: System, *deliveries: Delivery) -> None:
    """Keep deliveries where they belong: what is set aside in its place and in the log, all else as it stands."""
    aside = DynamoAside(system.store._table, retention_days=30)
    assert not system.store.record([one for one in deliveries if not one.is_aside], [], IN_TIME)
    for one in deliveries:
        if one.is_aside:
            assert aside.put(one, waits=one.is_copy)


def set_aside(one: Delivery) -> Delivery:
    """Build the same delivery, out of the way of the others."""
    return one.set_aside(NOON_MS + 30, NOW, 2)


def ids(page: SelectedPage) -> list[str]:
    """Return the event ids of a page."""
    return [one.event.event_id for one in page.deliveries]


def all_ids(read: Any) -> tuple[list[str], list[int]]:
    """Read page after page; return the event ids, and how many each page had."""
    found: list[str] = []
    sizes: list[int] = []
    after: str | None = None
    while True:
        page = read(after)
        some = ids(page)
        found, sizes, after = found + some, [*sizes, len(some)], page.looked_to
        if after is None:
            return found, sizes


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.parametrize(("fields", "expected"), SELECTIONS)
def test_what_has_ended_is_found_as_it_is_selected(
    system: System, reader: DynamoDeliveryReader, status: DeliveryStatus, fields: dict[str, Any], expected: list[int]
) -> None:
    """Of this status alone; both ends of a range belong to it."""
    others = [
        delivery("wh_1", f"other-{other}", timestamp=NOON_MS + 1, created_at=NOON_MS + 12, status=other, **more)
        for other, more in ENDED.items()
        if other is not status
    ]
    keep(system, *four(status, **ENDED[status]), *others)

    page = reader.ended("wh_1", Selection(status, **fields), None, NOW)

    assert (ids(page), page.looked_to) == ([f"e{number}" for number in expected], None)


@pytest.mark.parametrize("aside", [False, True])
@pytest.mark.parametrize(("fields", "expected"), SELECTIONS)
def test_what_waits_is_found_as_it_is_selected(
    system: System, reader: DynamoDeliveryReader, fields: dict[str, Any], expected: list[int], aside: bool
) -> None:
    """In the backlog, or set aside; nothing that has ended."""
    pending = four(DeliveryStatus.PENDING)
    keep(system, *(map(set_aside, pending) if aside else pending), delivery("wh_1", "ended", finished_at=NOW))

    page = reader.waiting("wh_1", Selection(**fields), None, NOW)

    assert (ids(page), page.looked_to) == ([f"e{number}" for number in expected], None)


def test_only_what_is_set_aside_may_be_meant(system: System, reader: DynamoDeliveryReader) -> None:
    """The backlog is not even looked at."""
    first, second, third, _ = four(DeliveryStatus.PENDING)
    keep(system, first, set_aside(second), third)

    assert ids(reader.waiting("wh_1", Selection(), None, NOW)) == ["e0", "e1", "e2"]
    assert ids(reader.waiting("wh_1", Selection(set_aside=True), None, NOW)) == ["e1"]


def test_copies_of_one_request_are_found_by_its_time(system: System, reader: DynamoDeliveryReader) -> None:
    """Wherever they wait; none that was asked for at another time, and no original."""
    delivered = four(DeliveryStatus.DELIVERED, finished_at=NOON_MS + 20)
    asked = [one.again(NOON_MS + 40 + number // 2, "an admin") for number, one in enumerate(delivered)]
    keep(system, *delivered, *asked, delivery("wh_1", "p", timestamp=NOON_MS + 9, status=DeliveryStatus.PENDING))
    keep(system, set_aside(asked[3]))

    for at, expected in ((NOON_MS + 40, ["e0", "e1"]), (NOON_MS + 41, ["e2", "e3"]), (NOON_MS + 42, [])):
        page = reader.waiting("wh_1", Selection(), None, NOW, requested_at=at)
        found = list(page.deliveries)
        assert [one.event.event_id for one in found] == expected
        assert all(one.status is DeliveryStatus.DELIVERED and one.waits_again for one in found)


def test_pages_of_two_places_go_as_far_as_both_were_looked_through(
    system: System, reader: DynamoDeliveryReader
) -> None:
    """A hundred at most at once, in the order of their events, each once, whichever place has more."""
    pending = [
        delivery("wh_1", f"e{number:03}", timestamp=NOON_MS + number, status=DeliveryStatus.PENDING, created_at=NOON_MS)
        for number in range(260)
    ]
    # All of the first hundred but ten, and a few behind, are set aside.
    is_aside = {*range(10, 100), 150, 255}
    keep(system, *(set_aside(one) if number in is_aside else one for number, one in enumerate(pending)))

    found, sizes = all_ids(lambda after: reader.waiting("wh_1", Selection(), after, NOW))

    assert found == [one.event.event_id for one in pending]
    assert max(sizes) == 100


def test_a_look_at_what_waits_is_bounded(system: System, reader: DynamoDeliveryReader) -> None:
    """A megabyte of each place, and a call above it; where nothing of it is meant, the next look goes on behind it."""
    large: dict[str, Any] = {"message_id": "m" * 30_000, "status": DeliveryStatus.PENDING, "created_at": NOON_MS}
    keep(system, *(delivery("wh_1", f"e{n:03}", timestamp=NOON_MS + n, **large) for n in range(100)))
    wanted = delivery("wh_1", "wanted", timestamp=NOON_MS + 500, name="CI_STATS", **large)
    keep(system, wanted)

    with capacity.reported():
        found, sizes = all_ids(lambda after: reader.waiting("wh_1", Selection(event_names=("CI_STATS",)), after, NOW))

    assert (found, len(sizes) > 1, sizes[0]) == (["wanted"], True, 0)


def test_one_that_ends_meanwhile_is_read_as_it_ended(system: System, reader: DynamoDeliveryReader) -> None:
    """Between the look and the reading; so is a copy that has been sent."""
    first, second, _, _ = four(DeliveryStatus.PENDING)
    keep(system, first, second)
    page = reader.waiting("wh_1", Selection(), None, NOW)
    (delivered, *_) = four(DeliveryStatus.DELIVERED, finished_at=NOW)
    system.store.finish([delivered], [], IN_TIME)

    assert [one.status for one in page.deliveries] == [DeliveryStatus.DELIVERED, DeliveryStatus.PENDING]


def test_what_waits_is_summed_up_by_one_look_at_each_place(
    system: System, reader: DynamoDeliveryReader, aws: AwsCalls
) -> None:
    """How much, of that how much set aside, and the time of the oldest event, wherever it waits."""
    first, second, third, _ = four(DeliveryStatus.PENDING)
    assert reader.waiting_of("wh_1") == WaitingSummary(Waiting(0), Waiting(0))
    keep(system, set_aside(first), second, third)
    aws.clear()

    assert reader.waiting_of("wh_1") == WaitingSummary(Waiting(3), Waiting(1), NOON_MS)

    assert [call.operation for call in aws.seen] == ["Query"] * 2


@pytest.mark.parametrize(
    ("backlog", "aside", "expected"),
    [
        (100, 0, WaitingSummary(Waiting(100), Waiting(0), NOON_MS)),
        (101, 1, WaitingSummary(Waiting(101, more=True), Waiting(1), NOON_MS)),
        (1, 101, WaitingSummary(Waiting(101, more=True), Waiting(100, more=True), NOON_MS)),
    ],
)
def test_much_that_waits_is_summed_up_in_part(
    system: System, reader: DynamoDeliveryReader, backlog: int, aside: int, expected: WaitingSummary
) -> None:
    """A hundred of each place; and it is said where there may be more, of all and of what is set aside."""
    pending = [
        delivery("wh_1", f"e{number:03}", timestamp=NOON_MS + number, status=DeliveryStatus.PENDING, created_at=NOON_MS)
        for number in range(backlog + aside)
    ]
    keep(system, *pending[:backlog], *map(set_aside, pending[backlog:]))

    summary = reader.waiting_of("wh_1")

    assert (summary.waiting.count, summary.aside, summary.oldest_ms) == (
        expected.waiting.count,
        expected.aside,
        expected.oldest_ms,
    )
    assert summary.waiting.more >= expected.waiting.more
