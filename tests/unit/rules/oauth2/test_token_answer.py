"""What is made of a token server's answers, which are often not as RFC 6749 has them."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recado.rules.oauth2.token_answer import LONGEST_KEPT_MS, Token, read_answer
from recado.rules.oauth2.token_request import token_request
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass, Response, failure_of_status
from recado.rules.webhook.authentication.authentication import OAuth2
from tests.unit.builders import NOW

SECRET = "correct horse battery"
REQUEST = token_request(OAuth2("https://login.example/token", "recado"), SECRET)
SAID_200 = "The token server answered with status 200"


def answered(body: bytes | str, status: int = 200, *, truncated: bool = False, **more: Any) -> Token | Failure:
    """Read an answer with this status and body."""
    raw = body.encode() if isinstance(body, str) else body
    response = Response((), raw, truncated)
    return read_answer(REQUEST, AttemptResult(NOW, 20, status, failure_of_status(status), response=response, **more))


def detail(read: Token | Failure) -> str:
    """Return what is told of a failure."""
    assert isinstance(read, Failure)
    assert (read.failure_class, read.status_code) == (FailureClass.OAUTH2, None)
    return read.detail


def kept_until(lifetime: str) -> int | None:
    """Return until when a token is kept whose lifetime stands in the answer so."""
    read = answered(f'{{"access_token":"t","token_type":"Bearer","expires_in":{lifetime}}}')
    assert isinstance(read, Token)
    assert read.text == "t"
    return read.kept_until


def test_a_token_is_kept_until_shortly_before_it_ends() -> None:
    """No attempt that begins with it lives longer: fifteen seconds."""
    assert kept_until("3600") == NOW + 3585 * 1000


@pytest.mark.parametrize("lifetime", ['"3600"', '" 3600 "', "3600.0", '"3600.0"', "3.6e3"])
def test_a_lifetime_may_be_written_otherwise(lifetime: str) -> None:
    """As text, or as a decimal."""
    assert kept_until(lifetime) == NOW + 3585 * 1000


@pytest.mark.parametrize(
    "lifetime",
    [
        *("null", "true", "[]", "{}", '"1h"', '""', '"-5"', '"NaN"', '"٣"', "NaN", "Infinity", "-Infinity"),
        *("0", "-1", "-1e400", "1", "14.9", "15", "-" + "9" * 5000),
    ],
)
def test_a_token_of_no_known_lifetime_is_for_one_attempt(lifetime: str) -> None:
    """Or of one that is over before the next."""
    assert kept_until(lifetime) is None


@pytest.mark.parametrize("lifetime", ["86401", "3600000", "1e308", "1e400", '"99999999999999999999"', "9" * 5000])
def test_a_token_is_kept_for_a_day_at_most(lifetime: str) -> None:
    """However long it is said to live: some say milliseconds, or when it ends."""
    assert kept_until(lifetime) == NOW + LONGEST_KEPT_MS - 15_000


def test_a_token_without_lifetime_is_for_one_attempt() -> None:
    """RFC 6749 only recommends it."""
    assert answered('{"access_token":"t"}') == Token("t", None)


@pytest.mark.parametrize("kind", ['"Bearer"', '"bearer"', '"BEARER"', '" bearer "', '"BearerToken"', "null", '""'])
def test_bearer_is_bearer_in_any_case(kind: str) -> None:
    """A server that says nothing means it, too."""
    assert answered(f'{{"token_type":{kind},"access_token":"t"}}') == Token("t", None)


@pytest.mark.parametrize(("kind", "shown"), [('"mac"', "mac"), ('"DPoP"', "DPoP"), ('"N_A"', "N_A"), ("5", "no text")])
def test_other_kinds_of_token_are_refused(kind: str, shown: str) -> None:
    """They would need another header, or proof of a key."""
    said = detail(answered(f'{{"access_token":"t","token_type":{kind}}}'))

    assert said == f"{SAID_200}, but with a token_type that is not Bearer: {shown}."


BAD_SIGNS = [
    "a\nb",
    "a\r\nX-Evil: 1",
    "a\tb",
    "a b",
    " a",
    "a ",
    "a\n",
    "\x00",
    "\x7f",
    "t\u00f6ken",
    "\ud800",
    "\u2028",
]


@pytest.mark.parametrize("token", BAD_SIGNS, ids=ascii)
def test_a_token_that_no_header_may_hold_is_refused(token: str) -> None:
    """Line breaks and spaces, control and other characters; nothing is cut off or mended."""
    said = detail(answered(json.dumps({"access_token": token, "token_type": "Bearer"})))

    assert said == f"{SAID_200}, but its access_token holds a space, a line break or another sign that no header may."


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "with an empty body"),
        (" \n", "with an empty body"),
        ("<html>access_token=1</html>", "its body is not JSON"),
        ("access_token=evil&token_type=bearer", "its body is not JSON"),
        ('{"access_token":"t"', "its body is not JSON"),
        (b"\xff\xfe{", "its body is not JSON"),
        ("[" * 100_000, "its body is not JSON"),
        ('["t"]', "its body is JSON without an object"),
        ('"t"', "its body is JSON without an object"),
        ("null", "its body is JSON without an object"),
        ("{}", "without an access_token"),
        ('{"accessToken":"t"}', "without an access_token"),
        ('{"data":{"access_token":"t"}}', "without an access_token"),
        ('{"access_token":null}', "without an access_token"),
        ('{"access_token":""}', "without an access_token"),
        ('{"access_token":5}', "with an access_token that is no text"),
        ('{"access_token":["t"]}', "with an access_token that is no text"),
        ('{"access_token":"a","access_token":"b"}', "with several values of access_token"),
        ('{"access_token":"a","token_type":"mac","token_type":"Bearer"}', "with several values of token_type"),
        (json.dumps({"access_token": "t" * 16_385}), "with an access_token of over 16 KB"),
        ('{"error":"invalid_scope"}', "with an error: invalid_scope"),
        (
            '{"error":"x","error_description":"No such client.","access_token":"t"}',
            "with an error: x: No such client",
        ),
    ],
)
def test_a_success_without_a_token_is_a_failure(body: bytes | str, problem: str) -> None:
    """It says what was answered instead."""
    assert detail(answered(body)) == f"{SAID_200}, but {problem}."


def test_a_long_token_is_a_token() -> None:
    """Up to what servers read of headers at most."""
    read = answered(json.dumps({"access_token": "t" * 16_384}))
    assert isinstance(read, Token)
    assert len(read.text) == 16_384


def test_the_same_member_twice_is_one() -> None:
    """Nobody can tell the two apart."""
    assert answered('{"access_token":"a","access_token":"a"}') == Token("a", None)


@pytest.mark.parametrize(("begin", "end"), [('{"a":', "}"), ("[", "]")], ids=["objects", "lists"])
def test_what_is_deep_and_there_twice_is_not_compared(begin: str, end: str) -> None:
    """Python reads deeper than it compares."""
    deep = begin * 700 + "1" + end * 700

    said = detail(answered(f'{{"access_token":{deep},"access_token":{deep}}}'))

    assert said == f"{SAID_200}, but with several values of access_token."


def test_an_answer_that_did_not_come_whole_is_a_failure() -> None:
    """What was read of it may be half a token."""
    said = detail(answered('{"access_token":"t"}', truncated=True))

    assert said == f"{SAID_200}, but its body did not come whole, in time and within 96 KB."


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, '{"error":"invalid_client"}', " 401: invalid_client."),
        (400, '{"error":"invalid_scope","error_description":"Unknown scope."}', " 400: invalid_scope: Unknown scope."),
        (503, "<html>down</html>", " 503."),
        (500, "", " 500."),
        (400, '{"error":"x","error_description":" "}', " 400: x."),
        (400, '{"error":"x","access_token":5}', " 400: x."),
        (400, '{"error":{"code":5}}', " 400."),
        (410, "{}", " 410."),
    ],
)
def test_a_refusal_says_what_was_answered(status: int, body: str, told: str) -> None:
    """Its status, and its error where there is one to read; no status is taken for the receiver's."""
    assert detail(answered(body, status)) == f"The token server answered with status{told}"


