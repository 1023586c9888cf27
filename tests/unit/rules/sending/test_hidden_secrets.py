"""What proves the sender, taken out of an answer that repeats it."""

import pytest

from recado.rules.sending.outgoing import without


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("abc", "is abc, is it?"), ("abcd", "is [hidden], is it?"), ("abcde", "is [hidden], is it?")],
)
def test_a_secret_of_four_characters_or_more_is_hidden(secret: str, shown: str) -> None:
    """A shorter one would be found in texts that do not mean it, and they would show what it is."""
    assert without([secret], f"is {secret}, is it?") == shown
