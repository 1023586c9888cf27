"""Which signing secrets Recado takes, so that one that it would refuse is named before anything is registered.

The rule is the API's own (`secret` in docs/openapi.json); a test holds this one against it.
"""

from __future__ import annotations

import base64
import re

_PREFIX = "whsec_"
_PREFIXES = (f"v1,{_PREFIX}", _PREFIX)
_BYTES = range(24, 65)
_HEXADECIMAL = re.compile("[0-9A-Fa-f]+")


def refusal_of(secret: str) -> str | None:
    """By which rule a secret is refused; None where it is taken. Nothing of the secret is in the answer."""
    prefix = next((known for known in _PREFIXES if secret.startswith(known)), "")
    encoded = secret.removeprefix(prefix)
    if not prefix and _HEXADECIMAL.fullmatch(encoded):
        return "it is hexadecimal, of which nobody knows whether it means text, bytes or base64"
    padded = encoded if encoded.endswith("=") else encoded + "=" * (-len(encoded) % 4)
    try:
        key = base64.b64decode(padded, validate=True)
    except ValueError:
        return "it is no base64 (A-Z a-z 0-9 + /), with or without whsec_ before it"
    if len(key) not in _BYTES:
        return f"its key has {len(key)} bytes; {_BYTES.start} to {_BYTES.stop - 1} are taken"
    if base64.b64encode(key).decode() != padded:
        return "it is base64 that libraries decode differently"
    return None


def as_text(secret: str) -> tuple[str | None, str | None]:
    """The key that a secret's characters are, spelled as Standard Webhooks does, and why it is not taken, if so.

    Senders that sign by the text of a secret have this key; one of the two is None.
    """
    key = secret.encode()
    if len(key) not in _BYTES:
        return None, f"its text has {len(key)} bytes; {_BYTES.start} to {_BYTES.stop - 1} are taken"
    return _PREFIX + base64.b64encode(key).decode(), None
