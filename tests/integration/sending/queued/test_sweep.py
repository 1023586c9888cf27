"""The sweep: webhooks that are due and that nobody else would wake, found through the sparse index."""

import json
from collections import Counter
from dataclasses import replace

import boto3
import pytest

from local.listener import Listener
from recado.adapters.dynamodb.webhooks.due import due_attributes
from recado.ports.sending import Expect
from recado.rules.webhook.lane import owned
from recado.rules.webhook.registration import blank
from recado.rules.webhook.webhook import HealthState, Webhook
from tests.support.acts import act_on
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.redeliveries import COMES_BACK, ENDED, NONE_DUE, failing_webhook, publish
from tests.support.system import System
from tests.unit.builders import event, pending

OVERDUE_SECONDS = 60
LATE_LOOK_SECONDS = 10 * 60
NOTHING = {"woken": 0, "leftAlone": 0}
WOKEN = {"woken": 1, "leftAlone": 0}
FOREVER = 10**14


def sweep(system: System) -> dict[str, int]:
    """Let the schedule tick."""
    report: dict[str, int] = system.invoke("redelivery", {"source": "aws.events", "detail": {}})
    return report


def lose_wake_ups(system: System) -> None:
    """Purge the redelivery queue, as an operator's slip would."""
    boto3.client("sqs").purge_queue(QueueUrl=system.stack.physical_id("RedeliveryQueue"))


def api_of(system: System) -> ApiClient:
    """Return the account's admin."""
    return ApiClient(system, ApiDocument(), account=str(ACCOUNT))


def switch(system: System, webhook: Webhook, *, active: bool) -> None:
    """Switch a webhook off or on over the API."""
    api = api_of(system)
    assert api.call("PATCH", f"{api.webhooks}/{webhook.webhook_id}", {"active": active}).status == 200


def due(system: System) -> list[str]:
    """Return the ids of the webhooks in the index."""
    return [one.webhook_id for one in system.overdue.all()]


def test_a_webhook_whose_wake_up_was_lost_is_woken(system: System, receiver: Listener) -> None:
    """A minute after it was due, and not before."""
    webhook = failing_webhook(system, receiver, "e0", "e1")
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS - 20)
    assert (sweep(system), system.redeliver()) == (NOTHING, NONE_DUE)
    system.clock.advance(21)

    assert sweep(system) == WOKEN
    assert system.redeliver() == ENDED

    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert system.webhook(webhook).health.state is HealthState.HEALTHY
    assert sweep(system) == NOTHING


def test_the_woken_webhook_goes_on_retrying(system: System, receiver: Listener) -> None:
    """By the new wake-up, and a second sweep finds nothing overdue."""
    webhook = failing_webhook(system, receiver, "e0")
    receiver.break_down()
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS + 1)
    sweep(system)

    assert system.redeliver() == COMES_BACK

    assert system.webhook(webhook).health.attempts == 2
    assert sweep(system) == NOTHING
    assert system.waiting_in("RedeliveryQueue") == 1


