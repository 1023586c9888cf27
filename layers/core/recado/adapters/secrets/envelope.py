"""Sealing: AES-256-GCM under a data key of its own, which KMS keeps encrypted under the stack's key.

Account and webhook are bound twice, as KMS's encryption context and, with the version, as what GCM authenticates: no
ciphertext opens in the place of another, nor an earlier one in the place of a later. `cryptography` is imported where
something is sealed or opened: most environments of a dispatcher never do (docs/adr/0018-secrets-apart.md).
"""

import json
import os
import uuid
from typing import TYPE_CHECKING

from recado.adapters.faults import as_our_fault
from recado.ports.sending import OurFaultError, Sealed

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

# The encrypted data key's length in two bytes, the key, the nonce, the ciphertext with its tag.
_LENGTH_BYTES = 2
_NONCE_BYTES = 12


class Envelope:
    """Seals and opens texts with data keys of one key of KMS."""

    def __init__(self, client: "KMSClient", key_id: str | None) -> None:
        self._client = client
        self._key_id = key_id

    @as_our_fault("encrypting credentials")
    def seal(self, account_id: str, webhook_id: str, plaintext: bytes) -> Sealed:
        """Encrypt under a new data key and a new version."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - see the module

        context = {"account": account_id, "webhook": webhook_id}
        key = self._client.generate_data_key(KeyId=self._key_id or "", KeySpec="AES_256", EncryptionContext=context)
        version, nonce, kept = uuid.uuid4().hex, os.urandom(_NONCE_BYTES), key["CiphertextBlob"]
        text = AESGCM(key["Plaintext"]).encrypt(nonce, plaintext, _bound(context, version))
        return Sealed(version, len(kept).to_bytes(_LENGTH_BYTES) + kept + nonce + text)

    @as_our_fault("decrypting credentials")
    def open(self, account_id: str, webhook_id: str, sealed: Sealed) -> bytes:
        """Decrypt; raises `OurFaultError` also where it was sealed for another place, or was changed."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see the module
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        context = {"account": account_id, "webhook": webhook_id}
        start = _LENGTH_BYTES + int.from_bytes(sealed.ciphertext[:_LENGTH_BYTES])
        nonce, text = sealed.ciphertext[start : start + _NONCE_BYTES], sealed.ciphertext[start + _NONCE_BYTES :]
        key = self._client.decrypt(CiphertextBlob=sealed.ciphertext[_LENGTH_BYTES:start], EncryptionContext=context)
        try:
            return AESGCM(key["Plaintext"]).decrypt(nonce, text, _bound(context, sealed.version))
        except InvalidTag:
            raise OurFaultError("decrypting credentials: they were sealed for another place, or were changed") from None


def _bound(context: dict[str, str], version: str) -> bytes:
    return json.dumps({**context, "version": version}, sort_keys=True).encode()
