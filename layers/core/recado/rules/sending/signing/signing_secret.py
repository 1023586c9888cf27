"""Signing secrets as Standard Webhooks writes them: made here, or brought along from another sender.

The key is what the base64 after `whsec_` stands for (https://www.standardwebhooks.com). Libraries differ in how they
decode what is not quite base64: some drop characters in silence and so make another key of it. What is accepted here
is one key, byte for byte, for all of them.
"""

import base64
import re
import secrets

_PREFIX = "whsec_"
# Supabase hands its secrets out with the version of the scheme in front.
_PREFIXES = (f"v1,{_PREFIX}", _PREFIX)
_BYTES = range(24, 65)  # what the specification asks for
_NEW_BYTES = 32
_HEXADECIMAL = re.compile("[0-9A-Fa-f]+")

RULE = (
    "must be 24 to 64 bytes in base64 (A-Z a-z 0-9 + /, with or without = at the end), after whsec_ or alone; "
    "URL-safe base64 is refused, and what holds hexadecimal digits only needs whsec_ before it if it is base64"
)
"""What is accepted, as a field's problem says it."""


class InvalidSecretError(ValueError):
    """The text is not the one spelling of a key; the message is `RULE`, and holds nothing of the text."""

    def __init__(self) -> None:
        super().__init__(RULE)


def generate() -> str:
    """A new signing secret: `whsec_` and 32 random bytes in base64."""
    return _written(secrets.token_bytes(_NEW_BYTES))


def canonical(text: str) -> str:
    """The same key as it is kept, `whsec_` and padded base64; raises `InvalidSecretError`.

    `text` is what another sender has handed out, with or without prefix and padding. Base64 that is not what its key
    would be written as (other characters, bits left over) is refused.
    """
    prefix = next((known for known in _PREFIXES if text.startswith(known)), "")
    encoded = text.removeprefix(prefix)
    if not prefix and _HEXADECIMAL.fullmatch(encoded):
        raise InvalidSecretError
    padded = encoded if encoded.endswith("=") else encoded + "=" * (-len(encoded) % 4)
    try:
        key = base64.b64decode(padded, validate=True)
    except ValueError:
        raise InvalidSecretError from None
    if len(key) not in _BYTES or _written(key) != _PREFIX + padded:
        raise InvalidSecretError
    return _written(key)


def key_of(secret: str) -> bytes:
    """The bytes that a kept secret stands for."""
    return base64.b64decode(secret.removeprefix(_PREFIX))


def _written(key: bytes) -> str:
    return _PREFIX + base64.b64encode(key).decode()
