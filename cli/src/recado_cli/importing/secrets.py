"""Which signing secrets Recado takes, so that one that it would refuse is named before anything is registered.

The rule is the API's own (`secret` in docs/openapi.json); a test holds this one against it.
"""

from __future__ import annotations

import base64

from recado_cli import signing

_PREFIX = "whsec_"
_BYTES = range(24, 65)


def refusal_of(secret: str) -> str | None:
    """By which rule a secret is refused; None where it is taken. Nothing of the secret is in the answer."""
    try:
        signing.key_of(secret)
    except signing.SecretError as error:
        return str(error)
    return None


def as_text(secret: str) -> tuple[str | None, str | None]:
    """The key that a secret's characters are, spelled as Standard Webhooks does, and why it is not taken, if so.

    Senders that sign by the text of a secret have this key; one of the two is None.
    """
    key = secret.encode()
    if len(key) not in _BYTES:
        return None, f"its text has {len(key)} bytes; {_BYTES.start} to {_BYTES.stop - 1} are taken"
    return _PREFIX + base64.b64encode(key).decode(), None
