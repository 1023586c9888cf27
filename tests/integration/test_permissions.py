"""What the functions call, against what the template lets their roles call."""

from collections.abc import Callable

from local.listener import Listener
from recado.rules.delivery import DeliveryStatus
from recado.rules.job import Job
from tests.infrastructure.cloudformation import as_list
from tests.infrastructure.test_permissions import statements_of
from tests.support.aws_calls import AwsCalls
from tests.support.events import ACCOUNT, batch_event
from tests.support.redeliveries import publish
from tests.support.stack import template
from tests.support.system import System

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
QUARTER_SECONDS = 15 * 60


def granted(function: str) -> set[str]:
    """Return the actions that a function's role allows."""
    statements = statements_of(template(), f"{function}Role")
    return {action for statement in statements for action in as_list(statement["Action"])}


def made(aws: AwsCalls, *actions: Callable[[], object]) -> set[str]:
    """Do these, and return the calls that were made for them."""
    aws.clear()
    for action in actions:
        action()
    return {f"{call.service}:{call.operation}" for call in aws.seen}


def test_real_time_dispatch_of_a_failure_is_allowed(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """With its alert, a wait behind a failing webhook, and an event that cannot be read."""
    system.add_signed_webhook(receiver.url, SECRET)
    receiver.break_down()

    calls = made(
        aws, lambda: publish(system, "e0", "e1"), lambda: system.invoke("realtime_dispatcher", {"detail-type": "x"})
    )

    assert {"sns:Publish", "events:PutEvents", "kms:Decrypt"} < calls <= granted("RealtimeDispatcherFunction")


def test_drain_and_redrive_are_allowed(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """A drain that fails, and dead letters that go back."""
    system.add_signed_webhook(receiver.url, SECRET)
    receiver.break_down()
    system.put_into_batch_queue(batch_event("b1"), "not JSON")
    system.put_into("DeadLetterQueue", batch_event("b2"))

    calls = made(
        aws,
        lambda: system.invoke("batch_dispatcher", {}),
        lambda: system.invoke("batch_dispatcher", {"redriveDeadLetters": True}),
    )

    assert {"sns:Publish", "sqs:DeleteMessageBatch", "sqs:SendMessage"} < calls
    # A batch call is allowed by the right to the single one.
    assert {call.removesuffix("Batch") for call in calls} <= granted("BatchDispatcherFunction")


def test_redelivery_sweep_and_job_are_allowed(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """A failing backlog, the sweep that wakes it, a job, and the recovery."""
    webhook = system.add_signed_webhook(receiver.url, SECRET)
    publish(system, "e0")
    receiver.break_down()
    publish(system, "e1")
    system.clock.advance(5)
    now = int(system.clock.milliseconds())
    job = Job(str(ACCOUNT), webhook.webhook_id, "job_1", DeliveryStatus.DELIVERED, 0, now, now, now)
    system.jobs.start(job)

    calls = made(aws, system.redeliver)
    receiver.recover()
    system.clock.advance(2 * QUARTER_SECONDS)
    calls |= made(aws, lambda: system.invoke("redelivery", {}), system.redeliver, system.redeliver)

    assert system.outcomes(webhook) == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert {"dynamodb:Query", "sns:Publish", "sqs:ChangeMessageVisibility", "sqs:SendMessage"} < calls
    assert calls <= granted("RedeliveryFunction")
