"""What the functions log."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from recado.metrics import emit
from recado.ports.sending import OurFaultError
from recado.reporting import count_faults, log_attempts, log_counted, log_faults, log_redelivered
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending.wake_up import WakeUp
from recado.use_cases.sending.direct.dispatch import Attempted
from recado.use_cases.sending.queued.progress import Progress
from recado.use_cases.sending.queued.redelivery import Redelivered
from tests.unit.builders import delivered, failed
from tests.unit.rules.delivery.writes import change, standing

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
        lambda logger: log_attempts(
            logger, [Attempted("wh_1", 3, delivered(), "1010", ("e1", "e2", "e3")), Attempted("wh_2", 1, failed(503))]
        )
    )

    assert (
        good.items()
        >= {
            "level": "INFO",
            "message": "attempt succeeded",
            "account_id": "1010",
            "webhook_id": "wh_1",
            "events": 3,
            "event_ids": ["e1", "e2", "e3"],
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
    progress = Progress(
        attempts=[delivered(), failed()],
        carried=[("e1",), ("e2",)],
        faults=[OurFaultError("recording deliveries: throttled")],
    )

    first, second, fault = logged(lambda logger: log_redelivered(logger, Redelivered(wake_up, 30, progress)))

    assert [first["message"], second["message"]] == ["attempt succeeded", "attempt failed"]
    assert second["back_in_seconds"] == 30
    assert (second["account_id"], second["event_ids"]) == ("1010", ["e2"])
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
    """Every fault of ours that a run survived; an attempt that failed on a receiver's counts by its class."""
    wake_up = WakeUp("m1", "r1", "1010", "wh_1", "t1")
    progress = Progress(attempts=[failed()], carried=[("e1",)], faults=[OurFaultError(), OurFaultError()])

    logged(lambda logger: log_redelivered(logger, Redelivered(wake_up, 30, progress)))

    failures, faults = metrics(capsys)
    assert failures["FailedAttempts_SERVER_ERROR"] == [1]
    assert faults["OurFaults"] == [2]


def test_where_nothing_failed_nothing_is_counted(logged: Log, capsys: pytest.CaptureFixture[str]) -> None:
    """A metric that is always there costs money, and says nothing."""
    assert logged(lambda logger: log_faults(logger, "events handed back", [])) == []
    count_faults(0)

    assert metrics(capsys) == []


def test_what_was_counted_is_one_line_of_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    """What ended and how long it took, however many deliveries a batch has; no account, no webhook."""
    done = standing(DeliveryStatus.DELIVERED, latency_ms=40)
    changes = [change(number, None, done) for number in range(1000)]
    changes += [
        change(2000, None, standing(DeliveryStatus.EXPIRED)),
        change(2001, None, standing(DeliveryStatus.PENDING)),
    ]

    log_counted(changes)

    [line] = metrics(capsys)
    assert (line["DeliveredEvents"], line["ExpiredEvents"]) == ([1000], [1])
    assert (set(line["AttemptTime"]), len(line["AttemptTime"])) == ({40}, 99)
    assert set(line["EndToEndTime"]) == {40}
    assert line.keys().isdisjoint({"account_id", "webhook_id"})


def test_a_choice_of_many_values_has_the_least_and_the_greatest(capsys: pytest.CaptureFixture[str]) -> None:
    """An even one, so that their shares are what those of all values are."""
    emit({"AttemptTime": ("Milliseconds", range(9_900))})

    [line] = metrics(capsys)
    chosen = line["AttemptTime"]
    assert (chosen[0], chosen[49], chosen[-1], len(chosen)) == (0, 4949, 9_899, 99)


def test_what_was_ended_before_is_not_told_again(capsys: pytest.CaptureFixture[str]) -> None:
    """One that is delivered again is no second delivery; what had been skipped was not on its way."""
    done = standing(DeliveryStatus.DELIVERED, latency_ms=40)

    log_counted([change(1, done, done), change(2, standing(DeliveryStatus.SKIPPED), done)])

    [line] = metrics(capsys)
    assert line["DeliveredEvents"] == [1]
    assert "EndToEndTime" not in line
