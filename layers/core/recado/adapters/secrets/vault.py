"""Credentials of webhooks: sealed in items of their own, opened once a version and environment."""

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache

from recado.adapters.secrets.envelope import Envelope
from recado.ports.sending import Opened, OurFaultError, Sealed, SecretReader, WebhookReader
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.webhook import Webhook

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_REMEMBERED_WEBHOOKS = 1000
_ROUNDS = 5


class KmsVault:
    """Seals and opens credentials; fills the port `Vault`.

    The last version of each webhook's credentials that was opened stays in memory. A webhook that was read consistently
    names the version it has, so what is remembered cannot be stale.
    """

    def __init__(self, client: "KMSClient", key_id: str | None, secrets: SecretReader, webhooks: WebhookReader) -> None:
        self._envelope = Envelope(client, key_id)
        self._secrets = secrets
        self._webhooks = webhooks
        self._opened: LRUCache[tuple[str, str], tuple[str, Credentials]] = LRUCache(_REMEMBERED_WEBHOOKS)
        self._lock = threading.Lock()  # an LRUCache breaks when two threads change it at once

    def seal(self, account_id: str, webhook_id: str, credentials: Credentials) -> Sealed:
        """Encrypt with a data key under the stack's key."""
        return self._envelope.seal(account_id, webhook_id, json.dumps(asdict(credentials)).encode())

    def open(self, webhook: Webhook) -> Opened | None:
        """The webhook with the credentials of the version that it names; None where it is gone.

        Between the reading of a webhook and that of its secret an admin may change both. Then the webhook is read
        again, and names what there is; whoever is overtaken each time raises `OurFaultError`.
        """
        current: Webhook | None = webhook
        for _ in range(_ROUNDS):
            if current is None:
                return None
            if current.secret_version is None:
                return Opened(current, Credentials())
            credentials = self._of_version(current, current.secret_version)
            if credentials is not None:
                return Opened(current, credentials)
            current = self._webhooks.get(webhook.account_id, webhook.webhook_id)
        raise OurFaultError("decrypting credentials: they were changed each time they were read")

    def _of_version(self, webhook: Webhook, version: str) -> Credentials | None:
        """The webhook's credentials, if they still are of this version: from memory, or read and opened."""
        place = (webhook.account_id, webhook.webhook_id)
        with self._lock:
            known, credentials = self._opened.get(place, (None, None))
        if known == version:
            return credentials
        sealed = self._secrets.sealed_of(*place)
        if sealed is None or sealed.version != version:
            return None
        credentials = _credentials(self._envelope.open(*place, sealed))
        with self._lock:
            self._opened[place] = (version, credentials)
        return credentials


def _credentials(text: bytes) -> Credentials:
    """What was sealed; a field that did not exist when it was is empty."""
    kept = json.loads(text)
    return Credentials(**{**kept, **{name: _earlier(kept.get(name, ())) for name in ("previous", "previous_keys")}})


def _earlier(kept: Sequence[dict[str, Any]]) -> tuple[EarlierSecret, ...]:
    return tuple(EarlierSecret(**earlier) for earlier in kept)
