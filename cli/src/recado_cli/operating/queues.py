"""The stack's queues: how much is in each, and how long its oldest message has waited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from recado_cli.operating.stack import Stack, refusals_told

_DEPTHS = {
    "ready": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
_METRIC_MINUTES = 15
_PERIOD_SECONDS = 60


@dataclass(frozen=True)
class Depth:
    """How many messages a queue holds; the age is in seconds, and None where CloudWatch tells of none."""

    name: str
    ready: int
    in_flight: int
    delayed: int
    oldest_seconds: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "name": self.name,
            "ready": self.ready,
            "inFlight": self.in_flight,
            "delayed": self.delayed,
            "oldestSeconds": self.oldest_seconds,
        }


def depths(stack: Stack) -> list[Depth]:
    """Every queue of the stack."""
    queues = {name: stack.queue_url(url) for name, url in stack.of_kind("AWS::SQS::Queue").items()}
    ages = _ages(stack, {name: url.rpartition("/")[2] for name, url in queues.items()})
    return [_depth(stack, name, url, ages.get(name)) for name, url in queues.items()]


def _depth(stack: Stack, name: str, url: str, age: int | None) -> Depth:
    with refusals_told():
        told = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(_DEPTHS.values()))
    counts = {field: int(told["Attributes"].get(attribute, 0)) for field, attribute in _DEPTHS.items()}
    return Depth(name, **counts, oldest_seconds=age if any(counts.values()) else None)


def _ages(stack: Stack, queues: dict[str, str]) -> dict[str, int]:
    """The age of each queue's oldest message, as CloudWatch last had it."""
    names = dict(enumerate(queues))
    queries = [
        {
            "Id": f"q{number}",
            "MetricStat": {"Metric": _metric(queues[name]), "Period": _PERIOD_SECONDS, "Stat": "Maximum"},
        }
        for number, name in names.items()
    ]
    now = datetime.now(UTC)
    with refusals_told():
        answer = stack.client("cloudwatch").get_metric_data(
            MetricDataQueries=queries,
            StartTime=now - timedelta(minutes=_METRIC_MINUTES),
            EndTime=now,
            ScanBy="TimestampDescending",
        )
    found = {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}
    return {name: int(found[f"q{number}"][0]) for number, name in names.items() if found.get(f"q{number}")}


def _metric(queue_name: str) -> dict[str, Any]:
    return {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": queue_name}],
    }
