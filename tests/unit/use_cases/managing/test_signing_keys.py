"""Signatures: keys that sign beside the secret, their rotation, and the set that receivers verify by."""

import base64
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.signing import signing_key
from recado.rules.webhook.authentication.authentication import AuthenticationType, SignatureAlgorithm
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.authentication.credentials import Credentials, TooManySecretsError
from recado.rules.webhook.registration import Changes
from tests.support.acts import ADMIN
from tests.support.receivers.public_keys import verified_by
from tests.unit.builders import event, webhook
from tests.unit.use_cases.fakes.admin_fakes import Office, switch

ED25519 = AuthenticationDraft(AuthenticationType.SIGNATURE, algorithm=SignatureAlgorithm.ED25519)
HMAC = AuthenticationDraft(AuthenticationType.SIGNATURE, algorithm=SignatureAlgorithm.HMAC_SHA256)
MINUTE_MS = 60 * 1000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
JwkSet = list[dict[str, str]]


@pytest.fixture
def office() -> Office:
    """Give an administration with a webhook that signs with a key."""
    return signing_office()


def signing_office() -> Office:
    """Build an administration with a webhook that signs with a key."""
    office = Office()
    office.registry.put(webhook())
    switch(office, ED25519)
    return office


def key_set(office: Office, *of_webhook: str) -> JwkSet:
    """Return the set as everybody may read it now."""
    return [signing_key.jwk(key) for key in office.signatures.public_keys("1010", *of_webhook)]


def verifying(office: Office, keys: JwkSet) -> list[str]:
    """Return the ids of the keys by which a POST that is sent now is genuine."""
    current = office.registry.kept["1010", "wh_1"]
    request = outgoing_request(current, office.credentials("wh_1"), [event()], office.now)
    return verified_by(keys, request.headers, request.body)


def rotate(office: Office) -> None:
    """Replace secret and key."""
    office.signatures.rotate("1010", "wh_1", None, ADMIN)


def test_a_template_replaces_secret_and_key_in_one_change(office: Office) -> None:
    """Those before sign along; what it was declared as is forgotten when somebody else replaces the secret."""
    before, version = office.credentials("wh_1"), office.registry.kept["1010", "wh_1"].version
    own = "whsec_" + base64.b64encode(b"o" * 32).decode()
    declared = replace(ED25519, secret=own, declared_as="d1")

    office.administration.change("1010", "wh_1", Changes(name="New", authentication=declared), None, ADMIN)

    after, changed = office.credentials("wh_1"), office.registry.kept["1010", "wh_1"]
    assert (changed.name, changed.declared_as, changed.version) == ("New", "d1", version + 1)
    assert after.valid_secrets(office.now) == [own, before.secret]
    assert len(key_set(office)) == len(verifying(office, key_set(office))) == 2
    rotate(office)
    assert office.registry.kept["1010", "wh_1"].declared_as is None


def test_a_rotation_replaces_secret_and_key_for_a_day(office: Office) -> None:
    """Both sign along until then, and both keys are in the set as long."""
    old = key_set(office)

    rotate(office)

    new, both = key_set(office)[:1], key_set(office)
    assert both == [*new, *old]
    assert verifying(office, both) == [key["kid"] for key in both]
    credentials = office.credentials("wh_1")
    assert len(credentials.valid_secrets(office.now)) == len(credentials.valid_keys(office.now)) == 2
    office.now += DAY_MS
    assert key_set(office) == new
    assert verifying(office, both) == [new[0]["kid"]]
    assert len(office.administration.read("1010", "wh_1").public_keys) == 1


def test_a_sixth_rotation_waits(office: Office) -> None:
    """However the secrets come and go: each rotation leaves a key."""
    first, second = (office.credentials("wh_1").secret or "", "whsec_" + "A" * 43 + "=")
    for secret in (second, first, second, first, second):
        office.signatures.rotate("1010", "wh_1", None, ADMIN, secret)
        office.now += MINUTE_MS
    assert len(office.credentials("wh_1").previous) == 1

    with pytest.raises(TooManySecretsError) as refused:
        rotate(office)

    assert refused.value.next_ends_at == office.now + DAY_MS - 5 * MINUTE_MS
    assert len(key_set(office)) == 6
    office.now = refused.value.next_ends_at
    rotate(office)


