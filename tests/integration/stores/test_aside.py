"""What is set aside moves in transactions: out of the backlog, back, and into the log; people see it in one place."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.delivery_stream import change_from_record
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.ports.managing import DeliveryQuery
from recado.rules.delivery.counts import Counts, Place, counted, together
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.wanted import Wanted
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.delivery_stream import DeliveryStream
from tests.support.delivery_log import delivery, record
from tests.support.events import NOON_MS
from tests.support.system import System

NOW = NOON_MS + 60_000
PENDING = delivery("wh_1", "e", status=DeliveryStatus.PENDING)
SET_ASIDE = PENDING.set_aside(NOON_MS + 5, NOW + 290_000, 2)
DELIVERED = delivery("wh_1", "e", finished_at=NOON_MS + 1)
COPY = DELIVERED.again(NOON_MS + 2, "an admin")
COPY_ASIDE = COPY.set_aside(NOON_MS + 5, NOW + 290_000, 2)
COPY_DELIVERED = replace(COPY_ASIDE, status=DeliveryStatus.DELIVERED, finished_at=NOW)


class Tally:
    """What the stream of the table says that there is: delivered and pending."""

    def __init__(self, system: System) -> None:
        self._stream = DeliveryStream(system)
        self._counts: dict[Place, Counts] = {}

    def now(self) -> tuple[int, int]:
        """Count what was written since the last time."""
        for change in map(change_from_record, self._stream.take()):
            if change is not None:
                self._counts[change.place] = counted(self._counts.get(change.place, Counts()), [change])
        total = together(self._counts.values())
        return total.delivered, total.pending


@pytest.fixture
def aside(system: System) -> DynamoAside:
    """Give what sets aside."""
    return DynamoAside(system.store._table, retention_days=30)


def places(system: System) -> dict[str, str]:
    """Return every item's status by its partition and key."""
    items = system.store._table.scan()
    return {f"{item.partition} {item.key.partition('#')[2]}": item.status for item in items}


def seen(system: System) -> Delivery | None:
    """Return the delivery as an admin reads it."""
    return DynamoDeliveryReader(system.store._table).get("wh_1", PENDING.event.key, NOW)


def listed(system: System, status: DeliveryStatus | None = None) -> list[DeliveryStatus]:
    """Return the statuses in a list of the newest, filtered where one is given."""
    query = DeliveryQuery(["wh_1"], limit=10, now_ms=NOW, wanted=Wanted(status=status))
    return [one.status_at(NOW) for one in DynamoDeliveryReader(system.store._table).newest(query).deliveries]


def oldest(system: System) -> list[Delivery]:
    """Return what a job reads."""
    reader = DynamoDeliveryReader(system.store._table)
    return list(reader.oldest("wh_1", 0, NOW, None, NOW))


def test_what_waits_is_set_aside_and_stands_in_the_log(system: System, aside: DynamoAside, aws: AwsCalls) -> None:
    """In one transaction; who reads it sees one pending delivery, with when it is tried again."""
    record(system, PENDING)
    aws.clear()

    assert aside.put(SET_ASIDE, waits=True)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert places(system) == {"wh_1#aside e": "PENDING", "wh_1 e": "PENDING"}
    assert seen(system) == SET_ASIDE
    assert oldest(system) == [SET_ASIDE]
    assert listed(system) == [DeliveryStatus.PENDING]
    assert listed(system, DeliveryStatus.PENDING) == [DeliveryStatus.PENDING]
    assert listed(system, DeliveryStatus.DELIVERED) == []
    assert aside.next("wh_1", None) == SET_ASIDE
    known = system.store.recorded({"wh_1": [PENDING.event]})
    assert [one.status for one in known.values()] == [DeliveryStatus.PENDING]


def test_a_copy_that_is_set_aside_leaves_the_log_as_it_is(system: System, aside: DynamoAside) -> None:
    """The delivery has ended, and a copy of it waits, with when it is tried again."""
    record(system, DELIVERED, COPY)

    assert aside.put(COPY_ASIDE, waits=True)

    assert places(system) == {"wh_1#aside e##again": "PENDING", "wh_1 e": "DELIVERED"}
    assert seen(system) == DELIVERED.requested_like(COPY_ASIDE)
    assert listed(system) == [DeliveryStatus.DELIVERED]
    assert listed(system, DeliveryStatus.PENDING) == []
    assert aside.next("wh_1", None) == COPY_ASIDE


def test_what_a_dispatcher_names_is_new_in_both_places(system: System, aside: DynamoAside) -> None:
    """But not where it is known already, set aside or ended."""
    assert aside.put(SET_ASIDE, waits=False)
    assert not aside.put(replace(SET_ASIDE, tries=9), waits=False)
    assert seen(system) == SET_ASIDE


