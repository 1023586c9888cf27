"""The real-time dispatcher: one event from the bus, at once to every webhook that wants it."""

import base64
import json

import pytest
import standardwebhooks
import svix.webhooks

from local.listener import Answer, Listener
from recado.rules.webhook import AuthenticationType, Credentials, Status
from tests.support.aws_calls import AwsCalls
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
    assert [event_id for request in receiver.received for event_id in request.event_ids] == ["first", "second"]


def test_an_event_that_nobody_wants_makes_one_call(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """An account without a webhook for the event costs the query that finds that out."""
    system.add_webhook(receiver.url, account="2020")
    system.add_webhook(receiver.url, event_names=("CI_STATS",))
    system.add_webhook(receiver.url, name="wh_retired", status=Status.RETIRED)
    aws.clear()

    system.invoke(FUNCTION, envelope("COURSE_ENROLLMENT"))

    assert aws.counts == {"dynamodb.Query": 1}
    assert receiver.received == []


def test_the_body_is_what_was_published(system: System, receiver: Listener) -> None:
    """Field order, numbers of 64 bits and every character arrive as published, in compact UTF-8."""
    system.add_webhook(receiver.url)
    content = {
        "zeta": [9_223_372_036_854_775_807, 9_007_199_254_740_993, -1, 0.1, 1.5e-7, True, None],
        "alpha": 'São Paulo "centro" \\ / \u2028 \U0001f600',
        "": {},
    }

    system.invoke(FUNCTION, envelope("CI_STATS", detail("b5a9", eventInfo="info", data=content, unknown="dropped")))

    expected = (
        '{"accountId":1010,"events":[{"eventId":"b5a9","eventName":"CI_STATS","timestamp":1727438400000,'
        '"eventInfo":"info","data":{"zeta":[9223372036854775807,9007199254740993,-1,0.1,1.5e-07,true,null],'
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
    system.add_webhook(
        receiver.url,
        authentication=AuthenticationType.SIGNATURE,
        credentials=Credentials(secret=SECRET, previous_secret=OLD_SECRET),
        previous_valid_until=int(system.clock.milliseconds()) + 60_000,
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


UNREADABLE_CONTENTS = {
    "no event id": (detail(eventId=None), "eventId: "),
    "no account id": (detail(accountId=None), "accountId: "),
    "no timestamp": (detail(timestamp=None), "timestamp: "),
    "no data": (detail(data=None), "data: "),
    "not an object": (["an", "array"], "detail: must be a JSON object"),
    "more than 256 KB": (detail(data={"text": "x" * 262_144}), "data: makes the event larger"),
    "not a number": (detail(data={"score": float("nan")}), "detail: a number is not finite"),
    "beyond 64 bits": (detail(data={"score": 2**63}), "detail: an integer is beyond 64 bits"),
    "lone surrogate": (detail(data={"text": "\ud800"}), "detail: a text holds a lone surrogate"),
}


@pytest.mark.parametrize("kind", UNREADABLE_CONTENTS)
def test_an_unreadable_event_goes_to_the_dead_letter_queue(system: System, receiver: Listener, kind: str) -> None:
    """An event that no retry can help is kept whole, with the reason, and nobody is sent anything."""
    content, reason = UNREADABLE_CONTENTS[kind]
    system.add_webhook(receiver.url)

    system.invoke(FUNCTION, envelope(content=content))

    [(kept, told)] = system.dead_letters()
    assert json.dumps(envelope(content=content)) == kept
    assert told.startswith(reason)
    assert receiver.received == []


@pytest.mark.parametrize("message", [envelope("NO_SUCH_EVENT"), envelope(None), {}, [], "text", None])
def test_what_is_no_known_event_goes_to_the_dead_letter_queue(system: System, message: object) -> None:
    """An event name outside the catalogue, or no EventBridge event at all, is kept with the reason."""
    system.invoke(FUNCTION, message)

    [(kept, reason)] = system.dead_letters()
    assert message == json.loads(kept)
    assert reason.startswith(("eventName: ", "message: "))


@pytest.mark.parametrize("levels", [100, 1_000, 50_000])
def test_a_bottomless_event_goes_to_the_dead_letter_queue(system: System, levels: int) -> None:
    """However deep an event is nested, its envelope and ids are kept, with the reason."""
    data: dict[str, object] = {}
    for _ in range(levels):
        data = {"down": data}

    system.invoke(FUNCTION, envelope(content=detail("b5a9", data=data)))

    [(kept, reason)] = system.dead_letters()
    assert json.loads(kept)["detail"]["eventId"] == "b5a9"
    assert reason == "detail: nested deeper than 100 levels"


def test_the_largest_event_is_delivered(system: System, receiver: Listener) -> None:
    """An event that just fits into 256 KB is delivered, recorded and not repeated."""
    webhook = system.add_webhook(receiver.url)
    content = detail("large", data={"text": "é" * 130_900})

    system.invoke(FUNCTION, envelope(content=content))
    system.invoke(FUNCTION, envelope(content=content))

    assert 261_000 < len(receiver.received[0].body) <= 262_144
    assert system.outcomes(webhook) == {"large": "DELIVERED"}
    assert len(receiver.received) == 1


def test_a_first_failure_starts_the_backlog(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """The event waits in the backlog, the webhook is failing, and one wake-up is on its way."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    aws.clear()

    system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.backlog(webhook) == ["b5a9"]
    [delivery] = system.deliveries(webhook)
    assert (delivery.status.value, delivery.attempts, delivery.status_code) == ("PENDING", 1, 503)
    health = system.webhook(webhook).health
    assert (health.state.value, health.attempts) == ("FAILING", 1)
    assert health.last_error is not None
    assert (
        health.last_error.failure_class.value,
        health.last_error.response_body,
    ) == ("SERVER_ERROR", "broken on purpose")
    assert system.waiting_in("RedeliveryQueue") == 1
    assert [call.parameters["DelaySeconds"] for call in aws.of("SendMessage")] == [5]


def test_a_failing_webhook_gets_no_post_and_no_second_wake_up(system: System, receiver: Listener) -> None:
    """What comes while a webhook fails joins its backlog without an attempt."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    for number in range(4):
        system.invoke(FUNCTION, envelope(content=detail(f"e{number}", timestamp=NOON_MS + number)))

    assert system.backlog(webhook) == ["e0", "e1", "e2", "e3"]
    assert len(receiver.received) == 1
    assert system.waiting_in("RedeliveryQueue") == 1
    assert system.webhook(webhook).health.attempts == 1


def test_a_pending_event_that_comes_again_waits_once(system: System, receiver: Listener) -> None:
    """A repeated invocation finds its delivery pending and leaves it to the redelivery."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    receiver.recover()

    system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert len(receiver.received) == 1
    assert system.outcomes(webhook) == {"b5a9": "PENDING"}


def test_a_failing_receiver_does_not_touch_the_others(system: System, receiver: Listener) -> None:
    """The healthy webhooks of the account get the event that a failing one has to wait for."""
    with Listener() as broken:
        broken.break_down()
        failing = system.add_webhook(broken.url, name="wh_broken")
        healthy = system.add_webhook(receiver.url, name="wh_healthy")

        system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.outcomes(failing) == {"b5a9": "PENDING"}
    assert system.outcomes(healthy) == {"b5a9": "DELIVERED"}
    assert system.webhook(healthy).health.state.value == "HEALTHY"


def test_a_receiver_may_ask_for_a_longer_wait(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """`Retry-After` of a 503 beats the schedule, up to an hour; a queue can hold a wake-up back for 15 minutes."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(Answer(status=503, headers={"Retry-After": "2000"}))
    before = system.clock.milliseconds()

    system.invoke(FUNCTION, envelope())

    next_attempt_at = system.webhook(webhook).health.next_attempt_at
    assert next_attempt_at is not None
    assert 2_000_000 <= next_attempt_at - before < 2_010_000
    assert [call.parameters["DelaySeconds"] for call in aws.of("SendMessage")] == [900]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_that_is_not_followed(system: System, receiver: Listener, status: int) -> None:
    """The address in `Location` is never asked."""
    webhook = system.add_webhook(f"{receiver.url}/old")
    receiver.answers.append(Answer(status=status, headers={"Location": f"{receiver.url}/new"}))

    system.invoke(FUNCTION, envelope())

    assert [request.path for request in receiver.received] == ["/old"]
    error = system.webhook(webhook).health.last_error
    assert error is not None
    assert error.failure_class.value == "REDIRECT"


def test_gone_disables_the_webhook_at_once(system: System, receiver: Listener) -> None:
    """After a 410 nothing is sent any more; what comes is recorded as skipped, to be redelivered on request."""
    webhook = system.add_webhook(receiver.url)
    receiver.answers.append(Answer(status=410))

    system.invoke(FUNCTION, envelope(content=detail("gone")))
    system.invoke(FUNCTION, envelope(content=detail("later")))

    assert Status.DISABLED is system.webhook(webhook).status
    assert system.outcomes(webhook) == {"gone": "PENDING", "later": "SKIPPED"}
    assert len(receiver.received) == 1


def test_a_target_that_became_private_is_not_contacted(system: System, receiver: Listener) -> None:
    """Where private targets are not allowed, a webhook that leads to one fails without a connection."""
    webhook = system.add_webhook(receiver.url)
    system.stack.change_environment("RealtimeDispatcherFunction", ALLOW_PRIVATE_TARGETS="false")

    system.invoke(FUNCTION, envelope())

    error = system.webhook(webhook).health.last_error
    assert error is not None
    assert error.failure_class.value == "BLOCKED_TARGET"
    assert receiver.received == []


@pytest.mark.parametrize("operation", ["Query", "BatchGetItem", "BatchWriteItem"])
def test_our_own_fault_is_raised_and_not_held_against_the_receiver(
    system: System, aws: AwsCalls, receiver: Listener, operation: str
) -> None:
    """A table that fails makes Lambda repeat the event; the repetition delivers it and the health stays good."""
    webhook = system.add_webhook(receiver.url)
    aws.refuse(operation)
    with pytest.raises(Exception, match=operation):
        system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    aws.allow(operation)

    assert system.webhook(webhook).health.state.value == "HEALTHY"
    assert system.dead_letters() == []
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert system.outcomes(webhook) == {"b5a9": "DELIVERED"}


def test_a_secret_that_cannot_be_decrypted_is_our_own_fault(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """Without KMS the signed webhook waits for the repetition, and the others get their event meanwhile, once."""
    signed = system.add_signed_webhook(f"{receiver.url}/signed", SECRET, name="wh_signed")
    plain = system.add_webhook(f"{receiver.url}/plain", name="wh_plain")
    aws.refuse("Decrypt", "KMSInternalException")
    with pytest.raises(Exception, match="decrypting credentials"):
        system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.outcomes(signed) == {}
    assert system.outcomes(plain) == {"b5a9": "DELIVERED"}
    aws.allow("Decrypt")
    system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert [request.path for request in receiver.received] == ["/plain", "/signed"]
    assert system.webhook(signed).health.state.value == "HEALTHY"


def test_a_lost_wake_up_is_made_up_for_by_the_repetition(system: System, aws: AwsCalls, receiver: Listener) -> None:
    """Where the redelivery queue fails after the backlog is written, the repeated invocation sends the wake-up."""
    webhook = system.add_webhook(receiver.url)
    receiver.break_down()
    aws.refuse("SendMessage")
    with pytest.raises(Exception, match="sending a wake-up"):
        system.invoke(FUNCTION, envelope(content=detail("b5a9")))
    assert system.outcomes(webhook) == {"b5a9": "PENDING"}
    assert system.waiting_in("RedeliveryQueue") == 0
    aws.allow("SendMessage")

    system.invoke(FUNCTION, envelope(content=detail("b5a9")))

    assert system.waiting_in("RedeliveryQueue") == 1
    receiver.recover()
    system.redeliver()
    assert system.outcomes(webhook) == {"b5a9": "DELIVERED"}
