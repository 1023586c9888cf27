"""Alarms: what an operator hears of, and how."""

import json
import re
from typing import Any

import pytest

from tests.infrastructure.cloudformation import FUNCTIONS, QUEUES, Properties, Stack, referred
from tests.support.documentation.pages import blocks
from tests.support.functions import ROOT

OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
# What CloudWatch has for every line, what the logger writes into each, and what `recado.reporting` does.
FIELDS = {"@timestamp", "@message", "level", "message", "exception_name"} | {
    *("account_id", "webhook_id", "event_ids", "events", "status_code"),
    *("latency_ms", "failure", "detail", "back_in_seconds"),
}
WORDS = {"fields", "filter", "stats", "sort", "limit", "count", "by", "as", "and", "like", "desc", "pct"}

QUEUE_METRICS = {
    "BatchQueue": {"ApproximateAgeOfOldestMessage"},
    "RedeliveryQueue": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesNotVisible"},
    "DeadLetterQueue": {"ApproximateNumberOfMessagesVisible"},
    "UncountedQueue": {"ApproximateNumberOfMessagesVisible"},
}
FUNCTION_METRICS = {
    **{function: {"Errors", "Throttles"} for function in FUNCTIONS},
    "RealtimeDispatcherFunction": {"Errors", "Throttles", "DestinationDeliveryFailures"},
    "BatchDispatcherFunction": {"Errors", "Throttles", "OurFaults"},
    "RedeliveryFunction": {"Errors", "Throttles", "OurFaults"},
    "DeliveryCounterFunction": {"Errors", "Throttles", "OurFaults", "IteratorAge"},
    "WebhookResourceFunction": {"Errors", "Throttles", "OurFaults"},
}
# Of neither a queue nor a function: what the API answers, and all functions of the AWS account together.
OTHER_METRICS = ("5xx", "ConcurrentExecutions")
SURVIVED = [function for function, metrics in FUNCTION_METRICS.items() if "OurFaults" in metrics]


def watching(stack: Stack, logical_id: str) -> dict[str, Any]:
    """Return the alarms on a queue or function, by metric."""
    return {
        alarm["MetricName"]: alarm
        for alarm in stack.of_type("AWS::CloudWatch::Alarm").values()
        if logical_id in [referred(dimension["Value"]) for dimension in dimensions(alarm)]
    }


def dimensions(alarm: Properties) -> list[Properties]:
    """Return the dimensions of an alarm that name a resource."""
    return [dimension for dimension in alarm.get("Dimensions", []) if not isinstance(dimension["Value"], str)]


@pytest.mark.parametrize("queue", QUEUES)
def test_queue_has_an_alarm(stack: Stack, queue: str) -> None:
    """A queue that is not being emptied is heard of."""
    alarms = watching(stack, queue)
    assert set(alarms) == QUEUE_METRICS[queue]
    for alarm in alarms.values():
        assert alarm["Namespace"] == "AWS/SQS"
        assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [queue, "QueueName"]}}]


@pytest.mark.parametrize("queue", ["DeadLetterQueue", "UncountedQueue"])
def test_one_dead_letter_is_heard_of(stack: Stack, queue: str) -> None:
    """The first message in a queue of what was given up raises the alarm."""
    alarm = watching(stack, queue)["ApproximateNumberOfMessagesVisible"]
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


def test_redelivery_queue_is_heard_of_before_it_falls_silent(stack: Stack) -> None:
    """SQS gives out no more than 120,000 messages at a time, and says nothing when they are out."""
    alarm = watching(stack, "RedeliveryQueue")["ApproximateNumberOfMessagesNotVisible"]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 100_000)


def test_counter_is_heard_of_before_its_stream_forgets(stack: Stack) -> None:
    """Well before writes are given up, and those well before the stream forgets what is behind them."""
    alarm = watching(stack, "DeliveryCounterFunction")["IteratorAge"]
    given_up = stack.properties("DeliveriesStreamMapping")["MaximumRecordAgeInSeconds"]
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
    assert 4 * alarm["Threshold"] / 1000 <= given_up <= 12 * 3600


