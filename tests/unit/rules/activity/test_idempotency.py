"""What makes a request the one that came before."""

from dataclasses import replace

import pytest

from recado.rules.activity.idempotency import KeyedRequest, is_key

REQUEST = KeyedRequest("1010", "POST", "/accounts/1010/webhooks", "key", b"{}")


@pytest.mark.parametrize("text", ["a", "!", "~", "a,b", "x" * 255, "0b6f9c1e-6a7c-4b0f-9f6e-2d1b1c1f0a55"])
def test_visible_ascii_is_a_key(text: str) -> None:
    """Of any kind, also with commas: several headers of the name arrive as one."""
    assert is_key(text)


@pytest.mark.parametrize("text", ["", " ", "a b", "a\t", "a\n", "\x7f", "é", "x" * 256])
def test_all_else_is_none(text: str) -> None:
    """Neither spaces nor signs that somebody on the way may write in another way."""
    assert not is_key(text)


def test_the_same_request_is_the_same_one() -> None:
    """However often it comes."""
    assert replace(REQUEST).once == REQUEST.once


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, account_id="2020"),
        replace(REQUEST, method="PUT"),
        replace(REQUEST, path="/accounts/1010/events"),
        replace(REQUEST, key="Key"),
        replace(REQUEST, account_id='1010", "POST', method="", path="x"),
    ],
)
def test_a_key_counts_for_its_account_method_and_path(other: KeyedRequest) -> None:
    """Elsewhere it is another key."""
    assert other.once.token != REQUEST.once.token


def test_parts_are_not_taken_for_one_another() -> None:
    """Where one ends is part of what is told apart."""
    assert replace(REQUEST, method="POST/", path="a").place != replace(REQUEST, method="POST", path="/a").place


def test_other_bytes_are_another_request_of_the_same_key() -> None:
    """A space more is enough."""
    other = replace(REQUEST, body=b"{ }")

    assert other.once.token == REQUEST.once.token
    assert other.once.request != REQUEST.once.request


def test_what_is_told_does_not_follow_from_the_body_alone() -> None:
    """Or a password in it could be found by trying: the digest is keyed."""
    assert replace(REQUEST, key="another").once.request != REQUEST.once.request


def test_neither_key_nor_body_is_shown() -> None:
    """In no traceback and no log."""
    shown = repr(KeyedRequest("1010", "POST", "/", "the-key", b"the-body"))

    assert "the-key" not in shown
    assert "the-body" not in shown
