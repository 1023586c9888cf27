"""What is shown is what is requested: the bytes of the request line, or the URL is refused when it is entered."""

from collections.abc import Iterator

import pytest
from hypothesis import event as noted
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recado.adapters.sending.http_sender import HttpSender
from recado.rules.target.target_policy import InvalidTargetError, TargetPolicy
from tests.unit.adapters.sending.raw_receiver import RawReceiver
from tests.unit.adapters.sending.sending import resolving, send, sender

# Byte for byte as they stand here, though a library on the way would write most of them otherwise.
SENT = [
    "/%7Ebob",
    "/~bob",
    "/%41%2d%5F",
    "/a%2fb",
    "/a%2Fb",
    "/hook?",
    "/?",
    "/??",
    "//hook",
    "//evil.example/hook",
    "/a//b///c/",
    "/a;b=1;c/d",
    "/it's(a)!*$&+,=:@",
    "/?q='x'&y=a+b",
    "/?sig=a%2Bb%3D&off=100%25",
    "/?next=/../a/./b?c=//d",
    "/...",
    "/.hidden/..a/b..",
    "/%2E%2Ehidden",
    "/%00%ff%C3%a9",
    "/?a=%5B1%5D&a=&&=",
    "/http://other.example/",
    "/:80",
    "",
    "/",
]
REFUSED = [
    "/?sig=a%2Bb%3D&off=100%",
    "/100%",
    "/%4",
    "/%zz",
    "/%u00e9",
    "/a/../b",
    "/./a",
    "/a/..",
    "/%2e%2e/a",
    "/a/%2E",
    "/a b",
    "/é",
    "/?q=é",
    "/[1]",
    "/?a[]=1",
    "/{id}",
    "/a|b",
    "/a\\b",
    '/"',
    "/?<x>",
    "/^`",
    "?a=b",
    "?",
    "/#top",
    "/a#",
    "/\t",
    "/a\r\nX: y",
]
LEGAL = st.text("aZ09-._~!$&'()*+,;=:@/?", max_size=8)
ESCAPES = st.text("0123456789abcdefABCDEF", min_size=2, max_size=2).map("%{}".format)
PARTS = LEGAL | ESCAPES | st.sampled_from(["/", "//", "?", "/..", "/.", "%", "%2", "%2e", "%2F", "%7e", "%25", ""])
PATHS = st.lists(PARTS, max_size=8).map("".join)
SENDABLE = st.lists(LEGAL | ESCAPES | st.sampled_from(["/", "//", "?"]), max_size=8).map("".join)
ENTERED = SENDABLE | PATHS | st.text(max_size=8)
URLS = ENTERED.map("/{}".format) | PATHS.map("?{}".format) | st.just("")
HOSTS = st.sampled_from(["receiver.example", "Receiver.Example", "b\xfccher.example", "127.0.0.1"])


@pytest.fixture(scope="module")
def receiver() -> Iterator[RawReceiver]:
    """Run a receiver for all examples."""
    with RawReceiver() as running:
        yield running


def by(receiver: RawReceiver) -> HttpSender:
    """Build a sender that finds the receiver under every name."""
    return sender(resolver=resolving(("127.0.0.1", receiver.port)))


def requested(receiver: RawReceiver, url: str) -> tuple[str, str]:
    """Send, and return what was asked for and of which host."""
    sent = send(url, by=by(receiver))
    assert (url, sent.result.failure) == (url, None)
    line, *headers = (part.decode() for part in receiver.last_head())
    assert line.startswith("POST ")
    assert line.endswith(" HTTP/1.1")
    (host,) = (header.removeprefix("Host: ") for header in headers if header.lower().startswith("host:"))
    return line[5:-9], host


@pytest.mark.parametrize("shown", SENT)
def test_what_is_legal_goes_out_untouched(receiver: RawReceiver, shown: str) -> None:
    """Where nothing follows the host HTTP has it that "/" is asked for."""
    assert requested(receiver, f"http://receiver.example:8080{shown}") == (shown or "/", "receiver.example:8080")


@pytest.mark.parametrize("shown", REFUSED)
def test_what_could_not_go_out_as_it_stands_is_refused(shown: str) -> None:
    """Before it is saved, and on one machine as everywhere."""
    for policy in (TargetPolicy(), TargetPolicy(allow_private=True)):
        with pytest.raises(InvalidTargetError, match=r"^must "):
            policy.check_url(f"https://receiver.example{shown}")


@settings(max_examples=150, deadline=None)
@given(HOSTS, URLS)
@example("receiver.example", "/?sig=a%2Bb%3D&off=100%25")
@example("b\xfccher.example", "/hook?")
def test_the_request_line_is_what_is_shown_or_the_url_is_refused(receiver: RawReceiver, host: str, shown: str) -> None:
    """Byte for byte, whatever is entered; `Host` is the name as DNS knows it."""
    url = f"http://{host}{shown}"
    try:
        contacted = TargetPolicy(allow_private=True).check_url(url)
    except InvalidTargetError:
        noted("refused")
        return
    noted("requested")
    authority = host if host.isascii() else "xn--bcher-kva.example"
    assert contacted == f"http://{authority}{shown}"
    assert requested(receiver, url) == (shown or "/", authority)


@pytest.mark.parametrize("port", ["", ":80", ":8080"])
def test_the_host_is_written_as_it_is_shown(receiver: RawReceiver, port: str) -> None:
    """With its port, the usual one too (RFC 9112 section 3.2)."""
    assert requested(receiver, f"http://Receiver.Example{port}/Hook")[1] == f"Receiver.Example{port}"


def test_a_kept_connection_asks_for_what_each_post_shows(receiver: RawReceiver) -> None:
    """One POST after the other."""
    with by(receiver).keeping() as keeping:
        for shown in ("/%7Ea", "/~a?", "//b"):
            assert send(f"http://receiver.example{shown}", by=keeping).result.delivered
            assert receiver.last_head()[0].decode() == f"POST {shown} HTTP/1.1"
