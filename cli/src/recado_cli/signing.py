"""Signatures by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com), scheme `v1`, made and checked offline."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

_PREFIX = "whsec_"
_PREFIXES = (f"v1,{_PREFIX}", _PREFIX)  # Supabase writes the version in front
_LENGTHS = range(24, 65)
_NEW_BYTES = 32
_HEXADECIMAL = re.compile("[0-9A-Fa-f]+")


class SecretError(ValueError):
    """A text that is no signing secret; the message says what is wrong with it, and holds nothing of it."""


def new_secret() -> str:
    """A new signing secret: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_NEW_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret stands for; raises `SecretError` for what libraries read differently, or not at all."""
    if not secret:
        raise SecretError("it is empty")
    if secret != secret.strip() or any(character.isspace() for character in secret):
        raise SecretError("it holds white space")
    if secret.startswith("whpk_"):
        raise SecretError("it is a public key (whpk_): that verifies v1a signatures, give it as --keys")
    prefix = next((known for known in _PREFIXES if secret.startswith(known)), "")
    encoded = secret.removeprefix(prefix)
    if "-" in encoded or "_" in encoded:
        raise SecretError("it is URL-safe base64 (with - or _), which is another alphabet than the standard's")
    if not prefix and _HEXADECIMAL.fullmatch(encoded):
        raise SecretError("it looks hexadecimal; where it is base64 all the same, write whsec_ before it")
    return _decoded(encoded)


def _decoded(encoded: str) -> bytes:
    padded = encoded if encoded.endswith("=") else encoded + "=" * (-len(encoded) % 4)
    try:
        key = base64.b64decode(padded, validate=True)
    except ValueError:  # of letters beyond ASCII, too
        raise SecretError("what follows whsec_ is not base64; was it cut off when it was copied?") from None
    if base64.b64encode(key).decode() != padded:
        raise SecretError("bits are left over at its end: a character is wrong, or was lost")
    if len(key) not in _LENGTHS:
        raise SecretError(f"it stands for {len(key)} bytes, not for 24 to 64; was it copied whole?")
    return key


def signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature, such as `v1,K5oZ…=`, of a POST; `timestamp` is the text of its header."""
    return "v1," + base64.b64encode(hmac.digest(key, content(message_id, timestamp, body), hashlib.sha256)).decode()


def content(message_id: str, timestamp: str, body: bytes) -> bytes:
    """What is signed."""
    return f"{message_id}.{timestamp}.".encode() + body
