"""Wake-ups as messages."""

import json

import pytest

from recado.rules.sending.wake_up import WakeUp, read_wake_up, wake_up_body


def test_a_wake_up_is_read_as_it_was_written() -> None:
    """It names the webhook and the token of its owner, and carries no event."""
    body = wake_up_body("1010", "wh_1", "t1")

    assert json.loads(body) == {"accountId": "1010", "webhookId": "wh_1", "token": "t1"}
    assert read_wake_up("m1", "r1", body) == WakeUp("m1", "r1", "1010", "wh_1", "t1")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "1",
        '"accountId"',
        "[]",
        "{}",
        '{"accountId":"1010"}',
        '{"webhookId":"wh_1"}',
        '{"accountId":"1010","webhookId":"wh_1"}',
        '{"accountId":1010,"webhookId":"wh_1","token":"t1"}',
        '{"accountId":"1010","webhookId":null,"token":"t1"}',
        '{"accountId":"1010","webhookId":"wh_1","token":5}',
        "9" * 5000,
        "[" * 100_000,
    ],
    ids=lambda body: str(body)[:20],
)
def test_anything_else_is_no_wake_up(body: str) -> None:
    """A message that somebody else put there breaks nothing."""
    assert read_wake_up("m1", "r1", body) is None
