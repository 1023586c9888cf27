"""Receivers that take less than they are sent, on a simulated clock: what it costs until all good events are through.

`make faults` has every row of the table, `make simulate` prints it.
"""

import os

import pytest

from tests.faults.cutting.cases import CASES
from tests.faults.cutting.figures import Case
from tests.support.deep import deep_but

_LONG = os.environ.get("FAULTS") == "long"


# Of these there are others that take less and show the same.
_LARGE = ("fails at random", "dead for seven days, 10,000 waiting", "at most 1 events", "at most 80 events")
_CASES = [case for case in CASES if _LONG or not case.is_long]
_QUICK = [case for case in _CASES if not case.name.startswith(_LARGE)]


@pytest.mark.parametrize("case", deep_but(_QUICK, _CASES), ids=lambda case: case.name)
def test_a_receiver_that_takes_less_than_it_is_sent(case: Case) -> None:
    """The good events are through in the time, the POSTs and the repeats that are allowed."""
    had = case.run()

    assert case.goal.missed(had) == []
