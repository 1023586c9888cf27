"""What `recado verify` finds: the words that people read."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks import Webhook

from recado_cli import signing
from recado_cli.verify.headers import Headers
from recado_cli.verify.judging import Finding, Trial, duration, judged
from recado_cli.verify.public_keys import KeysError, PublicKeys, read_keys

NOW = 1_764_400_000
SECRET, OTHER = signing.new_secret(), signing.new_secret()
BODY = (
    '{"accountId":1010,"events":[{"eventId":"e-1","eventName":"a.b","timestamp":1764400000,'
    '"data":{"z":"São — ü","a":1.5}}]}'
).encode()
LINES = b'{"text":"one"}\r\n{"text":"two"}\r\n'


def _signed(*secrets: str, body: bytes = BODY, timestamp: str = str(NOW)) -> Headers:
    signatures = [signing.signature(signing.key_of(secret), "e-1", timestamp, body) for secret in secrets]
    return {"webhook-id": ["e-1"], "webhook-timestamp": [timestamp], "webhook-signature": [" ".join(signatures)]}


def _judged(
    headers: Headers, body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), keys: PublicKeys | None = None
) -> dict[str, Finding]:
    trial = Trial(body, headers, [signing.key_of(one) for one in secrets], keys or PublicKeys(), NOW)
    return {finding.name: finding for finding in judged(trial)}


def test_a_signature_is_that_of_the_standards_own_library() -> None:
    """`standardwebhooks` makes the same signature of the same secret, id, time and body."""
    theirs = Webhook(SECRET).sign("e-1", datetime.fromtimestamp(NOW, UTC), BODY.decode())
    assert _signed(SECRET)["webhook-signature"] == [theirs]


def test_a_genuine_post_is_right_in_everything() -> None:
    """Nothing is found where nothing is wrong."""
    assert all(finding.right for finding in _judged(_signed(SECRET)).values())


def test_it_says_which_signature_fits_by_which_secret() -> None:
    """After a rotation there are several signatures, and perhaps several secrets."""
    found = _judged(_signed(OTHER, SECRET), secrets=(signing.new_secret(), SECRET))["signature"]
    assert found == Finding("signature", True, "v1 fits (signature 2 of 2), by secret 2 of 2")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name: str) -> None:
    """A header that is not there, or empty, is what is found; nothing else is judged."""
    headers = _signed(SECRET)
    del headers[name]
    assert f"{name} is missing" in _judged(headers)["headers"].detail
    assert f"{name} is empty" in _judged({**headers, name: [""]})["headers"].detail


def test_other_senders_names_hidden_and_double_values_are_told() -> None:
    """Headers that cannot be used say why."""
    headers = _signed(SECRET)
    svix = {name.replace("webhook-", "svix-"): value for name, value in headers.items()}
    assert "svix-signature is there" in _judged(svix)["headers"].detail
    assert "hidden" in _judged({**headers, "webhook-signature": ["[hidden]"]})["headers"].detail
    assert "2 times" in _judged({**headers, "webhook-id": ["e-1", "e-2"]})["headers"].detail


@pytest.mark.parametrize(
    ("timestamp", "said"),
    [
        (str(NOW - 7500), "2 h 5 min old, and 5 min are allowed"),
        (str(NOW + 301), "5 min 1 s in the future"),
        (f"{NOW}000", "in milliseconds"),
        ("2025-11-29T00:00:00Z", "no whole number of seconds"),
    ],
)
def test_a_wrong_time_is_said_beside_a_signature_that_fits(timestamp: str, said: str) -> None:
    """Age and signature are two things: an old POST is genuine and old."""
    found = _judged(_signed(SECRET, timestamp=timestamp))
    assert said in found["timestamp"].detail
    assert (found["timestamp"].right, found["signature"].right) == (False, True)


def test_the_tolerance_holds_to_the_second() -> None:
    """Five minutes either way are right."""
    for timestamp in (NOW - 300, NOW + 300):
        assert _judged(_signed(SECRET, timestamp=str(timestamp)))["timestamp"].right


@pytest.mark.parametrize(
    ("sent", "came", "said"),
    [
        (BODY, BODY + b"\n", "a line end that was not sent"),
        (BODY, BODY + b"\r\n", "a line end that was not sent"),
        (BODY + b"\n", BODY, "lost the line end"),
        (LINES, LINES.replace(b"\r\n", b"\n"), "other line ends"),
        (LINES.replace(b"\r\n", b"\n"), LINES, "other line ends"),
        (BODY, b"\xef\xbb\xbf" + BODY, "byte order mark"),
        (b"\xef\xbb\xbf" + BODY, BODY, "lost the byte order mark"),
        (BODY, json.dumps(json.loads(BODY)).encode(), "parsed as JSON and written again"),
        (BODY, json.dumps(json.loads(BODY), indent=2, ensure_ascii=False).encode(), "parsed as JSON"),
        (BODY, BODY.replace(b'"accountId":1010,', b"").replace(b"}]}", b'}],"accountId":1010}'), "parsed as JSON"),
        (BODY, BODY.decode().encode("utf-16"), "another charset"),
        (BODY, BODY.decode().encode("cp1252"), "another charset"),
        (BODY, BODY.decode("latin-1").encode(), "(Ã¼ for ü)"),
        (BODY, json.dumps(BODY.decode()).encode(), "text inside JSON"),
        (BODY, base64.b64encode(BODY), "base64"),
        (BODY, quote(BODY).encode(), "percent-encoded"),
    ],
)
def test_what_was_done_to_the_body_is_said(sent: bytes, came: bytes, said: str) -> None:
    """The secret is found right, and the body's change is named."""
    found = _judged(_signed(SECRET, body=sent), came)["signature"]
    assert not found.right
    assert said in found.detail
    assert "the secret is right" in found.detail


