"""Alarms: what an operator hears of, and how."""

from typing import Any

import pytest

from tests.infrastructure.cloudformation import FUNCTIONS, QUEUES, Stack, referred

QUEUE_METRICS = {
    "BatchQueue": "ApproximateAgeOfOldestMessage",
    "RedeliveryQueue": "ApproximateAgeOfOldestMessage",
    "DeadLetterQueue": "ApproximateNumberOfMessagesVisible",
}
FUNCTION_METRICS = {
    **{function: {"Errors", "Throttles"} for function in FUNCTIONS},
    "RealtimeDispatcherFunction": {"Errors", "Throttles", "DestinationDeliveryFailures"},
}


def watching(stack: Stack, logical_id: str) -> dict[str, Any]:
    """Return the alarms on a queue or function, by metric."""
    return {
        alarm["MetricName"]: alarm
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if logical_id in [referred(dimension["Value"]) for dimension in alarm["Dimensions"]]
    }


@pytest.mark.parametrize("queue", QUEUES)
def test_queue_has_an_alarm(stack: Stack, queue: str) -> None:
    """A queue that is not being emptied is heard of."""
    (alarm,) = watching(stack, queue).values()
    assert alarm["MetricName"] == QUEUE_METRICS[queue]
    assert alarm["Namespace"] == "AWS/SQS"
    assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]


def test_one_dead_letter_is_heard_of(stack: Stack) -> None:
    """The first message in the dead-letter queue raises the alarm."""
    alarm = watching(stack, "DeadLetterQueue")["ApproximateNumberOfMessagesVisible"]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_batch_alarm_waits_for_the_drain_after_a_failed_one(stack: Stack) -> None:
    """Messages that one failed drain has hidden do not raise the alarm before the next could take them."""
    alarm = watching(stack, "BatchQueue")["ApproximateAgeOfOldestMessage"]
    hidden = stack.properties("BatchQueue")["VisibilityTimeout"]
    assert hidden + 15 * 60 < alarm["Threshold"] <= 2 * 3600


def test_redelivery_alarm_waits_for_what_receivers_may_ask(stack: Stack) -> None:
    """Three waits of an hour, which a receiver may ask for, do not raise the alarm."""
    alarm = watching(stack, "RedeliveryQueue")["ApproximateAgeOfOldestMessage"]
    assert 3 * 3600 < alarm["Threshold"] <= 4 * 3600


@pytest.mark.parametrize(("function", "metrics"), FUNCTION_METRICS.items())
def test_function_has_alarms(stack: Stack, function: str, metrics: set[str]) -> None:
    """A function's first error or throttled call raises an alarm, as does the first event that is not passed on."""
    alarms = watching(stack, function)
    assert set(alarms) == metrics
    for alarm in alarms.values():
        assert (alarm["Namespace"], alarm["Statistic"]) == ("AWS/Lambda", "Sum")
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_every_alarm_is_sent_and_explained(stack: Stack) -> None:
    """An alarm goes to the topic when it begins and when it ends, and says what is wrong."""
    alarms = stack.of_type("AWS::CloudWatch::Alarm").values()
    assert len(alarms) == len(QUEUES) + sum(map(len, FUNCTION_METRICS.values()))
    for alarm in alarms:
        assert [referred(action) for action in alarm["AlarmActions"]] == ["AlertTopic"]
        assert [referred(action) for action in alarm["OKActions"]] == ["AlertTopic"]
        assert alarm["AlarmDescription"].endswith(".")
        assert alarm["TreatMissingData"] == "notBreaching"


def test_topic_takes_alarms(stack: Stack) -> None:
    """CloudWatch may publish the alarms of this stack to the topic."""
    statements = stack.properties("AlertTopicPolicy")["PolicyDocument"]["Statement"]
    (statement,) = [statement for statement in statements if statement["Effect"] == "Allow"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Action"] == "sns:Publish"
    assert referred(statement["Resource"]) == "AlertTopic"


def test_mail_goes_out_only_to_a_given_address(stack: Stack) -> None:
    """Alarms are mailed if there is an address, and there is no broken subscription if not."""
    subscription = stack.document["Resources"]["AlertEmailSubscription"]
    assert subscription["Condition"] == "HasAlertEmail"
    assert subscription["Properties"]["Protocol"] == "email"
    assert referred(subscription["Properties"]["Endpoint"]) == "AlertEmail"