def test_what_a_server_says_is_shortened() -> None:
    """To three hundred characters, without line breaks and control characters."""
    said = detail(answered(json.dumps({"error": "e", "error_description": "a\r\n\x1b[31m" + "x" * 999}), 400))

    assert said.startswith("The token server answered with status 400: e: a[31mxxx")
    assert said.endswith("x….")
    assert len(said) == len("The token server answered with status 400: .") + 300


def test_what_is_short_enough_is_told_whole() -> None:
    """Three hundred characters are."""
    assert detail(answered(json.dumps({"error": "x" * 300}), 400)).endswith(f" 400: {'x' * 300}.")


@pytest.mark.parametrize(
    "body",
    [
        {"error": SECRET},
        {"error": "no", "error_description": f"not with {SECRET}"},
        {"error": "no", "error_description": "not with correct%20horse%20battery"},
        {"error": "no", "error_description": REQUEST.headers["Authorization"]},
        {"error": "no", "error_description": "revoked tok-12345678", "access_token": "tok-12345678"},
        {"access_token": "tok-12345678", "token_type": "tok-12345678"},
    ],
)
def test_nothing_secret_is_told(body: dict[str, str]) -> None:
    """Neither the client's secret in any spelling, nor a token."""
    for status in (200, 400):
        said = detail(answered(json.dumps(body), status))
        assert not re.search("horse|battery|tok-|Basic", said)


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        ("The receiver did not answer within 5 seconds.", "The token server did not answer within 5 seconds."),
        ("What the receiver answered is not HTTP.", "What the token server answered is not HTTP."),
        ("The target URL must start with https://.", "The token URL must start with https://."),
        (
            "The TLS handshake failed: certificate has expired.",
            "The TLS handshake with the token server failed: certificate has expired.",
        ),
        ("login.example leads to a private address.", "login.example leads to a private address."),
    ],
)
def test_a_server_that_was_not_reached_is_told_as_that(happened: str, told: str) -> None:
    """No detail says that of the receiver."""
    result = AttemptResult(NOW, 20, failure=Failure(FailureClass.TIMEOUT, happened, timeout_seconds=5))

    assert detail(read_answer(REQUEST, result)) == told


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(["access_token", "token_type", "expires_in", "error", "error_description", "scope"])
TEXTS = st.text() | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1) | st.just(f"x {SECRET} y")
MEMBERS = st.lists(st.tuples(NAMES, TEXTS | ANY_JSON), max_size=6)
BODIES = st.binary() | MEMBERS.map(
    lambda members: ("{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in members) + "}").encode()
)


@given(body=BODIES, status=st.sampled_from([200, 201, 204, 400, 401, 410, 429, 500, 503]), truncated=st.booleans())
@example(body=b'{"access_token":"a\\r\\nb"}', status=200, truncated=False)
def test_whatever_is_answered_no_header_breaks_and_no_secret_is_told(body: bytes, status: int, truncated: bool) -> None:
    """It is a token that a header may hold and that ends in the future, or a sentence of class OAUTH2."""
    read = answered(body, status, truncated=truncated)

    if isinstance(read, Token):
        assert 200 <= status < 300
        assert re.fullmatch(r"[\x21-\x7e]{1,16384}", read.text)
        assert read.kept_until is None or NOW < read.kept_until <= NOW + LONGEST_KEPT_MS
    else:
        assert read.failure_class is FailureClass.OAUTH2
        assert SECRET not in read.detail
        assert read.detail.isprintable()
        assert len(read.detail) < 400
