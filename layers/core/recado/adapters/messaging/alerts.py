"""Alerts on the SNS topic, for people, and on the event bus, for programs."""

import json
from typing import TYPE_CHECKING

from recado import metrics
from recado.adapters.faults import as_our_fault
from recado.ports.sending import OurFaultError
from recado.rules.webhook.alert import Alert

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sns import SNSClient

SOURCE = "recado.alerts"


class TopicAndBusAlerts:
    """Sends alerts; fills the port `Alerts`."""

    def __init__(self, sns: "SNSClient", topic_arn: str, events: "EventBridgeClient", bus_name: str) -> None:
        self._sns = sns
        self._topic_arn = topic_arn
        self._events = events
        self._bus_name = bus_name

    @as_our_fault("sending an alert")
    def send(self, alert: Alert) -> None:
        """Publish to the topic and to the bus, to each also where the other refuses; raises `OurFaultError` then."""
        metrics.count({f"Alerts_{alert.kind.value}": 1})
        try:
            self._publish(alert)
        finally:
            self._put(alert)

    def _publish(self, alert: Alert) -> None:
        self._sns.publish(
            TopicArn=self._topic_arn,
            Subject=alert.subject,
            Message=alert.text(),
            MessageAttributes={
                "kind": {"DataType": "String", "StringValue": alert.kind.value},
                "accountId": {"DataType": "String", "StringValue": alert.account_id},
            },
        )

    def _put(self, alert: Alert) -> None:
        answer = self._events.put_events(
            Entries=[
                {
                    "EventBusName": self._bus_name,
                    "Source": SOURCE,
                    "DetailType": alert.kind.value,
                    "Detail": json.dumps(alert.detail(), ensure_ascii=False),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise OurFaultError(f"sending an alert: the bus refused it: {answer['Entries'][0].get('ErrorCode')}")
