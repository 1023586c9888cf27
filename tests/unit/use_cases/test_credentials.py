"""Administration: authentication, signing secrets, their rotation and download."""

import pytest

from recado.rules.registration import AuthenticationDraft, Changes, InvalidRegistrationError
from recado.rules.webhook import AuthenticationType, Credentials
from recado.use_cases.administration import NoSignatureError
from tests.unit.builders import NOW, webhook
from tests.unit.use_cases.admin_fakes import Office

A_DAY_MS = 24 * 60 * 60 * 1000
NONE = AuthenticationDraft(AuthenticationType.NONE)
BASIC = AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2")
SIGNATURE = AuthenticationDraft(AuthenticationType.SIGNATURE)


@pytest.fixture
def office() -> Office:
    """Give an administration with a webhook that does not authenticate."""
    office = Office()
    office.registry.put(webhook())
    return office


def switch(office: Office, draft: AuthenticationDraft) -> Credentials:
    """Change how the webhook authenticates, and return what the senders find."""
    changed = office.administration.change("1010", "wh_1", Changes(authentication=draft), None)
    assert changed.authentication is draft.type
    assert changed.username == draft.username
    return office.credentials("wh_1")


def test_a_secret_is_made_with_the_webhook(office: Office) -> None:
    """It is sealed for this account and webhook."""
    entered = Changes(name="n", target_url="https://a.example", event_names=["CI_STATS"], authentication=SIGNATURE)

    created = office.administration.create("2020", entered)

    assert (created.authentication, created.secret_created_at) == (AuthenticationType.SIGNATURE, NOW)
    assert office.administration.signature("2020", created.webhook_id).secret.startswith("whsec_")


def test_switching_to_signature_makes_a_secret(office: Office) -> None:
    """From none, and a new one each time it is switched to."""
    secrets = []
    for _ in range(3):
        credentials = switch(office, SIGNATURE)
        assert credentials == Credentials(secret=credentials.secret)
        secrets.append(credentials.secret)
        switch(office, NONE)
    assert len(set(secrets)) == 3


def test_signature_again_keeps_secret_and_rotation(office: Office) -> None:
    """A repeated request changes nothing that receivers know."""
    switch(office, SIGNATURE)
    office.administration.rotate_signature("1010", "wh_1", None)
    before = office.registry.kept["1010", "wh_1"]

    switch(office, SIGNATURE)

    after = office.registry.kept["1010", "wh_1"]
    assert (after.sealed, after.secret_created_at, after.previous_valid_until) == (
        before.sealed,
        before.secret_created_at,
        before.previous_valid_until,
    )


def test_a_password_that_is_left_out_is_kept(office: Office) -> None:
    """As long as the type is; any other switch drops it."""
    assert switch(office, BASIC) == Credentials(password="hunter2")
    assert switch(office, AuthenticationDraft(AuthenticationType.BASIC, "other")) == Credentials(password="hunter2")
    assert switch(office, AuthenticationDraft(AuthenticationType.BASIC, "other", "new")) == Credentials(password="new")

    switch(office, NONE)
    with pytest.raises(InvalidRegistrationError) as refusal:
        switch(office, AuthenticationDraft(AuthenticationType.BASIC, "other"))
    assert refusal.value.field == "authentication.password"


@pytest.mark.parametrize("first", [BASIC, SIGNATURE], ids=["basic", "signature"])
def test_switching_off_drops_all_secrets(office: Office, first: AuthenticationDraft) -> None:
    """Nothing stays sealed, and nothing of a rotation."""
    switch(office, first)
    if first is SIGNATURE:
        office.administration.rotate_signature("1010", "wh_1", None)

    assert switch(office, NONE) == Credentials()

    after = office.registry.kept["1010", "wh_1"]
    assert (after.sealed, after.username, after.secret_created_at, after.previous_valid_until) == (None,) * 4


def test_switching_between_secrets_leaves_nothing_of_the_old_one(office: Office) -> None:
    """A password does not linger behind a signature, nor the other way round."""
    switch(office, BASIC)
    signed = switch(office, SIGNATURE)
    assert (signed.password, signed.previous_secret) == (None, None)
    office.administration.rotate_signature("1010", "wh_1", None)

    assert switch(office, BASIC) == Credentials(password="hunter2")
    assert office.registry.kept["1010", "wh_1"].previous_valid_until is None


def test_a_rotation_keeps_the_old_secret_for_a_day(office: Office) -> None:
    """It is downloaded as long as it signs."""
    old = switch(office, SIGNATURE).secret
    office.now += 5

    rotated = office.administration.rotate_signature("1010", "wh_1", None)

    assert (rotated.secret_created_at, rotated.previous_valid_until) == (NOW + 5, NOW + 5 + A_DAY_MS)
    new = office.credentials("wh_1").secret
    assert new != old
    for passed, previous in ((A_DAY_MS - 1, old), (A_DAY_MS, None)):
        office.now = NOW + 5 + passed
        signature = office.administration.signature("1010", "wh_1")
        assert (signature.secret, signature.previous_secret) == (new, previous)
        assert (signature.webhook.previous_valid_until is None) == (previous is None)


def test_a_second_rotation_drops_the_oldest(office: Office) -> None:
    """Two secrets sign at most, the last two."""
    secrets = [switch(office, SIGNATURE).secret]
    for _ in range(2):
        office.administration.rotate_signature("1010", "wh_1", None)
        secrets.append(office.credentials("wh_1").secret)

    assert office.credentials("wh_1") == Credentials(secret=secrets[2], previous_secret=secrets[1])


@pytest.mark.parametrize("draft", [NONE, BASIC], ids=["none", "basic"])
def test_without_a_signature_there_is_nothing_to_rotate_or_download(office: Office, draft: AuthenticationDraft) -> None:
    """And nothing is decrypted for it."""
    switch(office, draft)
    office.vault.opened = 0

    with pytest.raises(NoSignatureError):
        office.administration.rotate_signature("1010", "wh_1", None)
    with pytest.raises(NoSignatureError):
        office.administration.signature("1010", "wh_1")
    assert office.vault.opened == 0


def test_a_signature_that_was_never_sealed_is_none(office: Office) -> None:
    """An item that somebody else has written does not break the download."""
    office.registry.put(webhook(authentication=AuthenticationType.SIGNATURE))

    with pytest.raises(NoSignatureError):
        office.administration.signature("1010", "wh_1")


def test_a_signature_does_not_show_its_secrets(office: Office) -> None:
    """It may stand in a log."""
    switch(office, SIGNATURE)
    office.administration.rotate_signature("1010", "wh_1", None)

    assert "whsec_" not in repr(office.administration.signature("1010", "wh_1"))
