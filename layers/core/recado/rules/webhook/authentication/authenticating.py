"""What becomes of a webhook and of its credentials when its authentication is entered."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from recado.rules.sending.signing import signing_key, signing_secret
from recado.rules.webhook.authentication.authentication import AuthenticationType, SignatureAlgorithm
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft, own_secret
from recado.rules.webhook.authentication.certificates_entered import read_certificates
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook


class Authenticated(NamedTuple):
    """A webhook with another authentication, and what it keeps sealed; None where that stays as it is.

    `secret_changed` is whether the secret of its type is another one than before.
    """

    webhook: Webhook
    credentials: Credentials | None
    secret_changed: bool


def authenticated(
    webhook: Webhook, draft: AuthenticationDraft, kept: Callable[[], Credentials], now_ms: int
) -> Authenticated:
    """The webhook as the draft, which was checked, wants it; a secret that was entered is always a new one.

    `kept` opens what the webhook keeps; it is asked only where something of that stays while something else changes.
    Where nothing is left to be kept, the webhook names no version any more. Raises `InvalidRegistrationError`.
    """
    same_type = webhook.authentication is draft.type
    keeps_secret = same_type and draft.entered_secret is None
    certificates = read_certificates(draft, now_ms)
    after = certificates.shown_in(_after(webhook, draft, same_type=same_type))
    if keeps_secret and certificates.keep_all and after.algorithm is webhook.algorithm:
        return Authenticated(after, None, secret_changed=False)
    # What cannot be opened stops nobody from replacing it: it is opened only where some of it stays.
    keeps_key = same_type and bool(webhook.public_keys)
    before = kept() if keeps_secret or keeps_key or certificates.keep_some_of(webhook) else Credentials()
    credentials = before if keeps_secret else _with_secret(draft)
    credentials = _with_key(credentials, before if same_type else Credentials(), after.algorithm)
    credentials = certificates.sealed_in(credentials, before)
    if not keeps_secret:
        signs = draft.type is AuthenticationType.SIGNATURE
        after = replace(
            after,
            secret_created_at=now_ms if signs else None,
            secret_rotated_at=None,
            secret_downloaded_at=None,
            previous_until=(),
        )
    after = replace(after, public_keys=signing_key.public_keys(credentials))
    if credentials == Credentials():
        return Authenticated(replace(after, secret_version=None), None, secret_changed=not keeps_secret)
    return Authenticated(after, credentials, secret_changed=not keeps_secret)


def rotated(webhook: Webhook, before: Credentials, secret: str, key: str, now_ms: int) -> tuple[Webhook, Credentials]:
    """A webhook that signs, with another secret, while those before it sign along for a while, and what it keeps.

    Where it signs with a key, too, `key` replaces that in the same way. Raises `TooManySecretsError`.
    """
    after = before.rotated(secret, now_ms, key if before.signing_key else None)
    webhook = replace(
        webhook,
        secret_rotated_at=now_ms,
        previous_until=tuple(earlier.valid_until for earlier in after.previous),
        public_keys=signing_key.public_keys(after),
        declared_as=None,
    )
    return webhook, after


def _after(webhook: Webhook, draft: AuthenticationDraft, *, same_type: bool) -> Webhook:
    """The webhook with what everybody may know of the authentication."""
    algorithm = draft.algorithm or (webhook.algorithm if same_type else SignatureAlgorithm.HMAC_SHA256)
    return replace(
        webhook,
        authentication=draft.type,
        username=draft.username,
        header_name=draft.header_name,
        algorithm=algorithm,
        oauth2=draft.oauth2,
        declared_as=draft.declared_as,
    )


def _with_secret(draft: AuthenticationDraft) -> Credentials:
    """The secret of its type that was entered; one that signs is made where none was."""
    if draft.type is AuthenticationType.SIGNATURE:
        return Credentials(secret=own_secret("authentication.secret", draft.secret) or signing_secret.generate())
    return Credentials(
        password=draft.password,
        token=draft.token,
        header_value=draft.header_value,
        client_secret=draft.client_secret,
    )


def _with_key(credentials: Credentials, before: Credentials, algorithm: SignatureAlgorithm) -> Credentials:
    """With the key that signs, and those before it; a new one where there is none yet."""
    if algorithm is not SignatureAlgorithm.ED25519:
        return replace(credentials, signing_key=None, previous_keys=())
    if before.signing_key is None:
        return replace(credentials, signing_key=signing_key.generate())
    return replace(credentials, signing_key=before.signing_key, previous_keys=before.previous_keys)
