"""Who is let in by `/receive`: the receiver of the webhook, by its signature, and nobody else."""

import base64
from typing import Any

import pytest

from recado.adapters.dynamodb.accounts.request_counts import DynamoRequestCounts
from recado.rules.limit import LimitKind, Window
from recado.rules.receiving.proof import TOLERANCE_SECONDS
from recado.rules.sending.signing import signing_secret
from tests.support.api.client import Answer, ApiClient, token
from tests.support.api.receiver_client import ReceiverClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.clock import Clock

SIGNATURE = {"type": "SIGNATURE"}
DAY_SECONDS = 24 * 60 * 60


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook that signs."""
    return api.create(authentication=SIGNATURE)


@pytest.fixture
def receiver(api: ApiClient, webhook: Any) -> ReceiverClient:
    """Give its receiver."""
    return ReceiverClient.of(api, webhook)


def is_refused(answer: Answer) -> bool:
    """Tell whether it is the one answer to all that is not proven."""
    return (answer.status, answer.headers["WWW-Authenticate"], answer.json["detail"]) == (
        401,
        "Webhook-Signature",
        "The request is not signed by a secret of this webhook, or not lately, or there is no such webhook: sign the "
        "first line and the body as /console/receiving, the receivers' handbook, says, with a clock that is right to "
        "five minutes.",
    )


def test_the_webhooks_own_secret_lets_in(receiver: ReceiverClient) -> None:
    """With the public library as it is, for both requests."""
    assert receiver.events("limit=1").status == 200
    assert receiver.resend("000000000001000-e").status == 202


def test_a_request_is_taken_within_five_minutes(receiver: ReceiverClient, clock: Clock) -> None:
    """Of a clock that is behind or ahead; one that was kept for longer is worth nothing."""
    clock.stop()
    for seconds in (-TOLERANCE_SECONDS, TOLERANCE_SECONDS):
        receiver.seconds = seconds
        assert receiver.events().status == 200
        receiver.seconds = seconds * 2
        assert is_refused(receiver.events())
    receiver.seconds = -TOLERANCE_SECONDS - 1
    assert is_refused(receiver.events())


def test_an_earlier_secret_lets_in_for_its_day(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, clock: Clock
) -> None:
    """As it verifies POSTs for 24 hours after a rotation; one that was ended does no more, nor after that day."""
    assert api.call("POST", api.path(webhook, "/signature")).status == 200
    renewed = ReceiverClient.of(api, webhook)
    assert [each.events().status for each in (receiver, renewed)] == [200, 200]

    clock.advance(DAY_SECONDS + 1)
    assert is_refused(receiver.events())
    assert renewed.events().status == 200

    assert api.call("POST", api.path(webhook, "/signature")).status == 200
    assert api.call("DELETE", api.path(webhook, "/signature/previous")).status == 204
    assert is_refused(renewed.events())


def test_nobody_else_is_let_in(api: ApiClient, webhook: Any, receiver: ReceiverClient) -> None:
    """A foreign secret, a foreign webhook, one that is not there or has no secret: one answer, word for word."""
    sibling = api.create(name="Other", targetUrl="https://receiver.example/other", authentication=SIGNATURE)
    plain = api.create(name="Plain", targetUrl="https://receiver.example/plain")
    stranger = ReceiverClient(api, webhook["webhookId"], signing_secret.generate(), api.account)
    asked = [
        stranger,
        ReceiverClient.of(api, sibling),
        ReceiverClient(api, plain["webhookId"], receiver.secret, api.account),
        ReceiverClient(api, "wh_0123456789abcdef0123456789abcdef", receiver.secret, api.account),
        ReceiverClient(api, "wh_1 or 1=1", receiver.secret, api.account),
        ReceiverClient(api, webhook["webhookId"], receiver.secret, "99999"),
    ]
    asked[1].webhook_id = webhook["webhookId"]

    answers = [answer for each in asked for answer in (each.events(), each.resend("000000000001000-e"))]

    assert all(map(is_refused, answers))
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"webhook_id": ""},
        {"webhook_id": "another"},
        {"webhook_id": "é"},
        {"webhook_id": "x" * 129},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "-1"},
        {"webhook_timestamp": "٣"},
        {"webhook_timestamp": "9" * 40},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "v1,é"},
        {"webhook_signature": "v1,\ud800"},
        {"webhook_signature": "v1a,AAAA"},
        {"webhook_signature": " ".join(["v1,AAAA"] * 11)},
        {"payload": "GET /receive/1010/wh_1/events"},
        {"payload": ""},
        {"payload": '{"accountId":1010,"events":[]}'},
    ],
    ids=str,
)
def test_what_was_not_signed_so_is_refused(receiver: ReceiverClient, change: dict[str, str]) -> None:
    """Whatever is changed, missing or no header of Standard Webhooks, and without an error of ours."""
    assert is_refused(receiver.events("limit=1", **change))


def test_a_signature_is_of_one_request(receiver: ReceiverClient) -> None:
    """Method, path, query and body are signed: nobody makes another request of one that was seen."""
    path = f"/receive/{receiver.account}/{receiver.webhook_id}"

    assert is_refused(receiver.events("limit=2", payload=f"GET {path}/events?limit=1"))
    assert is_refused(receiver.events(payload=f"GET {path}/resend"))
    assert is_refused(receiver.events(payload=f"POST {path}/events"))
    assert is_refused(receiver.resend("a", payload=f'POST {path}/resend\n{{"deliveryIds": ["b"]}}'))


def test_one_of_several_signatures_is_enough(receiver: ReceiverClient) -> None:
    """A receiver that keeps two secrets during a rotation signs with both, as Recado does."""
    query = "limit=1"
    line = f"GET /receive/{receiver.account}/{receiver.webhook_id}/events?{query}"
    headers = receiver.signed(line)
    both = f"v1,{base64.b64encode(bytes(32)).decode()} {headers.pop('webhook-signature')}"

    changes = {name.replace("-", "_"): value for name, value in headers.items()}
    assert receiver.events(query, **changes, webhook_signature=both).status == 200


def test_an_escaped_query_is_taken_either_way(receiver: ReceiverClient) -> None:
    """A gateway may write the query in another way than it was sent."""
    path = f"/receive/{receiver.account}/{receiver.webhook_id}"
    escaped, plain = "arrivedFrom=2026-11-24T08%3A00%3A00Z", "arrivedFrom=2026-11-24T08:00:00Z"

    for signed in (escaped, plain):
        assert receiver.events(escaped, payload=f"GET {path}/events?{signed}").status == 200
    assert is_refused(receiver.events(plain, payload=f"GET {path}/events?{escaped}"))


def test_a_token_proves_nothing_here(api: ApiClient, webhook: Any) -> None:
    """Nor does that of an admin of everything: who asks is the receiver."""
    path = f"/receive/{api.account}/{webhook['webhookId']}/events"
    answer = api.get(path, claims=token(api.account, scope="recado/admin"))

    assert is_refused(answer)


def test_what_is_not_signed_costs_no_more_than_a_look(receiver: ReceiverClient, aws: AwsCalls) -> None:
    """Without signature or too old nothing is read; signed by somebody else, the webhook alone; nothing is counted."""
    receiver.events()
    aws.clear()
    receiver.events(webhook_timestamp="1")
    receiver.events(webhook_signature="")
    assert aws.counts == {}
    receiver.secret = signing_secret.generate()
    receiver.events()

    assert aws.counts == {"dynamodb.GetItem": 1}


def test_a_receiver_may_ask_sixty_times_a_minute(api: ApiClient, receiver: ReceiverClient, clock: Clock) -> None:
    """What is more is told when to go on, and holds no other receiver up, nor the account's own requests."""
    sibling = ReceiverClient.of(
        api, api.create(name="Other", targetUrl="https://receiver.example/other", authentication=SIGNATURE)
    )
    clock.stop()
    statuses = [receiver.events("limit=1").status for _ in range(61)]

    assert statuses == [200] * 60 + [429]
    refused = receiver.events()
    assert refused.json["detail"].startswith("The webhook's receiver may make 60 requests a minute: ")
    assert sibling.events().status == 200
    assert api.get(api.webhooks).status == 200
    clock.advance(int(refused.headers["Retry-After"]))
    assert receiver.events().status == 200


def test_what_a_receiver_reads_has_a_budget_of_its_webhooks_own(
    api: ApiClient, webhook: Any, receiver: ReceiverClient, clock: Clock
) -> None:
    """As much a minute as an account's: used up, neither the account nor another receiver is held up."""
    sibling = ReceiverClient.of(
        api, api.create(name="Other", targetUrl="https://receiver.example/other", authentication=SIGNATURE)
    )
    clock.stop()
    assert receiver.events().status == 200
    window = Window.at(LimitKind.RECEIVER_READ, int(clock.milliseconds()), webhook["webhookId"])
    counts = DynamoRequestCounts(api.system.registry._table)
    assert counts.used(api.account, window) > 0
    counts.use(api.account, window, 6000)

    refused = receiver.events()

    assert (refused.status, refused.json["detail"].partition(":")[0]) == (
        429,
        "The webhook's receiver may use 6000 read units of the database a minute",
    )
    assert [sibling.events().status, api.get(api.webhooks).status] == [200, 200]
    clock.advance(int(refused.headers["Retry-After"]))
    assert receiver.events().status == 200
