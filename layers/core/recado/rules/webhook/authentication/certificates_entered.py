"""The certificates that an admin enters, read: what everybody may know of them, and what is kept sealed."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recado.rules.webhook.authentication.authentication_draft import (
    KEPT,
    AuthenticationDraft,
    ClientCertificateEntered,
    Kept,
)
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.webhook import Webhook

if TYPE_CHECKING:
    from recado.rules.certificates.reading import Authorities, Identity


@dataclass(frozen=True, slots=True)
class CertificatesEntered:
    """What was entered, read; `KEPT` where nothing was, None where what is there is taken away."""

    identity: "Identity | Kept | None"
    authorities: "Authorities | Kept | None"

    @property
    def keep_all(self) -> bool:
        """Whether nothing was entered."""
        return self.identity is KEPT and self.authorities is KEPT

    def keep_some_of(self, webhook: Webhook) -> bool:
        """Whether something that the webhook has stays."""
        keeps_identity = self.identity is KEPT and webhook.client_certificate is not None
        return keeps_identity or (self.authorities is KEPT and bool(webhook.trusted_certificates))

    def shown_in(self, webhook: Webhook) -> Webhook:
        """The webhook with what everybody may know of them."""
        if self.identity is not KEPT:
            webhook = replace(webhook, client_certificate=None if self.identity is None else self.identity.facts)
        if self.authorities is not KEPT:
            facts = () if self.authorities is None else self.authorities.facts
            webhook = replace(webhook, trusted_certificates=facts)
        return webhook

    def sealed_in(self, credentials: Credentials, before: Credentials) -> Credentials:
        """The credentials with them, with those of before where they stay."""
        client, trusted = before.client_certificate, before.trusted_certificates
        if self.identity is not KEPT:
            client = None if self.identity is None else self.identity.pem
        if self.authorities is not KEPT:
            trusted = None if self.authorities is None else self.authorities.pem
        return replace(credentials, client_certificate=client, trusted_certificates=trusted)


def read_certificates(draft: AuthenticationDraft, now_ms: int) -> CertificatesEntered:
    """What was entered of certificates; raises `InvalidRegistrationError`."""
    client, trusted = draft.client_certificate, draft.trusted_certificates
    if not isinstance(client, ClientCertificateEntered) and not isinstance(trusted, str):
        return CertificatesEntered(client, trusted)
    from recado.rules.certificates.reading import read_authorities, read_identity  # noqa: PLC0415 - few have any
    from recado.rules.certificates.refusal import InvalidCertificateError  # noqa: PLC0415

    try:
        return CertificatesEntered(
            read_identity(client.certificate, client.private_key, now_ms)
            if isinstance(client, ClientCertificateEntered)
            else client,
            read_authorities(trusted, now_ms) if isinstance(trusted, str) else trusted,
        )
    except InvalidCertificateError as error:
        raise InvalidRegistrationError(error.field, error.reason) from None
