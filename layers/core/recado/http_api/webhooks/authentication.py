"""How a webhook authenticates, in JSON: what is entered of each type, and what is shown, which is nothing secret."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from recado.http_api.shared.schemas import Entered, Shown, Time, iso_or_none, lengths, nullable
from recado.http_api.shared.secrets import EarlierSecretView, OwnSecret, earlier_views, not_null
from recado.rules.event.timestamps import to_iso
from recado.rules.target.target_policy import MAX_URL_LENGTH
from recado.rules.webhook.authentication.authentication import (
    AuthenticationType,
    CertificateFacts,
    ClientAuthentication,
    OAuth2,
    SignatureAlgorithm,
)
from recado.rules.webhook.authentication.authentication_draft import (
    KEPT,
    MAX_CREDENTIAL_LENGTH,
    MAX_PARAMETER_LENGTH,
    MAX_TOKEN_LENGTH,
    AuthenticationDraft,
    ClientCertificateEntered,
    Kept,
)
from recado.rules.webhook.authentication.custom_headers import MAX_NAME_LENGTH
from recado.rules.webhook.webhook import Webhook

Credential = Annotated[str, Field(json_schema_extra=lengths(1, MAX_CREDENTIAL_LENGTH))]
Token = Annotated[str, Field(json_schema_extra=lengths(1, MAX_TOKEN_LENGTH))]
Parameter = Annotated[str, Field(json_schema_extra=lengths(1, MAX_PARAMETER_LENGTH))]


class ClientCertificateFields(Entered):
    """A client certificate for mutual TLS, as PEM in whichever form tools write it; the chain in any order."""

    certificate: Annotated[str, Field(repr=False)]
    private_key: Annotated[str, Field(repr=False, description="Without passphrase.")]


class TypeEntered(Entered):
    """What any type may have beside its own fields: left out it stays as it is, null takes it away."""

    client_certificate: Annotated[ClientCertificateFields | None, Field(json_schema_extra=nullable)] = None
    trusted_certificates: Annotated[
        str | None,
        Field(
            repr=False,
            description="Authorities of the receiver's own, beside the public ones: certificates as PEM.",
            json_schema_extra=nullable,
        ),
    ] = None


class NoAuthentication(TypeEntered):
    """Nothing more is sent."""

    type: Literal["NONE"]


class BasicAuthentication(TypeEntered):
    """`Authorization: Basic …` is sent. A change without the password keeps it, if the target's host stays the same."""

    type: Literal["BASIC"]
    username: Credential
    password: Annotated[Credential | None, BeforeValidator(not_null), Field(repr=False)] = None


class BearerAuthentication(TypeEntered):
    """`Authorization: Bearer …` is sent. A change without the token keeps it, if the target's host stays the same."""

    type: Literal["BEARER"]
    token: Annotated[
        Token | None,
        BeforeValidator(not_null),
        Field(repr=False, description="Visible ASCII without blanks: the token alone, without `Bearer`."),
    ] = None


class HeaderAuthentication(TypeEntered):
    """A header is sent whose value nobody sees. A change without the value keeps it, if the target's host stays."""

    type: Literal["HEADER"]
    name: Annotated[
        str,
        Field(
            description="None of the reserved names, nor that of a custom header.",
            json_schema_extra=lengths(1, MAX_NAME_LENGTH),
        ),
    ]
    value: Annotated[
        Token | None,
        BeforeValidator(not_null),
        Field(repr=False, description="Visible ASCII, with blanks only between them."),
    ] = None


class SignatureAuthentication(TypeEntered):
    """`webhook-signature` is sent, by Standard Webhooks. Without a secret of one's own, one is generated here.

    Where the webhook signs already, the secret stays: POST …/signature replaces it. With `ED25519` there is a signature
    by a key of the webhook's own beside that by the secret, which the public keys verify (`webhook-keys.json`).
    """

    type: Literal["SIGNATURE"]
    secret: OwnSecret = None
    algorithm: Annotated[
        Literal["HMAC_SHA256", "ED25519"] | None,
        BeforeValidator(not_null),
        Field(description="Left out, it stays as it is; of a webhook that did not sign it is `HMAC_SHA256` then."),
    ] = None


class OAuth2Authentication(TypeEntered):
    """A token of client credentials is fetched, and sent as `Authorization: Bearer …`.

    A change without the client's secret keeps it, if `clientId` and the hosts of the target and of `tokenUrl` stay.
    """

    type: Literal["OAUTH2"]
    token_url: Annotated[str, Field(json_schema_extra=lengths(1, MAX_URL_LENGTH))]
    client_id: Parameter
    client_secret: Annotated[Parameter | None, BeforeValidator(not_null), Field(repr=False)] = None
    client_authentication: Literal["BASIC", "BODY"] = "BASIC"
    scope: Annotated[str | None, Field(json_schema_extra=lengths(0, MAX_PARAMETER_LENGTH))] = None
    audience: Annotated[str | None, Field(json_schema_extra=lengths(0, MAX_PARAMETER_LENGTH))] = None


