"""Tokens of portal sessions: what they say, and what is none."""

import pytest

from recado.rules.portal.session import new_token, text_of, token_in

RANDOM = bytes(range(32))
ID = "0f" * 16


@pytest.mark.parametrize("account", ["1010", "a", "x" * 120, "tenant:eu@north~1+2"])
def test_a_token_says_which_account_it_reaches(account: str) -> None:
    """And of which session, in one text of letters that a URL's fragment and a header take as they are."""
    made = new_token(account, ID, RANDOM)
    token = text_of(made)

    assert token_in(token) == made
    assert (made.account_id, made.name) == (account, ID)
    assert token.startswith("rps_")
    assert token.replace(".", "").replace("-", "").replace("_", "").isalnum()


def test_another_token_has_another_digest() -> None:
    """Of 64 characters, in which nothing of the token stands."""
    tokens = [new_token(account, ID, random) for account in ("1010", "1011") for random in (RANDOM, RANDOM[::-1])]
    digests = {token.digest for token in tokens}

    assert {len(digest) for digest in digests} == {64}
    assert len(digests) == 4


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rps_",
        f"Bearer rps_MTAxMA.{ID}." + "a" * 43,
        f"rps_MTAxMA.{ID}." + "a" * 42,
        f"rps_MTAxMA.{ID}." + "a" * 44,
        f"rps_MTAxMA.{ID}." + "a" * 43 + "\n",
        f"rps_MTAxMA.{ID}." + "ä" * 43,
        f"rps_MTAxMA=.{ID}." + "a" * 43,
        f"rps_MTAxMB.{ID}." + "a" * 43,  # the same bytes in another spelling
        "rps_" + "Li4" + f".{ID}." + "a" * 43,  # the account `..`
        "rps_" + "____" + f".{ID}." + "a" * 43,  # no UTF-8
        "rps_" + "MTA" * 100 + f".{ID}." + "a" * 43,
        "rps_MTAxMA." + "a" * 43,
        f"rps_MTAxMA.{ID.upper()}." + "a" * 43,
        "eyJhbGciOiJub25lIn0.e30.c2ln",
    ],
)
def test_what_is_no_token_reaches_nothing(text: str) -> None:
    """It is not even looked up."""
    assert token_in(text) is None
