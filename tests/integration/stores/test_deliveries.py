"""Deliveries as senders write and read them: nothing is deleted before what stands for it is confirmed."""

from dataclasses import replace
from typing import Any

import pytest

from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.ports.sending import OurFaultError
from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import NOON_MS
from tests.support.system import System

NOW = NOON_MS + RETENTION_MS
SOON = type("Soon", (), {"remaining_seconds": lambda _self: 0.5})()
"""A deadline that leaves time for one call."""


def pending(event_id: str = "e", **fields: Any) -> Delivery:
    """Make a delivery that waits."""
    return delivery("wh_1", event_id, status=DeliveryStatus.PENDING, **fields)


def delivered(one: Delivery) -> Delivery:
    """Return the delivery as it ends well."""
    return replace(one, status=DeliveryStatus.DELIVERED, finished_at=NOON_MS + 9)


def expired(one: Delivery) -> Delivery:
    """Return the delivery as it ends after seven days."""
    return replace(one, status=DeliveryStatus.EXPIRED, finished_at=NOW)


def backlog(system: System) -> list[Delivery]:
    """Return what waits."""
    return list(system.store.backlog("wh_1", 10))


def read(system: System, one: Delivery) -> Delivery | None:
    """Return a delivery as an admin sees it."""
    return DynamoDeliveryReader(system.store._table).get("wh_1", one.event.key, NOON_MS + 10)


def left_out(one: Delivery) -> Any:
    """Return DynamoDB's answer that it has not put this one."""
    item = {"partition": {"S": one.webhook_id}, "key": {"S": one.event.key}}
    return {"UnprocessedItems": {"a table": [{"PutRequest": {"Item": item}}]}}


def test_what_is_finished_is_put_and_then_deleted(system: System, aws: AwsCalls) -> None:
    """In two calls, since one has no order."""
    record(system, pending("a"), pending("b"))
    aws.clear()

    system.store.finish([delivered(pending("a")), delivered(pending("b"))], [], IN_TIME)

    kinds = [
        {kind for request in requests for kind in request}
        for call in aws.of("BatchWriteItem")
        for requests in call.parameters["RequestItems"].values()
    ]
    assert kinds == [{"PutRequest"}, {"DeleteRequest"}]
    assert backlog(system) == []
    assert read(system, pending("b")) == delivered(pending("b"))


@pytest.mark.parametrize("ending", ["finish", "expire"])
def test_what_is_not_confirmed_stays_in_the_backlog(system: System, aws: AwsCalls, ending: str) -> None:
    """A partition refuses item by item, in an answer that says 200."""
    record(system, pending())
    aws.answer("BatchWriteItem", left_out(pending()))

    with pytest.raises(OurFaultError, match="1 of the items were not written"):
        if ending == "finish":
            system.store.finish([delivered(pending())], [], SOON)
        else:
            system.store.expire([expired(pending())], SOON)

    aws.allow("BatchWriteItem")
    assert backlog(system) == [pending()]


def test_a_delivery_that_is_not_deleted_is_our_fault(system: System, aws: AwsCalls) -> None:
    """It is in log and backlog, and sent again rather than lost."""
    record(system, pending())
    aws.before("BatchWriteItem", lambda: None, lambda: aws.refuse("BatchWriteItem", "AccessDeniedException"))

    with pytest.raises(OurFaultError, match="deleting deliveries"):
        system.store.finish([delivered(pending())], [], IN_TIME)

    assert backlog(system) == [pending()]


def test_a_copy_that_is_delivered_takes_an_original_with_it(system: System) -> None:
    """One that is still in the backlog would be sent a second time."""
    copy = delivered(pending()).again(NOON_MS + 10, "an admin")
    record(system, pending(), copy)

    system.store.finish([replace(copy, status=DeliveryStatus.DELIVERED, finished_at=NOON_MS + 20)], [], IN_TIME)

    assert backlog(system) == []


