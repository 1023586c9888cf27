"""The Python client of a webhook's receiver: each of its requests is signed, for its own time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from standardwebhooks import Webhook

from local.listener import Listener, Received
from recado_client import Problem
from recado_client.generated.api.receivers import list_arrived, resend
from recado_client.generated.models import ResendEntered
from recado_client.receiver import Receiver
from tests.unit.clients.conftest import answered

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOTHING = answered({"deliveries": [], "resumeFrom": "2026-01-31T12:00:00.000Z"})
WISH = ResendEntered(delivery_ids=["000001732437600-é"])


@pytest.fixture
def receiver(api: Listener) -> Iterator[Receiver]:
    """A receiver's client of that API, which lies below a path, even one of this name."""
    api.usual_answer = NOTHING
    with Receiver(f"{api.url}/receive/v1", SECRET) as connection:
        yield connection


def is_signed(request: Received, payload: str) -> bool:
    """Whether the public library signs this so."""
    at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    signature = Webhook(SECRET).sign(request.headers["webhook-id"], at, payload)
    return signature == request.headers["webhook-signature"]


def test_a_reading_is_signed_with_nothing_escaped(api: Listener, receiver: Receiver) -> None:
    """From `/receive/` on, ids and query as plain text, however they are written on the way; and it has no token."""
    page = list_arrived.sync("a@b:c", "wh_1", client=receiver.client, arrived_from="2026-01-31T12:00:00Z", limit=7)

    [request] = api.received
    path, _, query = request.path.partition("?")
    assert path == "/receive/v1/receive/a%40b%3Ac/wh_1/events"
    assert is_signed(request, f"GET /receive/a@b:c/wh_1/events?{unquote(query)}")
    assert "authorization" not in request.headers
    assert page.resume_from == "2026-01-31T12:00:00.000Z"


def test_a_wish_is_signed_with_its_body(api: Listener, receiver: Receiver) -> None:
    """Behind a line feed, byte for byte."""
    api.usual_answer = answered({"results": []}, 202)
    resend.sync("1010", "wh_1", client=receiver.client, body=WISH)

    [request] = api.received
    assert is_signed(request, f"POST /receive/1010/wh_1/resend\n{request.body.decode()}")


def test_what_is_tried_again_is_the_same_request(api: Listener, receiver: Receiver, waits: list[float]) -> None:
    """By its id, so that nothing is asked for twice, also where the answer to the first was lost."""
    api.answers += [answered({}, 502), answered({}, 429, Retry_After="3")]
    api.usual_answer = answered({"results": []}, 202)
    resend.sync("1010", "wh_1", client=receiver.client, body=WISH)

    assert len({request.headers["webhook-id"] for request in api.received}) == 1
    assert [is_signed(request, f"POST /receive/1010/wh_1/resend\n{request.body.decode()}") for request in api.received]
    assert (len(api.received), waits[-1]) == (3, 3)


def test_two_requests_have_two_ids(api: Listener, receiver: Receiver) -> None:
    """Or the second would be taken for the first."""
    for _ in range(2):
        list_arrived.sync("1010", "wh_1", client=receiver.client)

    assert len({request.headers["webhook-id"] for request in api.received}) == 2


def test_a_refusal_is_raised(api: Listener, receiver: Receiver) -> None:
    """As of every other call."""
    api.usual_answer = answered({"title": "Unauthorized", "detail": "not signed"}, 401)
    with pytest.raises(Problem, match="not signed"):
        list_arrived.sync("1010", "wh_1", client=receiver.client)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", "whsec_****", "not base64!"])
def test_a_secret_that_is_none_is_refused_at_once(secret: str) -> None:
    """Without telling it."""
    with pytest.raises(ValueError, match="the secret must be whsec_ and base64"):
        Receiver("https://api.example", secret)
