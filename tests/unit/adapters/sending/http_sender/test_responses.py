"""What the HTTP sender hands over of an answer."""

from dataclasses import replace

import pytest

from recado.rules.sending.answers.proofs import Proofs
from recado.rules.sending.attempt import FailureClass
from tests.support.receivers.rude import Receiver, answer, answering, sending
from tests.unit.adapters.sending.sending import request, send

BODY_OF_16_KB = b"x" * 16 * 1024
CHUNKED = b"HTTP/1.1 500 Error\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"


@pytest.mark.parametrize(
    ("response", "body", "truncated"),
    [
        (answer("200 OK", b"accepted"), b"accepted", False),
        (answer("200 OK"), b"", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", False),
        (b"HTTP/1.1 500 Error\r\n\r\nuntil it closes", b"until it closes", False),
        (b"HTTP/1.1 500 Error\r\nContent-Length: 9\r\n\r\nhalf", b"half", True),
        (answer("500 Error", BODY_OF_16_KB), BODY_OF_16_KB, False),
        (answer("500 Error", BODY_OF_16_KB + b"y"), BODY_OF_16_KB, True),
        (CHUNKED + b"0\r\n\r\n", b"abc", False),
        (CHUNKED + b"zz\r\n", b"abc", True),
    ],
)
def test_an_answer_is_handed_over_as_it_came(response: bytes, body: bytes, truncated: bool) -> None:
    """The first 16 KB of its body, and whether that is all of it, whatever the status decides."""
    with Receiver(sending(response)) as receiver:
        given = send(receiver.url).result.response

    assert given is not None
    assert (given.body, given.truncated) == (body, truncated)
    assert "accepted" not in repr(given)


def test_headers_of_an_answer_keep_their_order() -> None:
    """Also where one comes twice."""
    with Receiver(answering("200 OK", b"", "X-B: 1", "Set-Cookie: a", "x-a: 2", "Set-Cookie: b")) as receiver:
        given = send(receiver.url).result.response

    assert given is not None
    assert given.headers == (
        ("Content-Length", "0"),
        ("X-B", "1"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
        ("x-a", "2"),
    )


def test_without_an_answer_there_is_none() -> None:
    """The failure says why."""
    with Receiver(sending()) as receiver:
        assert send(receiver.url).result.response is None


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/h/", "/h/"),
        ("https://other.example/h?x=%7e", "https://other.example/h?x=%7e"),
        ("/in?key=c2VjcmV0OnNlY3JldA==", "[hidden]"),
        ("/in?key=c2VjcmV0On\x01NlY3JldA==", "[hidden]"),
        ("/in?key=secret%3Asec%72et", "[hidden]"),
        ("/a\x1b[31mb\x7f", "/a[31mb"),
    ],
)
def test_where_a_redirect_leads_is_told_and_nobody_goes_there(location: str, shown: str) -> None:
    """Not where it proves in any spelling who sends, should the receiver repeat it."""
    with Receiver(answering("308 Permanent Redirect", b"", f"Location: {location}")) as receiver:
        proving = Proofs([("the user name and the password", "secret:secret")])
        sent = send(replace(request(receiver.url), proofs=proving))

    assert sent.failure_class is FailureClass.REDIRECT
    assert sent.failure.detail == f"The receiver answered with status 308, which leads to {shown}."
    assert receiver.connections == 1


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("/não/漢字".encode(), "/não/漢字"),
        (b"/n\xe3o", "/não"),
        (b"/n\xe3o/\xc3\xa9", "/não/Ã©"),
        (b"/a\xc2\x85b", "/ab"),
    ],
)
def test_a_header_is_read_as_utf_8_where_it_is_that(sent: bytes, shown: str) -> None:
    """Else byte by byte; signs that control are not told."""
    with Receiver(sending(b"HTTP/1.1 302 Found\r\nLocation: " + sent + b"\r\n\r\n")) as receiver:
        result = send(receiver.url).result

    assert result.failure is not None
    assert result.failure.detail == f"The receiver answered with status 302, which leads to {shown}."
    assert result.response is not None
    assert "".join(sign for sign in dict(result.response.headers)["Location"] if sign.isprintable()) == shown