@pytest.mark.parametrize("function", SURVIVED)
def test_faults_that_code_survives_are_heard_of(stack: Stack, function: str) -> None:
    """Lambda's own metric of errors does not know them: the function counts them, under its name."""
    alarm = watching(stack, function)["OurFaults"]
    assert alarm["Namespace"] == "Recado"
    assert alarm["Dimensions"] == [
        {"Name": "FunctionName", "Value": {"Ref": function}},
        {"Name": "service", "Value": stack.properties(function)["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]},
    ]


def test_concurrency_is_heard_of_before_the_quota(stack: Stack) -> None:
    """That of all functions of the account, at four fifths of the usual quota."""
    alarm = stack.properties("ConcurrencyAlarm")
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == (
        "AWS/Lambda",
        "ConcurrentExecutions",
        "Maximum",
    )
    assert "Dimensions" not in alarm
    assert stack.with_defaults(alarm["Threshold"]) == 800


def test_api_is_heard_of_when_it_fails(stack: Stack) -> None:
    """With the first answer that says so, also where its function survived the fault."""
    alarm = watching(stack, "HttpApi")["5xx"]
    assert (alarm["Namespace"], alarm["Statistic"], alarm["Threshold"]) == ("AWS/ApiGateway", "Sum", 0)
    assert alarm["Dimensions"] == [{"Name": "ApiId", "Value": {"Ref": "HttpApi"}}]


@pytest.mark.parametrize(("function", "metrics"), FUNCTION_METRICS.items())
def test_function_has_alarms(stack: Stack, function: str, metrics: set[str]) -> None:
    """A function's first error or throttled call raises an alarm, as does the first event that is not passed on."""
    alarms = watching(stack, function)
    assert set(alarms) == metrics
    for metric in metrics - {"IteratorAge"}:
        alarm = alarms[metric]
        assert (alarm["Namespace"], alarm["Statistic"]) == ("Recado" if metric == "OurFaults" else "AWS/Lambda", "Sum")
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_every_alarm_is_sent_and_explained(stack: Stack) -> None:
    """An alarm goes to the topic when it begins and when it ends, and says what is wrong."""
    alarms = stack.of_type("AWS::CloudWatch::Alarm").values()
    known = [*QUEUE_METRICS.values(), *FUNCTION_METRICS.values(), OTHER_METRICS]
    assert len(alarms) == sum(map(len, known))
    for alarm in alarms:
        assert [referred(action) for action in alarm["AlarmActions"]] == ["AlertTopic"]
        assert [referred(action) for action in alarm["OKActions"]] == ["AlertTopic"]
        assert alarm["AlarmDescription"].endswith(".")
        assert alarm["TreatMissingData"] == "notBreaching"


def test_every_alarm_has_a_runbook(stack: Stack) -> None:
    """Its description ends with the name of a section of docs/operating.md; and a parameter leaves all alarms out."""
    sections = set(re.findall(r"^### (.+)$", OPERATING, re.MULTILINE))
    for logical_id, alarm in stack.of_type("AWS::CloudWatch::Alarm").items():
        name = alarm["AlarmDescription"].rpartition("Runbook of docs/operating.md - ")[2].removesuffix(".")
        assert name in sections, logical_id
        of_mails = logical_id.startswith("AlertMailer")
        assert stack.document["Resources"][logical_id]["Condition"] == ("HasMailAlarms" if of_mails else "HasAlarms")


def test_queries_name_fields_that_lines_have() -> None:
    """Those that docs/operating.md shows for CloudWatch Logs Insights: five, of the lines' own fields."""
    queries = [block.text for block in blocks("docs/operating.md", "sql")]
    assert len(queries) == 5
    for query in queries:
        bare = re.sub(r'"[^"]*"', "", query)
        named = set(re.findall(r"@?[a-z_]\w*", bare)) - WORDS - set(re.findall(r" as (\w+)", bare))
        assert named <= FIELDS, query


def test_a_dashboard_is_there_where_it_is_wanted(stack: Stack) -> None:
    """It is JSON once its names are filled in, and off unless somebody asks for it."""
    dashboard = stack.document["Resources"]["Dashboard"]
    assert dashboard["Condition"] == "HasDashboard"
    widgets = json.loads(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]
    assert len(widgets) == len({(widget["x"], widget["y"]) for widget in widgets}) == 7


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
