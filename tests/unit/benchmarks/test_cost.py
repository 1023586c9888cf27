"""The arithmetic of dollars: what is measured, what is waited for, and what a function's memory does to both."""

import pytest

from benchmarks.cost.model import Assumptions, Function, duration_ms, hosted, invocation, lambda_dollars, together

PRICES = {
    "lambdaGbSecond": 0.00001,
    "lambdaMillion": 0.2,
    "writeMillion": 0.5,
    "readMillion": 0.125,
    "sqsMillion": 0.4,
    "kmsMillion": 3.0,
    "storageGbMonth": 0.25,
    "recoveryGbMonth": 0.25,
    "logGb": 0.5,
    "logGbMonth": 0.0,
    "outGb": 0.1,
}
ASSUMED = Assumptions(mb_of_a_core=1000, aws_call_ms=5, receiver_ms=100, bytes_beside_body=1000, stored_months=1)


def test_less_memory_makes_computing_longer_and_waiting_not() -> None:
    """With a quarter of a core ten milliseconds of CPU take forty; a hundred of waiting stay a hundred."""
    assert duration_ms(10, 100, 250, ASSUMED) == 140
    assert duration_ms(10, 100, 4000, ASSUMED) == 110  # one thread has no use for a second core


def test_an_invocation_costs_its_request_and_its_memory_for_as_long_as_it_runs() -> None:
    """A second of a gigabyte, and one of a million requests."""
    assert lambda_dollars(1000, 1024, PRICES) == pytest.approx(0.00001 + 0.0000002)


def test_each_line_of_an_invocation_is_what_was_measured_times_its_price() -> None:
    """Calls wait one after the other, POSTs together; calls of queues and keys are paid for by themselves."""
    figures = {
        "calls": {"Query WebhooksTable": 1, "DeleteMessageBatch BatchQueue": 1, "Decrypt EncryptionKey": 1},
        "cpuMs": 10,
        "writeUnits": {"DeliveriesTable": 2.0},
        "readUnits": 4.0,
        "bytesPut": 1_000,
        "logBytes": 2_000,
        "posts": 3,
        "postBytes": 3_000,
    }

    lines = invocation(figures, Function(1000), PRICES, ASSUMED)

    assert lines == pytest.approx(
        {
            "Lambda": (10 + 15 + 100) / 1000 * 1000 / 1024 * 0.00001 + 0.2e-6,
            "writes": 1e-6,
            "reads": 0.5e-6,
            "queues": 0.4e-6,
            "keys": 3e-6,
            "storage": 0.5e-6,
            "logs": 1e-6,
            "data out": 0.6e-6,
        }
    )


def test_lines_of_several_parts_are_added_up_by_name() -> None:
    """What costs nothing is no line."""
    assert together({"writes": 1.0, "keys": 0.0}, {"writes": 2.0, "logs": 0.5}) == {"writes": 3.0, "logs": 0.5}


@pytest.mark.parametrize(("millions", "dollars"), [(0.01, 490.0), (0.05, 490.0), (1.05, 590.0)])
def test_a_hosted_plan_includes_some_posts_and_charges_those_beyond(millions: float, dollars: float) -> None:
    """The plan's price is paid however few there are."""
    assert hosted({"monthly": 490, "included": 50_000, "perMillion": 100}, millions) == pytest.approx(dollars)
