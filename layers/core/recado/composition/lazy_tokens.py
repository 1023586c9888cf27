"""The store of tokens, made when the first webhook needs one: most environments never do."""

import threading
from typing import Any

from recado.adapters.dynamodb.tables import WebhookItem
from recado.composition.clients import now_ms
from recado.ports.tokens import TokenStore


class LazyTokens:
    """Makes the store at its first call, and answers the same one ever after."""

    def __init__(self, table: type[WebhookItem], kms: Any, kms_key_id: str) -> None:  # noqa: ANN401 - see `client`
        self._table = table
        self._kms = kms
        self._kms_key_id = kms_key_id
        self._store: TokenStore | None = None
        self._making = threading.Lock()

    def __call__(self) -> TokenStore:
        """The store."""
        with self._making:
            if self._store is None:
                from recado.adapters.dynamodb.webhooks.token_store import DynamoTokens  # noqa: PLC0415 - see the class
                from recado.adapters.secrets.envelope import Envelope  # noqa: PLC0415

                self._store = DynamoTokens(self._table, Envelope(self._kms, self._kms_key_id), now_ms)
            return self._store
