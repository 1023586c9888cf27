"""Administration: admins register, change, retire and remove their account's webhooks, and get their signatures."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from recado.ports import Clock, DeliveryReader, Sealed, Vault, VersionConflictError, WakeUps, WebhookRegistry
from recado.rules.sending import signing_secret
from recado.rules.target.target_policy import TargetPolicy
from recado.rules.webhook.credentials import Credentials, EarlierSecret
from recado.rules.webhook.registration import (
    AuthenticationDraft,
    Changes,
    InvalidRegistrationError,
    blank,
    changed,
    check_credentials,
    own_secret,
)
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, AuthenticationType, Webhook
from recado.use_cases.managing.switching import Skipped, Switched, Switching

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


class Changed(NamedTuple):
    """A changed webhook, and what was skipped while it was off, where the change has switched it on."""

    webhook: Webhook
    skipped: Skipped | None = None


class _Rewritten(NamedTuple):
    """A changed webhook, and its credentials where they change; the same webhook where nothing is to be written."""

    webhook: Webhook
    credentials: Credentials | None = None
    switched: Switched | None = None


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
        vault: Vault,
        wake_ups: WakeUps,
        reader: DeliveryReader,
        policy: TargetPolicy,
        clock: Clock,
        token: Callable[[], str],
    ) -> None:
        self._registry = registry
        self._vault = vault
        self._wake_ups = wake_ups
        self._policy = policy
        self._clock = clock
        self._token = token
        self._switching = Switching(reader, token)

    def create(self, account_id: str, entered: Changes) -> Webhook:
        """Register a webhook; raises `InvalidRegistrationError` or `LimitReachedError`."""
        now = self._clock()
        webhook = changed(blank(account_id, WEBHOOK_ID_PREFIX + uuid.uuid4().hex, now), entered, self._policy, now)
        credentials = None
        if entered.authentication is not None:
            webhook, credentials = self._authenticated(webhook, entered.authentication, now)
        webhook, sealed = self._sealed(webhook, credentials)
        self._registry.add(webhook, sealed)
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

    def change(
        self, account_id: str, webhook_id: str, changes: Changes, version: int | None, requested_by: str = ""
    ) -> Changed:
        """Change a webhook, where `version` is given only if it still has it; `requested_by` is who asks.

        Raises `InvalidRegistrationError`, `NoSuchWebhookError` or `StaleVersionError`. Switching it on makes a new
        wake-up the owner of its backlog, and sends that; the sweep makes good one that was never sent. With `catch_up`
        a job begins together with that; raises `JobRunningError` where another one runs.
        """
        owner = self._token()

        def applied(current: Webhook, now: int) -> _Rewritten:
            return self._apply(current, changes, owner, requested_by, now)

        webhook, _, switched = self._rewrite(account_id, webhook_id, version, applied)
        if webhook.lane.owner == owner:
            self._wake_ups.send(webhook, 0)
        return Changed(webhook, None if switched is None else switched.skipped)

    def remove(self, account_id: str, webhook_id: str, version: int | None) -> None:
        """Remove a webhook; what it waits for is gone. Raises `NoSuchWebhookError` or `StaleVersionError`."""

        @_again_on_conflict
        def remove() -> None:
            self._registry.remove(self._current(account_id, webhook_id, version))

        remove()

    def rotate_signature(
        self, account_id: str, webhook_id: str, version: int | None, secret: str | None = None
    ) -> Webhook:
        """Give the webhook a new secret, one of the admin's own or one made here; those before sign too for a while.

        The secret that it has already changes nothing. Raises `InvalidRegistrationError`, `NoSignatureError` or
        `TooManySecretsError`, beside what `change` raises.
        """
        # Made once: a repetition after a conflict does not replace what has been stored meanwhile.
        new = own_secret("secret", secret) or signing_secret.generate()

        def rotated(current: Webhook, now: int) -> _Rewritten:
            before = self._secrets_of(current)
            after = before.rotated(new, now)
            if after is before:
                return _Rewritten(current)
            until = tuple(earlier.valid_until for earlier in after.previous)
            return _Rewritten(replace(current, secret_rotated_at=now, previous_until=until), after)

        return self._rewrite(account_id, webhook_id, version, rotated).webhook

    def end_previous_secrets(self, account_id: str, webhook_id: str, version: int | None) -> None:
        """Let the secrets before the current one sign no more; raises as `rotate_signature` does.

        One that another admin replaces at this moment is not among them.
        """
        meant: list[EarlierSecret] = []

        def ended(current: Webhook, _now: int) -> _Rewritten:
            credentials = self._secrets_of(current)
            if not meant:
                meant.extend(credentials.previous)
            kept = tuple(earlier for earlier in credentials.previous if earlier not in meant)
            if kept == credentials.previous:
                return _Rewritten(current)
            until = tuple(earlier.valid_until for earlier in kept)
            return _Rewritten(replace(current, previous_until=until), replace(credentials, previous=kept))

        self._rewrite(account_id, webhook_id, version, ended)

    def signature(self, account_id: str, webhook_id: str) -> Signature:
        """The webhook's signing secret, once it is recorded that it was shown; raises `NoSignatureError`."""

        @_again_on_conflict
        def signature() -> Signature:
            webhook = self.read(account_id, webhook_id)
            secret = self._secrets_of(webhook).secret or ""
            self._registry.record_download(webhook, self._clock())
            return Signature(webhook, secret)

        return signature()

    def _without_lapsed(self, webhook: Webhook) -> Webhook:
        """The webhook as it is now: an earlier secret whose day is over signs no more."""
        now = self._clock()
        return replace(webhook, previous_until=tuple(until for until in webhook.previous_until if now < until))

    def _rewrite(
        self, account_id: str, webhook_id: str, version: int | None, rewritten: Callable[[Webhook, int], _Rewritten]
    ) -> _Rewritten:
        @_again_on_conflict
        def rewrite() -> _Rewritten:
            current, now = self._current(account_id, webhook_id, version), self._clock()
            webhook, credentials, switched = after = rewritten(current, now)
            if webhook is current:
                return after
            webhook = replace(webhook, version=current.version + 1, updated_at=now)
            webhook, sealed = self._sealed(webhook, credentials)
            self._registry.replace(current, webhook, sealed, None if switched is None else switched.job)
            return after._replace(webhook=webhook)

        return rewrite()

    def _current(self, account_id: str, webhook_id: str, version: int | None) -> Webhook:
        current = self.read(account_id, webhook_id)
        if version is not None and current.version != version:
            raise StaleVersionError
        return current

    def _apply(self, current: Webhook, changes: Changes, owner: str, requested_by: str, now: int) -> _Rewritten:
        webhook, credentials = changed(current, changes, self._policy, now), None
        if changes.authentication is not None:
            webhook, credentials = self._authenticated(webhook, changes.authentication, now)
        switched = self._switching(current, webhook, owner, now, requested_by if changes.catch_up else None)
        return _Rewritten(switched.webhook, credentials, switched)

    def _authenticated(
        self, webhook: Webhook, draft: AuthenticationDraft, now: int
    ) -> tuple[Webhook, Credentials | None]:
        kept = webhook.authentication is draft.type
        check_credentials(draft, password_kept=kept)
        secret = own_secret("authentication.secret", draft.secret)
        if kept and draft.password is None:
            if secret is not None and self._secrets_of(webhook).secret != secret:
                raise InvalidRegistrationError(
                    "authentication.secret", "is not the one that the webhook has: POST …/signature replaces it"
                )
            return replace(webhook, username=draft.username), None
        bare = replace(
            webhook,
            authentication=draft.type,
            username=draft.username,
            secret_version=None,
            secret_created_at=None,
            secret_rotated_at=None,
            secret_downloaded_at=None,
            previous_until=(),
        )
        if draft.type is AuthenticationType.BASIC:
            return bare, Credentials(password=draft.password)
        if draft.type is AuthenticationType.SIGNATURE:
            return replace(bare, secret_created_at=now), Credentials(secret=secret or signing_secret.generate())
        return bare, None

    def _secrets_of(self, webhook: Webhook) -> Credentials:
        """The secrets of a webhook that signs, of this very version; raises `NoSignatureError`."""
        if webhook.authentication is not AuthenticationType.SIGNATURE:
            raise NoSignatureError
        opened = self._vault.open(webhook)
        if opened is None or opened.webhook.version != webhook.version:
            raise VersionConflictError
        if opened.credentials.secret is None:
            raise NoSignatureError
        return opened.credentials

    def _sealed(self, webhook: Webhook, credentials: Credentials | None) -> tuple[Webhook, Sealed | None]:
        """The webhook that names the version of its new credentials, and them; as it is where there are none."""
        if credentials is None:
            return webhook, None
        sealed = self._vault.seal(webhook.account_id, webhook.webhook_id, credentials)
        return replace(webhook, secret_version=sealed.version), sealed
