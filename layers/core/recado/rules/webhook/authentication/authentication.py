"""How a receiver knows that a POST is ours, as far as everybody may know it who may read the webhook."""

from dataclasses import dataclass
from enum import StrEnum


class AuthenticationType(StrEnum):
    """What is sent that proves who sends: nothing, a password, a token, a header, a signature, or an OAuth2 token."""

    NONE = "NONE"
    BASIC = "BASIC"
    BEARER = "BEARER"
    HEADER = "HEADER"
    SIGNATURE = "SIGNATURE"
    OAUTH2 = "OAUTH2"


class SignatureAlgorithm(StrEnum):
    """What signs: a secret that the receiver has too; or beside it a key whose public part is for everybody."""

    HMAC_SHA256 = "HMAC_SHA256"
    ED25519 = "ED25519"


class ClientAuthentication(StrEnum):
    """How a token server learns the client's secret (RFC 6749 section 2.3.1): by HTTP Basic, or in the body."""

    BASIC = "BASIC"
    BODY = "BODY"


@dataclass(frozen=True, slots=True)
class OAuth2:
    """Where and as whom a token is fetched (RFC 6749 section 4.4); None leaves a parameter out."""

    token_url: str
    client_id: str
    client_authentication: ClientAuthentication = ClientAuthentication.BASIC
    scope: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What may be known of a certificate: `fingerprint` is its SHA-256 in lower hex, times are ms since 1970."""

    subject: str
    issuer: str
    fingerprint: str
    not_before: int
    not_after: int


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public part of an Ed25519 key, 32 bytes as base64url without padding (`x` of RFC 8037).

    `valid_until` (ms since 1970) is when an earlier key signs no more; None of the current one.
    """

    x: str
    valid_until: int | None = None
