"""Each code block of the documentation is run by a test, or read by one, or there is a reason why not."""

import pytest

from tests.support.documentation.decisions import Decision, decisions
from tests.support.documentation.pages import Block, all_blocks


@pytest.mark.parametrize("block", all_blocks(), ids=lambda block: block.place)
def test_a_block_has_one_decision(block: Block) -> None:
    """A new one gets it in tests/support/documentation/blocks.toml."""
    assert len([one for one in decisions() if one.is_about(block)]) == 1


@pytest.mark.parametrize("decision", decisions(), ids=lambda one: f"{one.page}: {one.holds[:40]}")
def test_a_decision_has_one_block(decision: Decision) -> None:
    """One that has gone takes its decision with it; the test that is named is there."""
    assert len([block for block in all_blocks() if decision.is_about(block)]) == 1
    assert decision.how == "not run" or decision.names_a_test()
