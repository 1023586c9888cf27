"""Test sends over HTTP: a real receiver gets a sample, and the caller sees what was sent and answered."""

import base64
import json
from typing import Any

import pytest

from local.listener import Answer, Listener
from tests.support.api.client import ApiClient
from tests.support.aws.aws_calls import AwsCalls

NAME = "COURSE_ENROLLMENT"
BASIC = {"type": "BASIC", "username": "user", "password": "correct horse"}
TOKEN = base64.b64encode(b"user:correct horse").decode()


def send_draft(api: ApiClient, **fields: Any) -> Any:
    """Test a draft, which must be possible."""
    answer = api.call("POST", f"{api.webhooks}/test", {"eventName": NAME, **fields})
    assert answer.status == 200, answer.text
    return answer.json


def send_saved(api: ApiClient, webhook: Any, **fields: Any) -> Any:
    """Test a saved webhook, which must be possible."""
    answer = api.call("POST", api.path(webhook, "/test"), {"eventName": NAME, **fields})
    assert answer.status == 200, answer.text
    return answer.json


def test_a_draft_shows_what_its_receiver_got_and_answered(api: ApiClient, receiver: Listener) -> None:
    """Before anything is saved; the password is not shown."""
    receiver.answers.append(Answer(202, headers={"X-Queue": "7"}, body=b"thanks"))

    sent = send_draft(api, targetUrl=f"{receiver.url}/hook", authentication=BASIC, headers={"X-Tenant": "north"})

    (got,) = receiver.received
    assert (sent["delivered"], sent["statusCode"], "error" in sent) == (True, 202, False)
    assert sent["latencyMs"] >= 0
    assert sent["request"]["body"] == got.body.decode()
    assert (sent["request"]["headers"]["Authorization"], got.headers["authorization"]) == ("[hidden]", f"Basic {TOKEN}")
    shown = {name.lower(): value for name, value in sent["request"]["headers"].items()}
    assert {name: got.headers[name] for name in shown} == {**shown, "authorization": f"Basic {TOKEN}"}
    assert (sent["response"]["headers"]["x-queue"], sent["response"]["body"]) == ("7", "thanks")
    assert sent["response"]["truncated"] is False
    assert api.get(api.webhooks).json["webhooks"] == []


def test_a_saved_webhook_signs_its_sample_as_its_events(api: ApiClient, receiver: Listener) -> None:
    """Its receiver verifies it; changes of a form are sent and not saved."""
    webhook = api.create(targetUrl=f"{receiver.url}/old", authentication={"type": "SIGNATURE"})
    receiver.secrets["/new"] = api.get(api.path(webhook, "/signature")).json["secret"]

    sent = send_saved(api, webhook, targetUrl=f"{receiver.url}/new")

    (got,) = receiver.received
    assert (sent["delivered"], got.path, got.verified) == (True, "/new", True)
    assert sent["request"]["headers"]["webhook-signature"] == "[hidden]"
    assert sent["request"]["headers"]["webhook-id"] == got.event_ids[0]
    assert api.get(api.path(webhook)).json["targetUrl"] == f"{receiver.url}/old"


OWN = {"learner": 12345678901234567890, "note": "mine"}


def test_an_event_of_ones_own_is_sent_in_place_of_the_sample(api: ApiClient, receiver: Listener) -> None:
    """With the data that is given, as it is given, for a draft and for a saved webhook; the rest is as in a sample."""
    webhook = api.create(targetUrl=receiver.url, transform="data.note")

    send_draft(api, targetUrl=receiver.url, event={"data": OWN})
    sent = send_saved(api, webhook, transform=None, event={"data": OWN, "eventId": "mine", "eventInfo": "by hand"})
    send_saved(api, webhook, event={"data": OWN})

    (of_draft,), (of_saved,), (shaped,) = (one.payload["events"] for one in receiver.received)
    assert (of_draft["eventName"], of_draft["data"]) == (NAME, OWN)
    assert (of_saved["eventId"], of_saved["eventInfo"], of_saved["data"]) == ("mine", "by hand", OWN)
    assert sent["request"]["headers"]["webhook-id"] == "mine"
    assert shaped["data"] == "mine"