def test_the_secret_that_is_there_already_leaves_the_key(office: Office) -> None:
    """A repetition does no harm."""
    before = office.credentials("wh_1")

    office.signatures.rotate("1010", "wh_1", None, ADMIN, before.secret)

    assert office.credentials("wh_1") == before


def test_ending_the_earlier_secrets_ends_the_keys(office: Office) -> None:
    """At once: neither in the set nor in a POST."""
    old = key_set(office)
    rotate(office)

    office.signatures.end_previous("1010", "wh_1", None, ADMIN)

    assert (len(key_set(office)), verifying(office, old)) == (1, [])
    assert (office.credentials("wh_1").previous, office.credentials("wh_1").previous_keys) == ((), ())


def test_keys_are_ended_also_where_no_secret_is(office: Office) -> None:
    """A secret that came back left none before it, and yet its rotations left keys."""
    first = office.credentials("wh_1").secret
    rotate(office)
    office.signatures.end_previous("1010", "wh_1", None, ADMIN)
    office.registry.put(replace(office.registry.kept["1010", "wh_1"], previous_until=()))
    office.signatures.rotate("1010", "wh_1", None, ADMIN, first)

    office.signatures.end_previous("1010", "wh_1", None, ADMIN)

    assert office.credentials("wh_1").previous_keys == ()


def test_a_webhook_that_signs_with_no_key_is_rotated_without(office: Office) -> None:
    """And what signed with one before has none in the set any more; a new one is another one."""
    before = key_set(office)
    switch(office, HMAC)

    rotate(office)

    assert key_set(office) == []
    assert verifying(office, before) == []
    credentials = office.credentials("wh_1")
    assert credentials == Credentials(secret=credentials.secret, previous=credentials.previous)
    switch(office, ED25519)
    assert key_set(office) != before


@pytest.mark.parametrize("gone", [True, False])
def test_the_set_goes_with_the_webhook(office: Office, gone: bool) -> None:
    """Or with its signature."""
    if gone:
        office.administration.remove("1010", "wh_1", None, ADMIN)
    else:
        switch(office, AuthenticationDraft(AuthenticationType.NONE))

    assert key_set(office) == []


def test_the_set_is_of_an_account_or_of_one_webhook(office: Office) -> None:
    """Nothing is told of what is not there, or is another account's; nothing sealed is opened for it."""
    office.registry.put(replace(office.registry.kept["1010", "wh_1"], webhook_id="wh_2"))
    office.vault.opened = 0

    assert len(key_set(office)) == 2
    assert len(key_set(office, "wh_2")) == 1
    assert key_set(office, "wh_9") == []
    assert office.signatures.public_keys("2020") == []
    assert office.signatures.public_keys("2020", "wh_1") == []
    assert office.vault.opened == 0


STEPS = st.lists(st.tuples(st.sampled_from([1, 20, 59, 300, 60 * 24 - 1, 60 * 24]), st.booleans()), max_size=14)


@given(STEPS)
@settings(deadline=None, max_examples=40)
def test_a_receiver_that_keeps_the_set_for_its_hour_verifies_through_every_rotation(
    steps: list[tuple[int, bool]],
) -> None:
    """Whenever it has fetched it, and however often the key is replaced meanwhile; each POST is looked at."""
    office = signing_office()
    fetched: list[tuple[int, JwkSet]] = []
    for minutes, rotates in steps:
        fetched.append((office.now, key_set(office)))
        if rotates:
            try_rotating(office)
            fetched.append((office.now, key_set(office)))
        for at in moments(office.now, office.now + minutes * MINUTE_MS):
            office.now = at
            in_use = [keys for since, keys in fetched if at - since <= HOUR_MS]
            assert all(verifying(office, keys) for keys in in_use)


def moments(begin: int, end: int) -> list[int]:
    """Return moments on the way, the last of the hour among them."""
    known = {begin, begin + 30 * MINUTE_MS, begin + HOUR_MS, end}
    return sorted(each for each in known if begin <= each <= end)


def try_rotating(office: Office) -> None:
    """Replace the key, unless too many sign along."""
    try:
        rotate(office)
    except TooManySecretsError:
        return


def test_ids_stay_with_their_keys(office: Office) -> None:
    """A key has the same id in each set that holds it, so that a receiver may keep keys by it."""
    sets: list[Any] = []
    for _ in range(4):
        sets.append({key["kid"]: key for key in key_set(office)})
        rotate(office)

    assert all(later[kid] == key for earlier, later in pairwise(sets) for kid, key in earlier.items())
