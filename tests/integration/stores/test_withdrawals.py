"""What waits is withdrawn in one transaction on what is deleted and what is logged."""

from dataclasses import replace

import pytest

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.ports.sending import OurFaultError
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import NOON_MS
from tests.support.system import System

NOW = NOON_MS + 60_000
PENDING = delivery("wh_1", "e", status=DeliveryStatus.PENDING)
DELIVERED = delivery("wh_1", "e", finished_at=NOON_MS + 1)
COPY = DELIVERED.again(NOON_MS + 2, "an admin")
WAITS_AGAIN = DELIVERED.requested_like(COPY)
ASIDE = PENDING.set_aside(NOON_MS + 5, NOW + 290_000, 2)
COPY_ASIDE = COPY.set_aside(NOON_MS + 5, NOW + 290_000, 2)
WITHDRAWN = CancelReason.WITHDRAWN


@pytest.fixture
def withdrawals(system: System) -> DynamoWithdrawals:
    """Give what takes deliveries back."""
    return DynamoWithdrawals(system.store._table, system.activities)


def read(system: System) -> Delivery | None:
    """Return the delivery as an admin sees it."""
    return DynamoDeliveryReader(system.store._table).get("wh_1", PENDING.event.key, NOW)


def backlog(system: System) -> list[Delivery]:
    """Return what waits."""
    return list(system.store.backlog("wh_1", 10))


def test_a_pending_delivery_is_cancelled(system: System, withdrawals: DynamoWithdrawals, aws: AwsCalls) -> None:
    """It leaves the backlog, and the log has its end."""
    record(system, PENDING)
    aws.clear()

    assert withdrawals.withdraw(PENDING, NOW, WITHDRAWN)

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    assert backlog(system) == []
    assert read(system) == PENDING.cancelled(NOW, WITHDRAWN)


def test_a_copy_is_withdrawn_and_its_original_stays_as_it_ended(system: System, withdrawals: DynamoWithdrawals) -> None:
    """The log notes when: a job that repeats its page leaves it out."""
    record(system, DELIVERED, COPY)

    assert withdrawals.withdraw(WAITS_AGAIN, NOW, WITHDRAWN)

    assert backlog(system) == []
    assert read(system) == replace(DELIVERED, withdrawn_at=NOW, cancelled_because=WITHDRAWN)


@pytest.mark.parametrize("because", CancelReason)
@pytest.mark.parametrize("there", [PENDING, ASIDE, COPY, COPY_ASIDE], ids=["waits", "aside", "copy", "copy aside"])
def test_the_reason_is_kept(
    system: System, withdrawals: DynamoWithdrawals, because: CancelReason, there: Delivery
) -> None:
    """Wherever it waited, and whether it was the delivery or a copy of it; it waits nowhere any more."""
    if there.is_copy:
        record(system, DELIVERED, COPY)
    if there.is_aside:
        assert DynamoAside(system.store._table, 30).put(there, waits=there.is_copy)
    elif not there.is_copy:
        record(system, there)
    found = read(system)
    assert found

    assert withdrawals.withdraw(found, NOW, because)

    withdrawn = read(system)
    assert withdrawn
    assert withdrawn.status is (DeliveryStatus.DELIVERED if there.is_copy else DeliveryStatus.CANCELLED)
    assert (withdrawn.cancelled_because, withdrawn.waits_again) == (because, False)
    assert {item.partition for item in system.store._table.scan()} == {"wh_1"}


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED, DeliveryStatus.CANCELLED])
def test_what_has_ended_but_still_is_in_the_backlog_keeps_its_end(
    system: System, withdrawals: DynamoWithdrawals, status: DeliveryStatus
) -> None:
    """A run died between the log and the backlog: there is nothing to take back, and the owner forgets it."""
    record(system, PENDING)
    record(system, delivery("wh_1", "e", status=status, finished_at=NOON_MS + 1))

    assert not withdrawals.withdraw(PENDING, NOW, WITHDRAWN)

    assert system.store.forget_ended(PENDING, IN_TIME)
    assert backlog(system) == []
    found = read(system)
    assert found
    assert (found.status, found.finished_at) == (status, NOON_MS + 1)


def test_what_has_expired_unnoticed_ends_once(system: System, withdrawals: DynamoWithdrawals) -> None:
    """In the log, at the end of its seven days, and it waits no more; who comes second changes nothing."""
    record(system, PENDING)

    for _ in range(2):
        withdrawals.note_expired(PENDING)

    assert (backlog(system), read(system)) == ([], PENDING.expired())


def test_a_copy_whose_original_is_forgotten_is_cancelled(system: System, withdrawals: DynamoWithdrawals) -> None:
    """It stands for itself."""
    record(system, COPY)
    found = read(system)
    assert found == COPY

    assert withdrawals.withdraw(found, NOW, WITHDRAWN)

    assert backlog(system) == []
    assert read(system) == COPY.cancelled(NOW, WITHDRAWN)


@pytest.mark.parametrize(
    ("there", "asked_for"),
    [
        ([], PENDING),
        ([DELIVERED], PENDING),
        ([PENDING, DELIVERED], PENDING),
        ([DELIVERED], WAITS_AGAIN),
        ([COPY], WAITS_AGAIN),
    ],
)
def test_what_has_ended_meanwhile_is_not_withdrawn(
    system: System, withdrawals: DynamoWithdrawals, there: list[Delivery], asked_for: Delivery
) -> None:
    """Nor what is gone: of two items none is changed unless both are as they were read."""
    for one in there:
        record(system, one)
    before = backlog(system), read(system)

    assert not withdrawals.withdraw(asked_for, NOW, WITHDRAWN)

    assert (backlog(system), read(system)) == before


def test_a_withdrawal_that_meets_a_transaction_is_made_after_it(
    system: System, withdrawals: DynamoWithdrawals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two admins may click at the same moment; the SDK repeats no such refusal."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    record(system, PENDING)
    with TransactionsUnderWay() as under_way:
        under_way.coming = 2
        assert withdrawals.withdraw(PENDING, NOW, WITHDRAWN)

    assert backlog(system) == []
    assert len(set(under_way.tokens)) == 1


def test_a_withdrawal_that_is_never_answered_is_our_fault(system: System, withdrawals: DynamoWithdrawals) -> None:
    """Nobody knows whether it was made: whoever asked looks, or asks again."""
    record(system, PENDING)
    with lost_answers(100), pytest.raises(OurFaultError):
        withdrawals.withdraw(PENDING, NOW, WITHDRAWN)


def test_what_was_withdrawn_is_not_revived_by_a_run_that_had_read_it(
    system: System, withdrawals: DynamoWithdrawals
) -> None:
    """What it could not send and finds expired it looks up in the log first."""
    record(system, PENDING)
    withdrawals.withdraw(PENDING, NOW, WITHDRAWN)

    system.store.expire([replace(PENDING, status=DeliveryStatus.EXPIRED, finished_at=NOW + 1)], IN_TIME)

    found = read(system)
    assert found
    assert found.status is DeliveryStatus.CANCELLED
