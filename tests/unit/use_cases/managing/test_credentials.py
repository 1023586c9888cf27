"""Administration: authentication, signing secrets, their rotation and download."""

import base64
from dataclasses import replace

import pytest

from recado.ports.managing import VersionConflictError
from recado.ports.sending import Sealed
from recado.rules.activity.activity import Activity
from recado.rules.delivery.job import Job
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.refusals import InvalidRegistrationError
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.rewriting import NoSignatureError, StaleVersionError
from tests.support.acts import ADMIN
from tests.unit.builders import NOW, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office, switch

A_DAY_MS = 24 * 60 * 60 * 1000
OWN = "whsec_" + base64.b64encode(b"a key of the receiver, 32 bytes!").decode()
NONE = AuthenticationDraft(AuthenticationType.NONE)
BASIC = AuthenticationDraft(AuthenticationType.BASIC, "user", "hunter2")
SIGNATURE = AuthenticationDraft(AuthenticationType.SIGNATURE)


@pytest.fixture
def office() -> Office:
    """Give an administration with a webhook that does not authenticate."""
    office = Office()
    office.registry.put(webhook())
    return office


def test_a_secret_is_made_with_the_webhook(office: Office) -> None:
    """It is sealed for this account and webhook."""
    entered = Changes(name="n", target_url="https://a.example", event_names=["CI_STATS"], authentication=SIGNATURE)

    created = office.administration.create("2020", entered, ADMIN)

    assert (created.authentication, created.secret_created_at) == (AuthenticationType.SIGNATURE, NOW)
    assert office.signatures.download("2020", created.webhook_id, ADMIN).secret.startswith("whsec_")


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
    office.signatures.rotate("1010", "wh_1", None, ADMIN)
    before = office.registry.kept["1010", "wh_1"]

    switch(office, SIGNATURE)

    after = office.registry.kept["1010", "wh_1"]
    assert (after.secret_version, after.secret_created_at, after.previous_until) == (
        before.secret_version,
        before.secret_created_at,
        before.previous_until,
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
        office.signatures.rotate("1010", "wh_1", None, ADMIN)

    assert switch(office, NONE) == Credentials()

    after = office.registry.kept["1010", "wh_1"]
    assert (after.secret_version, after.username, after.secret_created_at) == (None, None, None)
    assert after.previous_until == ()


def test_switching_between_secrets_leaves_nothing_of_the_old_one(office: Office) -> None:
    """A password does not linger behind a signature, nor the other way round."""
    switch(office, BASIC)
    signed = switch(office, SIGNATURE)
    assert (signed.password, signed.previous) == (None, ())
    office.signatures.rotate("1010", "wh_1", None, ADMIN)

    assert switch(office, BASIC) == Credentials(password="hunter2")
    assert office.registry.kept["1010", "wh_1"].previous_until == ()


def test_a_rotation_keeps_the_old_secret_for_a_day(office: Office) -> None:
    """It is shown until when, as long as it signs; the download has the new one only."""
    old = switch(office, SIGNATURE).secret
    office.now += 5

    rotated = office.signatures.rotate("1010", "wh_1", None, ADMIN)

    assert (rotated.secret_created_at, rotated.secret_rotated_at) == (NOW, NOW + 5)
    new = office.credentials("wh_1").secret
    assert office.credentials("wh_1").valid_secrets(office.now) == [new, old]
    for passed, until in ((A_DAY_MS - 1, (NOW + 5 + A_DAY_MS,)), (A_DAY_MS, ())):
        office.now = NOW + 5 + passed
        signature = office.signatures.download("1010", "wh_1", ADMIN)
        assert signature.secret == new
        for seen in (
            signature.webhook,
            office.administration.read("1010", "wh_1"),
            *office.administration.all_of("1010"),
        ):
            assert seen.previous_until == until


def test_a_rotation_that_is_stored_already_is_not_made_again(office: Office) -> None:
    """Another change comes between the write, whose answer is lost, and its repetition."""
    old = switch(office, SIGNATURE).secret
    write = office.registry.replace

    def lose_the_answer(
        current: Webhook,
        changed: Webhook,
        activity: Activity,
        *,
        sealed: Sealed | None = None,
        job: Job | None = None,
    ) -> None:
        office.registry.replace = write  # type: ignore[method-assign]  # this once
        write(current, changed, activity, sealed=sealed, job=job)
        office.administration.change("1010", "wh_1", Changes(name="Other"), None, ADMIN)
        raise VersionConflictError

    office.registry.replace = lose_the_answer  # type: ignore[method-assign]  # this once

    rotated = office.signatures.rotate("1010", "wh_1", None, ADMIN)

    assert (rotated.name, len(rotated.previous_until)) == ("Other", 1)
    assert office.credentials("wh_1").valid_secrets(NOW)[1:] == [old]


def test_a_rotation_goes_by_the_secrets_that_it_read(office: Office) -> None:
    """Where another admin rotates in between, both old secrets sign along."""
    first = switch(office, SIGNATURE).secret
    office.registry.meanwhile = [lambda: office.signatures.rotate("1010", "wh_1", None, ADMIN, OWN)]

    office.signatures.rotate("1010", "wh_1", None, ADMIN)

    assert office.credentials("wh_1").valid_secrets(NOW)[1:] == [OWN, first]


def test_earlier_secrets_are_ended_early(office: Office) -> None:
    """Under the version that the admin has seen; again, nothing is changed."""
    switch(office, SIGNATURE)
    version = office.signatures.rotate("1010", "wh_1", None, ADMIN).version
    new = office.credentials("wh_1").secret
    end = office.signatures.end_previous
    with pytest.raises(StaleVersionError):
        end("1010", "wh_1", version - 1, ADMIN)

    end("1010", "wh_1", version, ADMIN)
    ended = office.registry.kept["1010", "wh_1"]
    end("1010", "wh_1", None, ADMIN)

    assert office.credentials("wh_1") == Credentials(secret=new)
    assert (ended.previous_until, ended.version) == ((), version + 1)
    assert office.registry.kept["1010", "wh_1"] == ended


def test_a_secret_that_is_replaced_at_this_moment_does_not_end_with_the_earlier_ones(office: Office) -> None:
    """Who asked for the end saw it as the current one: its receivers have a day, as after every rotation."""
    switch(office, SIGNATURE)
    office.signatures.rotate("1010", "wh_1", None, ADMIN)
    current = office.credentials("wh_1").secret
    office.registry.meanwhile = [lambda: office.signatures.rotate("1010", "wh_1", None, ADMIN, OWN)]

    office.signatures.end_previous("1010", "wh_1", None, ADMIN)

    assert office.credentials("wh_1").valid_secrets(NOW) == [OWN, current]
    assert office.registry.kept["1010", "wh_1"].previous_until == (NOW + A_DAY_MS,)


def test_a_secret_of_ones_own_is_kept_as_it_would_be_written(office: Office) -> None:
    """When the type changes and on rotation; one that the webhook has already changes nothing."""
    entered = replace(SIGNATURE, secret=OWN.removeprefix("whsec_").rstrip("="))
    assert switch(office, entered) == Credentials(secret=OWN)
    assert switch(office, entered) == Credentials(secret=OWN)
    before = office.registry.kept["1010", "wh_1"]

    assert office.signatures.rotate("1010", "wh_1", None, ADMIN, OWN) == before
    assert office.registry.kept["1010", "wh_1"] == before
    assert office.signatures.rotate("1010", "wh_1", None, ADMIN).previous_until == (NOW + A_DAY_MS,)


def test_a_secret_that_the_webhook_has_is_replaced_by_a_rotation_alone(office: Office) -> None:
    """A change that names another one would cut receivers off."""
    before = switch(office, SIGNATURE)

    for wrong in (OWN, "whsec_short"):
        with pytest.raises(InvalidRegistrationError) as refused:
            switch(office, replace(SIGNATURE, secret=wrong))
        assert refused.value.field == "authentication.secret"
    with pytest.raises(InvalidRegistrationError) as refused:
        office.signatures.rotate("1010", "wh_1", None, ADMIN, "whsec_short")

    assert refused.value.field == "secret"
    assert office.credentials("wh_1") == before


@pytest.mark.parametrize("draft", [NONE, BASIC], ids=["none", "basic"])
def test_without_a_signature_there_is_nothing_to_rotate_or_download(office: Office, draft: AuthenticationDraft) -> None:
    """And nothing is decrypted for it."""
    switch(office, draft)
    office.vault.opened = 0

    with pytest.raises(NoSignatureError):
        office.signatures.rotate("1010", "wh_1", None, ADMIN)
    with pytest.raises(NoSignatureError):
        office.signatures.end_previous("1010", "wh_1", None, ADMIN)
    with pytest.raises(NoSignatureError):
        office.signatures.download("1010", "wh_1", ADMIN)
    assert office.vault.opened == 0


def test_a_signature_that_was_never_sealed_is_none(office: Office) -> None:
    """An item that somebody else has written does not break the download."""
    office.registry.put(webhook(authentication=AuthenticationType.SIGNATURE))

    with pytest.raises(NoSignatureError):
        office.signatures.download("1010", "wh_1", ADMIN)


def test_a_signature_does_not_show_its_secrets(office: Office) -> None:
    """It may stand in a log."""
    switch(office, SIGNATURE)
    office.signatures.rotate("1010", "wh_1", None, ADMIN)

    assert "whsec_" not in repr(office.signatures.download("1010", "wh_1", ADMIN))
