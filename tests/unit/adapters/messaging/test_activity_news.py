"""Of each act programs are told by an event on the bus, people by a line in the log."""

import io
import json
import uuid
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from recado.adapters.messaging.activity_news import ActivityNews
from recado.rules.activity.activity import RECADO, Activity, ActivityKind, FieldChange, Requester

ADMIN = Requester("5f2c", "console", "198.51.100.7")
CHANGED = Activity(
    "act1",
    "1010",
    "wh_1",
    ActivityKind.CHANGED,
    1_727_438_400_000,
    ADMIN,
    changes=(FieldChange("name", "Old", "Neu ü"), FieldChange("headers.X-A", hidden=True)),
)


class Bus:
    """Takes entries, or refuses them as it was told."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.code: str | None = None
        self.raises: Exception | None = None

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - as the SDK has it
        """Take them."""
        if self.raises is not None:
            raise self.raises
        self.entries += Entries
        return {"FailedEntryCount": 0 if self.code is None else 1, "Entries": [{"ErrorCode": self.code}]}


@pytest.fixture
def bus() -> Bus:
    """Give a bus that takes everything."""
    return Bus()


def told(bus: Any, activity: Activity) -> list[dict[str, Any]]:
    """Tell of it; return the lines of the log."""
    stream = io.StringIO()
    ActivityNews(bus, "bus-1", Logger(service=uuid.uuid4().hex, stream=stream))(activity)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_act_is_an_event_on_the_bus(bus: Bus) -> None:
    """From a source of its own, with what the API shows of it."""
    told(bus, CHANGED)

    (entry,) = bus.entries
    assert {**entry, "Detail": json.loads(entry["Detail"])} == {
        "EventBusName": "bus-1",
        "Source": "recado.activity",
        "DetailType": "CHANGED",
        "Detail": {
            "accountId": "1010",
            "webhookId": "wh_1",
            "activityId": "act1",
            "kind": "CHANGED",
            "at": "2024-09-27T12:00:00.000Z",
            "by": "5f2c",
            "client": "console",
            "address": "198.51.100.7",
            "changes": [
                {"field": "name", "before": "Old", "after": "Neu ü"},
                {"field": "headers.X-A", "hidden": True},
            ],
        },
    }


def test_an_act_is_a_line_in_the_log(bus: Bus) -> None:
    """With the names of what was changed, and no value."""
    (line,) = told(bus, CHANGED)

    expected = {
        "level": "INFO",
        "message": "activity",
        "account_id": "1010",
        "webhook_id": "wh_1",
        "activity_id": "act1",
        "kind": "CHANGED",
        "by": "5f2c",
        "client": "console",
        "address": "198.51.100.7",
        "fields": ["name", "headers.X-A"],
    }
    assert line == line | expected
    assert "Old" not in json.dumps(line)


def test_what_is_not_known_is_left_out(bus: Bus) -> None:
    """A test of a draft has no webhook; what nobody has asked for comes from nowhere; a delivery or job is named."""
    lines = told(bus, Activity("act2", "1010", None, ActivityKind.TESTED, 0, RECADO))
    lines += told(bus, Activity("act3", "1010", "wh_1", ActivityKind.CANCELLED, 0, ADMIN, (), "d1", "job_1"))

    first, second = (json.loads(entry["Detail"]) for entry in bus.entries)
    assert first == {
        "accountId": "1010",
        "activityId": "act2",
        "kind": "TESTED",
        "at": "1970-01-01T00:00:00.000Z",
        "by": "recado",
    }
    assert (second["deliveryId"], second["jobId"]) == ("d1", "job_1")
    assert not lines[0].keys() & {"webhook_id", "client", "address", "delivery_id", "job_id"}
    assert (lines[1]["delivery_id"], lines[1]["job_id"]) == ("d1", "job_1")


@pytest.mark.parametrize(
    ("code", "raises", "named"),
    [
        ("ThrottlingException", None, "ThrottlingException"),
        (None, ClientError({"Error": {"Code": "InternalFailure", "Message": ""}}, "PutEvents"), "InternalFailure"),
        (None, TypeError("a defect"), "a defect"),
    ],
    ids=["refused entry", "failed call", "defect"],
)
def test_a_bus_that_fails_is_a_fault_of_ours_that_nobody_else_meets(
    bus: Bus, capsys: pytest.CaptureFixture[str], code: str | None, raises: Exception | None, named: str
) -> None:
    """It is logged as an error, beside the act, and counted."""
    bus.code, bus.raises = code, raises

    line, error = told(bus, CHANGED)

    assert (line["level"], line["message"]) == ("INFO", "activity")
    assert (error["level"], error["message"], error["activity_id"]) == ("ERROR", "activity not told", "act1")
    assert named in error["exception"]
    assert json.loads(capsys.readouterr().out)["OurFaults"] == [1.0]
