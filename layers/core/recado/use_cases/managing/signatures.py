"""Signatures: admins replace their webhooks' signing secrets, end the earlier ones, and get them for receivers."""

from dataclasses import dataclass, field, replace

from recado.ports.activity import DoneBeforeError
from recado.rules.activity.activity import ActivityKind, Requester
from recado.rules.sending.signing import signing_key, signing_secret
from recado.rules.webhook.authentication.authenticating import rotated
from recado.rules.webhook.authentication.authentication import PublicKey
from recado.rules.webhook.authentication.authentication_draft import own_secret
from recado.rules.webhook.authentication.credentials import EarlierSecret
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.rewriting import (
    NoSuchWebhookError,
    Rewriting,
    Rewritten,
    again_on_conflict,
    without_lapsed,
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a receiver needs to verify signatures."""

    webhook: Webhook
    secret: str = field(repr=False)


class Signatures:
    """Manages the signing secrets of an account's webhooks."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting

    def rotate(
        self,
        account_id: str,
        webhook_id: str,
        version: int | None,
        requester: Requester,
        secret: str | None = None,
    ) -> Webhook:
        """Give the webhook a new secret, one of the admin's own or one made here; those before sign too for a while.

        Where it signs with a key, too, that is replaced by one made here in the same way.
        The secret that it has already changes nothing. Raises `InvalidRegistrationError`, `NoSignatureError`,
        `TooManySecretsError`, `NoSuchWebhookError` or `StaleVersionError`.
        """
        # Made once: a repetition after a conflict does not replace what has been stored meanwhile.
        new, new_key = own_secret("secret", secret) or signing_secret.generate(), signing_key.generate()

        def replaced(current: Webhook, now: int) -> Rewritten:
            before = self._rewriting.secrets_of(current)
            if before.secret == new:
                return Rewritten(current, ActivityKind.SECRET_ROTATED)
            webhook, after = rotated(current, before, new, new_key, now)
            return Rewritten(webhook, ActivityKind.SECRET_ROTATED, after, secret_changed=True)

        try:
            return self._rewriting.rewrite(account_id, webhook_id, version, requester, replaced).webhook
        except DoneBeforeError:
            return self._rewriting.read(account_id, webhook_id)

    def end_previous(self, account_id: str, webhook_id: str, version: int | None, requester: Requester) -> None:
        """Let the secrets and keys before the current ones sign no more; raises as `rotate` does.

        One that another admin replaces at this moment is not among them.
        """
        meant: list[EarlierSecret] = []

        def ended(current: Webhook, _now: int) -> Rewritten:
            credentials = self._rewriting.secrets_of(current)
            if not meant:
                meant.extend((*credentials.previous, *credentials.previous_keys))
            kept = tuple(earlier for earlier in credentials.previous if earlier not in meant)
            kept_keys = tuple(earlier for earlier in credentials.previous_keys if earlier not in meant)
            after = replace(credentials, previous=kept, previous_keys=kept_keys)
            if after == credentials:
                return Rewritten(current, ActivityKind.EARLIER_SECRETS_ENDED)
            until = tuple(earlier.valid_until for earlier in kept)
            webhook = replace(current, previous_until=until, public_keys=signing_key.public_keys(after))
            return Rewritten(webhook, ActivityKind.EARLIER_SECRETS_ENDED, after)

        self._rewriting.rewrite(account_id, webhook_id, version, requester, ended)

    def public_keys(self, account_id: str, webhook_id: str | None = None) -> list[PublicKey]:
        """The public keys that verify what the account's webhooks are sent, or one of them; for everybody.

        Whatever is not there has none.
        """
        if webhook_id is not None:
            try:
                return list(self._rewriting.read(account_id, webhook_id).public_keys)
            except NoSuchWebhookError:
                return []
        now = self._rewriting.clock()
        webhooks = sorted(self._rewriting.registry.of_account(account_id), key=lambda webhook: webhook.created_at)
        return [key for webhook in webhooks for key in without_lapsed(webhook, now).public_keys]

    def download(self, account_id: str, webhook_id: str, requester: Requester) -> Signature:
        """The webhook's signing secret, once it is recorded that it was shown; raises `NoSignatureError`."""

        @again_on_conflict
        def download() -> Signature:
            rewriting = self._rewriting
            webhook = rewriting.read(account_id, webhook_id)
            secret = rewriting.secrets_of(webhook).secret or ""
            act = rewriting.acts.on(ActivityKind.SECRET_DOWNLOADED, requester, webhook, rewriting.clock())
            rewriting.registry.record_download(webhook, act)
            rewriting.acts.tell(act)
            return Signature(webhook, secret)

        return download()
