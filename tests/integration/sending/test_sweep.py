"""The sweep: failing webhooks and jobs that nobody else would wake, found through the sparse index."""

from collections import Counter
from dataclasses import replace

import boto3
import pytest

from local.listener import Answer, Listener
from recado.adapters.dynamodb.due import due_attributes
from recado.ports import Due, DueKind
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job
from recado.rules.webhook.registration import blank
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from tests.support.api_client import ApiClient
from tests.support.api_document import ApiDocument
from tests.support.aws_calls import AwsCalls
from tests.support.events import ACCOUNT
from tests.support.redeliveries import ENDED, NONE_DUE, failing_webhook, publish
from tests.support.system import System

OVERDUE_SECONDS = 15 * 60
NOTHING = {"webhooksWoken": 0, "jobsResumed": 0}
FOREVER = 10**14


def sweep(system: System) -> dict[str, int]:
    """Let the schedule tick."""
    report: dict[str, int] = system.invoke("redelivery", {"source": "aws.events", "detail": {}})
    return report


def lose_wake_ups(system: System) -> None:
    """Purge the redelivery queue, as an operator's slip would."""
    boto3.client("sqs").purge_queue(QueueUrl=system.stack.physical_id("RedeliveryQueue"))


def switch(system: System, webhook: Webhook, *, active: bool) -> None:
    """Switch a webhook off or on over the API."""
    api = ApiClient(system, ApiDocument(), account=str(ACCOUNT))
    assert api.call("PATCH", f"{api.webhooks}/{webhook.webhook_id}", {"active": active}).status == 200


def start_job(system: System, webhook: Webhook) -> None:
    """Keep a job whose message never was sent."""
    now = int(system.clock.milliseconds())
    job = Job(str(ACCOUNT), webhook.webhook_id, "job_1", DeliveryStatus.DELIVERED, 0, now, now, now, "an admin")
    system.jobs.start(job)


def test_a_webhook_whose_wake_up_was_lost_is_woken(system: System, receiver: Listener) -> None:
    """A quarter of an hour after it was due, and not before."""
    webhook = failing_webhook(system, receiver, "e0", "e1")
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS - 60)
    assert (sweep(system), system.redeliver()) == (NOTHING, NONE_DUE)
    system.clock.advance(61)

    assert sweep(system) == {"webhooksWoken": 1, "jobsResumed": 0}
    assert system.webhook(webhook).health.owner is None
    assert system.redeliver() == ENDED

    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert system.webhook(webhook).health.state is HealthState.HEALTHY
    assert sweep(system) == NOTHING


def test_the_woken_webhook_goes_on_retrying(system: System, receiver: Listener) -> None:
    """The new wake-up owns the retries, and a second sweep finds nothing overdue."""
    webhook = failing_webhook(system, receiver, "e0")
    receiver.break_down()
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS + 1)
    sweep(system)

    system.redeliver()

    health = system.webhook(webhook).health
    assert (health.attempts, health.owner is None) == (2, False)
    assert sweep(system) == NOTHING
    assert system.waiting_in("RedeliveryQueue") == 1


def test_a_fault_of_ours_leaves_a_webhook_to_the_next_sweep(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """It stays overdue until somebody has been woken for it, whichever step fails."""
    failing_webhook(system, receiver, "e0")
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS + 1)

    for operation, reason in (
        ("Query", "asking for what is overdue"),
        ("UpdateItem", "letting a webhook's retries go"),
        ("SendMessage", "sending a wake-up"),
    ):
        aws.refuse(operation)
        with pytest.raises(Exception, match=reason):
            sweep(system)
        aws.allow(operation)

    assert sweep(system) == {"webhooksWoken": 1, "jobsResumed": 0}


