"""Faults 26 to 30, 34 and 43: what dies, is throttled, comes twice or overlaps on our side."""

from typing import Any

import pytest

from local.listener import BROKEN, HEALTHY, Listener, Received
from recado.rules.webhook.webhook import HealthState
from recado.use_cases.sending.redelivery import LEASE_RETRY_SECONDS
from tests.faults.catalogue.catalogue import SECRET, Catalogue, Recado, Scenario, at
from tests.support.events import batch_event, numbered
from tests.support.redeliveries import COMES_BACK, ENDED, failing_webhook

FAULTS = Catalogue()
FIRST_FAULT_WAIT = 30
"""Seconds until what our side failed at comes back for the first time."""


@pytest.mark.parametrize("scenario", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_ours(scenario: Scenario, recado: Recado) -> None:
    """Has the outcome that its scenario's sentence names."""
    scenario(recado)


@FAULTS.fault("26 killed between send and record, real time")
def _(recado: Recado) -> None:
    """R, a duplicate: Lambda repeats the event, and the receiver knows it by its id."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    with recado.killed_before("BatchWriteItem"):
        recado.publish()
    assert recado.system.outcomes(webhook) == {}

    recado.publish()

    assert recado.ids == ["e0", "e0"]
    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED"}


@FAULTS.fault("26 killed between send and record, batch")
def _(recado: Recado) -> None:
    """R, a duplicate: the messages come back, and the same set of events has the same message id."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(3))
    with recado.killed_before("BatchWriteItem"):
        recado.drain()
    assert recado.system.waiting_in("BatchQueue") == 3

    recado.let_messages_come_back()
    recado.drain()

    assert recado.sent == [["e000", "e001", "e002"]] * 2
    assert len(set(recado.ids)) == 1
    assert set(recado.system.outcomes(webhook).values()) == {"DELIVERED"}
    assert recado.system.waiting_in("BatchQueue") == 0


@FAULTS.fault("26 killed between send and record, redelivery")
def _(recado: Recado) -> None:
    """R, a duplicate: the wake-up comes back, waits for the dead one's lease to end, and sends the same message."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0", "e1")
    with recado.killed_before("BatchWriteItem"):
        recado.system.redeliver()
    assert recado.system.outcomes(webhook) == {"e0": "PENDING", "e1": "PENDING"}

    recado.let_messages_come_back()
    assert recado.system.redeliver() == ENDED

    assert recado.sent == [["e0"], ["e0"], ["e0"], ["e1"]]
    assert recado.ids[1] == recado.ids[2]
    assert set(recado.system.outcomes(webhook).values()) == {"DELIVERED"}


@FAULTS.fault("27 duplicate EventBridge event")
def _(recado: Recado) -> None:
    """One delivery, by one POST."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    for _ in range(3):
        recado.publish()

    assert recado.ids == ["e0"]
    assert [delivery.status_code for delivery in recado.system.deliveries(webhook)] == [204]


@FAULTS.fault("28 poison message, batch")
def _(recado: Recado) -> None:
    """It goes to the dead-letter queue, and its neighbours are delivered."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(batch_event("before"), "poison", batch_event("later", **at(1)))

    report = recado.drain()

    assert (report["deadLetters"], recado.sent) == (1, [["before", "later"]])
    assert recado.system.outcomes(webhook) == {"before": "DELIVERED", "later": "DELIVERED"}
    assert [body for body, _ in recado.system.dead_letters()] == ["poison"]
    assert recado.system.waiting_in("BatchQueue") == 0


@FAULTS.fault("28 poison message, real time")
def _(recado: Recado) -> None:
    """It goes to the dead-letter queue at once: Lambda is not asked to repeat what no repetition can read."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.publish("poison", data=None)
    recado.publish()

    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED"}
    assert len(recado.system.dead_letters()) == 1


@FAULTS.fault("29 DynamoDB throttled before the send")
def _(recado: Recado) -> None:
    """X: nothing is sent, the messages go back to the queue, and no receiver is blamed."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(3))
    with recado.refused("BatchGetItem", "ProvisionedThroughputExceededException"):
        assert recado.drain()["handedBack"] == 3
        with pytest.raises(Exception, match="looking up deliveries"):
            recado.publish()

    assert (recado.sent, recado.system.waiting_in("BatchQueue")) == ([], 3)
    assert recado.system.webhook(webhook).health.state is HealthState.HEALTHY
    assert recado.drain()["received"] == 0
    recado.system.clock.advance(FIRST_FAULT_WAIT)
    assert recado.drain()["received"] == 3
    assert set(recado.system.outcomes(webhook).values()) == {"DELIVERED"}


@FAULTS.fault("29 DynamoDB throttles a part of the record after the send")
def _(recado: Recado) -> None:
    """Only the record is repeated, with what DynamoDB left out; the receiver gets one POST."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(3))

    def leave_out() -> None:
        recado.aws.answer("BatchWriteItem", {"UnprocessedItems": recado.aws.seen[-1].parameters["RequestItems"]})

    recado.aws.before("BatchWriteItem", leave_out, lambda: recado.aws.allow("BatchWriteItem"))
    recado.drain()

    assert (len(recado.sent), len(recado.aws.of("BatchWriteItem"))) == (1, 2)
    assert set(recado.system.outcomes(webhook).values()) == {"DELIVERED"}


@FAULTS.fault("29 DynamoDB refuses the record after the send")
def _(recado: Recado) -> None:
    """R with the same id: it is tried until the drain has to end; nothing remembers the send but its repetition."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(batch_event("e0"))
    with recado.refused("BatchWriteItem", "ProvisionedThroughputExceededException"):
        assert recado.drain()["handedBack"] == 1
    assert len(recado.aws.of("BatchWriteItem")) > 100

    recado.system.clock.advance(FIRST_FAULT_WAIT)
    recado.drain()

    assert recado.ids == ["e0", "e0"]
    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED"}
    assert recado.system.webhook(webhook).health.state is HealthState.HEALTHY


@FAULTS.fault("30 SQS delete fails, batch")
def _(recado: Recado) -> None:
    """The record stops a second send when the messages come back."""
    recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(3))
    with recado.refused("DeleteMessageBatch", "InternalError"):
        assert recado.drain()["received"] == 3
    recado.let_messages_come_back()

    assert recado.drain()["received"] == 3

    assert (len(recado.sent), recado.system.waiting_in("BatchQueue")) == (1, 0)


@FAULTS.fault("30 SQS delete fails, wake-up")
def _(recado: Recado) -> None:
    """A wake-up that comes again after its work finds an empty backlog and sends nothing."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0")
    recado.system.redeliver()
    recado.system.wake(webhook)

    assert recado.system.redeliver() == ENDED

    assert recado.sent == [["e0"], ["e0"]]


