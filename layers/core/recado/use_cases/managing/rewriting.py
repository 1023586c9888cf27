"""Rewriting: how a webhook is changed, on the condition of what was read, with its secrets and with the act."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from recado.ports.activity import ActivityStore
from recado.ports.managing import VersionConflictError, WebhookRegistry
from recado.ports.sending import Clock, Sealed, Vault
from recado.rules.activity.activity import ActivityKind, Requester
from recado.rules.activity.changes import changes_between
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Webhook
from recado.use_cases.acts import Acts
from recado.use_cases.managing.switching import Switched

# What could be an id: anything else would be refused by the table, some of it as an error.
_WEBHOOK_ID = re.compile(WEBHOOK_ID_PREFIX + "[A-Za-z0-9_-]{1,64}")


class NoSuchWebhookError(Exception):
    """The account has no webhook of this id."""


class StaleVersionError(Exception):
    """The webhook is no longer of the version that the admin has seen."""


class NoSignatureError(Exception):
    """The webhook's authentication is not `SIGNATURE`."""


class Rewritten(NamedTuple):
    """A changed webhook, what kind of act that is, its credentials where they change, and what switching it brought.

    Where all of it is as it was, nothing is to be written. `secret_changed` is whether the secret of its authentication
    is another one: among credentials that change it may stay.
    """

    webhook: Webhook
    kind: ActivityKind
    credentials: Credentials | None = None
    switched: Switched | None = None
    secret_changed: bool = False


# A health change or another admin may come between reading and writing; the version that the admin named is checked
# anew each time, so that only an unconditional change is repeated.
again_on_conflict = retry(retry=retry_if_exception_type(VersionConflictError), stop=stop_after_attempt(5), reraise=True)


class Rewriting:
    """Reads webhooks as they are now, and stores what becomes of them."""

    def __init__(
        self, *, registry: WebhookRegistry, vault: Vault, activities: ActivityStore, acts: Acts, clock: Clock
    ) -> None:
        self.registry = registry
        self.activities = activities
        self.acts = acts
        self.clock = clock
        self._vault = vault

    def read(self, account_id: str, webhook_id: str) -> Webhook:
        """One webhook, as it is now: an earlier secret whose day is over signs no more. Raises `NoSuchWebhookError`."""
        webhook = self.registry.get(account_id, webhook_id) if _WEBHOOK_ID.fullmatch(webhook_id) else None
        if webhook is None:
            raise NoSuchWebhookError
        return without_lapsed(webhook, self.clock())

    def current(self, account_id: str, webhook_id: str, version: int | None) -> Webhook:
        """One webhook, of that version where one is named; raises `StaleVersionError` beside that."""
        current = self.read(account_id, webhook_id)
        if version is not None and current.version != version:
            raise StaleVersionError
        return current

    def rewrite(
        self,
        account_id: str,
        webhook_id: str,
        version: int | None,
        requester: Requester,
        rewritten: Callable[[Webhook, int], Rewritten],
    ) -> Rewritten:
        """Store what `rewritten` makes of the webhook, at that time, and tell of it.

        Raises what `current` does, and `DoneBeforeError` or `KeyReusedError`.
        """

        @again_on_conflict
        def rewrite() -> Rewritten:
            now = self.clock()
            self.activities.check(account_id, requester, now)
            current = self.current(account_id, webhook_id, version)
            after = rewritten(current, now)
            if after.webhook == current and after.credentials is None:
                return after
            webhook = replace(after.webhook, version=current.version + 1, updated_at=now)
            webhook, sealed = self.sealed(webhook, after.credentials)
            job = None if after.switched is None else after.switched.job
            act = self.acts.on(
                after.kind,
                requester,
                webhook,
                now,
                changes=changes_between(current, webhook, secret_changed=after.secret_changed),
                job_id=None if job is None else job.job_id,
            )
            self.registry.replace(current, webhook, act, sealed=sealed, job=job)
            self.acts.tell(act)
            return after._replace(webhook=webhook)

        return rewrite()

    def secrets_of(self, webhook: Webhook) -> Credentials:
        """The secrets of a webhook that signs, of this very version; raises `NoSignatureError`."""
        if webhook.authentication is not AuthenticationType.SIGNATURE:
            raise NoSignatureError
        credentials = self.credentials_of(webhook)
        if credentials.secret is None:
            raise NoSignatureError
        return credentials

    def credentials_of(self, webhook: Webhook) -> Credentials:
        """What a webhook keeps sealed, of this very version; raises `VersionConflictError`."""
        opened = self._vault.open(webhook)
        if opened is None or opened.webhook.version != webhook.version:
            raise VersionConflictError
        return opened.credentials

    def sealed(self, webhook: Webhook, credentials: Credentials | None) -> tuple[Webhook, Sealed | None]:
        """The webhook that names the version of its new credentials, and them; as it is where there are none."""
        if credentials is None:
            return webhook, None
        sealed = self._vault.seal(webhook.account_id, webhook.webhook_id, credentials)
        return replace(webhook, secret_version=sealed.version), sealed


def without_lapsed(webhook: Webhook, now_ms: int) -> Webhook:
    """The webhook as it is then: an earlier secret or key whose day is over signs no more."""
    return replace(
        webhook,
        previous_until=tuple(until for until in webhook.previous_until if now_ms < until),
        public_keys=tuple(key for key in webhook.public_keys if key.valid_until is None or now_ms < key.valid_until),
    )
