"""Ed25519 keys: what they sign, and how their public part is written."""

import base64
import subprocess
import sys

import pytest

from recado.rules.sending.signing import signing_key
from recado.rules.sending.signing.signing import signature
from recado.rules.webhook.authentication.authentication import PublicKey
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from tests.support.functions import ROOT
from tests.support.receivers.public_keys import verified_by


def padded(text: str) -> bytes:
    """Decode what RFCs write without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# RFC 8037, appendix A.
PRIVATE = base64.b64encode(padded("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")).decode()
PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
SIGNED = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
SIGNATURE = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"


def test_keys_and_signatures_are_those_of_the_standard() -> None:
    """The examples of RFC 8037; the id of a key is its thumbprint, so that it never has another."""
    (key,) = signing_key.public_keys(Credentials(signing_key=PRIVATE))

    assert signing_key.signed(PRIVATE, SIGNED) == padded(SIGNATURE)
    assert key == PublicKey(PUBLIC)
    assert signing_key.jwk(key) == {"kty": "OKP", "crv": "Ed25519", "x": PUBLIC, "kid": THUMBPRINT, "use": "sig"}


def test_the_public_keys_are_those_that_sign() -> None:
    """The current one first, each earlier one with its end; of a secret there is none."""
    earlier = (EarlierSecret(signing_key.generate(), 7), EarlierSecret(PRIVATE, 5))

    first, *rest = signing_key.public_keys(Credentials(signing_key=signing_key.generate(), previous_keys=earlier))

    assert (first.valid_until, [key.valid_until for key in rest], rest[1].x) == (None, [7, 5], PUBLIC)
    assert signing_key.public_keys(Credentials(secret="whsec_")) == ()


def test_each_key_is_another_one() -> None:
    """32 bytes, never the same."""
    keys = {signing_key.generate() for _ in range(20)}

    assert len(keys) == 20
    assert {len(base64.b64decode(key)) for key in keys} == {32}


def test_a_signature_is_over_id_time_and_body() -> None:
    """As that of the secret beside it; changed, none of it is genuine."""
    jwks = [signing_key.jwk(key) for key in signing_key.public_keys(Credentials(signing_key=PRIVATE))]
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": "7",
        "webhook-signature": signature([], "m", 7, b"{}", [PRIVATE]),
    }

    assert verified_by(jwks, headers, b"{}") == [THUMBPRINT]
    assert verified_by(jwks, headers, b"{} ") == []
    for name in ("webhook-id", "webhook-timestamp"):
        assert verified_by(jwks, {**headers, name: "8"}, b"{}") == []


@pytest.mark.parametrize(("keys", "imported"), [("[]", "False"), ("[generate()]", "True")])
def test_cryptography_is_imported_where_a_key_signs(keys: str, imported: str) -> None:
    """A sender of other POSTs starts without it."""
    program = (
        "import sys; from recado.rules.sending.outgoing import signing; "
        "from recado.rules.sending.signing.signing_key import generate; "
        f"signing.signature([], 'm', 7, b'{{}}', {keys}); "
        "print(any(name.startswith('cryptography') for name in sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "layers" / "core")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.strip() == imported
