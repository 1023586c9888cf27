"""The lane, as built, in every order of its steps: nothing is stranded, one sends at a time, nobody is forgotten.

The real use cases run over the real adapters; what is modelled is DynamoDB, SQS, Lambda and the receiver. `FAULTS=long`
widens the bounds; what is printed says how far this run has looked.
"""

import os
import sys
import time
from dataclasses import replace

import pytest

from tests.faults.interleaving.exploration import Exploration
from tests.faults.interleaving.large import LARGE
from tests.faults.interleaving.omissions.aside import ASIDE_LEFT_OUT, LONG_LEFT_OUT
from tests.faults.interleaving.omissions.asking import ASKING_LEFT_OUT, LONG_ASKING_LEFT_OUT
from tests.faults.interleaving.omissions.lane import LEFT_OUT
from tests.faults.interleaving.scenarios.aside import LONG_WITH_ASIDE, WITH_ASIDE
from tests.faults.interleaving.scenarios.asking import ASKING, LONG_ASKING
from tests.faults.interleaving.scenarios.lane import LONG, SCENARIOS
from tests.support.deep import deep_but

MOST_WAKE_UPS = 3  # each of those who may own the webhook in a scenario sends one; an SDK or SQS may double one

_IS_LONG = os.environ.get("FAULTS") == "long"
_SCENARIOS = SCENARIOS | WITH_ASIDE | ASKING | (LONG | LONG_WITH_ASIDE | LONG_ASKING if _IS_LONG else {})
_LEFT_OUT = LEFT_OUT | ASIDE_LEFT_OUT | ASKING_LEFT_OUT | (LONG_LEFT_OUT | LONG_ASKING_LEFT_OUT if _IS_LONG else {})


def test_what_is_left_to_the_deep_run_is_there() -> None:
    """No name of a scenario that has changed since keeps it out of `make test` unseen."""
    assert _SCENARIOS.keys() >= LARGE


@pytest.mark.parametrize("name", deep_but(_SCENARIOS.keys() - LARGE, _SCENARIOS))
def test_nothing_is_stranded_in_any_order(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every order ends with an empty backlog, all delivered or told of, nothing left over, and an end can be reached.

    Never do two send at once, but for a lease that has ended under its holder. Where nobody dies, no call fails on our
    side and no message comes twice, nothing is sent again that was received. Wake-ups stay few.
    """
    began = time.monotonic()

    report = Exploration(_SCENARIOS[name]).run()

    with capsys.disabled():
        sys.stdout.write(
            f"\n  {name}: {report.states:,} states, {report.ends} ends, {report.wake_ups} wake-ups at once at most, "
            f"{time.monotonic() - began:.1f} s "
        )
    assert not report.problem, "\n".join([report.problem, *report.trace])
    assert report.ends
    assert report.wake_ups <= MOST_WAKE_UPS


@pytest.mark.deep
@pytest.mark.parametrize("left_out", _LEFT_OUT)
def test_what_is_left_out_is_missed(left_out: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without any one step or condition some order strands, forgets, repeats or mixes up what it must not."""
    one = _LEFT_OUT[left_out]

    with one.leaving():
        report = Exploration(replace(_SCENARIOS[one.scenario], left_out=one.conditions)).run()

    with capsys.disabled():
        sys.stdout.write(f"\n  without {left_out}: {report.problem or 'not noticed'} ")
    assert report.problem == one.problem
