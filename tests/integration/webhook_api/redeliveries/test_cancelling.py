"""Withdrawing what waits, over HTTP: a pending delivery, or the copy of one that had ended."""

from typing import Any

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from tests.support.api.client import Answer, ApiClient, token
from tests.support.aws.aws_calls import AwsCalls
from tests.support.delivery_log import IN_TIME, delivery, record
from tests.support.events import NOON_MS

DELIVERY_ID = f"{NOON_MS:015d}-e"


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook without deliveries."""
    return api.create(eventNames=["COURSE_ENROLLMENT"])


def ask(api: ApiClient, webhook: Any, what: str, delivery_id: str = DELIVERY_ID, **options: Any) -> Answer:
    """Ask for a delivery to be redelivered, or cancelled."""
    return api.call("POST", api.path(webhook, f"/deliveries/{delivery_id}/{what}"), **options)


def cancel(api: ApiClient, webhook: Any, **options: Any) -> Answer:
    """Withdraw the delivery."""
    return ask(api, webhook, "cancel", **options)


def pend(api: ApiClient, webhook: Any) -> None:
    """Let an event wait."""
    now = int(api.system.clock.milliseconds())
    record(api.system, delivery(webhook["webhookId"], "e", status=DeliveryStatus.PENDING, created_at=now))


def shown(api: ApiClient, webhook: Any) -> Any:
    """Return the delivery as it is shown."""
    return api.get(api.path(webhook, f"/deliveries/{DELIVERY_ID}")).json


def statuses(api: ApiClient, webhook: Any, **query: str) -> list[str]:
    """Return the statuses of the deliveries that are listed."""
    listed = api.get(api.path(webhook, "/deliveries"), query).json["deliveries"]
    return [one["status"] for one in listed]


def test_a_pending_delivery_is_cancelled(api: ApiClient, webhook: Any) -> None:
    """It has an end, waits for nothing, and is found under its new status alone."""
    pend(api, webhook)

    answer = cancel(api, webhook)

    assert (answer.status, answer.json["status"], "finishedAt" in answer.json) == (200, "CANCELLED", True)
    assert not answer.json.keys() & {"waiting", "expiresAt", "redelivery"}
    assert shown(api, webhook) | {"request": ...} == answer.json | {"request": ...}
    assert list(api.system.store.backlog(webhook["webhookId"], 10)) == []
    assert statuses(api, webhook) == statuses(api, webhook, status="CANCELLED") == ["CANCELLED"]
    assert statuses(api, webhook, status="PENDING") == []


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.EXPIRED, DeliveryStatus.SKIPPED])
def test_the_copy_of_what_had_ended_is_withdrawn(api: ApiClient, webhook: Any, status: DeliveryStatus) -> None:
    """The delivery is as it was before somebody asked for it again, and may be asked for once more."""
    record(api.system, delivery(webhook["webhookId"], "e", status=status, finished_at=NOON_MS + 1))
    before = shown(api, webhook)
    assert ask(api, webhook, "redeliver").json["status"] == status.value

    answer = cancel(api, webhook)

    assert (answer.status, answer.json | {"request": ...}) == (200, before | {"request": ...})
    assert list(api.system.store.backlog(webhook["webhookId"], 10)) == []
    assert cancel(api, webhook).status == 409
    assert ask(api, webhook, "redeliver").json["redelivery"]["waiting"] is True


@pytest.mark.parametrize("status", [one for one in DeliveryStatus if one is not DeliveryStatus.PENDING])
def test_what_does_not_wait_cannot_be_withdrawn(api: ApiClient, webhook: Any, status: DeliveryStatus) -> None:
    """409 says so, and nothing changes."""
    record(api.system, delivery(webhook["webhookId"], "e", status=status, finished_at=NOON_MS + 1))

    answer = cancel(api, webhook)

    assert (answer.status, "wait" in answer.json["detail"]) == (409, True)
    assert shown(api, webhook)["status"] == status.value


def test_what_has_waited_for_too_long_cannot_be_withdrawn(api: ApiClient, webhook: Any) -> None:
    """It reads as expired."""
    created_at = int(api.system.clock.milliseconds()) - RETENTION_MS
    record(api.system, delivery(webhook["webhookId"], "e", status=DeliveryStatus.PENDING, created_at=created_at))

    assert cancel(api, webhook).status == 409


def test_what_has_waited_for_too_long_is_asked_for_again_like_what_has_ended(api: ApiClient, webhook: Any) -> None:
    """It keeps its status, whether or not somebody has logged its end; its copy can be withdrawn."""
    created_at = int(api.system.clock.milliseconds()) - RETENTION_MS
    record(api.system, delivery(webhook["webhookId"], "e", status=DeliveryStatus.PENDING, created_at=created_at))

    answer = ask(api, webhook, "redeliver")

    assert (answer.json["status"], answer.json["redelivery"]["waiting"]) == ("EXPIRED", True)
    assert (shown(api, webhook)["status"], shown(api, webhook)["redelivery"]["waiting"]) == ("EXPIRED", True)
    assert statuses(api, webhook) == statuses(api, webhook, status="EXPIRED") == ["EXPIRED"]
    assert statuses(api, webhook, status="PENDING") == []
    withdrawn = cancel(api, webhook)
    assert (withdrawn.status, withdrawn.json["status"], "redelivery" in withdrawn.json) == (200, "EXPIRED", False)
    assert cancel(api, webhook).status == 409


def test_a_webhook_that_is_off_has_deliveries_that_can_be_withdrawn(api: ApiClient, webhook: Any) -> None:
    """So that they are not sent when it is on again."""
    pend(api, webhook)
    api.call("PATCH", api.path(webhook), {"active": False})

    assert cancel(api, webhook).json["status"] == "CANCELLED"


def test_a_delivery_that_is_not_there_cannot_be_withdrawn(api: ApiClient, webhook: Any) -> None:
    """Nor another webhook's, nor another account's: that is one answer."""
    pend(api, webhook)

    assert cancel(api, webhook, delivery_id=f"{NOON_MS:015d}-x").status == 404
    assert cancel(api, api.create()).status == 404
    assert cancel(api, webhook, claims=token("another account")).is_nothing
    assert shown(api, webhook)["status"] == "PENDING"


def test_what_is_delivered_at_this_moment_stays_delivered(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """The POST was quicker: there is nothing to withdraw any more."""
    pend(api, webhook)
    done = delivery(webhook["webhookId"], "e", finished_at=NOON_MS + 1)
    aws.before("TransactWriteItems", lambda: api.system.store.finish([done], [], IN_TIME))

    assert cancel(api, webhook).status == 409

    assert shown(api, webhook)["status"] == "DELIVERED"


def test_who_withdraws_what_another_has_withdrawn_hears_that_it_does_not_wait(
    api: ApiClient, webhook: Any, aws: AwsCalls
) -> None:
    """Two admins click at the same moment: one of them has done it."""
    pend(api, webhook)
    firsts: list[Answer] = []
    aws.before("TransactWriteItems", lambda: firsts.append(cancel(api, webhook)))

    second = cancel(api, webhook)

    assert ([first.status for first in firsts], second.status) == ([200], 409)


@pytest.mark.parametrize("operation", ["TransactWriteItems", "GetItem", "Query"])
def test_a_fault_of_ours_asks_to_try_again(api: ApiClient, webhook: Any, aws: AwsCalls, operation: str) -> None:
    """Nothing is withdrawn by halves."""
    pend(api, webhook)
    aws.refuse(operation)
    assert cancel(api, webhook).status == 503
    aws.allow(operation)

    assert shown(api, webhook)["status"] == "PENDING"
    assert cancel(api, webhook).status == 200
