"""Account ids."""

import pytest

from recado.rules.account import account_key, published_account


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (1010, "1010"),
        ("1010", "1010"),
        (0, "0"),
        (2**63 - 1, "9223372036854775807"),
        ("acme", "acme"),
        ("Acme-2.eu_west", "Acme-2.eu_west"),
        ("0010", "0010"),
        ("a" * 120, "a" * 120),
        ("org:1", "org:1"),
        ("user@example.com", "user@example.com"),
        ("+49~x", "+49~x"),
        (-5, "-5"),
        ("-5", "-5"),
        ("...", "..."),
        (2**70, "1180591620717411303424"),
    ],
)
def test_numbers_and_texts_are_account_ids(value: object, key: str) -> None:
    """A whole number and its spelling name one account; texts count as they are."""
    assert account_key(value) == key


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        10.0,
        pytest.param(10**5000, id="5000 digits"),
        "",
        " ",
        "a b",
        ".",
        "..",
        "a/b",
        "a%2Fb",
        "{a}",
        "a\u200b",
        "\uff41",
        "a#b",
        "a\n",
        "é",
        "\u0661\u0660",
        "a" * 121,
        [],
        {},
        b"1010",
    ],
)
def test_anything_else_is_no_account_id(value: object) -> None:
    """What could not stand in an address or a key is refused, with no exception."""
    assert account_key(value) is None


@pytest.mark.parametrize(
    ("account_id", "published"),
    [
        ("1010", 1010),
        ("0", 0),
        ("0010", "0010"),
        ("acme", "acme"),
        ("-5", "-5"),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), str(2**63)),
    ],
)
def test_an_account_that_is_a_number_is_published_as_one(account_id: str, published: int | str) -> None:
    """As long as it reads the same, and fits into what receivers have for whole numbers."""
    assert published_account(account_id) == published
    assert account_key(published) == account_id
