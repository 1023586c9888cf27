"""The headers that an admin may add to a webhook's POSTs."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.authentication.custom_headers import problems_of_headers
from tests.unit.builders import NOW, event, webhook

RESERVED = [
    "Accept-Encoding",
    "Access-Control-Allow-Origin",
    "Age",
    "Alt-Svc",
    "authorization",
    "CF-Connecting-IP",
    "CONNECTION",
    "Content-Anything",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Cookie2",
    "Date",
    "Early-Data",
    "Expect",
    "Fastly-Client-IP",
    "Forwarded",
    "Host",
    "HTTP2-Settings",
    "If-Match",
    "Keep-Alive",
    "Max-Forwards",
    "Origin",
    "Priority",
    "Proxy-Authorization",
    "Range",
    "Referer",
    "Sec-Fetch-Site",
    "Server",
    "Set-Cookie",
    "svix-id",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "True-Client-IP",
    "Upgrade",
    "User-Agent",
    "Via",
    "Warning",
    "webhook-anything",
    "webhook-id",
    "Webhook-Signature",
    "X-Amz-Security-Token",
    "X-Client-IP",
    "Recado-Attempt",
    "Recado-Resend",
    "X-Cluster-Client-IP",
    "X-Envoy-Original-Path",
    "X-Forwarded",
    "X-Forwarded-For",
    "X-Host",
    "X-HTTP-Method",
    "X-HTTP-Method-Override",
    "X-Method-Override",
    "X-Original-URL",
    "X-Real-IP",
    "X-Rewrite-URL",
]
TOKEN = "!#$%&'*+.^_`|~0123456789abcXYZ-"
NAMES = st.text(TOKEN, min_size=1, max_size=110) | st.sampled_from(RESERVED) | st.text(max_size=8)
VALUES = st.text(st.characters(max_codepoint=0x17F), max_size=40) | st.text(" !~:\r\n\t", max_size=8)
HEADERS = st.dictionaries(NAMES, VALUES, max_size=12)


@pytest.mark.parametrize("spelt", [str, str.upper, str.lower, lambda header: header.replace("-", "_")])
def test_reserved_headers_are_refused(spelt: Callable[[str], str]) -> None:
    """What we, HTTP or AWS use, in every spelling that a server takes for it."""
    spellings = [spelt(header) for header in RESERVED]

    assert {each: problems_of_headers({"X-A": "1", each: "1"}) for each in spellings} == {
        each: [(f"headers.{each}", "is reserved: use a name of your own, such as X-Source")] for each in spellings
    }


@pytest.mark.parametrize("header", ["X-Api-Key", "Accept", "x", "X_Under", "Contents", "Hostname", "X-" + "a" * 98])
def test_other_headers_are_accepted(header: str) -> None:
    """Up to their longest names and values."""
    assert not problems_of_headers({header: "v" * 1024})


@pytest.mark.parametrize(
    ("headers", "field", "reason"),
    [
        ({f"X-{n}": "1" for n in range(11)}, "headers", "must be at most 10"),
        ({"X-A": "1", "x-a": "2"}, "headers", "must not name a header twice"),
        ({"X-A": "1", "X_a": "2"}, "headers", "must not name a header twice"),
        ({f"X-{n}": "v" * 1024 for n in range(8)}, "headers", "must be at most 8192 bytes in all"),
        ({"": "1"}, "headers.", "must be an HTTP header name"),
        ({"X A": "1"}, "headers.X A", "must be an HTTP header name"),
        ({"X:": "1"}, "headers.X:", "must be an HTTP header name"),
        ({"X\r\n": "1"}, "headers.X\r\n", "must be an HTTP header name"),
        ({"X-É": "1"}, "headers.X-É", "must be an HTTP header name"),
        ({"X-" + "a" * 99: "1"}, "headers.X-" + "a" * 98, "must be an HTTP header name of at most 100"),
        ({"X-A": ""}, "headers.X-A", "must have a value of 1 to 1024 visible ASCII"),
        ({"X-A": " "}, "headers.X-A", "must have a value"),
        ({"X-A": " a"}, "headers.X-A", "must have a value"),
        ({"X-A": "a\r\nX-B: b"}, "headers.X-A", "must have a value"),
        ({"X-A": "a\n"}, "headers.X-A", "must have a value"),
        ({"X-A": "a\tb"}, "headers.X-A", "must have a value"),
        ({"X-A": "é"}, "headers.X-A", "must have a value"),
        ({"X-A": "x" * 1025}, "headers.X-A", "must have a value"),
    ],
)
def test_a_wrong_header_is_named(headers: Mapping[str, str], field: str, reason: str) -> None:
    """With what is accepted."""
    problems = problems_of_headers(headers)

    assert [(name, accepted.startswith(reason)) for name, accepted in problems] == [(field, True)]


def test_all_wrong_headers_are_named() -> None:
    """Each with what is accepted of it."""
    assert problems_of_headers({"X A": "1", "X-B": "1", "Host": "h", "X-C": ""}) == [
        ("headers.X A", "must be an HTTP header name of at most 100 letters, digits or '-'"),
        ("headers.Host", "is reserved: use a name of your own, such as X-Source"),
        ("headers.X-C", "must have a value of 1 to 1024 visible ASCII characters"),
    ]


def test_eight_kilobytes_are_accepted() -> None:
    """All lines together, to the byte."""
    headers = {f"X-{n}": "v" * 1016 for n in range(8)}  # 8 times "X-0: ", 1,016 and a line break: 8,184 bytes
    assert not problems_of_headers(headers)
    assert not problems_of_headers({**headers, "X": "123"})
    assert problems_of_headers({**headers, "X": "1234"}) == [("headers", "must be at most 8192 bytes in all")]


@given(HEADERS)
@example({"X-A": "1", "x_a": "2"})
@example({"Content_Length": "0"})
def test_no_accepted_header_takes_the_place_of_ours(headers: dict[str, str]) -> None:
    """Whatever is accepted is sent beside all of ours, which stay as they are; `Accept` alone may be another one."""
    if problems_of_headers(headers):
        return
    signing = {"authentication": AuthenticationType.SIGNATURE}
    credentials = Credentials(secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    ours = outgoing_request(webhook(**signing), credentials, [event()], NOW).headers
    sent = outgoing_request(webhook(**signing, headers=headers), credentials, [event()], NOW).headers

    if any(name.lower() == "accept" for name in headers):
        ours = {name: value for name, value in ours.items() if name != "Accept"}
    assert sent == {**headers, **ours}
    assert len(sent) == len(headers) + len(ours) == len({name.lower().replace("_", "-") for name in sent})
    assert all(value == value.strip() and value.isascii() and value.isprintable() for value in headers.values())
    assert len(headers) <= 10
