"""Webhooks for years, with everything at once: receivers of every kind, load, admins, and all faults of our own side.

`FAULTS=long` simulates more of them, from a seed that is drawn, or is that of `YEARS_SEED`; what is printed says from
which seed, how much, and what was found.
"""

import os
import random
import sys
import time

import pytest

from tests.faults.years.campaign import DENSE, Campaign, Scale
from tests.faults.years.defects import DEFECTS, NOTICED, NOTICED_LATE
from tests.faults.years.report import told
from tests.support.deep import deep_unless

_LONG = os.environ.get("FAULTS") == "long"
_FIRST = int(os.environ.get("YEARS_SEED", random.SystemRandom().randrange(10**6))) if _LONG else 1
WORLDS = [
    *(("years", number) for number in range(10 if _LONG else 1)),
    *(("days", number) for number in range(20 if _LONG else 3)),
]
SCALES = {"years": (Scale(), 1.5 if _LONG else 0.15), "days": (DENSE, 0.15 if _LONG else 0.02)}
A_FEW_DAYS = 0.001  # webhook-years: what was begun is brought to its end
MOST_WORLDS = 20


# Of what is simulated each time: one world that is dense.
@pytest.mark.parametrize(
    ("scale", "number"),
    [pytest.param(*world, marks=deep_unless(world == ("days", 0))) for world in WORLDS],
)
def test_years_go_by_and_everything_holds(scale: str, number: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing lost, one sender, order, nothing after a cancel, few wake-ups, and repeats that a fault explains."""
    began = time.process_time()

    report = Campaign(_FIRST + number, SCALES[scale][0]).run(SCALES[scale][1])

    text = told(report, time.process_time() - began)
    with capsys.disabled():
        sys.stdout.write(f"\n  {text.splitlines()[0]} ")
    assert not report.problems, text
    assert report.posts > report.posts_failed
    # In a few dense days there may be no receiver that fails.
    assert report.posts_failed > 0 or scale == "days"
    assert report.faults.total() > 20


@pytest.mark.deep
def test_the_same_seed_is_the_same_world() -> None:
    """Two runs from one seed do the same to the last call."""
    first, second = (Campaign(3, DENSE).run(A_FEW_DAYS) for _ in range(2))

    assert first == second
    assert first.calls > 500


@pytest.mark.deep
@pytest.mark.parametrize("left_out", NOTICED + (NOTICED_LATE if _LONG else ()))
def test_what_is_left_out_is_noticed(left_out: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without any of these steps or conditions of the product something happens, in some world, that must not."""
    problems: list[str] = []
    for seed in range(1, MOST_WORLDS):
        with DEFECTS[left_out]():
            report = Campaign(seed, DENSE).run(A_FEW_DAYS)
        problems += [f"{problem.what}, seed {seed}" for problem in report.problems]
        if problems:
            break

    with capsys.disabled():
        sys.stdout.write(f"\n  without {left_out}: {problems or 'not noticed'} ")
    assert problems
