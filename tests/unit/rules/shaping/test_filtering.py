"""Filters: who gets an event."""

import pytest

from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.filtering import EVERYTHING, judged
from tests.unit.builders import event

DATA = {"status": "paid", "total": 0, "lines": [], "note": "", "none": None, "empty": {}, "no": False, "tags": [0]}


@pytest.mark.parametrize(
    ("expression", "delivers"),
    [
        ("data.status == 'paid'", True),
        ("data.status != 'paid'", False),
        ("data.total", True),
        ("data.tags", True),
        ("data.lines", False),
        ("data.note", False),
        ("data.none", False),
        ("data.empty", False),
        ("data.no", False),
        ("data.missing", False),
        ("eventName == 'COURSE_ENROLLMENT' && eventId == 'e1'", True),
        ("timestamp > `1727438399999`", True),
        ("eventInfo == null", True),
        ("data.lines[?quantity > `1`]", False),
    ],
)
def test_true_is_what_jmespath_takes_for_true(expression: str, delivers: bool) -> None:
    """Null, false and what is empty do not deliver; 0 does."""
    assert judged(event(data=DATA), expression).delivers is delivers


def test_no_filter_delivers_everything() -> None:
    """Without a look at the event."""
    assert judged(event(), None) is EVERYTHING


@pytest.mark.parametrize(
    "expression", ["data.status > data.total", "length(data.total)", "no.longer.[accepted", "sum(@)"]
)
def test_whatever_goes_wrong_the_event_is_delivered(expression: str) -> None:
    """And the reason is kept."""
    says = judged(event(data=DATA), expression)

    assert says.delivers
    assert says.error


def test_what_is_spent_elsewhere_is_missing() -> None:
    """An event beyond the allowance is delivered."""
    says = judged(event(data=DATA), "data.status == 'sent'", Allowance(1))

    assert (says.delivers, "so many events" in str(says.error)) == (True, True)


def test_the_value_of_a_filter_is_told() -> None:
    """It explains why an event was left out."""
    assert judged(event(data=DATA), "data.lines").value == []
