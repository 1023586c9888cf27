"""Signing secrets and their rotation: who has one that is younger than a day after its replacement is not cut off."""

import pytest

from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret, TooManySecretsError
from tests.unit.builders import NOW

A_DAY_MS = 24 * 60 * 60 * 1000


def rotated(times: int, *, every_ms: int) -> Credentials:
    """Return secret 0, replaced by 1, 2, …, the first time at `NOW`."""
    credentials = Credentials(secret="0")
    for number in range(times):
        credentials = credentials.rotated(str(number + 1), NOW + number * every_ms)
    return credentials


def test_a_rotation_keeps_the_old_secret_for_a_day() -> None:
    """From its replacement on, and not for longer."""
    credentials = rotated(1, every_ms=0)

    assert credentials == Credentials(secret="1", previous=(EarlierSecret("0", NOW + A_DAY_MS),))
    assert credentials.valid_secrets(NOW + A_DAY_MS - 1) == ["1", "0"]
    assert credentials.valid_secrets(NOW + A_DAY_MS) == ["1"]


def test_five_earlier_secrets_sign_along_each_for_its_own_day() -> None:
    """Newest first; a further rotation shortens none of them."""
    credentials = rotated(5, every_ms=1000)

    assert credentials.valid_secrets(NOW + 4000) == ["5", "4", "3", "2", "1", "0"]
    assert [earlier.valid_until - NOW - A_DAY_MS for earlier in credentials.previous] == [4000, 3000, 2000, 1000, 0]


def test_a_sixth_earlier_secret_waits_for_the_first_to_end() -> None:
    """The refusal says when that is; then the rotation goes through, and what has ended is dropped."""
    credentials = rotated(5, every_ms=1000)

    with pytest.raises(TooManySecretsError) as refused:
        credentials.rotated("6", NOW + A_DAY_MS - 1)
    after = credentials.rotated("6", NOW + A_DAY_MS)

    assert refused.value.next_ends_at == NOW + A_DAY_MS
    assert [earlier.secret for earlier in after.previous] == ["5", "4", "3", "2", "1"]


def test_the_secret_that_is_there_already_rotates_nothing() -> None:
    """Not even where five sign along: a repeated request is no rotation."""
    credentials = rotated(5, every_ms=0)

    assert credentials.rotated("5", NOW + 1) is credentials


def test_an_earlier_secret_that_comes_back_is_the_current_one() -> None:
    """In its place the one until now signs along, so that five stay five."""
    credentials = rotated(5, every_ms=0)

    back = credentials.rotated("2", NOW + 7)

    assert back.valid_secrets(NOW + 7) == ["2", "5", "4", "3", "1", "0"]
    assert back.previous[0] == EarlierSecret("5", NOW + 7 + A_DAY_MS)


def test_the_first_secret_replaces_none() -> None:
    """There is nothing that could sign along."""
    assert Credentials().rotated("1", NOW) == Credentials(secret="1")


def test_a_key_is_replaced_with_its_secret() -> None:
    """It signs along as long as the secret does; what else is kept stays."""
    before = Credentials(secret="a", signing_key="k1", client_certificate="c", trusted_certificates="t")

    after = before.rotated("b", NOW, "k2")

    assert after == Credentials(
        secret="b",
        previous=(EarlierSecret("a", NOW + A_DAY_MS),),
        signing_key="k2",
        previous_keys=(EarlierSecret("k1", NOW + A_DAY_MS),),
        client_certificate="c",
        trusted_certificates="t",
    )
    for moment, keys in ((NOW + A_DAY_MS - 1, ["k2", "k1"]), (NOW + A_DAY_MS, ["k2"])):
        assert after.valid_keys(moment) == keys
    later = after.rotated("c", NOW + A_DAY_MS, "k3")
    assert [each.secret for each in later.previous_keys] == ["k2"]


def test_five_earlier_keys_are_as_many_as_there_may_be() -> None:
    """Also where secrets come and go, so that there are fewer of them."""
    keys = tuple(EarlierSecret(f"k{number}", NOW + number) for number in (5, 4, 3, 2, 1))
    credentials = Credentials(secret="a", signing_key="k", previous_keys=keys)

    with pytest.raises(TooManySecretsError) as refused:
        credentials.rotated("b", NOW, "k6")

    assert refused.value.next_ends_at == NOW + 1
    assert len(credentials.rotated("b", NOW + 1, "k6").previous_keys) == 5
