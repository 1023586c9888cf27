"""A webhook's signature in JSON."""

from typing import Annotated, Literal

from pydantic import Field

from recado.http_api.shared.schemas import Entered, Shown, Time
from recado.http_api.shared.secrets import EarlierSecretView, OwnSecret


class RotationEntered(Entered):
    """How the secret is replaced: without a secret of one's own, one is made."""

    secret: OwnSecret = None


class SignatureView(Shown):
    """A signature without its secret."""

    webhook_id: str
    scheme: str
    algorithm: str
    created_at: Time
    key_ids: Annotated[
        list[str] | None,
        Field(description="With `ED25519`: the `kid` of each key that signs, the current one first."),
    ] = None
    previous: Annotated[
        list[EarlierSecretView], Field(description="The earlier secrets that sign along, newest first.")
    ]


class SignatureDownload(SignatureView):
    """What a receiver needs to verify signatures."""

    secret: str = Field(repr=False)


class PublicKeyView(Shown):
    """A public key as a JWK (RFC 8037); `kid` is its thumbprint (RFC 7638), which one key always has."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
    use: Literal["sig"]


class KeySetView(Shown):
    """A JWK set (RFC 7517)."""

    keys: list[PublicKeyView]
