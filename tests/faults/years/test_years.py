"""Webhooks for years, with everything at once: receivers of every kind, load, admins, and all faults of our own side.

`FAULTS=long` simulates more of them, from a seed that is drawn, or is that of `YEARS_SEED`; what is printed says from
which seed, how much, and what was found. `python -m tests.faults.years --seed …` reproduces it.
"""

import os
import random
import sys
import time

import pytest

from tests.faults.years.campaign import Campaign, Scale
from tests.faults.years.defects import DEFECTS, NOTICED
from tests.faults.years.report import told

_LONG = os.environ.get("FAULTS") == "long"
_FIRST = int(os.environ.get("YEARS_SEED", random.SystemRandom().randrange(10**6))) if _LONG else 1
SEEDS = [_FIRST + number for number in range(12 if _LONG else 2)]
WEBHOOK_YEARS = 1.5 if _LONG else 0.25


@pytest.mark.parametrize("seed", SEEDS)
def test_years_go_by_and_everything_holds(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing lost, one sender, order, nothing after a cancel, few wake-ups, and repeats that a fault explains."""
    began = time.process_time()

    report = Campaign(seed).run(WEBHOOK_YEARS)

    text = told(report, time.process_time() - began)
    with capsys.disabled():
        sys.stdout.write(f"\n  {text.splitlines()[0]} ")
    assert not report.problems, text
    assert report.posts > report.posts_failed > 0
    assert report.faults.total() > 100


def test_the_same_seed_is_the_same_world() -> None:
    """Two runs from one seed do the same to the last call."""
    first, second = (Campaign(3, Scale(days=3)).run(0.02) for _ in range(2))

    assert first == second
    assert first.calls > 500


@pytest.mark.parametrize("left_out", NOTICED)
def test_what_is_left_out_is_noticed(left_out: str) -> None:
    """Without any of these steps or conditions of the product something happens that must not."""
    seed, what = NOTICED[left_out]

    with DEFECTS[left_out]():
        report = Campaign(seed).run(0.5)

    assert [what in problem.what for problem in report.problems[:1]] == [True]