AuthenticationEntered = Annotated[
    NoAuthentication
    | BasicAuthentication
    | BearerAuthentication
    | HeaderAuthentication
    | SignatureAuthentication
    | OAuth2Authentication,
    Field(discriminator="type"),
]


# What is entered as it is kept, and by which name that is another one than the draft's.
_ENTERED = ("username", "password", "token", "name", "value", "secret", "client_secret")
_FIELDS = {"name": "header_name", "value": "header_value"}


def authentication_draft(entered: AuthenticationEntered | None) -> AuthenticationDraft | None:
    """The authentication that was entered, as the rules take it."""
    if entered is None:
        return None
    asked = _oauth2(entered) if isinstance(entered, OAuth2Authentication) else None
    fields = {_FIELDS.get(name, name): value for name, value in dict(entered).items() if name in _ENTERED}
    algorithm = entered.algorithm if isinstance(entered, SignatureAuthentication) else None
    trusted = entered.trusted_certificates if "trusted_certificates" in entered.model_fields_set else KEPT
    return AuthenticationDraft(
        AuthenticationType(entered.type),
        algorithm=None if algorithm is None else SignatureAlgorithm(algorithm),
        oauth2=asked,
        client_certificate=_client_certificate(entered),
        trusted_certificates=trusted,
        **fields,
    )


def _client_certificate(entered: TypeEntered) -> ClientCertificateEntered | Kept | None:
    if "client_certificate" not in entered.model_fields_set:
        return KEPT
    pem = entered.client_certificate
    return None if pem is None else ClientCertificateEntered(pem.certificate, pem.private_key)


def _oauth2(entered: OAuth2Authentication) -> OAuth2:
    return OAuth2(
        entered.token_url,
        entered.client_id,
        ClientAuthentication(entered.client_authentication),
        entered.scope or None,
        entered.audience or None,
    )


class CertificateView(Shown):
    """A certificate; the fingerprint is its SHA-256."""

    subject: str
    issuer: str
    fingerprint: str
    not_before: Time
    not_after: Time


class AuthenticationView(Shown):
    """How POSTs are authenticated, without anything secret."""

    type: AuthenticationType
    username: str | None = None
    name: Annotated[str | None, Field(description="The header that the secret value is sent in.")] = None
    algorithm: SignatureAlgorithm | None = None
    token_url: str | None = None
    client_id: str | None = None
    client_authentication: ClientAuthentication | None = None
    scope: str | None = None
    audience: str | None = None
    secret_created_at: Annotated[Time | None, Field(description="When the webhook got its first secret.")] = None
    secret_rotated_at: Annotated[Time | None, Field(description="When the secret was last replaced.")] = None
    secret_downloaded_at: Annotated[Time | None, Field(description="When a secret was last downloaded.")] = None
    previous_secrets: Annotated[
        list[EarlierSecretView] | None, Field(description="The earlier secrets that sign along, newest first.")
    ] = None
    client_certificate: Annotated[
        CertificateView | None,
        Field(description="`notAfter` is that of the first to end, of the certificate and what leads to its root."),
    ] = None
    trusted_certificates: list[CertificateView] | None = None


def authentication_view(webhook: Webhook) -> AuthenticationView:
    """How a webhook authenticates, as it is shown."""
    signs = webhook.authentication is AuthenticationType.SIGNATURE
    certificate, asked = webhook.client_certificate, webhook.oauth2
    return AuthenticationView(
        type=webhook.authentication,
        username=webhook.username,
        name=webhook.header_name,
        algorithm=webhook.algorithm if signs else None,
        token_url=asked and asked.token_url,
        client_id=asked and asked.client_id,
        client_authentication=asked and asked.client_authentication,
        scope=asked and asked.scope,
        audience=asked and asked.audience,
        secret_created_at=iso_or_none(webhook.secret_created_at),
        secret_rotated_at=iso_or_none(webhook.secret_rotated_at),
        secret_downloaded_at=iso_or_none(webhook.secret_downloaded_at),
        previous_secrets=earlier_views(webhook.previous_until) if signs else None,
        client_certificate=None if certificate is None else _certificate_view(certificate),
        trusted_certificates=[_certificate_view(one) for one in webhook.trusted_certificates] or None,
    )


def _certificate_view(facts: CertificateFacts) -> CertificateView:
    return CertificateView(
        subject=facts.subject,
        issuer=facts.issuer,
        fingerprint=facts.fingerprint,
        not_before=to_iso(facts.not_before),
        not_after=to_iso(facts.not_after),
    )
