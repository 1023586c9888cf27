"""Signatures by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), symmetric scheme `v1`."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

SCHEME = "standard-webhooks"
ALGORITHM = "HMAC-SHA256"
ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1000
_PREFIX = "whsec_"
_SECRET_BYTES = 32  # the specification asks for 24 to 64


def generate_secret() -> str:
    """A new signing secret: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(signing_secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one `v1,…` for each secret, separated by spaces.

    `timestamp` is in seconds; the signed content is `{id}.{timestamp}.{body}`.
    """
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_digest(secret, content)}" for secret in signing_secrets)


def _digest(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
