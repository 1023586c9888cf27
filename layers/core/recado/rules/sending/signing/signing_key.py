"""Ed25519 keys (RFC 8032) that sign POSTs: the private part is kept sealed, the public part is for everybody.

`cryptography` is imported where something is signed, or a key is made: most environments of a sender never do.
"""

import base64
import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from recado.rules.webhook.authentication.authentication import PublicKey
from recado.rules.webhook.authentication.credentials import Credentials

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_BYTES = 32


def generate() -> str:
    """A new private key: 32 random bytes as base64."""
    return base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(key: str, content: bytes) -> bytes:
    """The 64 bytes of the signature that this private key makes of the content."""
    return _private(key).sign(content)


def public_keys(credentials: Credentials) -> tuple[PublicKey, ...]:
    """The public parts of the keys that sign: the current one, then the earlier ones; nothing where none does."""
    current = [PublicKey(_x(credentials.signing_key))] if credentials.signing_key else []
    return (*current, *(PublicKey(_x(each.secret), each.valid_until) for each in credentials.previous_keys))


def jwk(key: PublicKey) -> dict[str, str]:
    """The public key as RFC 8037 writes it; `kid` is its thumbprint (RFC 7638), so that one key always has one.

    Without `alg`: libraries know it by two names, `EdDSA` and `Ed25519`, and some refuse the one that they do not know.
    """
    required = {"crv": "Ed25519", "kty": "OKP", "x": key.x}
    thumbprint = hashlib.sha256(json.dumps(required, separators=(",", ":"), sort_keys=True).encode()).digest()
    return {**required, "kid": _base64url(thumbprint), "use": "sig"}


def _x(key: str) -> str:
    return _base64url(_private(key).public_key().public_bytes_raw())


def _private(key: str) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415 - see the module

    return ed25519.Ed25519PrivateKey.from_private_bytes(base64.b64decode(key))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
