"""Tokens of portal sessions: what they say, and what is none."""

import pytest

from recado.rules.portal.session import digest_of, place_in, token_of

RANDOM = bytes(range(32))
ID = "0f" * 16


@pytest.mark.parametrize("account", ["1010", "a", "x" * 120, "tenant:eu@north~1+2"])
def test_a_token_says_which_account_it_reaches(account: str) -> None:
    """And of which session, in one text of letters that a URL's fragment and a header take as they are."""
    token = token_of(account, ID, RANDOM)

    assert place_in(token) == (account, ID)
    assert token.startswith("rps_")
    assert token.replace(".", "").replace("-", "").replace("_", "").isalnum()


def test_another_token_has_another_digest() -> None:
    """Of 64 characters, in which nothing of the token stands."""
    tokens = [token_of(account, ID, random) for account in ("1010", "1011") for random in (RANDOM, RANDOM[::-1])]
    digests = set(map(digest_of, tokens))

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
    assert place_in(text) is None
