"""The delivery log: pages and single deliveries."""

import pytest

from recado.ports.managing import AttemptQuery, DeliveryPage, DeliveryQuery, WaitingSummary
from recado.ports.sending import Waiting
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.use_cases.managing.delivery_log import DeliveryLog, NoSuchDeliveryError
from tests.unit.builders import NOW, event
from tests.unit.use_cases.fakes.reading_fakes import FakeAttemptReader, FakeDeliveryReader

DELIVERY = Delivery("wh_1", event("e:1"), DeliveryStatus.DELIVERED, created_at=NOW)


def test_a_page_is_passed_on() -> None:
    """As the reader has it."""
    reader = FakeDeliveryReader(DELIVERY)
    query = DeliveryQuery(["wh_1"], NOW, 50)

    assert DeliveryLog(reader, FakeAttemptReader(), lambda: NOW).newest(query) == DeliveryPage([DELIVERY], None)
    assert reader.asked == [query]


def test_a_delivery_is_found_by_its_id() -> None:
    """Which is its key in another spelling."""
    assert (
        DeliveryLog(FakeDeliveryReader(DELIVERY), FakeAttemptReader(), lambda: NOW).read("wh_1", DELIVERY.delivery_id)
        is DELIVERY
    )


def test_a_delivery_of_another_webhook_is_not_found() -> None:
    """Nor one of another id."""
    log = DeliveryLog(FakeDeliveryReader(DELIVERY), FakeAttemptReader(), lambda: NOW)
    for webhook_id, delivery_id in (("wh_2", DELIVERY.delivery_id), ("wh_1", DELIVERY.delivery_id + "0")):
        with pytest.raises(NoSuchDeliveryError):
            log.read(webhook_id, delivery_id)


def test_what_cannot_be_an_id_is_not_looked_up() -> None:
    """The table would answer some of it with an error."""
    reader = FakeDeliveryReader(DELIVERY)
    for delivery_id in ("", "x", DELIVERY.event.key, "1-e", "0" * 15 + "-" + "e" * 129, DELIVERY.delivery_id + "\n"):
        with pytest.raises(NoSuchDeliveryError):
            DeliveryLog(reader, FakeAttemptReader(), lambda: NOW).read("wh_1", delivery_id)
    assert reader.asked == []


def test_what_waits_is_passed_on() -> None:
    """As the reader has it, of this webhook."""
    reader = FakeDeliveryReader(DELIVERY)

    waiting = DeliveryLog(reader, FakeAttemptReader(), lambda: NOW).waiting_of("wh_1")

    assert (waiting, reader.asked) == (WaitingSummary(Waiting(1), Waiting(0), NOW), ["wh_1"])


def test_a_page_of_attempts_is_passed_on() -> None:
    """As the reader has it."""
    attempts, query = FakeAttemptReader(), AttemptQuery("wh_1", 50)

    page = DeliveryLog(FakeDeliveryReader(DELIVERY), attempts, lambda: NOW).attempts(query)

    assert (page.attempts, attempts.asked) == ([], [query])


def test_attempts_are_those_of_a_delivery_that_is_there() -> None:
    """Of one that is not there are none."""
    attempts = FakeAttemptReader()
    log = DeliveryLog(FakeDeliveryReader(DELIVERY), attempts, lambda: NOW)

    assert log.attempts_of("wh_1", DELIVERY.delivery_id, None, 50).attempts == []
    with pytest.raises(NoSuchDeliveryError):
        log.attempts_of("wh_2", DELIVERY.delivery_id, None, 50)
    assert attempts.asked == [(DELIVERY, None, 50)]
