"""Signatures by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): schemes `v1`, and `v1a` beside it."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from recado.rules.sending.signing.signing_secret import key_of

SCHEME = "standard-webhooks"
ALGORITHM = "HMAC-SHA256"


def signature(
    signing_secrets: Sequence[str], message_id: str, timestamp: int, body: bytes, signing_keys: Sequence[str] = ()
) -> str:
    """The value of `webhook-signature`: one `v1,…` for each secret, one `v1a,…` for each key, separated by spaces.

    `timestamp` is in seconds; the signed content is `{id}.{timestamp}.{body}`.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    symmetric = (f"v1,{_digest(secret, content)}" for secret in signing_secrets)
    asymmetric = (f"v1a,{_signed(key, content)}" for key in signing_keys)
    return " ".join([*symmetric, *asymmetric])


def _digest(secret: str, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key_of(secret), content, hashlib.sha256)).decode()


def _signed(key: str, content: bytes) -> str:
    from recado.rules.sending.signing.signing_key import signed  # noqa: PLC0415 - most webhooks have no key

    return base64.b64encode(signed(key, content)).decode()
