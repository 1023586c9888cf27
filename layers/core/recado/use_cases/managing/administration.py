"""Administration: admins register, change, retire and remove their account's webhooks."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from recado.ports.activity import DoneBeforeError
from recado.ports.managing import DeliveryReader
from recado.ports.sending import WakeUps
from recado.rules.activity.activity import ActivityKind, Requester
from recado.rules.activity.changes import changes_between
from recado.rules.sending.signing import signing_key
from recado.rules.webhook.authentication.authenticating import Authenticated, authenticated, rotated
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft, own_secret
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.lane import asked_for
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Accepted, Changes, blank, changed
from recado.rules.webhook.subscription import removed
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Status, Webhook
from recado.use_cases.managing.rewriting import Rewriting, Rewritten, again_on_conflict, without_lapsed
from recado.use_cases.managing.switching import Skipped, Switching

_OF_SENDING = (
    *("target_url", "headers", "delivery", "transform", "format"),
    *("authentication", "username", "header_name", "oauth2"),
)
"""The fields of a webhook that say where and how it is sent what."""


class Changed(NamedTuple):
    """A changed webhook, and what was skipped while it was off, where the change has switched it on."""

    webhook: Webhook
    skipped: Skipped | None = None


class Administration:
    """Manages the webhooks of an account.

    A request that has had its effect before, by its `Idempotency-Key`, is answered with what there is now.
    """

    def __init__(
        self,
        rewriting: Rewriting,
        *,
        wake_ups: WakeUps,
        reader: DeliveryReader,
        accepted: Accepted,
        token: Callable[[], str],
    ) -> None:
        self._rewriting = rewriting
        self._registry = rewriting.registry
        self._wake_ups = wake_ups
        self._accepted = accepted
        self._clock = rewriting.clock
        self._token = token
        self._switching = Switching(reader, token)

    def create(
        self, account_id: str, entered: Changes, requester: Requester, *, webhook_id: str | None = None
    ) -> Webhook:
        """Register a webhook; raises `InvalidRegistrationError` or `LimitReachedError`.

        Its id may be given, by who has looked that it is free; it must begin as all do.
        """
        now = self._clock()
        new_id = webhook_id or WEBHOOK_ID_PREFIX + uuid.uuid4().hex
        try:
            self._rewriting.activities.check(account_id, requester, now)
            return self._create(account_id, new_id, entered, requester, now)
        except DoneBeforeError as done:
            return self.read(account_id, done.webhook_id or "")

    def all_of(self, account_id: str) -> list[Webhook]:
        """The account's webhooks, oldest first."""
        webhooks = sorted(self._registry.of_account(account_id), key=lambda webhook: webhook.created_at)
        return [without_lapsed(webhook, self._clock()) for webhook in webhooks]

    def read(self, account_id: str, webhook_id: str) -> Webhook:
        """One webhook; raises `NoSuchWebhookError`."""
        return self._rewriting.read(account_id, webhook_id)

    def removed_names(self, webhook: Webhook) -> tuple[str, ...]:
        """Those of its event names that have left the catalogue."""
        return removed(webhook.event_names, self._accepted.catalogue)

    def change(
        self, account_id: str, webhook_id: str, changes: Changes, version: int | None, requester: Requester
    ) -> Changed:
        """Change a webhook, where `version` is given only if it still has it.

        Raises `InvalidRegistrationError`, `NoSuchWebhookError` or `StaleVersionError`. Switching it on makes a new
        wake-up the owner of its backlog, and sends that; the sweep makes good one that was never sent. So does a change
        of what it is sent, and how, where something waits. With `catch_up` a job begins together with switching on;
        raises `TooManyJobsError` where too many are unfinished.
        """
        owner = self._token()

        def applied(current: Webhook, now: int) -> Rewritten:
            return self._applied(current, changes, owner, requester, now)

        rewritten = self._rewriting.rewrite(account_id, webhook_id, version, requester, applied)
        if rewritten.webhook.lane.owner == owner:
            self._wake_ups.send(rewritten.webhook, 0)
        return Changed(rewritten.webhook, None if rewritten.switched is None else rewritten.switched.skipped)

    def remove(self, account_id: str, webhook_id: str, version: int | None, requester: Requester) -> None:
        """Remove a webhook; what it waits for is gone. Raises `NoSuchWebhookError` or `StaleVersionError`."""

        @again_on_conflict
        def remove() -> None:
            current = self._rewriting.current(account_id, webhook_id, version)
            act = self._rewriting.acts.on(ActivityKind.REMOVED, requester, current, self._clock())
            self._registry.remove(current, act)
            self._rewriting.acts.tell(act)

        remove()

    def _create(self, account_id: str, new_id: str, entered: Changes, requester: Requester, now: int) -> Webhook:
        webhook = changed(blank(account_id, new_id, now), entered, self._accepted, now)
        credentials = None
        if entered.authentication is not None:
            webhook, credentials, _ = self._authenticated(webhook, entered.authentication, now)
        webhook, sealed = self._rewriting.sealed(webhook, credentials)
        fields = changes_between(None, webhook, secret_changed=credentials is not None)
        act = self._rewriting.acts.on(ActivityKind.CREATED, requester, webhook, now, changes=fields)
        self._registry.add(webhook, sealed, act)
        self._rewriting.acts.tell(act)
        return webhook

    def _applied(self, current: Webhook, changes: Changes, owner: str, requester: Requester, now: int) -> Rewritten:
        webhook, credentials, secret_changed = changed(current, changes, self._accepted, now), None, False
        if changes.authentication is not None:
            webhook, credentials, secret_changed = self._authenticated(webhook, changes.authentication, now)
        if webhook.status is current.status:
            if _is_sent_otherwise(current, webhook, credentials) and _waits(webhook):
                webhook = replace(webhook, lane=asked_for(webhook.lane, owner, now))
            return Rewritten(webhook, ActivityKind.CHANGED, credentials, secret_changed=secret_changed)
        switched = self._switching(current, webhook, owner, now, requester.name if changes.catch_up else None)
        kind = ActivityKind.SWITCHED_ON if webhook.status is Status.ACTIVE else ActivityKind.RETIRED
        return Rewritten(switched.webhook, kind, credentials, switched, secret_changed=secret_changed)

    def _authenticated(self, webhook: Webhook, draft: AuthenticationDraft, now: int) -> Authenticated:
        secret = own_secret("authentication.secret", draft.secret)
        if secret is None or webhook.authentication is not AuthenticationType.SIGNATURE:
            return authenticated(webhook, draft, lambda: self._rewriting.credentials_of(webhook), now)
        kept, draft = self._rewriting.secrets_of(webhook), replace(draft, secret=None)
        if secret == kept.secret:
            return authenticated(webhook, draft, lambda: kept, now)
        if draft.declared_as is None:
            raise InvalidRegistrationError(
                "authentication.secret", "is not the one that the webhook has: POST …/signature replaces it"
            )
        webhook, rotation = rotated(webhook, kept, secret, signing_key.generate(), now)
        after = authenticated(webhook, draft, lambda: rotation, now)
        return after._replace(credentials=after.credentials or rotation, secret_changed=True)


def _is_sent_otherwise(before: Webhook, after: Webhook, credentials: Credentials | None) -> bool:
    """Whether what the webhook is sent goes elsewhere, or in another way: what it was waiting for may be over."""
    return credentials is not None or any(getattr(before, name) != getattr(after, name) for name in _OF_SENDING)


def _waits(webhook: Webhook) -> bool:
    """Whether something of a webhook that is on waits, as far as its lane tells."""
    return webhook.status is Status.ACTIVE and (webhook.lane.owner is not None or webhook.lane.has_aside)
