"""What makes a request the one that came before, and nobody learns of it."""

from dataclasses import replace

import pytest

from recado.rules.activity.idempotency import KeyedRequest, is_key

REQUEST = KeyedRequest("1010", "POST", "/accounts/1010/webhooks", "a-key", b'{"password": "hunter2"}')


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a", True),
        ("!~", True),
        ("x" * 255, True),
        ("", False),
        ("x" * 256, False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
        ("\x7f", False),
    ],
)
def test_a_key_is_visible_ascii_of_bounded_length(text: str, key: bool) -> None:
    """To the character."""
    assert is_key(text) is key


def test_the_same_request_is_the_same() -> None:
    """However often it comes."""
    assert replace(REQUEST).once == REQUEST.once


@pytest.mark.parametrize(
    "other",
    [
        {"account_id": "2020"},
        {"method": "PUT"},
        {"path": "/accounts/1010/webhooks/"},
        {"key": "another"},
        {"account_id": "1010POST", "method": ""},
        {"account_id": '1010", "POST', "method": ""},
    ],
)
def test_a_key_counts_where_it_was_sent_to(other: dict[str, str]) -> None:
    """Account, method, path and key, no two of them written alike."""
    changed = replace(REQUEST, **other)  # type: ignore[arg-type]  # texts alone

    assert changed.once.token != REQUEST.once.token
    assert (changed.place == REQUEST.place) is ("key" in other)


def test_other_bytes_are_another_request_under_the_same_token() -> None:
    """So that it can be refused; each byte counts."""
    changed = replace(REQUEST, body=REQUEST.body + b" ").once

    assert (changed.token, changed.request == REQUEST.once.request) == (REQUEST.once.token, False)


def test_what_a_body_was_cannot_be_tried_out_without_the_key() -> None:
    """The same body under another key is written otherwise, and neither is to be read."""
    assert replace(REQUEST, key="another").once.request != REQUEST.once.request
    shown = repr(REQUEST) + repr(REQUEST.once)
    assert "hunter2" not in shown
    assert "a-key" not in shown
