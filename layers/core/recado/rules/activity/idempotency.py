"""What makes a request the one that came before: its `Idempotency-Key`, where it goes to, and its bytes."""

import hmac
import json
import re
from dataclasses import dataclass, field
from hashlib import sha256

from recado.rules.activity.activity import Once

KEY_PATTERN = "^[!-~]{1,255}$"
"""What a key may be: 1 to 255 visible ASCII characters."""

_KEY = re.compile(KEY_PATTERN.strip("^$"))


def is_key(text: str) -> bool:
    """Whether a text can be an `Idempotency-Key`."""
    return _KEY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with an `Idempotency-Key`; `body` holds the bytes as they were sent."""

    account_id: str
    method: str
    path: str
    key: str = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def place(self) -> bytes:
        """Where the key counts: account, method and path, no two of them written alike."""
        return _written(self.account_id, self.method, self.path)

    @property
    def once(self) -> Once:
        """Token and request, from which nobody learns what they were made of.

        The request is keyed with the `Idempotency-Key`: the digest of a body alone would let whoever reads it try out
        which password is in it.
        """
        token = sha256(_written(self.account_id, self.method, self.path, self.key)).hexdigest()
        return Once(token, hmac.new(self.key.encode(), self.body, sha256).hexdigest())


def _written(*parts: str) -> bytes:
    return json.dumps(parts).encode()
