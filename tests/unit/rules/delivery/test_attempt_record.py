"""What is kept of a POST."""

from dataclasses import replace

import pytest

from recado.rules.delivery.attempt_record import KEPT_OF_FAILURE_BYTES, KEPT_OF_SUCCESS_BYTES, attempt_of
from recado.rules.sending.answers.shown_answer import Answer
from recado.rules.sending.attempt import AttemptResult, Response
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from tests.unit.builders import NOW, attempt, delivered, event, failed, webhook

PASSWORD = "correct horse battery staple"
BASIC = webhook(authentication=AuthenticationType.BASIC, username="recado")


def answer(body: bytes, *headers: tuple[str, str], truncated: bool = False, result: AttemptResult) -> Answer:
    """What is kept of an answer to a POST that was made with a password."""
    request = outgoing_request(BASIC, Credentials(password=PASSWORD), [event()], NOW)
    answered = replace(result, response=Response(headers, body, truncated))
    kept = attempt_of("wh_1", [event()], request, answered, token="0badcafe", made_at=7, requested_by=None).answer
    assert kept is not None
    return kept


def test_an_attempt_says_what_it_carried_and_how_it_was_sent() -> None:
    """Its keys in order, the size of its body, and its headers."""
    made = attempt(event("e1"), event("e2"), requested_by="somebody")

    assert made.keys == (event("e1").key, event("e2").key)
    assert made.message_id.startswith("batch_")
    assert made.request_headers["webhook-id"] == made.message_id
    assert made.request_bytes == len(outgoing_request(webhook(), Credentials(), [event("e1"), event("e2")], NOW).body)
    assert (made.url, made.requested_by) == ("https://receiver.example/hooks", "somebody")
    assert made.attempt_id == f"00{NOW}-0badcafe"


def test_nothing_that_proves_who_sends_is_kept() -> None:
    """Neither in the request's headers nor where the receiver repeats it, in a body or in a header."""
    request = outgoing_request(BASIC, Credentials(password=PASSWORD), [event()], NOW)
    echo = Response((("Location", f"/?p={PASSWORD}"),), f"got {PASSWORD}, {request.headers}".encode(), truncated=False)

    made = attempt_of(
        "wh_1", [event()], request, replace(failed(401), response=echo), token="t", made_at=7, requested_by=None
    )

    assert made.request_headers["Authorization"] == "[hidden]"
    assert PASSWORD not in repr(made)
    assert request.headers["Authorization"].removeprefix("Basic ") not in repr(made)
    assert made.answer is not None
    assert made.answer.headers == {"location": "[hidden]"}
    assert made.answer.body == "[hidden] The answer holds the password, so none of it is shown."


@pytest.mark.parametrize("content_type", ["text/plain; charset=ibm037", "text/plain; charset=iso-8859-1", "text/plain"])
def test_a_secret_in_ebcdic_is_not_kept_either(content_type: str) -> None:
    """Whether the answer says that it is EBCDIC, says something else, or nothing."""
    request = outgoing_request(BASIC, Credentials(password=PASSWORD), [event()], NOW)
    echo = Response((("Content-Type", content_type),), f'{{"got":"{PASSWORD}"}}'.encode("cp037"), truncated=False)

    made = attempt_of(
        "wh_1", [event()], request, replace(failed(401), response=echo), token="t", made_at=7, requested_by=None
    )

    assert made.answer is not None
    assert made.answer.body == "[hidden] The answer holds the password, so none of it is shown."


@pytest.mark.parametrize(("result", "most"), [(failed(500), 16 * 1024), (delivered(), 1024)])
def test_so_much_of_an_answer_is_kept(result: AttemptResult, most: int) -> None:
    """16 KB of a failure, 1 KB of a success; that there was more is said."""
    assert most in {KEPT_OF_FAILURE_BYTES, KEPT_OF_SUCCESS_BYTES}

    assert answer(b"x" * most, result=result) == Answer({}, "x" * most, truncated=False)
    assert answer(b"x" * (most + 1), result=result) == Answer({}, "x" * most, truncated=True)
    assert answer(b"x", truncated=True, result=result) == Answer({}, "x", truncated=True)


@pytest.mark.parametrize("body", [b"\xff" * 20_000, "€".encode() * 10_000, b"\xf0\x9f\x98" * 10_000])
def test_what_is_kept_is_never_larger(body: bytes) -> None:
    """Also where each byte is replaced by a sign of three bytes."""
    kept = answer(body, result=failed(500)).body

    assert 0 < len(kept.encode()) <= KEPT_OF_FAILURE_BYTES


def test_headers_that_tell_something_are_kept() -> None:
    """Where to, when, and what it is: of the others nothing."""
    headers = [("LOCATION", "/h/"), ("Retry-After", "7"), ("content-type", "text/html"), ("Set-Cookie", "a=b")]

    kept = answer(b"", *headers, result=failed(308))

    assert kept.headers == {"content-type": "text/html", "location": "/h/", "retry-after": "7"}


def test_without_a_status_line_there_is_no_answer() -> None:
    """Nothing was said."""
    assert attempt(event(), result=AttemptResult(NOW, 20, failure=failed().failure)).answer is None