def test_an_original_that_is_delivered_leaves_the_copy(system: System) -> None:
    """Somebody has asked for it since."""
    copy = delivered(pending()).again(NOON_MS + 10, "an admin")
    record(system, pending(), copy)

    system.store.finish([delivered(pending())], [], IN_TIME)

    assert backlog(system) == [copy]


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.CANCELLED])
def test_what_has_expired_is_looked_up_in_the_log_first(system: System, status: DeliveryStatus) -> None:
    """Its end may stand there: it was not deleted from the backlog, or withdrawn meanwhile."""
    ended = replace(pending(), status=status, finished_at=NOON_MS + 5)
    record(system, pending(), ended, pending("other"))

    system.store.expire([expired(pending()), expired(pending("other"))], IN_TIME)

    assert backlog(system) == []
    assert read(system, ended) == ended
    assert read(system, pending("other")) == expired(pending("other"))


def test_an_expired_copy_goes_without_a_trace(system: System) -> None:
    """The log has how it ended before it was asked for again, and an original that still waits stays."""
    copy = delivered(pending()).again(NOON_MS + 10, "an admin")
    record(system, delivered(pending()), copy, pending("other"))

    system.store.expire([replace(copy, status=DeliveryStatus.EXPIRED, finished_at=NOW)], IN_TIME)

    assert backlog(system) == [pending("other")]
    assert read(system, copy) == delivered(pending())


def test_a_backlog_is_read_as_it_is_asked_for(system: System, aws: AwsCalls) -> None:
    """So many at once, and no more than somebody wants."""
    waiting = [pending(f"e{n}", timestamp=NOON_MS + n) for n in range(10)]
    record(system, *waiting)
    aws.clear()

    reading = system.store.backlog("wh_1", 3)
    assert aws.seen == []
    assert [next(reading) for _ in range(3)] == waiting[:3]
    assert len(aws.of("Query")) == 1
    assert next(reading) == waiting[3]
    assert [call.parameters["Limit"] for call in aws.of("Query")] == [3, 3]
    assert all(call.parameters["ConsistentRead"] for call in aws.of("Query"))


def test_a_jobs_page_is_read_alone(system: System) -> None:
    """The copies of the deliveries above its first key, up to its last; neither originals nor others' copies."""
    originals = [pending(f"e{n}", timestamp=NOON_MS + n) for n in range(5)]
    copies = [delivered(one).again(NOON_MS + 10, "an admin") for one in originals]
    record(system, *originals, *copies)
    keys = [one.event.key for one in originals]

    assert list(system.store.backlog("wh_1", 2, copies_of=(keys[0], keys[3]))) == copies[1:4]
    assert list(system.store.backlog("wh_1", 2, copies_of=(None, keys[1]))) == copies[:2]
    assert [one.event.key for one in backlog(system)] == sorted(keys * 2)


def test_a_webhook_whose_records_fail_harms_no_other(system: System, aws: AwsCalls) -> None:
    """The answer names it, and what was not written of it."""
    mine, other = pending(), delivery("wh_2", "e", finished_at=NOON_MS)
    aws.answer("BatchWriteItem", left_out(other))

    unwritten = system.store.record([mine, other], [], SOON)

    assert unwritten.keys() == {"wh_2"}
    assert "1 of the items" in str(unwritten["wh_2"])


@pytest.mark.parametrize("event_id", ["again", "backlog", "aside"])
def test_an_event_may_be_called_as_the_keys_are(system: System, event_id: str) -> None:
    """It is found under its own name, waiting and delivered, and so is a copy of it."""
    waits = delivery("wh_1", event_id, status=DeliveryStatus.PENDING)
    record(system, waits)
    assert [one.event for one in system.store.backlog("wh_1", 10)] == [waits.event]
    assert [one.event for one in system._reader.oldest("wh_1", 0, 2 * NOON_MS, None, NOON_MS)] == [waits.event]

    record(system, waits.expired(), waits.again(NOON_MS, "an admin"))

    [found] = system._reader.oldest("wh_1", 0, 2 * NOON_MS, None, NOON_MS)
    assert found.event == waits.event
