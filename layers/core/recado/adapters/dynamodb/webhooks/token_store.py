"""Tokens of token servers, in items of their own beside their webhooks: `token#<webhook id>`.

Sealed as secrets are, each with what it is bound to. Who fetches one holds the item's lease; every step is one
conditional write. Imported only where a webhook needs a token.
"""

import hashlib
import json
import threading
from dataclasses import astuple
from typing import Any

from cachetools import LRUCache
from pynamodb.expressions.condition import Condition

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import TOKEN_KEY_PREFIX, WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_store import set_or_remove
from recado.adapters.faults import as_our_fault
from recado.adapters.secrets.envelope import Envelope
from recado.ports.sending import Clock, OurFaultError, Sealed
from recado.ports.tokens import Found, KeptToken
from recado.rules.webhook.webhook import Webhook

LEASE_MS = 10_000
REFUSED_MS = 4_000
"""So long nobody asks again: less than the first wait of a failing webhook, whose owner is to ask then."""

_REMEMBERED_WEBHOOKS = 1000
_REMOVABLE_SECONDS = 60 * 60
_NOTHING = dict.fromkeys(("lease_holder", "lease_until", "sealed", "token_version", "token_until", "refused_until"))


class DynamoTokens:
    """Keeps tokens; fills the port `TokenStore`."""

    def __init__(self, table: type[WebhookItem], envelope: Envelope, clock: Clock) -> None:
        self._table = table
        self._envelope = envelope
        self._clock = clock
        self._memory: LRUCache[tuple[str, str], tuple[str, KeptToken]] = LRUCache(_REMEMBERED_WEBHOOKS)
        self._lock = threading.Lock()  # an LRUCache breaks when two threads change it at once

    def remembered(self, webhook: Webhook) -> KeptToken | None:
        """The token in memory, where it still may be used, and was fetched with what the webhook has now."""
        with self._lock:
            known = self._memory.get(_place(webhook))
        if known is None:
            return None
        bound_to, token = known
        return token if bound_to == _bound_to(webhook) and token.until > self._clock() else None

    @as_our_fault("reading a token")
    def read(self, webhook: Webhook) -> Found:
        """What is kept now; what was fetched with other credentials or settings is as good as nothing."""
        try:
            item = self._table.get(webhook.account_id, TOKEN_KEY_PREFIX + webhook.webhook_id, consistent_read=True)
        except self._table.DoesNotExist:
            return Found()
        now = self._clock()
        if item.bound_to != _bound_to(webhook):
            return Found()
        if (item.token_until or 0) > now:
            return Found(token=self._opened(webhook, item))
        return Found(is_fetched=(item.lease_until or 0) > now, is_refused=(item.refused_until or 0) > now)

    @as_our_fault("taking the lease of a token")
    def take_lease(self, webhook: Webhook, holder: str, instead_of: str | None) -> bool:
        """Take it where nothing stands against it; a write that was made, and its answer lost, is a success."""
        table, now = self._table, self._clock()
        nobody_fetches = table.lease_until.does_not_exist() | (table.lease_until <= now)
        no_token = table.token_until.does_not_exist() | (table.token_until <= now)
        if instead_of is not None:
            no_token |= table.token_version == instead_of
        not_refused = table.refused_until.does_not_exist() | (table.refused_until <= now)
        nothing_of_it = ~(table.bound_to == _bound_to(webhook))
        free = nothing_of_it | (table.lease_holder == holder) | (nobody_fetches & no_token & not_refused)
        after = {"lease_holder": holder, "lease_until": now + LEASE_MS, "bound_to": _bound_to(webhook)}
        return self._write(webhook, {**_NOTHING, **after}, free, now + LEASE_MS)

    @as_our_fault("keeping a token")
    def keep(self, webhook: Webhook, holder: str, text: str, until: int) -> str | None:
        """Seal and keep it; None where another has the lease by now, and not where it is written a second time."""
        bound_to = _bound_to(webhook)
        plain = json.dumps({"token": text, "boundTo": bound_to}).encode()
        sealed = self._envelope.seal(*_place(webhook), plain)
        after = {"sealed": sealed.ciphertext, "token_version": sealed.version, "token_until": until}
        is_ours = (self._table.lease_holder == holder) | (self._table.token_version == sealed.version)
        if not self._write(webhook, {**_NOTHING, **after}, is_ours, until):
            return None
        with self._lock:
            self._memory[_place(webhook)] = (bound_to, KeptToken(text, sealed.version, until))
        return sealed.version

    @as_our_fault("ending the lease of a token")
    def end_lease(self, webhook: Webhook, holder: str, *, refused: bool) -> None:
        """End it without a token."""
        self._end(webhook, self._table.lease_holder == holder, refused=refused)

    @as_our_fault("forgetting a token")
    def refuse(self, webhook: Webhook, version: str) -> None:
        """Forget the token, here and for all, if it still is this one."""
        with self._lock:
            self._memory.pop(_place(webhook), None)
        self._end(webhook, self._table.token_version == version, refused=True)

    def _end(self, webhook: Webhook, condition: Condition, *, refused: bool) -> None:
        until = self._clock() + REFUSED_MS
        self._write(webhook, {**_NOTHING, "refused_until": until if refused else None}, condition, until)

    def _write(self, webhook: Webhook, after: dict[str, Any], condition: Condition, until: int) -> bool:
        item = self._table(webhook.account_id, TOKEN_KEY_PREFIX + webhook.webhook_id)
        after = {**after, "expires_at": until // 1000 + _REMOVABLE_SECONDS}
        return accepted(lambda: item.update(actions=set_or_remove(self._table, after), condition=condition))

    def _opened(self, webhook: Webhook, item: WebhookItem) -> KeptToken:
        kept = json.loads(self._envelope.open(*_place(webhook), Sealed(item.token_version, item.sealed)))
        if kept["boundTo"] != item.bound_to:
            raise OurFaultError("decrypting a token: it was fetched with other credentials")
        token = KeptToken(kept["token"], item.token_version, int(item.token_until))
        with self._lock:
            self._memory[_place(webhook)] = (item.bound_to, token)
        return token


def _place(webhook: Webhook) -> tuple[str, str]:
    return webhook.account_id, webhook.webhook_id


def _bound_to(webhook: Webhook) -> str:
    """What a token belongs to: the version of the credentials, and where and as whom it was fetched."""
    settings = None if webhook.oauth2 is None else astuple(webhook.oauth2)
    return hashlib.sha256(json.dumps([webhook.secret_version, settings]).encode()).hexdigest()
