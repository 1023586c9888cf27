"""Those who listen for alerts: a queue that is subscribed to the topic, and whoever watches the bus."""

import json
from typing import Any

import boto3

from recado.adapters.messaging.activity_news import SOURCE as ACTIVITY_SOURCE
from tests.support.aws.aws_calls import AwsCalls
from tests.support.system import System


class AlertInbox:
    """What arrives on the alert topic and on the bus."""

    def __init__(self, system: System, aws: AwsCalls) -> None:
        self._bus = system.stack.environment("RedeliveryFunction")["EVENT_BUS_NAME"]
        self._aws = aws
        self._events_seen = 0
        self._sqs = boto3.client("sqs")
        self._mails: str = self._sqs.create_queue(QueueName="mails")["QueueUrl"]
        queue = self._sqs.get_queue_attributes(QueueUrl=self._mails, AttributeNames=["QueueArn"])
        topic = system.stack.physical_id("AlertTopic")
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue["Attributes"]["QueueArn"])

    def mails(self) -> list[dict[str, Any]]:
        """Return what came over the topic since the last time: subject, text and attributes."""
        taken: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._mails, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                self._sqs.delete_message(QueueUrl=self._mails, ReceiptHandle=message["ReceiptHandle"])
                taken.append(json.loads(message["Body"]))
        return taken

    def events(self) -> list[dict[str, Any]]:
        """Return the entries that were put onto the bus since the last time, also where the bus refused them.

        What tells of acts is no alert: whoever watches for it goes by its source.
        """
        put = [entry for call in self._aws.of("PutEvents") for entry in call.parameters["Entries"]]
        entries = [entry for entry in put if entry["Source"] != ACTIVITY_SOURCE]
        new, self._events_seen = entries[self._events_seen :], len(entries)
        assert {entry["EventBusName"] for entry in new} <= {self._bus}
        return new

    def kinds(self) -> list[str]:
        """Return what was told since the last time, which must be the same in both places."""
        told: list[str] = [mail["MessageAttributes"]["kind"]["Value"] for mail in self.mails()]
        assert told == [event["DetailType"] for event in self.events()]
        return told
