"""Credentials under KMS: sealed for one place, opened once a version, and those that the webhook names."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from recado.adapters.secrets.envelope import Envelope
from recado.adapters.secrets.vault import KmsVault
from recado.ports.sending import Opened, OurFaultError, Sealed
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.webhook import Webhook
from tests.unit.builders import webhook

SECRETS = Credentials(secret="whsec_now", previous=(EarlierSecret("whsec_then", 7), EarlierSecret("whsec_before", 5)))
ROUNDS = 5


class FakeKms:
    """Makes data keys, and gives them back under the same context only, as KMS does."""

    def __init__(self) -> None:
        self.decrypted = 0
        self.made: list[Any] = []

    def generate_data_key(self, **asked: Any) -> Any:
        """Make a key."""
        self.made.append(asked)
        key = bytes([len(self.made) % 256]) * 32
        return {"Plaintext": key, "CiphertextBlob": json.dumps([key.hex(), asked["EncryptionContext"]]).encode()}

    def decrypt(self, *, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> Any:  # noqa: N803 - boto3's
        """Give it back."""
        self.decrypted += 1
        key, context = json.loads(CiphertextBlob)
        if context != EncryptionContext:
            raise ClientError({"Error": {"Code": "InvalidCiphertextException", "Message": "x"}}, "Decrypt")
        return {"Plaintext": bytes.fromhex(key)}


class FakeStore:
    """Webhooks and what they keep sealed; fills `SecretReader` and `WebhookReader`. Something may happen meanwhile."""

    def __init__(self) -> None:
        self.webhooks: dict[tuple[str, str], Webhook] = {}
        self.sealed: dict[tuple[str, str], Sealed] = {}
        self.read: list[str] = []
        self.meanwhile: list[Callable[[], object]] = []

    def keep(self, kept: Webhook, sealed: Sealed) -> Webhook:
        """Keep a webhook with what it keeps sealed, as one transaction does."""
        named = replace(kept, secret_version=sealed.version)
        self.webhooks[kept.account_id, kept.webhook_id] = named
        self.sealed[kept.account_id, kept.webhook_id] = sealed
        return named

    def sealed_of(self, account_id: str, webhook_id: str) -> Sealed | None:
        """Return what is sealed."""
        self.read.append("secret")
        return self.sealed.get((account_id, webhook_id))

    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """Return a webhook."""
        self.read.append("webhook")
        found = self.webhooks.get((account_id, webhook_id))
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return found

    def of_account(self, account_id: str) -> list[Webhook]:
        """Never be asked for all."""
        raise AssertionError(account_id)


class Safe:
    """A vault over a key and a store."""

    def __init__(self) -> None:
        self.kms = FakeKms()
        self.store = FakeStore()
        self.vault = self.cold()

    def cold(self) -> KmsVault:
        """Return the vault of an environment that has opened nothing yet."""
        return KmsVault(self.kms, "key-1", self.store, self.store)  # type: ignore[arg-type]  # the two calls it makes

    def keep(self, credentials: Credentials, kept: Webhook | None = None) -> Webhook:
        """Seal these credentials for a webhook, as an admin's change does."""
        kept = kept or webhook()
        return self.store.keep(kept, self.vault.seal(kept.account_id, kept.webhook_id, credentials))


@pytest.fixture
def safe() -> Safe:
    """Give a vault with nothing in it."""
    return Safe()


def test_credentials_come_out_as_they_went_in(safe: Safe) -> None:
    """With their earlier secrets, also of more than KMS itself encrypts; the ciphertext holds nothing of them."""
    for credentials in (SECRETS, Credentials(password="p" * 5000), Credentials(password="päss: w0rd €")):
        kept = safe.keep(credentials)

        assert safe.vault.open(kept) == Opened(kept, credentials)
        assert b"whsec" not in safe.store.sealed["1010", "wh_1"].ciphertext


def test_credentials_that_were_sealed_before_other_kinds_existed_can_be_opened(safe: Safe) -> None:
    """What an earlier version has sealed has fewer fields; those that it lacks are empty."""
    before = {"password": None, "secret": "s", "previous": [{"secret": "old", "valid_until": 1}]}
    sealed = Envelope(safe.kms, "key").seal("1010", "wh_1", json.dumps(before).encode())  # type: ignore[arg-type]
    kept = safe.store.keep(webhook(), sealed)

    opened = safe.cold().open(kept)

    assert opened is not None
    assert opened.credentials == Credentials(secret="s", previous=(EarlierSecret("old", 1),))


def test_a_data_key_is_made_for_each_version(safe: Safe) -> None:
    """Under the stack's key, with account and webhook as the context."""
    first, second = safe.keep(SECRETS), safe.keep(SECRETS)

    context = {"account": "1010", "webhook": "wh_1"}
    assert safe.kms.made == [{"KeyId": "key-1", "KeySpec": "AES_256", "EncryptionContext": context}] * 2
    assert first.secret_version != second.secret_version


