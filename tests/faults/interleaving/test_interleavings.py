"""The protocol of failing webhooks, as built, in every order of its steps: nothing is stranded, one sends at a time.

`FAULTS=long` widens the bounds; what is printed says how far this run has looked.
"""

import os
import sys
import time
from dataclasses import replace

import pytest

from recado.rules.webhook.webhook import Health
from recado.use_cases.sending import dispatch as dispatch_module
from tests.faults.catalogue.scenario import Report, Scenario
from tests.faults.interleaving.exploration import Exploration
from tests.faults.interleaving.model_store import Budget, Guards
from tests.faults.interleaving.replay import Omissions, essence
from tests.unit.builders import NOW, failing

LONG = os.environ.get("FAULTS") == "long"
FAILING = replace(essence(failing("m0")), alerted_at=NOW)
HEALTHY = Health()

SCENARIOS = {
    "two dispatchers, two redeliveries, two refusals": Scenario(budget=Budget(refusals=2)),
    "a death": Scenario(budget=Budget(deaths=1, refusals=1)),
    "one dispatcher, two deaths": Scenario(dispatchers=1, budget=Budget(deaths=2, refusals=2)),
    "failing from the start": Scenario(dispatchers=1, budget=Budget(deaths=1, refusals=1), health=FAILING),
    "two dispatchers meet a failing webhook": Scenario(redeliveries=1, budget=Budget(refusals=1), health=FAILING),
    "a fault of ours": Scenario(dispatchers=1, budget=Budget(faults=2, refusals=1)),
    "a message that comes twice": Scenario(budget=Budget(repeats=1, refusals=1)),
    "a lease that ends under its holder": Scenario(budget=Budget(expiries=1, refusals=1)),
    "such a lease, and a death": Scenario(dispatchers=1, budget=Budget(expiries=1, refusals=1, deaths=1)),
    "an ordered webhook": Scenario(budget=Budget(refusals=1), ordered=True),
    "an ordered webhook, and a death": Scenario(budget=Budget(deaths=1), ordered=True),
    "a purged queue and a sweep": Scenario(
        dispatchers=1, budget=Budget(purges=1, sweeps=1, refusals=1, deaths=1), swept=True
    ),
    "retired and switched on again": Scenario(
        dispatchers=1, redeliveries=1, admin=("retire", "activate"), budget=Budget(refusals=1, deaths=1), swept=True
    ),
    "the same, with a sweep meanwhile": Scenario(
        dispatchers=1, redeliveries=1, admin=("retire", "activate"), budget=Budget(sweeps=1), swept=True
    ),
    "410, and switched on again": Scenario(
        dispatchers=1, admin=("activate",), budget=Budget(gone=1, deaths=1), swept=True
    ),
    "removed": Scenario(dispatchers=1, admin=("remove",), budget=Budget(refusals=1, deaths=1)),
}
if LONG:
    SCENARIOS |= {
        "retired and switched on again, two redeliveries": Scenario(
            dispatchers=1, admin=("retire", "activate"), budget=Budget(refusals=1, deaths=1), swept=True
        ),
        "retired and switched on again, refused and swept": Scenario(
            dispatchers=1, redeliveries=1, admin=("retire", "activate"), budget=Budget(refusals=1, sweeps=1), swept=True
        ),
        "410, a refusal, and switched on again": Scenario(
            dispatchers=1, admin=("activate",), budget=Budget(gone=1, refusals=1, deaths=1), swept=True
        ),
        "two refusals and a death": Scenario(budget=Budget(deaths=1, refusals=2)),
        "two dispatchers, two redeliveries, failing": Scenario(budget=Budget(refusals=1), health=FAILING),
        "an ordered webhook, a death and a refusal": Scenario(budget=Budget(deaths=1, refusals=1), ordered=True),
        "failing, purged and swept": Scenario(
            dispatchers=1, budget=Budget(purges=1, sweeps=1, deaths=1), health=FAILING, swept=True
        ),
    }


def explored(scenario: Scenario) -> Report:
    """Explore until the first problem."""
    return Exploration(scenario).run(first_problem_only=True)


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_stranded_in_any_order(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every order ends with an empty backlog, all delivered, a healthy webhook, and never two senders at once.

    Where nobody dies, no call fails on our side and no message comes twice, nothing is sent again that was received.
    """
    began = time.monotonic()

    report = explored(SCENARIOS[name])

    with capsys.disabled():
        sys.stdout.write(
            f"\n  {name}: {report.states:,} states, {report.orders:.1e} orders, {report.ends} ends, "
            f"{time.monotonic() - began:.1f} s "
        )
    assert not report.problems, report.problems[0]
    assert report.ends


OMISSIONS = {
    "the second reading": Scenario(budget=Budget(refusals=1), omissions=Omissions(second_reading=True)),
    "the dispatcher's check": Scenario(budget=Budget(refusals=1), omissions=Omissions(dispatchers_check=True)),
    "the version condition": Scenario(budget=Budget(refusals=1), guards=Guards(version=False)),
    "counting versions while healthy": Scenario(budget=Budget(refusals=1), guards=Guards(count_when_healthy=False)),
    "the lease": Scenario(budget=Budget(refusals=1), guards=Guards(lease=False)),
}


@pytest.mark.parametrize("left_out", OMISSIONS)
def test_what_is_left_out_is_missed(
    left_out: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without any one of the precautions, some order strands an event or lets two send at once."""
    scenario = OMISSIONS[left_out]
    if scenario.omissions.dispatchers_check:
        monkeypatch.setattr(dispatch_module, "wake_if_idle", lambda *_arguments: None)

    report = explored(scenario)

    with capsys.disabled():
        sys.stdout.write(f"\n  without {left_out}: {(report.problems or ['not noticed'])[0].split(':')[0]} ")
    assert report.problems
