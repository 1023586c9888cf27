"""What proves to a receiver who sends is read in none of its answers."""

import base64

import pytest

from recado.rules.sending.outgoing import outgoing_request
from recado.rules.sending.signing import signing_key
from recado.rules.sending.signing.signing_secret import generate
from recado.rules.webhook.authentication.authentication import AuthenticationType, SignatureAlgorithm
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from tests.unit.builders import NOW, event, webhook

SECRET = generate()
HEADERS = {
    "X-Api-Key": "key-7f3a",
    "X-Auth": "Bearer abcdefgh",
    "X-Env": "prod",
    "X-Of": 'Token token="0123456789abcdef"',
}
EARLIER = generate()
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("it is pass!", "the password"),
        ("user:pass", "the password"),
        (base64.b64encode(b"user:pass").decode(), "the user name and the password"),
        ("you sent key-7f3a", "the value of the header X-Api-Key"),
        ("the token abcdefgh is not known", "the value of the header X-Auth"),
        ("0123456789abcdef", "the value of the header X-Of"),
        ("in prod", None),
        ("user, receiver.example, north, POST, Basic, Bearer, application/json", None),
    ],
)
def test_a_request_knows_what_is_to_be_read_in_no_answer(told: str, what: str | None) -> None:
    """The password, alone and as it is sent, and values of custom headers that are longer than most words."""
    target = webhook(authentication=AuthenticationType.BASIC, username="user", headers=HEADERS)
    request = outgoing_request(target, Credentials(password="pass"), [event()], NOW)

    assert request.proofs.read_in(told.encode()) == what
    assert "pass" not in repr(request.proofs)


@pytest.mark.parametrize(
    "told",
    [SECRET, SECRET.removeprefix("whsec_"), KEY.hex(), EARLIER, KEY.decode("latin-1")],
    ids=["secret", "without whsec_", "hex", "earlier", "bytes"],
)
def test_keys_are_read_in_no_answer_either(told: str) -> None:
    """Signing secrets, the earlier ones too, with and without what stands before them, and the bytes they stand for."""
    earlier = (EarlierSecret(EARLIER, NOW + 1),)
    signed = webhook(authentication=AuthenticationType.SIGNATURE)
    request = outgoing_request(signed, Credentials(secret=SECRET, previous=earlier), [event()], NOW)

    assert request.proofs.read_in(told.encode("latin-1")) == "a signing secret"
    for one in request.headers["webhook-signature"].split():
        assert request.proofs.read_in(one.encode()) == "a signature of the request"
        digest = base64.b64decode(one.removeprefix("v1,"))
        assert request.proofs.read_in(digest.hex().upper().encode()) == "a signature of the request"


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ("no such token: a.b|c=", "the token"),
        ("YS5ifGM9", "the token"),
        ("Authorization: Bearer a.b%7Cc%3D", "the token"),
        ("in prod", None),
    ],
)
def test_a_token_is_read_in_no_answer(told: str, what: str | None) -> None:
    """However it is spelled."""
    target = webhook(authentication=AuthenticationType.BEARER)
    request = outgoing_request(target, Credentials(token="a.b|c="), [event()], NOW)

    assert request.proofs.read_in(told.encode()) == what


def test_a_short_token_is_known_with_its_scheme() -> None:
    """Three characters alone stand in many an answer."""
    target = webhook(authentication=AuthenticationType.BEARER)
    proofs = outgoing_request(target, Credentials(token="abc"), [event()], NOW).proofs

    assert (proofs.read_in(b"abc"), proofs.read_in(b"Bearer abc")) == (None, "the token")


@pytest.mark.parametrize("told", ["Token abcdefgh", "abcdefgh is not known", "VG9rZW4gYWJjZGVmZ2g"])
def test_the_value_of_a_header_is_read_in_no_answer(told: str) -> None:
    """Nor what of it comes after a word such as `Token`."""
    target = webhook(authentication=AuthenticationType.HEADER, header_name="X-Key")
    request = outgoing_request(target, Credentials(header_value="Token abcdefgh"), [event()], NOW)

    assert request.proofs.read_in(told.encode()) == "the value of the header X-Key"


def test_private_keys_and_their_signatures_are_read_in_no_answer() -> None:
    """Earlier keys too, as base64 and as bytes."""
    target = webhook(authentication=AuthenticationType.SIGNATURE, algorithm=SignatureAlgorithm.ED25519)
    key, earlier = signing_key.generate(), signing_key.generate()
    credentials = Credentials(secret=SECRET, signing_key=key, previous_keys=(EarlierSecret(earlier, NOW + 1),))
    request = outgoing_request(target, credentials, [event()], NOW)

    for one in (key, earlier):
        for told in (one.encode(), base64.b64decode(one), base64.b64decode(one).hex().encode()):
            assert request.proofs.read_in(told) == "a signing key"
    for one in request.headers["webhook-signature"].split():
        assert request.proofs.read_in(one.partition(",")[2].encode()) == "a signature of the request"


def test_a_password_too_short_to_be_told_from_chance_is_known_with_its_user() -> None:
    """Three characters alone stand in many an answer."""
    target = webhook(authentication=AuthenticationType.BASIC, username="user")
    proofs = outgoing_request(target, Credentials(password="abc"), [event()], NOW).proofs

    assert proofs.read_in(b"abc") is None
    assert proofs.read_in(b"user:abc") == "the user name and the password"
    assert proofs.read_in(base64.b64encode(b"user:abc")) == "the user name and the password"


@pytest.mark.parametrize("name", ["Accept", "accept-language", "Cache-Control", "Pragma"])
def test_what_a_header_asks_for_is_no_secret(name: str) -> None:
    """Answers say it, too: such as a 415 that names the media type that was wanted."""
    request = outgoing_request(webhook(headers={name: "application/json, no-cache"}), Credentials(), [event()], NOW)

    assert request.proofs.read_in(b'{"error":"send application/json, no-cache"}') is None
