"""Whatever is found by the search, an expression makes no more than its budget."""

import pytest

from recado.rules.event import strict_json
from recado.rules.shaping.allowance import STEPS_OF_ONE, STEPS_TOGETHER, Allowance
from recado.rules.shaping.expression import compiled
from recado.rules.shaping.trouble import ExpressionFailedError, InvalidExpressionError
from tests.faults.expressions.hostile import Candidate, documents, search

# 64 characters a step, of which JSON writes some as six.
MOST_WRITTEN = 6 * 64 * STEPS_OF_ONE


@pytest.mark.parametrize("size", [2 * 1024, 256 * 1024 - 400])
def test_what_is_made_to_be_large_is_not(size: int) -> None:
    """The search looks for what writes most: for no event more than the steps of one pay for."""
    over = documents(size)

    def written(one: Candidate) -> float:
        allowance = Allowance()
        try:
            value = compiled(one.text).value_of(over[one.event], allowance)
        except (ExpressionFailedError, InvalidExpressionError):
            return 0.0
        assert STEPS_TOGETHER - allowance.left <= STEPS_OF_ONE
        return float(len(strict_json.dumps(value)))

    for one in search(written, sorted(over), seed=1, tries=25):
        assert written(one) <= MOST_WRITTEN, one
