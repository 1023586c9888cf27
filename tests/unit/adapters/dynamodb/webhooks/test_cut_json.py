"""Sizes, and what is stuck, as they are stored with a webhook."""

import json

from hypothesis import given
from hypothesis import strategies as st

from recado.adapters.dynamodb.webhooks.cut_json import cut_from_json, cut_to_json, stuck_from_json, stuck_to_json
from recado.rules.sending.cutting import UNCUT, Cut, Size
from recado.rules.sending.stuck import NOT_STUCK, Stuck

numbers = st.integers(0, 10**6)
sizes = st.builds(Size, st.none() | numbers, st.none() | numbers)


@given(st.builds(Cut, sizes, sizes, st.none() | st.text(), numbers))
def test_sizes_are_read_as_they_were_stored(cut: Cut) -> None:
    """Every field comes back."""
    assert cut_from_json(json.loads(json.dumps(cut_to_json(cut)))) == cut


@given(st.builds(Stuck, st.none() | st.text(), numbers, numbers, numbers, numbers, st.booleans()))
def test_what_is_stuck_is_read_as_it_was_stored(stuck: Stuck) -> None:
    """Every field comes back."""
    assert stuck_from_json(json.loads(json.dumps(stuck_to_json(stuck)))) == stuck


def test_nothing_is_stored_of_a_webhook_that_is_well() -> None:
    """Its item is as small as before."""
    assert (cut_to_json(UNCUT), stuck_to_json(NOT_STUCK)) == (None, None)
