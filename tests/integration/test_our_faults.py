"""Faults of our own that a function survives: Lambda's metric of errors does not know them, so they are counted."""

import json
from typing import Any

import pytest

from local.listener import Listener
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import numbered
from tests.support.redeliveries import failing_webhook
from tests.support.system import System

Output = pytest.CaptureFixture[str]


def counted(output: Output) -> list[int]:
    """Return what the functions counted since this was asked last."""
    entries: list[dict[str, Any]] = [
        json.loads(line) for line in output.readouterr().out.splitlines() if line[:1] == "{"
    ]
    return [number for entry in entries if "_aws" in entry for number in entry.get("OurFaults", [])]


def test_a_drain_counts_its_faults(
    system: System, aws: AwsCalls, receiver: Listener, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of events that it hands back, and that it could not start others; without a fault there is no metric."""
    monkeypatch.setattr("recado.use_cases.sending.direct.drain.WINDOW_MESSAGES", 2)  # more may wait
    system.add_webhook(receiver.url)
    system.put_into_batch_queue(*numbered(2))
    aws.refuse("GetQueueAttributes")
    aws.refuse("BatchWriteItem")
    system.invoke("batch_dispatcher", {})
    assert sum(counted(capsys)) == 2

    aws.allow("GetQueueAttributes")
    aws.allow("BatchWriteItem")
    system.invoke("batch_dispatcher", {})
    assert counted(capsys) == []


def test_a_redelivery_counts_its_faults(system: System, aws: AwsCalls, receiver: Listener, capsys: Output) -> None:
    """A wake-up that comes back because of us; one that comes back because of its receiver is none."""
    failing_webhook(system, receiver, "e0")
    aws.refuse("Query")
    system.redeliver()
    assert counted(capsys) == [1]

    aws.allow("Query")
    system.clock.advance(200)
    receiver.break_down()
    system.redeliver()
    assert counted(capsys) == []


def test_the_counter_counts_what_it_could_not_understand(system: System, capsys: Output) -> None:
    """A write that somebody has made by hand is left out, and heard of."""
    record = {"eventID": "1", "dynamodb": {"NewImage": {"partition": {"S": "of a stranger"}}}}

    system.invoke("delivery_counter", {"Records": [record]})

    assert counted(capsys) == [1]
