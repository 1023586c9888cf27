"""`Idempotency-Key`: the same request again gets the same answer."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from recado.rules.delivery.delivery import DeliveryStatus
from tests.integration.webhook_api.shared.idempotency.keyed import KEY, again, kept, names, post
from tests.integration.webhook_api.shared.routes import BODIES, filled
from tests.support.api.client import ApiClient, draft
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.clock import Clock
from tests.support.delivery_log import delivery, record
from tests.support.functions import Handler, LambdaContext, load_function

A_DAY = 24 * 60 * 60
KEYED = [
    route
    for route, operation in ApiDocument().routes.items()
    if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
]


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