def test_another_secret_is_told_from_a_body_that_was_changed() -> None:
    """A body as Recado writes it points at the secret; another one leaves both open; an empty one was read before."""
    assert (
        "signed with another secret, or id, time or body were changed since. Is this"
        in _judged(_signed(OTHER))["signature"].detail
    )
    assert "or the body is not what was sent" in _judged(_signed(OTHER), b'{ "a": 1 }')["signature"].detail
    assert "body is empty" in _judged(_signed(OTHER), b"")["signature"].detail


def test_a_body_that_is_nested_without_end_is_judged_too() -> None:
    """It is only not looked at as JSON."""
    for depth in (200, 985, 100_000):
        assert not _judged(_signed(OTHER), b"[" * depth + b"]" * depth)["signature"].right


@pytest.mark.parametrize("header", ["abc", "v1,abc,v1,def", "sha256,abc"])
def test_a_header_that_holds_no_signatures_is_described(header: str) -> None:
    """What is wrong with the form of the header is said, not its content."""
    found = _judged({**_signed(SECRET), "webhook-signature": [header]})["signature"]
    assert "spaces between" in found.detail
    assert "abc" not in found.detail


def test_public_keys_verify_v1a() -> None:
    """A `v1a` fits by the key of the JWK set that signed; one alone cannot be verified by a secret."""
    private = Ed25519PrivateKey.generate()
    x = private.public_key().public_bytes_raw()
    jwk = {"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": base64.urlsafe_b64encode(x).decode().rstrip("=")}
    headers = _signed(SECRET)
    signed = base64.b64encode(private.sign(signing.content("e-1", str(NOW), BODY))).decode()
    alone = {**headers, "webhook-signature": [f"v1a,{signed}"]}
    for text in (json.dumps({"keys": [jwk]}), "whpk_" + base64.b64encode(x).decode()):
        assert "v1a fits, by public key" in _judged(alone, secrets=(), keys=read_keys(text))["signature"].detail
    assert "public keys (--keys) verify v1a" in _judged(alone)["signature"].detail
    foreign = read_keys(json.dumps({"keys": [{**jwk, "x": base64.urlsafe_b64encode(b"0" * 32).decode().rstrip("=")}]}))
    assert not _judged(alone, keys=foreign)["signature"].right


@pytest.mark.parametrize("text", ["{}", '{"keys":[]}', "whpk_abc", "whsec_!", '{"keys":[{"crv":"Ed25519"}]}'])
def test_what_is_no_key_set_is_refused(text: str) -> None:
    """A file that holds no public keys is not taken for an empty set."""
    with pytest.raises(KeysError, match="accepted is"):
        read_keys(text)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("", "empty"),
        pytest.param(SECRET + "\n", "white space", id="white space"),
        ("whsec_" + "A" * 41, "not base64"),
        ("whsec_c2hvcnQ=", "5 bytes"),
        ("whsec_" + "ab-_" * 10, "URL-safe"),
        ("ab" * 32, "hexadecimal"),
        ("whpk_" + "A" * 43 + "=", "public key"),
        ("whsec_" + "A" * 41 + "B", "left over"),
    ],
)
def test_a_secret_of_a_wrong_form_says_which_and_not_what_it_is(secret: str, said: str) -> None:
    """The form is described; nothing of the secret is repeated."""
    with pytest.raises(signing.SecretError, match=said) as refused:
        signing.key_of(secret)
    assert not secret or secret.strip() not in str(refused.value)


def test_secrets_of_other_senders_spellings_are_the_same_key() -> None:
    """With `whsec_`, with the version before it, without, without padding: one key."""
    bare = SECRET.removeprefix("whsec_")
    spellings = [SECRET, bare, f"v1,{SECRET}", SECRET.rstrip("=")]
    assert len({signing.key_of(one) for one in spellings}) == 1


def test_durations_are_in_their_two_largest_units() -> None:
    """As people say them."""
    assert [duration(one) for one in (0, 59, 61, 7500, -90_061)] == ["0 s", "59 s", "1 min 1 s", "2 h 5 min", "1 d 1 h"]
