"""Sealing of an answer: AES-256-GCM under a key that follows from its request's own `Idempotency-Key`.

An answer may hold a secret: a custom header's value, the query of a URL. Recado keeps no `Idempotency-Key`, so that
only who sends it again can open what is kept (docs/adr/0027-twice-is-once.md).
"""

import json
import os
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from recado.ports.repeating import Answer
from recado.ports.sending import OurFaultError
from recado.rules.activity.idempotency import KeyedRequest

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SEALED = "sealed"


class AnswerSeal:
    """Seals and opens the answer to one request; it opens for the same key, place and bytes alone."""

    def __init__(self, request: KeyedRequest) -> None:
        derivation = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"recado answer " + request.place)
        self._cipher = AESGCM(derivation.derive(request.key.encode()))
        self._bound = request.once.request.encode()

    def seal(self, answer: Answer) -> dict[str, str]:
        """Encrypt."""
        nonce = os.urandom(_NONCE_BYTES)
        return {
            _SEALED: b64encode(nonce + self._cipher.encrypt(nonce, json.dumps(answer).encode(), self._bound)).decode()
        }

    def open(self, kept: dict[str, str]) -> Answer:
        """Decrypt; raises `OurFaultError` where what is kept was changed."""
        sealed = b64decode(kept[_SEALED])
        try:
            text = self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound)
        except InvalidTag:
            raise OurFaultError("opening a kept answer: it was changed") from None
        answer: Answer = json.loads(text)
        return answer
