"""Administration: admins register, change, retire and remove their account's webhooks, and get their signatures."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from recado.ports import Clock, DeliveryStore, Vault, VersionConflictError, WakeUps, WebhookRegistry
from recado.rules.sending import signing
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.health import resuming
from recado.rules.webhook.registration import AuthenticationDraft, Changes, blank, changed, check_credentials
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, AuthenticationType, Credentials, Status, Webhook

# What could be an id: anything else would be refused by the table, some of it as an error.
_WEBHOOK_ID = re.compile(WEBHOOK_ID_PREFIX + "[A-Za-z0-9_-]{1,64}")


class NoSuchWebhookError(Exception):
    """The account has no webhook of this id."""


class StaleVersionError(Exception):
    """The webhook is no longer of the version that the admin has seen."""


class NoSignatureError(Exception):
    """The webhook's authentication is not `SIGNATURE`."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a receiver needs to verify signatures."""

    webhook: Webhook
    secret: str = field(repr=False)
    previous_secret: str | None = field(repr=False)


# A health change or another admin may come between reading and writing; the version that the admin named is checked
# anew each time, so that only an unconditional change is repeated.
_again_on_conflict = retry(
    retry=retry_if_exception_type(VersionConflictError), stop=stop_after_attempt(5), reraise=True
)


class Administration:
    """Manages the webhooks of an account."""

    def __init__(
        self,
        *,
        registry: WebhookRegistry,
        deliveries: DeliveryStore,
        vault: Vault,
        wake_ups: WakeUps,
        policy: TargetPolicy,
        clock: Clock,
    ) -> None:
        self._registry = registry
        self._deliveries = deliveries
        self._vault = vault
        self._wake_ups = wake_ups
        self._policy = policy
        self._clock = clock

    def create(self, account_id: str, entered: Changes) -> Webhook:
        """Register a webhook; raises `InvalidRegistrationError` or `LimitReachedError`."""
        now = self._clock()
        webhook = changed(blank(account_id, WEBHOOK_ID_PREFIX + uuid.uuid4().hex, now), entered, self._policy, now)
        if entered.authentication is not None:
            webhook = self._authenticated(webhook, entered.authentication, now)
        self._registry.add(webhook)
        return webhook

    def all_of(self, account_id: str) -> list[Webhook]:
        """The account's webhooks, oldest first."""
        webhooks = sorted(self._registry.of_account(account_id), key=lambda webhook: webhook.created_at)
        return [self._without_lapsed(webhook) for webhook in webhooks]

    def read(self, account_id: str, webhook_id: str) -> Webhook:
        """One webhook; raises `NoSuchWebhookError`."""
        webhook = self._registry.get(account_id, webhook_id) if _WEBHOOK_ID.fullmatch(webhook_id) else None
        if webhook is None:
            raise NoSuchWebhookError
        return self._without_lapsed(webhook)

    def change(self, account_id: str, webhook_id: str, changes: Changes, version: int | None) -> Webhook:
        """Change a webhook, where `version` is given only if it still has it.

        Raises `InvalidRegistrationError`, `NoSuchWebhookError` or `StaleVersionError`. Switching it on wakes its
        backlog, also where it was on already: a repeated request makes good a wake-up that was never sent, and so does
        the sweep.
        """
        webhook = self._rewrite(account_id, webhook_id, version, lambda current: self._apply(current, changes))
        if changes.active:
            self._wake_ups.send(account_id, webhook_id, 0)
        return webhook

    def remove(self, account_id: str, webhook_id: str, version: int | None) -> None:
        """Remove a webhook; what it waits for is gone. Raises `NoSuchWebhookError` or `StaleVersionError`."""

        @_again_on_conflict
        def remove() -> None:
            self._registry.remove(self._current(account_id, webhook_id, version))

        remove()

    def rotate_signature(self, account_id: str, webhook_id: str, version: int | None) -> Webhook:
        """Give the webhook a new secret; the old one signs too for 24 hours. Raises `NoSignatureError`."""
        return self._rewrite(account_id, webhook_id, version, self._rotated)

    def signature(self, account_id: str, webhook_id: str) -> Signature:
        """The webhook's signing secret, once it is recorded that it was shown; raises `NoSignatureError`."""

        @_again_on_conflict
        def signature() -> Signature:
            webhook = self.read(account_id, webhook_id)
            signs = webhook.authentication is AuthenticationType.SIGNATURE
            credentials = self._vault.open(webhook) if signs else Credentials()
            if credentials.secret is None:
                raise NoSignatureError
            self._registry.record_download(webhook, self._clock())
            previous = None if webhook.previous_valid_until is None else credentials.previous_secret
            return Signature(webhook, credentials.secret, previous)

        return signature()

    def _without_lapsed(self, webhook: Webhook) -> Webhook:
        """The webhook as it is now: a previous secret whose day is over signs no more."""
        return webhook if webhook.overlaps(self._clock()) else replace(webhook, previous_valid_until=None)

    def _rewrite(
        self, account_id: str, webhook_id: str, version: int | None, rewritten: Callable[[Webhook], Webhook]
    ) -> Webhook:
        @_again_on_conflict
        def rewrite() -> Webhook:
            current = self._current(account_id, webhook_id, version)
            webhook = replace(rewritten(current), version=current.version + 1, updated_at=self._clock())
            self._registry.replace(current, webhook)
            return webhook

        return rewrite()

    def _current(self, account_id: str, webhook_id: str, version: int | None) -> Webhook:
        current = self.read(account_id, webhook_id)
        if version is not None and current.version != version:
            raise StaleVersionError
        return current

    def _apply(self, current: Webhook, changes: Changes) -> Webhook:
        now = self._clock()
        webhook = changed(current, changes, self._policy, now)
        if webhook.status is Status.ACTIVE is not current.status:
            waiting = bool(self._deliveries.backlog(webhook.webhook_id, 1))
            webhook = replace(webhook, health=resuming(webhook.health, now, waiting=waiting))
        return webhook if changes.authentication is None else self._authenticated(webhook, changes.authentication, now)

    def _authenticated(self, webhook: Webhook, draft: AuthenticationDraft, now: int) -> Webhook:
        kept = webhook.authentication is draft.type
        check_credentials(draft, password_kept=kept)
        if kept and draft.password is None:
            return replace(webhook, username=draft.username)
        bare = replace(
            webhook,
            authentication=draft.type,
            username=draft.username,
            sealed=None,
            secret_created_at=None,
            secret_rotated_at=None,
            secret_downloaded_at=None,
            previous_valid_until=None,
        )
        if draft.type is AuthenticationType.BASIC:
            return self._sealed(bare, Credentials(password=draft.password))
        if draft.type is AuthenticationType.SIGNATURE:
            return self._sealed(replace(bare, secret_created_at=now), Credentials(secret=signing.generate_secret()))
        return bare

    def _rotated(self, current: Webhook) -> Webhook:
        if current.authentication is not AuthenticationType.SIGNATURE:
            raise NoSignatureError
        now = self._clock()
        credentials = Credentials(secret=signing.generate_secret(), previous_secret=self._vault.open(current).secret)
        rotated = replace(current, secret_rotated_at=now, previous_valid_until=now + signing.ROTATION_OVERLAP_MS)
        return self._sealed(rotated, credentials)

    def _sealed(self, webhook: Webhook, credentials: Credentials) -> Webhook:
        return replace(webhook, sealed=self._vault.seal(webhook.account_id, webhook.webhook_id, credentials))
