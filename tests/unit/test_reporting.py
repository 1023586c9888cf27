"""What the functions log."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from recado.ports.sending import OurFaultError
from recado.reporting import count_faults, log_attempts, log_faults, log_redelivered
from recado.rules.sending.wake_up import WakeUp
from recado.use_cases.sending.direct.dispatch import Attempted
from recado.use_cases.sending.queued.progress import Progress
from recado.use_cases.sending.queued.redelivery import Redelivered
from tests.unit.builders import delivered, failed

Log = Callable[[Callable[[Logger], None]], list[dict[str, Any]]]


@pytest.fixture
def logged(request: pytest.FixtureRequest) -> Log:
    """Return the lines that something logs."""

    def lines(action: Callable[[Logger], None]) -> list[dict[str, Any]]:
        stream = io.StringIO()
        action(Logger(service=request.node.name, stream=stream))
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return lines


def test_each_post_has_a_line(logged: Log) -> None:
    """With its webhook, its size and what came of it; a failure has its class and its sentence."""
    good, bad = logged(
        lambda logger: log_attempts(logger, [Attempted("wh_1", 3, delivered()), Attempted("wh_2", 1, failed(503))])
    )

    assert (
        good.items()
        >= {
            "level": "INFO",
            "message": "attempt succeeded",
            "webhook_id": "wh_1",
            "events": 3,
            "status_code": 202,
            "latency_ms": 20,
        }.items()
    )
    assert (
        bad.items()
        >= {
            "level": "WARNING",
            "message": "attempt failed",
            "webhook_id": "wh_2",
            "status_code": 503,
            "failure": "SERVER_ERROR",
            "detail": "The receiver answered with status 503.",
        }.items()
    )


def test_each_post_of_a_redelivery_has_a_line_and_each_fault_another(logged: Log) -> None:
    """A fault of ours is an error, with its trace."""
    wake_up = WakeUp("m1", "r1", "1010", "wh_1", "t1")
    progress = Progress(attempts=[delivered(), failed()], faults=[OurFaultError("recording deliveries: throttled")])

    first, second, fault = logged(lambda logger: log_redelivered(logger, Redelivered(wake_up, 30, progress)))

    assert [first["message"], second["message"]] == ["attempt succeeded", "attempt failed"]
    assert second["back_in_seconds"] == 30
    assert (
        fault.items()
        >= {
            "level": "ERROR",
            "message": "redelivery failed on our side",
            "webhook_id": "wh_1",
            "exception_name": "OurFaultError",
        }.items()
    )
    assert "throttled" in fault["exception"]


def test_expired_deliveries_are_counted(logged: Log) -> None:
    """One line tells how many of a webhook's deliveries had waited for too long."""
    wake_up = WakeUp("m1", "r1", "1010", "wh_1", "t1")

    [line] = logged(lambda logger: log_redelivered(logger, Redelivered(wake_up, None, Progress(expired=150))))

    assert (line["level"], line["message"], line["webhook_id"]) == ("WARNING", "deliveries expired", "wh_1")
    assert line["deliveries"] == 150


def metrics(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return what was printed for CloudWatch to take in as metrics."""
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_faults_that_were_survived_are_told_and_counted(
    logged: Log, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has an error line with its trace, and all of them are one metric of the function, for an alarm."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "recado-batch")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "recado")
    faults = [OurFaultError("throttled"), KeyError("a bug")]

    lines = logged(lambda logger: log_faults(logger, "events handed back", iter(faults), webhook_id="wh_1"))

    assert [(line["level"], line["message"], line["webhook_id"]) for line in lines] == [
        ("ERROR", "events handed back", "wh_1")
    ] * 2
    assert ["throttled" in lines[0]["exception"], "a bug" in lines[1]["exception"]] == [True, True]
    [metric] = metrics(capsys)
    [described] = metric["_aws"]["CloudWatchMetrics"]
    assert (described["Namespace"], described["Metrics"]) == ("Recado", [{"Name": "OurFaults", "Unit": "Count"}])
    assert [sorted(names) for names in described["Dimensions"]] == [["FunctionName", "service"]]
    assert (metric["FunctionName"], metric["service"], metric["OurFaults"]) == ("recado-batch", "recado", [2])


def test_a_fault_of_a_redelivery_is_counted(logged: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """Every fault of ours that a run survived, and no attempt that failed on a receiver's."""
    wake_up = WakeUp("m1", "r1", "1010", "wh_1", "t1")
    progress = Progress(attempts=[failed()], faults=[OurFaultError(), OurFaultError()])

    logged(lambda logger: log_redelivered(logger, Redelivered(wake_up, 30, progress)))

    assert [metric["OurFaults"] for metric in metrics(capsys)] == [[2]]


def test_where_nothing_failed_nothing_is_counted(logged: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """A metric that is always there costs money, and says nothing."""
    assert logged(lambda logger: log_faults(logger, "events handed back", [])) == []
    count_faults(0)

    assert metrics(capsys) == []
