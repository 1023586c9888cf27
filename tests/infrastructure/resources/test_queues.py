"""Queues: nothing in them is lost, seen by two consumers at once, or readable on a disk."""

import pytest

from tests.infrastructure.cloudformation import QUEUES, Stack, referred

CONSUMERS = {"BatchQueue": "BatchDispatcherFunction", "RedeliveryQueue": "RedeliveryFunction"}
WITHOUT_REDRIVE = {
    "RedeliveryQueue": "a wake-up carries no data and is received more often than maxReceiveCount can count",
    "DeadLetterQueue": "it is where the redrive ends",
    "UncountedQueue": "nothing consumes it but an operator",
}
LARGEST_EVENT_BYTES = 1024 * 1024
FOURTEEN_DAYS_SECONDS = 14 * 24 * 3600


def test_queues_are_the_known_ones(stack: Stack) -> None:
    """There is no queue that these tests do not know."""
    assert set(stack.of_type("AWS::SQS::Queue")) == set(QUEUES)


@pytest.mark.parametrize("queue", QUEUES)
def test_queue_has_a_redrive_policy_or_a_reason(stack: Stack, queue: str) -> None:
    """A message that cannot be handled leaves its queue, unless there is a reason for it to stay."""
    assert ("RedrivePolicy" in stack.properties(queue)) != (queue in WITHOUT_REDRIVE)


def test_batch_queue_gives_up_patiently(stack: Stack) -> None:
    """An event that cannot be handled ends in the dead-letter queue, after as many drains as SQS counts."""
    redrive = stack.properties("BatchQueue")["RedrivePolicy"]
    assert referred(redrive["deadLetterTargetArn"]) == "DeadLetterQueue"
    assert redrive["maxReceiveCount"] == 1000


@pytest.mark.parametrize("queue", [*CONSUMERS, "UncountedQueue"])
def test_queue_is_nobodys_dead_letter_queue(stack: Stack, queue: str) -> None:
    """No other queue can pour its failed messages into a queue that a function consumes."""
    assert stack.properties(queue)["RedriveAllowPolicy"] == {"redrivePermission": "denyAll"}


@pytest.mark.parametrize(("queue", "consumer"), CONSUMERS.items())
def test_message_stays_hidden_while_it_is_handled(stack: Stack, queue: str, consumer: str) -> None:
    """A message stays hidden for six times as long as its consumer may run."""
    assert stack.properties(queue)["VisibilityTimeout"] == 6 * stack.properties(consumer)["Timeout"]


@pytest.mark.parametrize("queue", QUEUES)
def test_message_is_kept_as_long_as_sqs_can(stack: Stack, queue: str) -> None:
    """A message is kept for fourteen days, twice as long as an event is retried."""
    assert stack.properties(queue)["MessageRetentionPeriod"] == FOURTEEN_DAYS_SECONDS


@pytest.mark.parametrize("queue", QUEUES)
def test_queue_is_encrypted(stack: Stack, queue: str) -> None:
    """Messages are encrypted at rest, with a key that EventBridge may use."""
    assert stack.properties(queue)["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("queue", ["BatchQueue", "DeadLetterQueue"])
def test_queue_takes_the_largest_event(stack: Stack, queue: str) -> None:
    """The largest entry of the bus fits into the queues it may have to go to."""
    assert stack.properties(queue)["MaximumMessageSize"] == LARGEST_EVENT_BYTES


def test_wake_ups_arrive_one_by_one(stack: Stack) -> None:
    """One that has to come back is reported as failed, and so many at a time are answered as the parameter says."""
    mapping = stack.properties("RedeliveryQueueMapping")
    assert referred(mapping["EventSourceArn"]) == "RedeliveryQueue"
    assert referred(mapping["FunctionName"]) == "RedeliveryFunction"
    assert mapping["BatchSize"] == 1
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "MaxSenders"}}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_batch_queue_is_read_by_drains_only(stack: Stack) -> None:
    """Of the queues the redelivery queue alone is mapped to a function: the batch queue waits for the schedule."""
    mappings = stack.of_type("AWS::Lambda::EventSourceMapping").values()
    assert {referred(mapping["EventSourceArn"]) for mapping in mappings} & set(QUEUES) == {"RedeliveryQueue"}


def test_a_redrive_does_not_meet_again_what_it_has_left(stack: Stack) -> None:
    """A message that it cannot read stays out of sight for as long as the function may run."""
    hidden = stack.properties("DeadLetterQueue")["VisibilityTimeout"]
    assert hidden >= stack.properties("BatchDispatcherFunction")["Timeout"]
