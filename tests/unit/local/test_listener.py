"""The listener that demo and tests receive webhooks with."""

from datetime import UTC, datetime

import pytest
import requests
from standardwebhooks import Webhook

from local.listener import Answer, Listener, signature_holds

pytestmark = pytest.mark.enable_socket

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"accountId":1010,"events":[{"eventId":"e1"},{"eventId":"e2"}]}'


def _signed(body: bytes = BODY) -> dict[str, str]:
    now = datetime.now(UTC)
    signature = Webhook(SECRET).sign("e1", now, body.decode())
    return {"webhook-id": "e1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}


def test_a_signature_is_checked_with_the_library_receivers_use() -> None:
    """The right secret and the very bytes, or it does not hold."""
    assert signature_holds(SECRET, _signed(), BODY)
    assert not signature_holds(SECRET, _signed(), BODY + b" ")
    assert not signature_holds("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", _signed(), BODY)
    assert not signature_holds(SECRET, {}, BODY)


def test_requests_are_remembered_as_they_came() -> None:
    """Method, path, header fields, the very bytes, and whether the signature holds where a secret is known."""
    with Listener({"/signed": SECRET}) as listener:
        requests.post(f"{listener.url}/signed?x=1", data=BODY, headers=_signed(), timeout=5)
        requests.post(f"{listener.url}/signed", data=BODY, headers=_signed(), timeout=5)
        requests.post(f"{listener.url}/signed", data=BODY, timeout=5)
        first, second, third = listener.wait_for(3, timeout_seconds=5)

    assert (first.method, first.path, first.body, first.event_ids) == ("POST", "/signed?x=1", BODY, ["e1", "e2"])
    assert first.headers["webhook-id"] == "e1"
    assert [first.verified, second.verified, third.verified] == [None, True, False]


def test_answers_follow_the_script_and_then_the_switch() -> None:
    """Scripted answers are used up first; after that it is healthy or broken as switched."""
    with Listener() as listener:
        listener.answers.append(Answer(429, headers={"Retry-After": "7"}, body=b"slow down"))
        scripted = requests.post(listener.url, data=BODY, timeout=5)
        healthy = requests.post(listener.url, data=BODY, timeout=5)
        listener.break_down()
        broken = requests.post(listener.url, data=BODY, timeout=5)
        listener.recover()
        restored = requests.post(listener.url, data=BODY, timeout=5)

    assert (scripted.status_code, scripted.headers["Retry-After"], scripted.text) == (429, "7", "slow down")
    assert [healthy.status_code, broken.status_code, restored.status_code] == [204, 503, 204]
    assert [request.answered for request in listener.accepted] == [204, 204]


def test_an_answer_can_be_slow() -> None:
    """A sender's own patience can be tried."""
    with Listener() as listener, pytest.raises(requests.exceptions.ReadTimeout):
        listener.answers.append(Answer(delay_seconds=1))
        requests.post(listener.url, data=BODY, timeout=0.1)


def test_waiting_is_bounded() -> None:
    """What does not come is said, with what has come."""
    with Listener() as listener, pytest.raises(TimeoutError, match=r"no 1 requests within 0.05 s; received 0"):
        listener.wait_for(1, timeout_seconds=0.05)
