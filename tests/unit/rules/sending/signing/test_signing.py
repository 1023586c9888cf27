"""Signatures, as the public libraries of Standard Webhooks verify them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
import svix

from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.signing.signing import signature
from recado.rules.sending.signing.signing_secret import generate
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from tests.unit.builders import event, events, webhook

VECTORS = [
    (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
    (
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        1649367553,
        b'{"email":"test@example.com","username":"test_user"}',
        "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    ),
]


LIBRARIES: dict[str, tuple[Callable[[str], Any], type[Exception]]] = {
    "standardwebhooks": (standardwebhooks.Webhook, standardwebhooks.WebhookVerificationError),
    "svix": (svix.Webhook, svix.WebhookVerificationError),
}


@pytest.mark.parametrize(("secret", "message_id", "timestamp", "body", "expected"), VECTORS)
def test_the_published_vectors_come_out(
    secret: str, message_id: str, timestamp: int, body: bytes, expected: str
) -> None:
    """Known secrets, messages and signatures of the specification's own libraries."""
    assert signature([secret], message_id, timestamp, body) == expected
    assert signature([secret.removeprefix("whsec_")], message_id, timestamp, body) == expected


def test_each_secret_gives_one_signature() -> None:
    """Separated by a space, in the order of the secrets."""
    first, second = (vector[0] for vector in VECTORS)
    together = signature([first, second], "m", 1, b"{}")

    assert together.split(" ") == [signature([first], "m", 1, b"{}"), signature([second], "m", 1, b"{}")]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("count", [1, 100])
@pytest.mark.parametrize("rotated", [False, True])
def test_public_libraries_verify_what_is_sent(library: str, count: int, rotated: bool) -> None:
    """With the new and with the previous secret, for one event and for many, in any script; not if a byte changes."""
    verifier, refusal = LIBRARIES[library]
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    current, previous = generate(), generate()
    target = webhook(authentication=AuthenticationType.SIGNATURE)
    earlier = EarlierSecret(previous, now_ms + 1000 if rotated else now_ms)
    sent = [*events(count - 1), event("last", data={"text": "ação 学习 😀"})]
    request = outgoing_request(target, Credentials(secret=current, previous=(earlier,)), sent, now_ms)
    headers = dict(request.headers)

    for secret in [current, previous] if rotated else [current]:
        verified = verifier(secret).verify(request.body, headers)
        assert (verified or json.loads(request.body)) == json.loads(request.body)

    with pytest.raises(refusal):
        verifier(current).verify(request.body.replace(b"1010", b"1011"), headers)
    with pytest.raises(refusal):
        verifier(generate()).verify(request.body, headers)
    if not rotated:
        with pytest.raises(refusal):
            verifier(previous).verify(request.body, headers)