def test_the_index_lies_in_all_of_its_partitions_and_is_read_in_all(system: System, receiver: Listener) -> None:
    """So that no partition gets all the writes, and none of what is due is overlooked."""
    for number in range(100):
        webhook = replace(blank(f"account{number}", f"wh_{number}", 0), name="w", target_url=receiver.url)
        system.registry.add(replace(webhook, health=Health(next_attempt_at=number)))

    assert Counter(due.webhook_id for due in system.overdue.due(FOREVER)) == {f"wh_{n}": 1 for n in range(100)}
    assert {due.webhook_id for due in system.overdue.due(9)} == {f"wh_{n}" for n in range(10)}
    assert {due_attributes(f"account{n}", f"wh_{n}", 1)["due_partition"] for n in range(100)} == set(range(16))


def test_only_failing_webhooks_that_are_active_are_in_the_index(system: System, receiver: Listener) -> None:
    """Not healthy ones, not one that was switched off, not one that was disabled."""
    system.add_webhook(receiver.url, name="wh_healthy", event_names=("CI_STATS",))
    receiver.answers.extend([Answer(status=500), Answer(status=500), Answer(status=410)])
    failing = []
    for name in ("wh_failing", "wh_retired", "wh_gone"):
        failing.append(system.add_webhook(receiver.url, name=name))
        publish(system, name)
    assert system.webhook(failing[2]).status is Status.DISABLED

    switch(system, failing[1], active=False)

    assert system.overdue.due(FOREVER) == [Due(DueKind.WEBHOOK, str(ACCOUNT), "wh_failing")]
    system.registry.remove(system.webhook(failing[0]))
    assert system.overdue.due(FOREVER) == []


def test_a_webhook_that_resumes_without_a_wake_up_is_woken(system: System, receiver: Listener) -> None:
    """Whoever switched it on died before he could send one."""
    webhook = failing_webhook(system, receiver, "e0")
    switch(system, webhook, active=False)
    switch(system, webhook, active=True)
    lose_wake_ups(system)
    system.clock.advance(OVERDUE_SECONDS + 1)

    assert sweep(system) == {"webhooksWoken": 1, "jobsResumed": 0}
    system.redeliver()

    assert system.outcomes(webhook) == {"e0": "DELIVERED"}


def test_a_recovered_webhook_leaves_the_index(system: System, receiver: Listener) -> None:
    """As soon as its backlog is through."""
    failing_webhook(system, receiver, "e0")
    assert len(system.overdue.due(FOREVER)) == 1

    system.redeliver()

    assert system.overdue.due(FOREVER) == []


def test_a_job_whose_message_was_lost_is_carried_on(system: System, receiver: Listener) -> None:
    """It is in the index while it runs, and no longer."""
    webhook = system.add_webhook(receiver.url)
    publish(system, "e0")
    system.clock.advance(1)
    start_job(system, webhook)
    assert system.overdue.due(FOREVER) == [Due(DueKind.JOB, str(ACCOUNT), "wh_1")]
    assert sweep(system) == NOTHING
    system.clock.advance(OVERDUE_SECONDS + 1)

    assert sweep(system) == {"webhooksWoken": 0, "jobsResumed": 1}
    assert [system.redeliver(), system.redeliver()] == [ENDED, ENDED]

    assert [request.event_ids for request in receiver.received] == [["e0"], ["e0"]]
    assert system.overdue.due(FOREVER) == []
    assert sweep(system) == NOTHING


def test_a_removed_webhooks_job_is_removed_with_it(system: System, receiver: Listener) -> None:
    """Also where it runs."""
    webhook = system.add_webhook(receiver.url)
    start_job(system, webhook)

    system.registry.remove(webhook)

    assert system.jobs.get(str(ACCOUNT), "wh_1") is None
    assert system.overdue.due(FOREVER) == []


def test_a_job_is_no_webhook(system: System, receiver: Listener) -> None:
    """Its item is neither listed nor sent to."""
    webhook = system.add_webhook(receiver.url)
    start_job(system, webhook)

    assert system.registry.of_account(str(ACCOUNT)) == [system.webhook(webhook)]
    assert system.registry.get(str(ACCOUNT), "job#wh_1") is None
