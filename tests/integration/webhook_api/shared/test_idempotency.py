"""`Idempotency-Key`: the same request again gets the same answer."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from io import StringIO
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from tests.integration.webhook_api.shared.test_access import ACCOUNT_ROUTES, BODIES, filled
from tests.support.api.client import NOTHING, Answer, ApiClient, draft
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.lost_answers import lost_answers
from tests.support.clock import Clock
from tests.support.delivery_log import delivery, record
from tests.support.functions import Handler, LambdaContext, load_function
from tests.support.secret_search import Secret, SecretSearch

A_DAY = 24 * 60 * 60
REQUEST_SECONDS = 29
KEY = "0b6f9c1e-6a7c-4b0f-9f6e-2d1b1c1f0a55"
POWERTOOLS = "aws_lambda_powertools.utilities.idempotency"
KEYED = [
    route
    for route, operation in ApiDocument().routes.items()
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
]
TESTS = [route for route in ACCOUNT_ROUTES if route[1].endswith("/test")]


@pytest.fixture(autouse=True)
def clock_of_answers(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what keeps answers go by the clock of the function."""

    class Moved(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Moved":
            return cls.fromtimestamp(clock.milliseconds() / 1000, tz)

    moved = SimpleNamespace(datetime=Moved, timedelta=dt.timedelta)
    for module in ("base", "persistence.base", "persistence.dynamodb", "persistence.datarecord"):
        monkeypatch.setattr(f"{POWERTOOLS}.{module}.dt", moved)


class Died(BaseException):
    """Stands for the end of a process: nothing catches it."""


def post(api: ApiClient, body: Any = NOTHING, *, key: str = KEY, path: str = "") -> Answer:
    """Register a webhook, or POST elsewhere, with a key."""
    return api.call(
        "POST", path or api.webhooks, draft() if body is NOTHING else body, headers={"Idempotency-Key": key}
    )


def names(api: ApiClient) -> list[str]:
    """Return the names of the account's webhooks."""
    return [webhook["name"] for webhook in api.get(api.webhooks).json["webhooks"]]


def kept(api: ApiClient) -> list[dict[str, Any]]:
    """Return all that is kept of answers."""
    table = boto3.resource("dynamodb").Table(api.system.stack.physical_id("IdempotencyTable"))
    items: list[dict[str, Any]] = table.scan()["Items"]
    return items


def again(answer: Answer) -> Answer:
    """Return an answer as it is when it comes again."""
    return Answer(answer.status, {**answer.headers, "Idempotent-Replayed": "true"}, answer.text)


@pytest.fixture
def another_instance(api: ApiClient) -> Handler:
    """Give the function once more, as Lambda does for requests at the same time."""
    handler: Handler = load_function("webhook_api", api.system.stack.environment("WebhookApiFunction")).lambda_handler
    return handler


@pytest.fixture(autouse=True)
def nothing_is_kept(api: ApiClient) -> None:
    """Begin with an empty table."""
    table = boto3.resource("dynamodb").Table(api.system.stack.physical_id("IdempotencyTable"))
    for item in kept(api):
        table.delete_item(Key={"id": item["id"]})


@pytest.mark.parametrize("route", KEYED, ids=" ".join)
def test_the_same_request_gets_the_same_answer(api: ApiClient, route: tuple[str, str]) -> None:
    """Status, headers and body, by every route that takes a key, and it says that it comes again."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    created_at = int(api.system.clock.milliseconds())
    waits = delivery(
        webhook["webhookId"], "e", timestamp=1, name="CI_STATS", status=DeliveryStatus.PENDING, created_at=created_at
    )
    record(api.system, waits)
    method, path = route[0], filled(api, webhook, route[1])
    options = {"body": BODIES[route]} if route in BODIES else {}

    first, second = (api.call(method, path, **options, headers={"idempotency-key": KEY}) for _ in range(2))

    assert first.status < 300
    assert "Idempotent-Replayed" not in first.headers
    assert second == again(first)


def test_a_repetition_changes_nothing(api: ApiClient, aws: AwsCalls) -> None:
    """It is counted, and its answer costs one call, which is a refused write."""
    first = post(api)
    aws.clear()

    assert [post(api) for _ in range(3)] == [again(first)] * 3
    assert len(names(api)) == 1
    assert [call.name for call in aws.seen if call.name == "PutItem"] == ["PutItem"] * 3
    assert not aws.of("TransactWriteItems")


def test_bytes_are_the_same_in_base64(api: ApiClient) -> None:
    """It is API Gateway that chooses how they come."""
    text = json.dumps(draft())
    headers = {"Idempotency-Key": KEY}
    first = api.send(api.request("POST", api.webhooks, text, headers=headers))

    assert api.send(api.request("POST", api.webhooks, text.encode(), headers=headers)) == again(first)


def test_other_bytes_are_refused(api: ApiClient) -> None:
    """Also where they mean the same; the answer of the first stays."""
    first = post(api)
    spaced = api.request("POST", api.webhooks, json.dumps(draft(), indent=1), headers={"Idempotency-Key": KEY})

    for answer in (post(api, draft(name="Other")), post(api, {}), api.send(spaced)):
        assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])
        assert answer.json["detail"].startswith("Idempotency-Key belongs to another request")
    assert post(api) == again(first)
    assert names(api) == ["Orders"]


def test_a_key_counts_for_one_account_and_one_path(api: ApiClient) -> None:
    """Elsewhere the same one is another."""
    other = ApiClient(api.system, api.document)
    event = {"events": [{"eventId": "e", "eventName": "CI_STATS", "timestamp": 1, "data": {}}]}

    answers = [post(api), post(other), post(api, event, path=api.events)]

    assert [answer.status for answer in answers] == [201, 201, 202]
    assert not [answer for answer in answers if "Idempotent-Replayed" in answer.headers]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é", "\x7f"])
def test_what_is_no_key_is_refused(api: ApiClient, key: str) -> None:
    """By name, with nothing done."""
    answer = post(api, key=key)

    assert (answer.status, answer.fields) == (400, ["Idempotency-Key"])
    assert answer.json["detail"] == "Idempotency-Key must be 1 to 255 visible ASCII characters."
    assert names(api) == []


@pytest.mark.parametrize("key", ["x" * 255, "a,b", '"!~"'])
def test_any_visible_text_is_a_key(api: ApiClient, key: str) -> None:
    """Several headers of the name arrive as one text with a comma."""
    assert post(api, key=key).status == 201
    assert post(api, key=key).headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("route", TESTS, ids=" ".join)
def test_a_test_send_takes_no_key(api: ApiClient, route: tuple[str, str]) -> None:
    """A repetition would say what the receiver answered once, not what it answers."""
    answer = post(api, BODIES[route], path=filled(api, api.create(), route[1]))

    assert (answer.status, answer.fields) == (400, ["Idempotency-Key"])
    assert answer.json["detail"].endswith("take no key.")


def test_other_methods_do_not_look_at_it(api: ApiClient) -> None:
    """Whatever it holds."""
    webhook = api.create()
    headers = {"Idempotency-Key": "no key"}

    assert api.get(api.path(webhook), headers=headers).status == 200
    for name in ("a", "b"):
        assert api.call("PATCH", api.path(webhook), {"name": name}, headers=headers).json["name"] == name
    assert api.call("DELETE", api.path(webhook), headers=headers).status == 204
    assert kept(api) == []


@pytest.mark.parametrize(("characters", "is_kept"), [(120_000, True), (250_000, False)])
def test_an_answer_that_is_too_long_is_not_kept(api: ApiClient, characters: int, *, is_kept: bool) -> None:
    """A repetition is answered with the delivery as it is by then; what is kept fits into an item, with room left."""
    webhook = api.create()
    (delivery_id,) = record(
        api.system, delivery(webhook["webhookId"], "e", timestamp=1, name="CI_STATS", data={"text": "x" * characters})
    )

    answers = [post(api, {}, path=api.path(webhook, f"/deliveries/{delivery_id}/redeliver")) for _ in range(2)]

    assert [answer.status for answer in answers] == [202, 202]
    assert ("Idempotent-Replayed" in answers[1].headers) == is_kept
    assert [len(item["data"]) < 400_000 for item in kept(api)] == [True] * is_kept


def test_who_reaches_no_account_learns_nothing_by_a_key(api: ApiClient) -> None:
    """An answer that is kept is for those who may have it."""
    assert post(api).status == 201
    stranger = {"claims": {"sub": "x", "cognito:groups": ["account:other"]}, "headers": {"Idempotency-Key": KEY}}

    assert api.call("POST", api.webhooks, draft(), **stranger).is_nothing


def test_while_the_first_is_under_way_the_others_wait(api: ApiClient, aws: AwsCalls, another_instance: Handler) -> None:
    """409 with the seconds to wait, or 422 where the bytes are others; the answer then."""
    events = [
        api.request("POST", api.webhooks, json.dumps(body), headers={"Idempotency-Key": KEY})
        for body in (draft(), draft(name="Other"))
    ]
    meanwhile: list[Any] = []
    aws.before("TransactWriteItems", lambda: meanwhile.extend(another_instance(e, LambdaContext()) for e in events))

    first = post(api)

    assert [answer["statusCode"] for answer in meanwhile] == [409, 422]
    assert meanwhile[0]["headers"]["Retry-After"] == "2"
    assert "still under way" in json.loads(meanwhile[0]["body"])["detail"]
    assert post(api) == again(first)


def test_of_many_at_once_one_is_made(api: ApiClient, clock: Clock) -> None:
    """Of twenty through as many instances: one 201, its answer again, or 409; one webhook."""
    clock.stop()
    event = api.request("POST", api.webhooks, json.dumps(draft()), headers={"Idempotency-Key": KEY})
    environment = api.system.stack.environment("WebhookApiFunction")
    instances = [load_function("webhook_api", environment).lambda_handler for _ in range(20)]

    with ThreadPoolExecutor(len(instances)) as threads:
        answers = [call.result() for call in [threads.submit(each, event, LambdaContext()) for each in instances]]

    made = [answer for answer in answers if answer["statusCode"] == 201]
    firsts = [answer for answer in made if "Idempotent-Replayed" not in answer["headers"]]
    assert len(firsts) == 1
    assert {answer["body"] for answer in made} == {firsts[0]["body"]}
    assert {answer["statusCode"] for answer in answers} <= {201, 409}
    assert names(api) == ["Orders"]


def test_a_refusal_frees_the_key(api: ApiClient) -> None:
    """The corrected request may have the same: what is wrong with the body, and what the account has no room for."""
    assert post(api, draft(name="")).status == 422
    assert kept(api) == []
    for number in range(5):
        assert post(api, key=str(number)).status == 201
    webhook = api.get(api.webhooks).json["webhooks"][0]
    assert post(api).status == 409

    assert api.call("DELETE", api.path(webhook)).status == 204
    answer = post(api)
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_a_bug_frees_the_key(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not answered may be tried again."""

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("recado.use_cases.managing.administration.Administration.create", broken)
        with pytest.raises(ZeroDivisionError):
            post(api)

    assert post(api).status == 201


def test_a_death_holds_its_request_up_no_longer_than_its_own_time(api: ApiClient, aws: AwsCalls, clock: Clock) -> None:
    """After the change, before its answer is kept: a repetition waits until Lambda would have ended the first."""
    clock.stop()

    def die() -> None:
        raise Died

    aws.before("UpdateItem", die)
    with pytest.raises(Died):
        post(api)
    assert post(api).status == 409
    clock.advance(REQUEST_SECONDS - 0.1)
    assert post(api).status == 409

    clock.advance(0.2)
    assert post(api).status == 201


def test_a_lost_answer_of_the_note_costs_the_time_of_a_request(api: ApiClient, clock: Clock) -> None:
    """The note that the request is under way looks like another's then: nothing is done, and later it is done once."""
    clock.stop()
    with lost_answers(1, when=lambda: bool(Context().run(kept, api))):
        answer = post(api)
    assert (answer.status, names(api)) == (409, [])

    clock.advance(REQUEST_SECONDS + 1)
    assert post(api).status == 201
    assert names(api) == ["Orders"]


def test_a_key_counts_for_a_day(api: ApiClient, clock: Clock) -> None:
    """DynamoDB may remove what is kept days later; by then it does not count any more."""
    clock.stop()
    first = post(api)
    clock.advance(A_DAY)
    assert post(api) == again(first)

    clock.advance(1)
    second = post(api)

    assert (second.status, "Idempotent-Replayed" in second.headers) == (201, False)
    assert second.json["webhookId"] != first.json["webhookId"]
    assert {int(item["expiration"]) for item in kept(api)} == {int(clock.milliseconds() / 1000) + A_DAY}


def test_no_secret_is_kept_in_clear(api: ApiClient) -> None:
    """Neither what the answer shows, nor what the request held, nor the key that opens the answer."""
    body = draft(
        targetUrl="https://receiver.example/hooks?code=query-of-the-url",
        headers={"X-Api-Key": "value-of-a-header"},
        authentication={"type": "BASIC", "username": "name-of-a-user", "password": "password-of-a-user"},
    )
    own_secret = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    first = post(api, body)
    signed = api.create(authentication={"type": "SIGNATURE"})
    assert post(api, own_secret, path=api.path(signed, "/signature")).status == 200
    secrets = [
        "query-of-the-url",
        "value-of-a-header",
        "name-of-a-user",
        "password-of-a-user",
        own_secret["secret"],
        KEY,
    ]
    search = SecretSearch([Secret(text, text) for text in secrets])
    assert search.names_in(first.text) >= {"query-of-the-url", "value-of-a-header"}

    assert len(kept(api)) == 2
    assert search.names_in(kept(api)) == set()
    assert post(api, body) == again(first)


def test_what_was_changed_in_the_table_is_not_answered(api: ApiClient) -> None:
    """Nobody who writes there makes up an answer."""
    post(api)
    (item,) = kept(api)
    sealed = json.loads(item["data"])["sealed"]
    item["data"] = json.dumps({"sealed": sealed[:-8] + ("A" * 8 if sealed[-8:] != "A" * 8 else "B" * 8)})
    boto3.resource("dynamodb").Table(api.system.stack.physical_id("IdempotencyTable")).put_item(Item=item)

    assert post(api).status == 503


def test_where_nothing_can_be_kept_nothing_is_done(api: ApiClient, aws: AwsCalls, log: StringIO) -> None:
    """503 says that the fault is ours, and the log why; without a key it is of no account."""
    aws.refuse("PutItem", "ThrottlingException")

    answer = post(api)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert not aws.of("TransactWriteItems")
    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "request failed on our side" in line)
    assert (line["level"], "ThrottlingException" in line["exception"]) == ("ERROR", True)
    assert api.call("POST", api.webhooks, draft()).status == 201


@pytest.mark.parametrize(("operation", "body", "status"), [("UpdateItem", draft(), 201), ("DeleteItem", {}, 422)])
def test_an_answer_that_cannot_be_kept_is_given_all_the_same(  # noqa: PLR0917 - fixtures and what is varied
    api: ApiClient, aws: AwsCalls, log: StringIO, operation: str, body: Any, status: int
) -> None:
    """It is true; the log has the fault."""
    aws.refuse(operation, "ThrottlingException")

    assert post(api, body).status == status
    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "an answer is not kept" in line)
    assert (line["level"], "ThrottlingException" in line["exception"]) == ("ERROR", True)