@pytest.mark.parametrize(
    ("event", "field", "reason"),
    [
        ({"data": []}, "event.data", "must be a JSON object"),
        ({"data": {"text": "x" * 256 * 1024}}, "event.data", "makes the event larger than 262016 bytes"),
        ({"eventId": "a.b"}, "event.eventId", "must be 1 to 128 letters"),
        ({"timestamp": "yesterday"}, "event.timestamp", "must be"),
        ({"eventInfo": 5}, "event.eventInfo", "must be a text"),
        ({"accountId": 7}, "event.accountId", "is not a field of this request"),
        ([], "event", "must be a JSON object"),
        (None, "event", "must not be null"),
    ],
)
def test_an_event_that_could_not_be_published_is_not_sent(
    api: ApiClient, receiver: Listener, event: Any, field: str, reason: str
) -> None:
    """It is refused at its field, of a draft and of a saved webhook."""
    webhook = api.create(targetUrl=receiver.url)

    answers = [api.call("POST", api.path(webhook, "/test"), {"eventName": NAME, "event": event})]
    if event is not None:
        draft = {"eventName": NAME, "targetUrl": receiver.url, "event": event}
        answers.append(api.call("POST", f"{api.webhooks}/test", draft))

    for answer in answers:
        assert (answer.status, answer.fields) == (422, [field])
        assert reason in answer.json["errors"][0]["message"]
    assert receiver.received == []


def test_a_test_send_is_no_delivery(api: ApiClient, receiver: Listener, aws: AwsCalls) -> None:
    """It fails without making the webhook fail; written are the count of such requests, and who has asked."""
    webhook = api.create(targetUrl=receiver.url)
    receiver.break_down()
    aws.clear()

    sent = send_saved(api, webhook)

    assert aws.counts == {
        "dynamodb.UpdateItem": 1,
        "dynamodb.GetItem": 1,
        "dynamodb.PutItem": 1,
        "events.PutEvents": 1,
    }
    assert (sent["delivered"], sent["error"]["failureClass"], sent["error"]["statusCode"]) == (
        False,
        "SERVER_ERROR",
        503,
    )
    assert sent["response"]["body"] == "broken on purpose"
    assert api.get(api.path(webhook, "/deliveries")).json == {"deliveries": []}
    assert api.get(api.path(webhook)).json["health"] == {"state": "HEALTHY"}


def test_a_test_send_is_activity(api: ApiClient, receiver: Listener, aws: AwsCalls) -> None:
    """Of the webhook, or without one where it was a draft; told on the bus too."""
    webhook = api.create(targetUrl=receiver.url)
    aws.clear()

    send_saved(api, webhook)
    send_draft(api, targetUrl=receiver.url)

    told = [entry for call in aws.of("PutEvents") for entry in call.parameters["Entries"]]
    assert [(entry["Source"], entry["DetailType"]) for entry in told] == [("recado.activity", "TESTED")] * 2
    (of_webhook,) = acts_in(api, api.path(webhook, "/activity"))
    assert (of_webhook["webhookId"], of_webhook["by"]) == (webhook["webhookId"], "5f2c")
    of_account = acts_in(api, f"/accounts/{api.account}/activity")
    assert sorted(one.get("webhookId", "") for one in of_account) == ["", webhook["webhookId"]]
    assert all(one["address"] for one in of_account)


@pytest.mark.parametrize("operation", ["PutItem", "PutEvents"])
def test_a_test_send_that_cannot_be_kept_or_told_is_answered(
    api: ApiClient, receiver: Listener, aws: AwsCalls, capsys: pytest.CaptureFixture[str], operation: str
) -> None:
    """It was sent; the fault is ours, and counted."""
    webhook = api.create(targetUrl=receiver.url)
    aws.refuse(operation)
    capsys.readouterr()

    assert send_saved(api, webhook)["delivered"]

    assert '"OurFaults":[1' in capsys.readouterr().out.replace(" ", "")


def acts_in(api: ApiClient, path: str) -> list[Any]:
    """Return the test sends of a list of activity."""
    return [one for one in api.get(path).json["activity"] if one["kind"] == "TESTED"]


def test_a_receiver_that_repeats_a_secret_does_not_show_it(api: ApiClient, receiver: Listener) -> None:
    """Neither in its headers nor in its body, not even where the body is cut."""
    echo = b"x" * 4080 + TOKEN.encode()
    headers = {"X-Echo": f"Basic {TOKEN}", "X-Password": "correct horse"}
    receiver.answers += [Answer(401, headers=headers, body=echo), Answer(200, body=b"You are user:correct horse")]

    cut = send_draft(api, targetUrl=receiver.url, authentication=BASIC)
    plain = send_draft(api, targetUrl=receiver.url, authentication=BASIC)

    assert cut["response"]["headers"].items() >= {"x-echo": "[hidden]", "x-password": "[hidden]"}.items()
    assert plain["response"]["body"] == "[hidden] The answer holds the password, so none of it is shown."
    for secret in (TOKEN[:10], "correct"):
        assert secret not in json.dumps([cut, plain])


