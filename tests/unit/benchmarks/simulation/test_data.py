"""The data of the simulation: dated, with sources, and the template's own numbers; what each limit allows."""

import json
from datetime import date

import pytest

from benchmarks.simulation import capacity, table
from benchmarks.simulation.__main__ import RESULTS
from benchmarks.simulation.aws import Setting, read_data
from benchmarks.simulation.ledger import Ledger
from benchmarks.simulation.scenarios import SCENARIOS

DATA, SETTING = read_data(), Setting.usual()


def test_every_quota_says_what_it_is_where_from_and_whether_aws_raises_it() -> None:
    """As of a date."""
    date.fromisoformat(DATA["date"])
    for quota in DATA["quotas"].values():
        assert quota["name"] and quota["unit"] and quota["source"].startswith("https://docs.aws.amazon.com/")
        assert isinstance(quota["adjustable"], bool)
    for kind in ("latencies", "costs"):
        assert all(each["name"] and each["source"] for each in DATA[kind].values())


def test_the_templates_numbers_are_simulated() -> None:
    """Timeouts, ages and parameters are read, not copied."""
    deployment = SETTING.deployment

    assert (deployment.max_senders, deployment.slow_after, deployment.batch_period) == (100, 2, 900)
    assert (deployment.realtime_timeout, deployment.realtime_age, deployment.realtime_retries) == (30, 900, 2)


def test_less_memory_makes_cpu_take_longer() -> None:
    """Half a vCPU takes twice the time; more than one helps no thread."""
    whole = SETTING.quotas.vcpu_megabytes

    assert SETTING.cpu(0.01, whole / 2) == pytest.approx(0.02)
    assert SETTING.cpu(0.01, 2 * whole) == pytest.approx(0.01)


def test_the_lowest_limit_comes_first() -> None:
    """Of one webhook its partition; of all a new table; five webhooks make it a fifth."""
    steps = capacity.realtime_steps(SETTING)

    assert [step.events for step in steps] == sorted(step.events for step in steps)
    assert (steps[0].limit, steps[0].events) == ("partition_writes", 750)
    assert (steps[1].limit, steps[1].events) == ("table_writes_at_first", 3_000)
    by_name = {step.limit: step.events for step in capacity.realtime_steps(SETTING, webhooks=5)}
    assert by_name["table_writes_at_first"] == 600


def test_more_drains_and_a_shorter_schedule_send_more() -> None:
    """In proportion, until they are at work all the time."""
    usual = capacity.batch_rate(SETTING)

    assert capacity.batch_rate(SETTING.parameter(max_drains=10)) == pytest.approx(2 * usual)
    assert capacity.batch_rate(SETTING.parameter(batch_period=300.0)) == pytest.approx(3 * usual, rel=0.01)


def test_hundredths_count_what_they_stand_for() -> None:
    """A parcel of 98 weighs as much as 98 events."""
    ledger = Ledger()
    ledger.received("batch", 1.0, 98)
    ledger.received("batch", 60.0)
    ledger.received("batch", 90.0)

    assert ledger.hundredths("batch", 50, 95, 99) == [1.0, 1.0, 60.0]
    assert ledger.hundredths("nobody", 50) == [None]


def test_the_committed_results_are_of_these_scenarios_and_lose_nothing() -> None:
    """Who adds a scenario simulates it."""
    committed = json.loads(RESULTS.read_text(encoding="utf-8"))

    assert [row["scenario"] for row in committed["rows"]] == [scenario.name for scenario in SCENARIOS]
    assert all(row["lost"] == 0 for row in committed["rows"])
    assert {row["first"] for row in committed["rows"]} - {None, "(the disturbance)"} <= set(table.limits(DATA))
