"""The `traceparent` of an event."""

import pytest

from recado.rules.event.trace_context import shared_traceparent, traceparent_of
from tests.unit.builders import event

# The example of the Recommendation.
TRACE = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (f"00-{TRACE}", f"00-{TRACE}"),
        (f"00-{TRACE[:-2]}00", f"00-{TRACE[:-2]}00"),
        (f" 00-{TRACE}\t", f"00-{TRACE}"),
        (f"01-{TRACE}", f"00-{TRACE}"),
        (f"cc-{TRACE}-what-the-future-will-be-like", f"00-{TRACE}"),
    ],
)
def test_a_traceparent_is_handed_on(given: str, sent: str) -> None:
    """As it is; one of a later version as what version 00 knows of it."""
    assert event(traceparent=given).traceparent == sent


@pytest.mark.parametrize(
    "given",
    [
        "",
        "trace",
        f"00-{TRACE}-more",
        f"ff-{TRACE}",
        f"01-{TRACE}more",
        f"00-{TRACE.upper()}",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        f"00-{TRACE}\r\nX-Other: 1",
        f"01-{TRACE}-é",
        f"01-{TRACE}-{'x' * 500}",
        None,
        7,
        {"trace": TRACE},
    ],
)
def test_what_is_no_traceparent_is_left_out(given: object) -> None:
    """The event is none the worse for it."""
    assert traceparent_of(given) is None
    assert event(traceparent=given) == event()


def test_a_traceparent_is_no_part_of_the_body() -> None:
    """What receivers get as an event's JSON is what it always was."""
    assert event(traceparent=f"00-{TRACE}").text == event().text


@pytest.mark.parametrize(
    ("of_events", "sent"),
    [
        (["a"], "a"),
        (["a", "a"], "a"),
        (["a", "b"], None),
        (["a", None], None),
        ([None, None], None),
    ],
)
def test_several_events_share_one_or_have_none(of_events: list[str | None], sent: str | None) -> None:
    """A receiver is not told that an event belongs to another's trace."""
    assert shared_traceparent(of_events) == sent
