"""What is asked for at once: a new owner, the act, and what is moved back or copied, all of it or nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes.request_store import DynamoRequests
from recado.ports.activity import DoneBeforeError, KeyReusedError
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import ActivityKind, Requester
from recado.rules.delivery.delivery import CancelReason, DeliveryStatus
from recado.rules.webhook.lane import asked_for
from recado.rules.webhook.webhook import Webhook
from tests.support.acts import ADMIN, act_on, once
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import lost_answers
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

NOW = NOON_MS + 60_000
DAY_MS = 24 * 60 * 60 * 1000
PENDING = delivery("wh_1", "e", status=DeliveryStatus.PENDING)
ASIDE = PENDING.set_aside(NOON_MS + 5, NOW + 290_000, 2)
DELIVERED = delivery("wh_1", "e", finished_at=NOON_MS + 1)
COPY = DELIVERED.again(NOON_MS + 2, "an admin")
COPY_ASIDE = COPY.set_aside(NOON_MS + 5, NOW + 290_000, 2)


@pytest.fixture
def webhook(system: System) -> Webhook:
    """Give a webhook that nobody owns."""
    return system.webhook(system.add_webhook("https://127.0.0.1/"))


@pytest.fixture
def ask(system: System, webhook: Webhook) -> Callable[..., bool]:
    """Give what asks for sending, in the name of an admin."""
    store = DynamoRequests(system.registry._table, system.store._table, system.activities)

    def asked(requester: Requester = ADMIN, *, at: int = NOON_MS, owner: str = "new", **what: Any) -> bool:
        after = replace(webhook, lane=asked_for(webhook.lane, owner, at))
        return store.ask(webhook, after, act_on(webhook, ActivityKind.SENT_NOW, at=at, requester=requester), **what)

    return asked


@pytest.fixture
def aside(system: System) -> DynamoAside:
    """Give what sets aside."""
    return DynamoAside(system.store._table, retention_days=30)


def places(system: System) -> dict[str, str]:
    """Return every delivery's status by its partition and key."""
    items = system.store._table.scan()
    return {f"{item.partition} {item.key.partition('#')[2]}": item.status for item in items}


def everything(system: System) -> Any:
    """Return what there is: the webhook, what was done, and the deliveries."""
    return changed_item(system, "wh_1"), system.kinds(), places(system)


def test_a_new_owner_and_the_act_are_written_together(
    system: System, webhook: Webhook, ask: Callable[..., bool], aws: AwsCalls
) -> None:
    """In one transaction; the webhook is due from then on, and what is set aside is, too."""
    aws.clear()

    assert ask()

    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    lane = system.webhook(webhook).lane
    assert (lane.owner, lane.next_at, lane.asked_at) == ("new", NOON_MS, NOON_MS)
    assert ActivityKind.SENT_NOW in system.kinds()


def test_what_is_set_aside_is_moved_back_with_it(system: System, ask: Callable[..., bool], aside: DynamoAside) -> None:
    """It waits in the backlog, and nowhere else."""
    aside.put(ASIDE, waits=False)

    assert ask(back=ASIDE)

    assert places(system) == {"wh_1#backlog e": "PENDING"}


def test_a_copy_is_put_with_it(system: System, ask: Callable[..., bool], aside: DynamoAside) -> None:
    """In place of an older one that is set aside."""
    record(system, DELIVERED, COPY)
    aside.put(COPY_ASIDE, waits=True)

    assert ask(copy=DELIVERED.again(NOW, "another"))

    assert places(system) == {"wh_1#backlog e##again": "PENDING", "wh_1 e": "DELIVERED"}


@pytest.mark.parametrize("status", ["RETIRED", "DISABLED"])
@pytest.mark.parametrize("what", [{}, {"back": ASIDE}, {"copy": COPY}])
def test_a_webhook_that_was_switched_meanwhile_is_asked_for_nothing(
    system: System, ask: Callable[..., bool], aside: DynamoAside, status: str, what: dict[str, Any]
) -> None:
    """Nothing is written: no owner, no act, nothing in the backlog."""
    aside.put(ASIDE, waits=False)
    changed_item(system, "wh_1", status=status)
    before = everything(system)

    assert ask(**what) is False

    assert everything(system) == before


def test_a_webhook_that_is_gone_is_not_brought_back(system: System, webhook: Webhook, ask: Callable[..., bool]) -> None:
    """By nobody who asks."""
    system.registry.remove(webhook, act_on(webhook, ActivityKind.REMOVED))
    before = everything(system)

    assert ask(copy=COPY) is False

    assert everything(system) == before