@pytest.mark.parametrize(
    ("body", "shown", "truncated"),
    [
        (b"x" * 16_384, "x" * 16_384, False),
        (b"x" * 16_385, "x" * 16_384, True),
        (b"x" * 40_000, "x" * 16_384, True),
        ("é".encode() * 8_193, "é" * 8_192, True),
        (b"\x89PN\x00", "[binary, 4 bytes]", False),
    ],
    ids=["16 KB", "a byte more", "more than is read", "letters of two bytes", "no text"],
)
def test_sixteen_kilobytes_of_an_answer_are_shown(
    api: ApiClient, receiver: Listener, body: bytes, shown: str, truncated: bool
) -> None:
    """As text, and it says where there was more."""
    receiver.answers.append(Answer(500, body=body))

    response = send_draft(api, targetUrl=receiver.url)["response"]

    assert (response["body"], response["truncated"]) == (shown, truncated)


def test_an_answer_that_may_name_events_is_judged(api: ApiClient, receiver: Listener) -> None:
    """As that of any other POST, and the answer is shown: so that the setting can be tried."""
    receiver.answers += [Answer(200, body=b"OK"), Answer(200, body=b'{"batchItemFailures": []}'), Answer(204)]
    partial = {"partialResponses": True}

    odd, *others = (send_draft(api, targetUrl=receiver.url, delivery=partial) for _ in range(3))

    assert (odd["delivered"], odd["statusCode"], odd["error"]["failureClass"]) == (False, 200, "PROTOCOL")
    assert odd["error"]["detail"].startswith("The answer is not JSON that can be read: ")
    assert odd["response"]["body"] == "OK"
    assert [other["delivered"] for other in others] == [True, True]


def test_headers_that_come_twice_are_shown_in_one(api: ApiClient, receiver: Listener) -> None:
    """In their order, whatever the case of their names."""
    receiver.answers.append(Answer(200, headers={"X-One": "b", "x-one": "a"}))

    assert send_draft(api, targetUrl=receiver.url)["response"]["headers"]["x-one"] == "b, a"


def test_a_receiver_that_cannot_be_reached_is_an_answer_too(api: ApiClient) -> None:
    """With the class, the sentence and the hint of every failed attempt, and no response."""
    sent = send_draft(api, targetUrl="http://receiver.example/")

    assert (sent["delivered"], sent["error"]["failureClass"], "response" in sent) == (False, "DNS", False)
    assert sent["error"]["hint"]


def test_a_test_send_is_logged_without_anything_secret(
    api: ApiClient, receiver: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    """Who, what, where, and what came of it."""
    webhook = api.create(targetUrl=f"{receiver.url}/path?key=value", authentication=BASIC)
    receiver.answers.append(Answer(410))

    send_saved(api, webhook, headers={"X-Secret": "value"})

    (line,) = (vars(line) for line in caplog.records if line.message == "test sent")
    noted = ("account_id", "webhook_id", "event_name", "target_host", "outcome", "sub")
    assert [line[name] for name in noted] == ["1010", webhook["webhookId"], NAME, "127.0.0.1", "CLIENT_ERROR", "5f2c"]
    assert not [secret for secret in ("value", TOKEN, "correct horse") if secret in str(line)]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"targetUrl": "ftp://receiver.example"}, "targetUrl"),
        ({"eventName": "UNKNOWN"}, "eventName"),
        ({"eventName": None}, "eventName"),
        ({"headers": {"Host": "x"}}, "headers.Host"),
        ({"authentication": {"type": "BASIC", "username": "u"}}, "authentication.password"),
        ({"authentication": {"type": "TOKEN"}}, "authentication.type"),
        ({"name": "x"}, "name"),
    ],
)
def test_a_field_that_is_refused_is_named(
    api: ApiClient, receiver: Listener, fields: dict[str, Any], field: str
) -> None:
    """Before anything is sent, for a draft as for a saved webhook."""
    webhook = api.create(targetUrl=receiver.url)

    for path in (f"{api.webhooks}/test", api.path(webhook, "/test")):
        answer = api.call("POST", path, {"eventName": NAME, "targetUrl": receiver.url, **fields})
        assert (answer.status, answer.fields) == (422, [field])
    assert receiver.received == []


def test_a_test_send_that_has_no_time_is_to_be_repeated(api: ApiClient, receiver: Listener) -> None:
    """It ends before the caller is given up on."""
    event = api.request("POST", f"{api.webhooks}/test", json.dumps({"eventName": NAME, "targetUrl": receiver.url}))

    assert api.system.invoke("webhook_api", event, seconds=5.5)["statusCode"] == 503
    assert receiver.received == []
