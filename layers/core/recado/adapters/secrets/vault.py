"""Credentials under KMS: encrypted with account and webhook as encryption context, so that neither can be swapped."""

import json
import threading
from dataclasses import asdict
from typing import TYPE_CHECKING

from cachetools import TTLCache

from recado.adapters.faults import as_our_fault
from recado.rules.webhook.webhook import Credentials, Webhook

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_CACHED_WEBHOOKS = 1000
_CACHED_SECONDS = 300


class KmsVault:
    """Seals and opens credentials; fills the port `Vault`.

    What was opened stays in memory for five minutes, found by its ciphertext: a changed secret has another ciphertext,
    so the cache cannot be stale.
    """

    def __init__(self, client: "KMSClient", key_id: str | None) -> None:
        self._client = client
        self._key_id = key_id
        self._opened: TTLCache[tuple[str, str, bytes], Credentials] = TTLCache(_CACHED_WEBHOOKS, _CACHED_SECONDS)
        self._lock = threading.Lock()  # a TTLCache breaks when two threads change it at once

    @as_our_fault("encrypting credentials")
    def seal(self, account_id: str, webhook_id: str, credentials: Credentials) -> bytes:
        """Encrypt with the stack's key."""
        answer = self._client.encrypt(
            KeyId=self._key_id or "",
            Plaintext=json.dumps(asdict(credentials)).encode(),
            EncryptionContext=_context(account_id, webhook_id),
        )
        return answer["CiphertextBlob"]

    @as_our_fault("decrypting credentials")
    def open(self, webhook: Webhook) -> Credentials:
        """Decrypt what the webhook keeps sealed; empty credentials where it keeps nothing."""
        if webhook.sealed is None:
            return Credentials()
        place = (webhook.account_id, webhook.webhook_id, webhook.sealed)
        with self._lock:
            credentials = self._opened.get(place)
        if credentials is None:
            answer = self._client.decrypt(
                CiphertextBlob=webhook.sealed, EncryptionContext=_context(webhook.account_id, webhook.webhook_id)
            )
            credentials = Credentials(**json.loads(answer["Plaintext"]))
            with self._lock:
                self._opened[place] = credentials
        return credentials


def _context(account_id: str, webhook_id: str) -> dict[str, str]:
    return {"account": account_id, "webhook": webhook_id}
