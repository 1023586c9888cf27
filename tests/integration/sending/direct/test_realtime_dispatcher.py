"""The real-time dispatcher: one event from the bus, at once to every webhook that wants it."""

import base64

import pytest
import standardwebhooks
import svix.webhooks

from local.listener import Listener
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials, EarlierSecret
from recado.rules.webhook.webhook import Status
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import NOON_MS, detail, envelope
from tests.support.system import System

FUNCTION = "realtime_dispatcher"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.mark.parametrize("webhooks", [1, 5, 25])
def test_an_event_makes_three_calls_however_many_webhooks(
    system: System, aws: AwsCalls, receiver: Listener, webhooks: int
) -> None:
    """One query, one batch read and one batch write bring an event to all its webhooks."""
    for number in range(webhooks):
        system.add_webhook(f"{receiver.url}/{number}", name=f"wh_{number}")
    aws.clear()

    system.invoke(FUNCTION, envelope())

    assert aws.counts == {"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1, "dynamodb.BatchWriteItem": 1}
    assert {f"/{number}" for number in range(webhooks)} == {request.path for request in receiver.received}
    assert webhooks == len(receiver.received)


def test_signed_webhooks_cost_no_call_once_warm(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """A secret that was decrypted for one event is at hand for the next."""
    system.add_signed_webhook(receiver.url, SECRET)
    system.invoke(FUNCTION, envelope(content=detail("first")))
    aws.clear()

    system.invoke(FUNCTION, envelope(content=detail("second")))

    assert aws.counts == {"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1, "dynamodb.BatchWriteItem": 1}
    assert receiver.event_ids == ["first", "second"]


def test_an_event_that_nobody_wants_makes_one_call(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """An account without a webhook for the event costs the query that finds that out."""
    system.add_webhook(receiver.url, account="2020")
    system.add_webhook(receiver.url, event_names=("CI_STATS",))
    system.add_webhook(receiver.url, name="wh_off", event_names=("CI_STATS",), status=Status.RETIRED)
    aws.clear()

    system.invoke(FUNCTION, envelope("COURSE_ENROLLMENT"))

    assert aws.counts == {"dynamodb.Query": 1}
    assert receiver.received == []


def test_an_account_without_webhooks_costs_one_call(system: System, aws: AwsCalls) -> None:
    """Where nothing is registered at all, the query says so and nothing follows."""
    system.invoke(FUNCTION, envelope())

    assert aws.counts == {"dynamodb.Query": 1}


def test_the_body_is_what_was_published(system: System, receiver: Listener) -> None:
    """Field order, integers of any size, decimals by value and every character arrive, in compact UTF-8."""
    system.add_webhook(receiver.url)
    content = {
        "zeta": [10**30 + 1, 9_007_199_254_740_993, -1, 0.1, 1.5e-7, True, None],
        "alpha": 'São Paulo "centro" \\ / \u2028 \U0001f600',
        "": {},
    }

    system.invoke(FUNCTION, envelope("CI_STATS", detail("b5a9", eventInfo="info", data=content, unknown="dropped")))

    expected = (
        '{"accountId":1010,"events":[{"eventId":"b5a9","eventName":"CI_STATS","timestamp":1727438400000,'
        '"eventInfo":"info","data":{"zeta":[1000000000000000000000000000001,9007199254740993,-1,0.1,1.5e-07,true,null],'
        '"alpha":"São Paulo \\"centro\\" \\\\ / \u2028 \U0001f600","":{}}}]}'
    )
    assert expected.encode() == receiver.received[0].body


def test_the_account_id_is_delivered_as_it_came(system: System, receiver: Listener) -> None:
    """The account 1010 and the account "1010" are one account, each spelt as its publisher spells it."""
    system.add_webhook(receiver.url)

    system.invoke(FUNCTION, envelope(content=detail("number", accountId=1010)))
    system.invoke(FUNCTION, envelope(content=detail("text", accountId="1010")))

    assert [request.payload["accountId"] for request in receiver.received] == [1010, "1010"]


def test_the_headers_of_an_unauthenticated_webhook(system: System, receiver: Listener) -> None:
    """A receiver finds the message's id and time, the custom headers, and nothing that authenticates."""
    system.add_webhook(receiver.url, headers={"X-Tenant": "north"})

    system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    headers = receiver.received[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Recado/")
    assert headers["webhook-id"] == "b5a9"
    assert abs(int(headers["webhook-timestamp"]) - receiver.received[0].received_at) < 5
    assert headers["x-tenant"] == "north"
    assert not {"authorization", "webhook-signature", "cookie"} & headers.keys()


def test_basic_authentication(system: System, receiver: Listener) -> None:
    """User name and password arrive in UTF-8, after having been stored encrypted."""
    system.add_webhook(
        receiver.url,
        authentication=AuthenticationType.BASIC,
        username="aluna",
        credentials=Credentials(password="pässwort:1"),
    )

    system.invoke(FUNCTION, envelope())

    expected = "Basic " + base64.b64encode("aluna:pässwort:1".encode()).decode()
    assert expected == receiver.received[0].headers["authorization"]


def test_signatures_hold_for_the_libraries_of_receivers(system: System, receiver: Listener) -> None:
    """Both libraries that receivers use accept the very bytes that arrived, and refuse changed ones."""
    system.add_signed_webhook(receiver.url, SECRET)

    system.invoke(FUNCTION, envelope(content=detail(data={"name": "Ação"})))

    request = receiver.received[0]
    standardwebhooks.Webhook(SECRET).verify(request.body, request.headers)
    svix.webhooks.Webhook(SECRET).verify(request.body, request.headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(SECRET).verify(request.body + b" ", request.headers)
    with pytest.raises(svix.webhooks.WebhookVerificationError):
        svix.webhooks.Webhook(OLD_SECRET).verify(request.body, request.headers)


def test_both_secrets_sign_while_a_rotation_overlaps(system: System, receiver: Listener) -> None:
    """For 24 hours after a rotation the old secret verifies too, and not for longer."""
    until = int(system.clock.milliseconds()) + 60_000
    system.add_webhook(
        receiver.url,
        authentication=AuthenticationType.SIGNATURE,
        credentials=Credentials(secret=SECRET, previous=(EarlierSecret(OLD_SECRET, until),)),
        previous_until=(until,),
    )

    system.invoke(FUNCTION, envelope(content=detail("during")))
    system.clock.advance(61)
    system.invoke(FUNCTION, envelope(content=detail("after")))

    during, after = receiver.received
    for secret in (SECRET, OLD_SECRET):
        standardwebhooks.Webhook(secret).verify(during.body, during.headers)
    standardwebhooks.Webhook(SECRET).verify(after.body, after.headers)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(OLD_SECRET).verify(after.body, after.headers)


@pytest.mark.parametrize(
    "spelling",
    [NOON_MS, NOON_MS // 1000, NOON_MS / 1000, "2024-09-27T12:00:00Z", "2024-09-27T14:00:00+02:00"],
)
def test_the_same_event_is_delivered_once(system: System, receiver: Listener, spelling: object) -> None:
    """An event that comes again is known by its id and its moment, however that is spelt."""
    webhook = system.add_webhook(receiver.url)

    system.invoke(FUNCTION, envelope(content=detail("b5a9", timestamp=NOON_MS)))
    system.invoke(FUNCTION, envelope(content=detail("b5a9", timestamp=spelling)))

    assert len(receiver.received) == 1
    assert system.outcomes(webhook) == {"b5a9": "DELIVERED"}


def test_another_moment_or_another_id_is_another_event(system: System, receiver: Listener) -> None:
    """Id and timestamp name an event together."""
    system.add_webhook(receiver.url)

    for event_id, timestamp in (("a", NOON_MS), ("a", NOON_MS + 1), ("b", NOON_MS)):
        system.invoke(FUNCTION, envelope(content=detail(event_id, timestamp=timestamp)))

    assert len(receiver.received) == 3


def test_the_largest_event_is_delivered(system: System, receiver: Listener) -> None:
    """An event that just fits into 256 KB is delivered, recorded and not repeated."""
    webhook = system.add_webhook(receiver.url)
    content = detail("large", data={"text": "é" * 130_900})

    system.invoke(FUNCTION, envelope(content=content))
    system.invoke(FUNCTION, envelope(content=content))

    assert 261_000 < len(receiver.received[0].body) <= 262_144
    assert system.outcomes(webhook) == {"large": "DELIVERED"}
    assert len(receiver.received) == 1