def test_a_version_is_read_and_opened_once(safe: Safe) -> None:
    """It stays in memory, however long; a new one is opened anew, and then the old one is forgotten."""
    kept = safe.keep(SECRETS)
    assert safe.vault.open(kept) == safe.vault.open(kept) == Opened(kept, SECRETS)
    assert (safe.kms.decrypted, safe.store.read) == (1, ["secret"])

    changed = safe.keep(Credentials(secret="whsec_x"))
    assert safe.vault.open(changed) == safe.vault.open(kept) == Opened(changed, Credentials(secret="whsec_x"))
    assert safe.kms.decrypted == 2


def test_nothing_sealed_is_no_credentials(safe: Safe) -> None:
    """Neither table nor key is asked."""
    assert safe.vault.open(webhook()) == Opened(webhook(), Credentials())
    assert (safe.kms.decrypted, safe.store.read) == (0, [])


@pytest.mark.parametrize("warm", [False, True])
def test_a_secret_that_was_changed_since_is_used_with_the_webhook_as_it_now_is(safe: Safe, warm: bool) -> None:
    """So address, user name and password are of one moment."""
    read = safe.keep(Credentials(password="old"), webhook(username="old"))
    changed = safe.keep(Credentials(password="new"), webhook(username="new"))
    if warm:
        safe.vault.open(changed)

    opened = safe.vault.open(read)

    assert opened == Opened(changed, Credentials(password="new"))


def test_a_webhook_that_needs_no_secret_any_more_is_opened_without(safe: Safe) -> None:
    """Its authentication was taken away since it was read."""
    read = safe.keep(SECRETS)
    del safe.store.sealed["1010", "wh_1"]
    safe.store.webhooks["1010", "wh_1"] = webhook(name="open")

    assert safe.vault.open(read) == Opened(webhook(name="open"), Credentials())


def test_a_webhook_that_is_gone_is_not_opened(safe: Safe) -> None:
    """Nothing is sent for it then."""
    read = safe.keep(SECRETS)
    safe.store.sealed.clear()
    safe.store.webhooks.clear()

    assert safe.vault.open(read) is None


def test_whoever_is_overtaken_each_time_gives_up(safe: Safe) -> None:
    """It is our own fault, and tried again; one time less is not."""

    def change() -> None:
        safe.keep(SECRETS)

    read = safe.keep(SECRETS)
    safe.store.meanwhile = [change] * ROUNDS
    change()

    with pytest.raises(OurFaultError, match="changed each time"):
        safe.vault.open(read)
    assert safe.store.read.count("secret") == ROUNDS

    safe.store.meanwhile = [change] * (ROUNDS - 2)
    change()
    assert safe.vault.open(read) == Opened(safe.store.webhooks["1010", "wh_1"], SECRETS)


@pytest.mark.parametrize("stolen", [{"account_id": "2020"}, {"webhook_id": "wh_2"}])
def test_a_ciphertext_that_was_moved_cannot_be_opened(safe: Safe, stolen: dict[str, Any]) -> None:
    """Not even while its credentials are in memory."""
    kept = safe.keep(SECRETS)
    safe.vault.open(kept)
    moved = safe.store.keep(replace(kept, **stolen), safe.store.sealed["1010", "wh_1"])

    with pytest.raises(OurFaultError, match="decrypting credentials"):
        safe.vault.open(moved)


@pytest.mark.parametrize("changed", ["version", "last byte", "nonce", "data key"])
def test_a_ciphertext_that_was_changed_cannot_be_opened(safe: Safe, changed: str) -> None:
    """Nor an earlier one that was put under a later version."""
    kept = safe.keep(SECRETS)
    sealed = safe.store.sealed["1010", "wh_1"]
    text = bytearray(sealed.ciphertext)
    start = 2 + int.from_bytes(text[:2])
    if changed == "version":
        sealed = replace(sealed, version="later")
    elif changed == "data key":
        other = safe.vault.seal("1010", "wh_1", SECRETS).ciphertext
        sealed = replace(sealed, ciphertext=other[:start] + bytes(text[start:]))
    else:
        text[-1 if changed == "last byte" else start] ^= 1
        sealed = replace(sealed, ciphertext=bytes(text))
    moved = safe.store.keep(kept, sealed)

    with pytest.raises(OurFaultError, match="sealed for another place"):
        safe.cold().open(moved)


def test_threads_may_open_at_once(safe: Safe) -> None:
    """As the dispatcher does for its webhooks."""
    webhooks = [safe.keep(Credentials(secret=str(n)), webhook(f"wh_{n}")) for n in range(1500)]

    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(safe.vault.open, webhooks * 2))

    assert [each and each.credentials.secret for each in opened] == [str(n) for n in range(1500)] * 2