@pytest.mark.parametrize(
    ("there", "back"),
    [([], ASIDE), ([PENDING], ASIDE), ([DELIVERED], ASIDE), ([DELIVERED], COPY_ASIDE), ([DELIVERED, COPY], COPY_ASIDE)],
)
def test_what_is_set_aside_no_more_is_not_moved_back(
    system: System, ask: Callable[..., bool], there: list[Any], back: Any
) -> None:
    """Somebody was quicker: nothing is written, and whoever asks reads again."""
    for one in there:
        record(system, one)
    before = everything(system)

    assert ask(back=back) is False

    assert everything(system) == before


def test_what_has_ended_though_it_is_set_aside_is_not_moved_back(
    system: System, ask: Callable[..., bool], aside: DynamoAside
) -> None:
    """The log has its end."""
    aside.put(ASIDE, waits=False)
    record(system, DELIVERED)
    before = everything(system)

    assert ask(back=ASIDE) is False

    assert everything(system) == before


def test_a_request_has_its_effect_once(system: System, webhook: Webhook, ask: Callable[..., bool]) -> None:
    """Whoever repeats it is told so, and nothing is written a second time."""
    assert ask(once())
    before = everything(system)

    with pytest.raises(DoneBeforeError) as done:
        ask(once(), owner="another")
    with pytest.raises(DoneBeforeError):
        system.activities.check(str(ACCOUNT), once(), NOON_MS)

    assert done.value.webhook_id == webhook.webhook_id
    assert everything(system) == before


def test_a_key_of_another_request_is_refused(system: System, ask: Callable[..., bool]) -> None:
    """Same key, other bytes: that is said, whatever the request asks for."""
    assert ask(once())
    before = everything(system)

    with pytest.raises(KeyReusedError):
        ask(once(request="another request"), owner="another")
    with pytest.raises(KeyReusedError):
        system.activities.check(str(ACCOUNT), once(request="another request"), NOON_MS)

    assert everything(system) == before


@pytest.mark.parametrize("removed", [False, True])
def test_a_key_counts_for_a_day(system: System, ask: Callable[..., bool], removed: bool) -> None:
    """Then anew, whether or not the table has removed what it was known by: that takes it days."""
    assert ask(once())
    with pytest.raises(DoneBeforeError):
        ask(once(), at=NOON_MS + DAY_MS - 1000)
    if removed:
        system.registry._table(str(ACCOUNT), "once#a token").delete()

    system.activities.check(str(ACCOUNT), once(), NOON_MS + DAY_MS)
    assert ask(once(), at=NOON_MS + DAY_MS)

    with pytest.raises(DoneBeforeError):
        ask(once(), at=NOON_MS + DAY_MS + 1000)
    assert system.kinds().count(ActivityKind.SENT_NOW) == 2


def test_a_refused_request_frees_its_key(ask: Callable[..., bool]) -> None:
    """There is no mark of what was not done."""
    assert ask(once(), back=ASIDE) is False

    assert ask(once())


def test_keys_of_others_do_not_count(system: System, ask: Callable[..., bool]) -> None:
    """The token is of account, path and key."""
    assert ask(once())
    assert ask(once("another token"))

    system.activities.check("2020", once(), NOON_MS)


@pytest.mark.parametrize("requester", [ADMIN, once()], ids=["without a key", "with a key"])
def test_what_was_asked_and_not_answered_was_asked(
    system: System, webhook: Webhook, ask: Callable[..., bool], requester: Requester
) -> None:
    """The SDK repeats it under the token of the transaction: DynamoDB knows it, and moto does not."""
    record(system, DELIVERED)
    with lost_answers(1):
        try:
            ask(requester, copy=COPY)
        except DoneBeforeError:
            assert requester.once

    assert system.webhook(webhook).lane.owner == "new"
    assert system.kinds().count(ActivityKind.SENT_NOW) == 1
    assert places(system) == {"wh_1#backlog e##again": "PENDING", "wh_1 e": "DELIVERED"}


def test_what_is_never_answered_is_our_fault(ask: Callable[..., bool]) -> None:
    """Whoever asks asks again."""
    with lost_answers(100), pytest.raises(OurFaultError):
        ask()


@pytest.mark.parametrize("waits", [True, False])
def test_a_withdrawal_and_its_act_are_one(system: System, webhook: Webhook, waits: bool) -> None:
    """A refused one leaves no act; a repetition finds its mark."""
    withdrawals = DynamoWithdrawals(system.store._table, system.activities)
    record(system, PENDING if waits else DELIVERED)
    act = act_on(webhook, ActivityKind.CANCELLED, requester=once(), delivery_id=PENDING.delivery_id)

    assert withdrawals.withdraw(PENDING, NOW, CancelReason.WITHDRAWN, act) is waits

    assert (ActivityKind.CANCELLED in system.kinds()) is waits
    if waits:
        with pytest.raises(DoneBeforeError):
            withdrawals.withdraw(PENDING, NOW, CancelReason.WITHDRAWN, act)
    else:
        system.activities.check(str(ACCOUNT), once(), NOON_MS)
