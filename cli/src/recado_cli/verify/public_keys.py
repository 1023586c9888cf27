"""Ed25519 public keys, which verify `v1a` signatures: a JWK set, or `whpk_…` as Standard Webhooks writes one.

`cryptography` does it, which is there where a keyring of Linux is used; without it keys are refused, not ignored.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass

_PREFIX = "whpk_"
_BYTES = 32
ACCEPTED = "the JWK set of GET /accounts/{accountId}/webhook-keys.json, or whpk_ and 32 bytes in base64"


class KeysError(ValueError):
    """The text holds no public keys."""


@dataclass(frozen=True)
class PublicKeys:
    """Keys by their names."""

    keys: Sequence[tuple[str, bytes]] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.keys)

    def fitting(self, signature: str, content: bytes) -> str:
        """The name of the key that verifies a `v1a,…` over the content; nothing where none does."""
        version, _, encoded = signature.partition(",")
        if version != "v1a" or not self.keys:
            return ""
        try:
            signed = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return ""
        return next((name for name, key in self.keys if _verifies(key, signed, content)), "")


def read_keys(text: str) -> PublicKeys:
    """The keys that a text holds; raises `KeysError`."""
    text = text.strip()
    keys = _of_jwks(text) if text.startswith("{") else [(f"{_PREFIX}…", _bytes(line)) for line in text.split()]
    if not keys:
        raise KeysError(f"no Ed25519 key was found; accepted is {ACCEPTED}")
    try:
        import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401, PLC0415 - see the module
    except ImportError:
        raise KeysError("verifying v1a takes the package `cryptography`: pip install cryptography") from None
    return PublicKeys(keys)


def _of_jwks(text: str) -> list[tuple[str, bytes]]:
    try:
        document = json.loads(text)
        keys = document.get("keys", [document])
        return [
            (str(key.get("kid", number)), _bytes(key["x"], url_safe=True))
            for number, key in enumerate(keys, 1)
            if key.get("crv") == "Ed25519"
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysError(f"it is no JWK set ({error}); accepted is {ACCEPTED}") from None


def _bytes(text: str, *, url_safe: bool = False) -> bytes:
    encoded = text.removeprefix(_PREFIX)
    padded = encoded + "=" * (-len(encoded) % 4)
    try:
        key = base64.urlsafe_b64decode(padded) if url_safe else base64.b64decode(padded, validate=True)
    except binascii.Error:
        raise KeysError(f"a key is not base64; accepted is {ACCEPTED}") from None
    if len(key) != _BYTES:
        raise KeysError(f"a key has {len(key)} bytes instead of {_BYTES}; accepted is {ACCEPTED}")
    return key


def _verifies(key: bytes, signature: bytes, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - see the module

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except InvalidSignature:
        return False
    return True