def test_a_fault_of_ours_leaves_a_webhook_to_the_next_sweep(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """It stays due until somebody has been woken for it, whichever step fails."""
    failing_webhook(system, receiver, "e0")
    lose_wake_ups(system)

    for operation, reason in (
        ("Query", "asking for what is overdue"),
        ("UpdateItem", "changing a webhook's lane"),
        ("SendMessage", "sending a wake-up"),
    ):
        system.clock.advance(OVERDUE_SECONDS + 1)
        aws.refuse(operation)
        with pytest.raises(Exception, match=reason):
            sweep(system)
        aws.allow(operation)

    system.clock.advance(OVERDUE_SECONDS + 1)
    assert sweep(system) == WOKEN


def test_while_wake_ups_wait_to_be_received_no_owner_is_replaced(
    system: System, aws: AwsCalls, receiver: Listener
) -> None:
    """They are late, not lost; a new one would come behind them all."""
    failing_webhook(system, receiver, "e0")
    system.clock.advance(OVERDUE_SECONDS + 1)
    aws.answer("GetQueueAttributes", {"Attributes": {"ApproximateNumberOfMessages": "101"}})
    assert sweep(system) == NOTHING

    aws.answer("GetQueueAttributes", {"Attributes": {"ApproximateNumberOfMessages": "100"}})

    assert sweep(system) == WOKEN


def test_the_index_lies_in_all_of_its_partitions_and_is_read_in_all(system: System, receiver: Listener) -> None:
    """So that no partition gets all the writes, and none of what is due is overlooked."""
    for number in range(100):
        webhook = replace(blank(f"account{number}", f"wh_{number}", 0), name="w", target_url=receiver.url)
        system.registry.add(webhook, None, act_on(webhook))
        assert system.lanes.change(webhook, replace(webhook, lane=owned(webhook.lane, "t", number)), Expect.ANYTHING)

    assert Counter(due(system)) == {f"wh_{n}": 1 for n in range(100)}
    assert {one.webhook_id for one in system.overdue.all() if one.due_at <= 9} == {f"wh_{n}" for n in range(10)}
    assert {due_attributes(f"account{n}", f"wh_{n}", 1)["due_partition"] for n in range(100)} == set(range(16))


def test_what_is_off_or_needs_nobody_is_not_in_the_index(system: System, receiver: Listener) -> None:
    """Neither one that was never behind, nor one that was switched off, disabled or removed."""
    system.add_webhook(receiver.url, name="wh_healthy", event_names=("CI_STATS",))
    receiver.break_down()
    behind = []
    for name in ("wh_failing", "wh_retired", "wh_gone"):
        behind.append(system.add_webhook(f"{receiver.url}/{name}", name=name))
    publish(system, "e0")
    assert sorted(due(system)) == ["wh_failing", "wh_gone", "wh_retired"]

    switch(system, behind[1], active=False)
    system.registry.remove(system.webhook(behind[2]), act_on(behind[2]))

    assert [one.webhook_id for one in system.overdue.all()] == ["wh_failing"]


def test_a_webhook_that_resumes_without_a_wake_up_is_woken(system: System, receiver: Listener) -> None:
    """Whoever switched it on died before he could send one."""
    webhook = failing_webhook(system, receiver, "e0")
    switch(system, webhook, active=False)
    switch(system, webhook, active=True)
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS + 1)

    assert sweep(system) == WOKEN
    system.redeliver()

    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_a_webhook_that_was_given_up_leaves_the_index_after_a_late_look(system: System, receiver: Listener) -> None:
    """Ten minutes later, when everything that was under way has ended."""
    failing_webhook(system, receiver, "e0")
    assert system.redeliver() == ENDED
    system.clock.advance(LATE_LOOK_SECONDS - 30)
    assert (sweep(system), due(system)) == (NOTHING, ["wh_1"])
    system.clock.advance(31)

    assert sweep(system) == {"woken": 0, "leftAlone": 1}

    assert due(system) == []
    assert sweep(system) == NOTHING


def test_the_late_look_wakes_what_was_left_behind(system: System, receiver: Listener) -> None:
    """A dispatcher that died after its write left an event in the backlog of a webhook without owner."""
    webhook = failing_webhook(system, receiver, "e0")
    system.redeliver()
    system.record(pending(event("late", timestamp=NOON_MS + 1), created_at=int(system.clock.milliseconds())))
    system.clock.advance(LATE_LOOK_SECONDS + 1)

    assert sweep(system) == WOKEN
    assert system.redeliver() == ENDED

    assert system.outcomes(webhook) == {"e0": "DELIVERED", "late": "DELIVERED"}


def test_a_job_whose_wake_up_was_lost_is_carried_on(system: System, receiver: Listener) -> None:
    """Its webhook is due from the request on."""
    webhook = system.add_webhook(receiver.url)
    publish(system, "e0")
    system.clock.advance(1)
    api = api_of(system)
    assert api.call("POST", f"{api.webhooks}/wh_1/redeliver", {"status": "DELIVERED", "from": NOON_MS}).status == 202
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS + 1)

    assert sweep(system) == WOKEN
    assert system.redeliver() == ENDED

    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"]]
    assert system.webhook(webhook).lane.jobs == frozenset()


def test_a_removed_webhooks_job_is_carried_on_by_nobody(system: System, receiver: Listener) -> None:
    """It is no webhook while there is one, and brings none back; it goes when the log of the webhook does."""
    webhook = system.add_webhook(receiver.url)
    api = api_of(system)
    job = api.call("POST", f"{api.webhooks}/wh_1/redeliver", {"status": "DELIVERED", "from": NOON_MS}).json
    assert system.registry.of_account(str(ACCOUNT)) == [system.webhook(webhook)]
    assert system.registry.get(str(ACCOUNT), f"job#wh_1#{job['jobId']}") is None

    system.registry.remove(system.webhook(webhook), act_on(webhook))

    assert system.redeliver() == ENDED
    assert system.registry.of_account(str(ACCOUNT)) == []
    assert api.get(f"{api.webhooks}/wh_1/redeliver").status == 404
    assert due(system) == []


def test_how_webhooks_stand_is_told_with_each_beat(
    system: System, receiver: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that wait, by what is with them; where none is, nothing is told, and no metric is paid for."""
    sweep(system)
    assert "Webhooks" not in capsys.readouterr().out
    webhook = system.webhook(failing_webhook(system, receiver, "e1"))
    lane = replace(webhook.lane, slow_at=NOON_MS, has_aside=True)
    assert system.lanes.change(webhook, replace(webhook, lane=lane), Expect.UNCHANGED)

    sweep(system)

    line = json.loads(next(each for each in capsys.readouterr().out.splitlines() if "WaitingWebhooks" in each))
    named = ("WaitingWebhooks", "FailingWebhooks", "SlowWebhooks", "WebhooksWithAside")
    assert [line[name] for name in named] == [[1.0]] * 4
