"""Credentials under KMS: bound to account and webhook, opened once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from recado.adapters.secrets.vault import KmsVault
from recado.ports import OurFaultError
from recado.rules.webhook.credentials import Credentials
from tests.unit.builders import webhook

SECRET = Credentials(password="hunter2")


class FakeKms:
    """Encrypts by writing down, and decrypts under the same context only, as KMS does."""

    def __init__(self) -> None:
        self.decrypted = 0

    def encrypt(self, *, KeyId: str, Plaintext: bytes, EncryptionContext: dict[str, str]) -> Any:  # noqa: N803 - boto3's
        """Write down."""
        return {"CiphertextBlob": json.dumps([KeyId, Plaintext.decode(), EncryptionContext]).encode()}

    def decrypt(self, *, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> Any:  # noqa: N803 - boto3's
        """Read."""
        self.decrypted += 1
        _, text, context = json.loads(CiphertextBlob)
        if context != EncryptionContext:
            raise ClientError({"Error": {"Code": "InvalidCiphertextException", "Message": "x"}}, "Decrypt")
        return {"Plaintext": text.encode()}


@pytest.fixture
def kms() -> FakeKms:
    """Give a key."""
    return FakeKms()


@pytest.fixture
def vault(kms: FakeKms) -> KmsVault:
    """Give a vault with that key."""
    return KmsVault(kms, "key-1")  # type: ignore[arg-type]  # the two calls that it makes


def test_credentials_are_sealed_for_one_account_and_webhook(vault: KmsVault) -> None:
    """With the stack's key."""
    key, text, context = json.loads(vault.seal("1010", "wh_1", SECRET))

    assert (key, json.loads(text), context) == ("key-1", asdict(SECRET), {"account": "1010", "webhook": "wh_1"})


def test_what_is_sealed_is_opened_once(vault: KmsVault, kms: FakeKms) -> None:
    """It stays in memory for a while; a new ciphertext is another one."""
    sealed = webhook(sealed=vault.seal("1010", "wh_1", SECRET))
    assert [vault.open(sealed), vault.open(sealed)] == [SECRET, SECRET]
    assert kms.decrypted == 1

    other = Credentials(secret="whsec_x")
    assert vault.open(replace(sealed, sealed=vault.seal("1010", "wh_1", other))) == other


def test_nothing_sealed_is_no_credentials(vault: KmsVault, kms: FakeKms) -> None:
    """The key is not asked."""
    assert vault.open(webhook()) == Credentials()
    assert kms.decrypted == 0


@pytest.mark.parametrize("stolen", [{"account_id": "2020"}, {"webhook_id": "wh_2"}])
def test_a_ciphertext_that_was_moved_cannot_be_opened(vault: KmsVault, stolen: dict[str, Any]) -> None:
    """Not even while its credentials are in memory."""
    sealed = webhook(sealed=vault.seal("1010", "wh_1", SECRET))
    vault.open(sealed)

    with pytest.raises(OurFaultError, match="decrypting credentials"):
        vault.open(replace(sealed, **stolen))


def test_threads_may_open_at_once(vault: KmsVault) -> None:
    """As the dispatcher does for its webhooks."""
    webhooks = [
        webhook(f"wh_{n}", sealed=vault.seal("1010", f"wh_{n}", Credentials(secret=str(n)))) for n in range(1500)
    ]

    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(vault.open, webhooks * 2))

    assert [credentials.secret for credentials in opened] == [str(n) for n in range(1500)] * 2