@pytest.mark.parametrize(
    ("there", "move"),
    [
        ([], lambda aside: aside.put(SET_ASIDE, waits=True)),
        ([PENDING, DELIVERED], lambda aside: aside.put(SET_ASIDE, waits=True)),
        ([DELIVERED], lambda aside: aside.put(SET_ASIDE, waits=False)),
        ([DELIVERED], lambda aside: aside.put(COPY_ASIDE, waits=True)),
        ([PENDING], lambda aside: aside.keep(SET_ASIDE)),
        ([DELIVERED, COPY], lambda aside: aside.keep(COPY_ASIDE)),
        ([PENDING], lambda aside: aside.end(replace(SET_ASIDE, status=DeliveryStatus.DELIVERED, finished_at=NOW))),
        ([DELIVERED, COPY], lambda aside: aside.end(COPY_DELIVERED)),
        ([PENDING], lambda aside: aside.back(SET_ASIDE)),
        ([DELIVERED, COPY], lambda aside: aside.back(COPY_ASIDE)),
    ],
)
def test_what_is_not_there_any_more_is_not_moved(
    system: System, aside: DynamoAside, there: list[Delivery], move: Callable[[DynamoAside], bool]
) -> None:
    """Nothing at all is written then."""
    for one in there:
        record(system, one)
    before = places(system)

    assert not move(aside)

    assert places(system) == before


def test_what_ended_by_other_hands_does_not_end_again(system: System, aside: DynamoAside) -> None:
    """The log has its end, which stays; the next look takes it away."""
    aside.put(SET_ASIDE, waits=False)
    record(system, DELIVERED)

    assert not aside.end(SET_ASIDE.expired())
    assert not aside.back(SET_ASIDE)

    assert seen(system) == DELIVERED
    assert aside.next("wh_1", None) is None
    assert places(system) == {"wh_1 e": "DELIVERED"}


def test_what_two_had_is_set_aside_once(system: System, aside: DynamoAside) -> None:
    """One dispatch put it into the backlog while another set it aside: the owner makes that one, an admin ends both."""
    aside.put(SET_ASIDE, waits=False)
    record(system, PENDING)
    assert aside.put(SET_ASIDE, waits=True)
    assert places(system) == {"wh_1#aside e": "PENDING", "wh_1 e": "PENDING"}

    record(system, PENDING)
    withdrawals = DynamoWithdrawals(system.store._table, system.activities)
    assert withdrawals.withdraw(PENDING, NOW, CancelReason.WITHDRAWN)

    assert aside.next("wh_1", None) is None
    assert places(system) == {"wh_1 e": "CANCELLED"}


def test_a_stale_look_deletes_nothing_that_was_set_aside_anew(system: System, aside: DynamoAside) -> None:
    """It was moved back and has failed again, since somebody read it."""
    aside.put(SET_ASIDE, waits=False)
    stale = system.store._table.get("wh_1#aside", PENDING.event.key)
    aside.back(SET_ASIDE)
    again = PENDING.set_aside(NOW, NOW + 290_000, 1)
    aside.put(again, waits=True)

    aside._forget(stale)

    assert aside.next("wh_1", None) == again


def test_a_copy_that_is_asked_for_anew_waits_in_one_place(system: System, aside: DynamoAside) -> None:
    """In the backlog, wherever the older one was."""
    record(system, DELIVERED, COPY)
    aside.put(COPY_ASIDE, waits=True)
    newer = DELIVERED.again(NOW, "another")

    aside.renew(newer)

    assert places(system) == {"wh_1#backlog e##again": "PENDING", "wh_1 e": "DELIVERED"}
    assert list(system.store.backlog("wh_1", 10)) == [newer]


def test_they_are_tried_in_turn(aside: DynamoAside) -> None:
    """In the order of their keys, which begins anew at the end."""
    first, second = (delivery("wh_1", name, status=DeliveryStatus.PENDING) for name in ("a", "b"))
    for one in (first, second):
        aside.put(one.set_aside(NOW, NOW, 1), waits=False)

    after: str | None = None
    found = []
    for _ in range(3):
        tried = aside.next("wh_1", after)
        assert tried is not None
        found.append(tried.event.event_id)
        after = tried.event.key

    assert found == ["a", "b", "a"]
    assert aside.size("wh_1").count == 2


@pytest.mark.parametrize("is_copy", [False, True])
def test_moves_change_no_count(system: System, aside: DynamoAside, is_copy: bool) -> None:
    """One is pending wherever it waits, and delivered once it has ended; a copy is none of its own."""
    tally = Tally(system)
    one = COPY if is_copy else PENDING
    there = COPY_ASIDE if is_copy else SET_ASIDE
    record(system, *([DELIVERED] if is_copy else []), one)
    counts = [tally.now()]
    moves: list[Callable[[], bool]] = [
        lambda: aside.put(there, waits=True),
        lambda: aside.keep(replace(there, tries=3)),
        lambda: aside.back(there),
        lambda: aside.put(there, waits=True),
        lambda: aside.end(replace(there, status=DeliveryStatus.DELIVERED, finished_at=NOW, latency_ms=20)),
    ]
    for move in moves:
        assert move()
        counts.append(tally.now())

    waits, ended = ((1, 1), (1, 0)) if is_copy else ((0, 1), (1, 0))
    assert counts == [waits] * 5 + [ended]
