"""The search for secrets finds what is there, in every spelling, and tells where without telling what."""

import base64
import json

import pytest

from tests.support.secret_search import Secret, SecretSearch, texts_under

PASSWORD = 'pä:ss-wörd "9"'
KEY = bytes(range(200, 232))
SIGNING = f"whsec_{base64.b64encode(KEY).decode()}"
SECRETS = [Secret("the password", PASSWORD), Secret("the signing secret", SIGNING)]


@pytest.mark.parametrize(
    "content",
    [
        PASSWORD,
        f"login with {PASSWORD}!",
        PASSWORD.encode(),
        json.dumps({"password": PASSWORD}),
        json.dumps({"password": PASSWORD}, ensure_ascii=False),
        json.dumps({"message": json.dumps({"password": PASSWORD})}),
        PASSWORD.encode().hex(),
        PASSWORD.encode().hex().upper(),
        *[base64.b64encode(b"name:"[:length] + PASSWORD.encode() + b"!!").decode() for length in range(5)],
        {"item": [{"B": PASSWORD.encode()}]},
        [{PASSWORD: 1}],
    ],
)
def test_a_password_is_found(content: object) -> None:
    """As it is, in JSON, hex and Base64, in bytes, and as a member or a name within anything else."""
    assert SecretSearch(SECRETS).names_in(content) == {"the password"}


@pytest.mark.parametrize(
    "content",
    [
        f"signed with {SIGNING}",
        SIGNING.removeprefix("whsec_"),
        KEY,
        {"secret": {"B": b"\x00" + KEY + b"\xff"}},
        KEY.hex(),
        base64.urlsafe_b64encode(KEY).decode(),
        *[base64.b64encode(b"x" * length + SIGNING.encode()).decode() for length in range(3)],
        *[base64.b64encode(b"x" * length + KEY + b"x").decode() for length in range(3)],
    ],
)
def test_a_signing_secret_is_found(content: object) -> None:
    """With its prefix or without, and as the key that it stands for."""
    assert SecretSearch(SECRETS).names_in(content) == {"the signing secret"}


@pytest.mark.parametrize("content", ["", "pass-word", PASSWORD[:-1], SIGNING[:-12], KEY[:-1], {"a": [1, None, b""]}])
def test_what_is_no_secret_is_not_found(content: object) -> None:
    """A part of one is none."""
    assert SecretSearch(SECRETS).names_in(content) == set()


def test_both_are_found_and_neither_is_told() -> None:
    """Nothing that a failing test prints holds a secret."""
    search = SecretSearch(SECRETS)
    found = search.names_in([PASSWORD, SIGNING])

    assert found == {"the password", "the signing secret"}
    assert not any(text in repr([SECRETS, found]) for text in (PASSWORD, SIGNING[6:]))


def test_a_part_stands_for_the_whole() -> None:
    """Of secrets that hold another one, that one is looked for."""
    search = SecretSearch([Secret("long", "before-the-part-after"), Secret("part", "the-part")])

    assert search.names_in("before-the-part-after") == {"part"}


def test_texts_are_found_by_their_name() -> None:
    """However deep they are; what is no text is none."""
    content = {"password": "a", "list": [{"password": "b", "other": "c"}, {"password": ["d", {"password": "e"}]}]}

    assert list(texts_under("password", content)) == ["a", "b", "e"]
