"""Who did what on the event bus, for programs, and in the log, for people who look for it there."""

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from recado.adapters.faults import as_our_fault
from recado.ports.sending import OurFaultError
from recado.reporting import log_faults
from recado.rules.activity.activity import Activity, FieldChange
from recado.rules.event.timestamps import to_iso

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "recado.activity"


class ActivityNews:
    """Tells of each act by an event on the bus and a line in the log; fills the port `TellActivity`."""

    def __init__(self, events: "EventBridgeClient", bus_name: str, logger: Logger) -> None:
        self._events = events
        self._bus_name = bus_name
        self._logger = logger

    def __call__(self, activity: Activity) -> None:
        """Log and put it. What fails is logged and counted: the act is done, whether or not anybody is told."""
        keys = _keys(activity)
        self._logger.info("activity", **keys, fields=[change.field for change in activity.changes])
        try:
            self._put(activity)
        except Exception as fault:  # noqa: BLE001 - who has asked for the act is not to be told that it failed
            log_faults(self._logger, "activity not told", [fault], **keys)

    @as_our_fault("telling what was done")
    def _put(self, activity: Activity) -> None:
        answer = self._events.put_events(
            Entries=[
                {
                    "EventBusName": self._bus_name,
                    "Source": SOURCE,
                    "DetailType": activity.kind.value,
                    "Detail": json.dumps(_detail(activity), ensure_ascii=False),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            code = answer["Entries"][0].get("ErrorCode")
            raise OurFaultError(f"telling what was done: the bus refused it: {code}")


def _keys(activity: Activity) -> dict[str, Any]:
    requester = activity.requester
    return _known(
        {
            "account_id": activity.account_id,
            "webhook_id": activity.webhook_id,
            "activity_id": activity.activity_id,
            "kind": activity.kind.value,
            "by": requester.name,
            "client": requester.client,
            "address": requester.address,
            "delivery_id": activity.delivery_id,
            "job_id": activity.job_id,
        }
    )


def _detail(activity: Activity) -> dict[str, Any]:
    """As `GET …/activity` shows it."""
    requester = activity.requester
    return _known(
        {
            "accountId": activity.account_id,
            "webhookId": activity.webhook_id,
            "activityId": activity.activity_id,
            "kind": activity.kind.value,
            "at": to_iso(activity.at),
            "by": requester.name,
            "client": requester.client,
            "address": requester.address,
            "changes": [_change(change) for change in activity.changes] or None,
            "deliveryId": activity.delivery_id,
            "jobId": activity.job_id,
        }
    )


def _change(change: FieldChange) -> dict[str, Any]:
    if change.hidden:
        return {"field": change.field, "hidden": True}
    return _known({"field": change.field, "before": change.before, "after": change.after})


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