@FAULTS.fault("34 overlapping drains")
def _(recado: Recado) -> None:
    """One wins: what the first has received the second cannot see."""
    webhook = recado.system.add_webhook(recado.receiver.url)
    recado.system.put_into_batch_queue(*numbered(20))
    reports: list[Any] = []
    during_the_next_post(recado.receiver, lambda: reports.append(recado.drain()))

    reports.append(recado.drain())

    assert [report["received"] for report in reports] == [0, 20]
    assert (len(recado.sent), len(recado.system.outcomes(webhook))) == (1, 20)


@FAULTS.fault("34 overlapping redeliveries")
def _(recado: Recado) -> None:
    """One wins: the other meets the lease, comes back, and then finds nothing to do."""
    webhook = failing_webhook(recado.system, recado.receiver, "e0")
    others: list[Any] = []

    def overlap() -> None:
        recado.system.wake(webhook)
        others.append(recado.system.redeliver())

    during_the_next_post(recado.receiver, overlap)
    assert recado.system.redeliver() == ENDED
    assert others == [COMES_BACK]
    recado.system.clock.advance(LEASE_RETRY_SECONDS)
    assert recado.system.redeliver() == ENDED

    assert recado.sent == [["e0"], ["e0"]]


@FAULTS.fault("43 KMS denied, real time")
def _(recado: Recado) -> None:
    """X: nothing is sent unsigned; the event is repeated, and the receiver's health is untouched."""
    webhook = recado.system.add_signed_webhook(recado.receiver.url, SECRET)
    with recado.refused("Decrypt", "AccessDeniedException"), pytest.raises(Exception, match="decrypting credentials"):
        recado.publish()
    assert (recado.sent, recado.system.outcomes(webhook)) == ([], {})
    recado.aws.allow("Decrypt")

    recado.publish()

    assert recado.system.webhook(webhook) == webhook
    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED"}


@FAULTS.fault("43 KMS denied, redelivery")
def _(recado: Recado) -> None:
    """X: the wake-up comes back without an attempt having been counted."""
    webhook = recado.system.add_signed_webhook(recado.receiver.url, SECRET)
    recado.receiver.answers.append(BROKEN)
    recado.publish()
    recado.system.clock.advance(5)
    before = recado.system.webhook(webhook).health
    with recado.refused("Decrypt", "AccessDeniedException"):
        assert recado.system.redeliver() == COMES_BACK
    assert (len(recado.sent), recado.system.webhook(webhook).health.attempts) == (1, before.attempts)

    recado.system.clock.advance(FIRST_FAULT_WAIT)
    assert recado.system.redeliver() == ENDED
    assert recado.system.outcomes(webhook) == {"e0": "DELIVERED"}


def during_the_next_post(receiver: Listener, action: Any) -> None:
    """Let something happen while the receiver is answering its next request, and only then."""

    def act(_request: Received) -> None:
        receiver.on_request = None
        action()

    receiver.usual_answer = HEALTHY
    receiver.on_request = act
