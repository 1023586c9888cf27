"""What a receiver does with a key set: verify `v1a` signatures, by `cryptography` straight from the JWK set."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Jwk = Mapping[str, Any]


def verified_by(keys: Sequence[Jwk], headers: Mapping[str, str], body: bytes) -> list[str]:
    """Return the `kid` of each key of the set by which one of the `v1a` signatures of a POST is genuine."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    schemes = (each.partition(",") for each in headers["webhook-signature"].split(" "))
    signatures = [base64.b64decode(signature) for scheme, _, signature in schemes if scheme == "v1a"]
    return [key["kid"] for key in keys if any(_verifies(key, each, content) for each in signatures)]


def _verifies(key: Jwk, signature: bytes, content: bytes) -> bool:
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    try:
        public.verify(signature, content)
    except InvalidSignature:
        return False
    return True
