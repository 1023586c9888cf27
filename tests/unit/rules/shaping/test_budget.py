"""What is paid for what: by steps, which are the same on every machine."""

from typing import Any

import pytest

from recado.rules.shaping.allowance import STEPS_OF_ONE, STEPS_TOGETHER, Allowance
from recado.rules.shaping.expression import compiled
from recado.rules.shaping.trouble import ExpressionFailedError

LONG = int("9" * 4_000)
DOUBLED = " | [@, @][]" * 11


def spent(text: str, data: Any) -> int:
    """Return the steps that an expression takes over an event with these data."""
    allowance = Allowance()
    compiled(text).value_of({"data": data}, allowance)
    return STEPS_TOGETHER - allowance.left


@pytest.mark.parametrize("last", ["@", "to_string(@)", "length(to_string(@))", "map(&to_string(@), @)"])
def test_digits_are_paid_like_characters(last: str) -> None:
    """2,048 times an integer of 4,000 digits are 8 MB of JSON, though they are few values: it is not written."""
    with pytest.raises(ExpressionFailedError, match="takes more than 50000 steps"):
        spent(f"[data.long]{DOUBLED} | {last}", {"long": LONG})


def test_an_integer_costs_what_its_text_costs() -> None:
    """Within the tenth by which bits are more than digits."""
    of_digits, of_text = (spent("to_string(data.one)", {"one": one}) for one in (LONG, str(LONG)))
    assert of_text <= of_digits <= of_text * 1.2


def test_seeking_is_paid_by_the_places_at_which_it_is_tried() -> None:
    """A short text is compared with another at each place: the half of it is the dearest to seek."""
    text = "a" * 2_400
    of_half, of_little = (
        spent("contains(data.text, data.part)", {"text": text, "part": part}) for part in (text[1_200:], "a")
    )
    assert of_half > of_little + 150


@pytest.mark.parametrize(
    "text", [f"data{' | [@, @]' * 30}", f"data{' | [@, @][]' * 40}", f"data{' | [@, @]' * 30} | @ == @"]
)
def test_what_asks_for_too_much_has_used_up_its_steps(text: str) -> None:
    """So of many events that are dispatched at a time such an expression holds up ten; the others go at once."""
    allowance = Allowance()
    told = []
    for _ in range(STEPS_TOGETHER // STEPS_OF_ONE + 1):
        with pytest.raises(ExpressionFailedError) as failed:
            compiled(text).value_of({"data": {"a": 1}}, allowance)
        told.append(str(failed.value))
    assert allowance.left == 0
    assert "for so many events at a time" in told[-1]
    assert "for so many events at a time" not in told[0]


def test_what_is_left_to_the_others_stays() -> None:
    """An expression that asks for too much takes its own steps, and none of those after it."""
    allowance = Allowance()
    with pytest.raises(ExpressionFailedError):
        compiled(f"data{' | [@, @]' * 30}").value_of({"data": 1}, allowance)
    assert allowance.left == STEPS_TOGETHER - STEPS_OF_ONE
    assert compiled("data").value_of({"data": 1}, allowance) == 1


def test_a_separator_that_is_missing_is_told() -> None:
    """In the words of the function, as of every other argument."""
    with pytest.raises(ExpressionFailedError, match=r"join\(\) takes string, and was given null"):
        spent("join(data.missing, data.texts)", {"texts": ["a"]})
