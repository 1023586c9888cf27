"""Twice is once: requests with an `Idempotency-Key` that come again have one effect, whatever went wrong before."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from local.listener import Listener
from recado.adapters.messaging.activity_news import ActivityNews
from recado.ports.sending import OurFaultError
from recado.rules.activity.activity import ActivityKind
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.support.api.client import Answer, ApiClient, draft
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.functions import LambdaContext, load_function
from tests.support.system import System

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOKS = f"/accounts/{ACCOUNT}/webhooks"
PATH = f"{WEBHOOKS}/wh_1"
KEY = {"Idempotency-Key": "6f1c-4e2a"}
DELIVERED, WAITS = f"{NOON_MS:015d}-delivered", f"{NOON_MS:015d}-waits"
REQUESTS: dict[ActivityKind, tuple[str, Any]] = {
    ActivityKind.CREATED: (WEBHOOKS, draft()),
    ActivityKind.SECRET_ROTATED: (f"{PATH}/signature", {}),
    ActivityKind.REDELIVERED: (f"{PATH}/deliveries/{DELIVERED}/redeliver", {}),
    ActivityKind.CANCELLED: (f"{PATH}/deliveries/{WAITS}/cancel", {}),
    ActivityKind.SENT_NOW: (f"{PATH}/send-now", {}),
    ActivityKind.REDELIVERY_STARTED: (f"{PATH}/redeliver", {"status": "DELIVERED", "from": 0}),
    ActivityKind.CANCELLATION_STARTED: (f"{PATH}/cancel", {"eventNames": ["CI_STATS"]}),
}
WAKING = [
    kind for kind in REQUESTS if kind not in (ActivityKind.CREATED, ActivityKind.SECRET_ROTATED, ActivityKind.CANCELLED)
]


@pytest.fixture
def webhook(system: System, receiver: Listener) -> Webhook:
    """Give a signed webhook with a delivery that has ended, and one that waits."""
    webhook = system.add_signed_webhook(receiver.url, SECRET)
    now = int(system.clock.milliseconds())
    record(
        system,
        delivery("wh_1", "delivered", finished_at=NOON_MS),
        delivery("wh_1", "waits", status=DeliveryStatus.PENDING, created_at=now),
    )
    return webhook


def ask(api: ApiClient, kind: ActivityKind, headers: dict[str, str] | None = None) -> Answer:
    """Send the request, with the key unless told otherwise."""
    path, body = REQUESTS[kind]
    return api.call("POST", path, body, headers=KEY if headers is None else headers)


def effects(system: System, webhook: Webhook) -> tuple[int, int, int, int, list[str]]:
    """Return how many there are: webhooks, earlier secrets, jobs, messages for owners, and what waits."""
    current = system.webhook(webhook)
    return (
        len(system.registry.of_account(str(ACCOUNT))),
        len(system.credentials(webhook).previous),
        len(current.lane.jobs),
        system.waiting_in("RedeliveryQueue"),
        system.backlog(webhook),
    )


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_repeated_request_gets_the_same_answer(
    system: System, api: ApiClient, webhook: Webhook, kind: ActivityKind
) -> None:
    """It says that it is a repetition, and nothing is done a second time."""
    first = ask(api, kind)
    assert first.status < 300, first.text
    after = effects(system, webhook)

    second = ask(api, kind)

    assert (second.status, second.text) == (first.status, first.text)
    assert second.headers == {**first.headers, "Idempotent-Replayed": "true"}
    assert effects(system, webhook) == after
    assert system.kinds().count(kind) == (2 if kind is ActivityKind.CREATED else 1)


@pytest.mark.parametrize("kind", REQUESTS)
def test_a_fault_between_the_change_and_the_answer_repeats_no_effect(
    system: System, api: ApiClient, webhook: Webhook, kind: ActivityKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller hears of a fault, repeats the request, and gets an answer to what was done the first time."""
    made = system.kinds().count(kind)

    def broken(*_arguments: object) -> None:
        raise OurFaultError("as told")

    with monkeypatch.context() as patch:
        patch.setattr(ActivityNews, "__call__", broken)
        assert ask(api, kind).status == 503
    after = effects(system, webhook)

    answer = ask(api, kind)

    assert answer.status < 300, answer.text
    assert effects(system, webhook) == after
    assert system.kinds().count(kind) == made + 1
    if kind is ActivityKind.CREATED:
        assert {answer.json["webhookId"], "wh_1"} == {
            one.webhook_id for one in system.registry.of_account(str(ACCOUNT))
        }
    if "jobId" in answer.json:
        assert system.webhook(webhook).lane.jobs == {answer.json["jobId"]}


@pytest.mark.parametrize("kind", WAKING)
def test_a_wake_up_that_could_not_be_sent_repeats_no_effect(
    system: System, api: ApiClient, webhook: Webhook, aws: AwsCalls, kind: ActivityKind
) -> None:
    """The webhook is due all the same: a sweep wakes it, and what was asked for is done once."""
    aws.refuse("SendMessage")
    assert ask(api, kind).status == 503
    aws.allow("SendMessage")
    after = effects(system, webhook)

    assert ask(api, kind).status < 300

    assert effects(system, webhook) == after
    assert system.kinds().count(kind) == 1
    system.clock.advance(61)
    assert system.invoke("redelivery", {})["woken"] == 1


@pytest.mark.parametrize("kind", REQUESTS)
def test_nobody_hearing_of_an_act_is_no_fault_of_the_request(
    system: System, api: ApiClient, webhook: Webhook, aws: AwsCalls, kind: ActivityKind
) -> None:
    """The bus refuses it: the act is listed, the answer stands, and a repetition gets it."""
    aws.refuse("PutEvents")
    first = ask(api, kind)
    assert first.status < 300, first.text
    after = effects(system, webhook)

    assert ask(api, kind).text == first.text

    assert effects(system, webhook) == after


@pytest.mark.usefixtures("webhook")
@pytest.mark.parametrize("kind", REQUESTS)
def test_a_key_with_other_bytes_is_refused(system: System, api: ApiClient, kind: ActivityKind) -> None:
    """422 names the header, and nothing is done."""
    assert ask(api, kind).status < 300
    kinds = system.kinds()

    answer = api.call("POST", REQUESTS[kind][0], {"name": "something else"}, headers=KEY)

    assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])
    assert system.kinds() == kinds


def many_at_once(system: System, monkeypatch: pytest.MonkeyPatch, requests: list[Any]) -> Counter[int]:
    """Send requests at once, each to an instance of its own, and count the statuses.

    moto breaks under threads, so calls take turns here; every interleaving of calls stays possible.
    """
    environment = system.stack.environment("WebhookApiFunction")
    instances = [load_function("webhook_api", environment).lambda_handler for _ in requests]
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    with ThreadPoolExecutor(len(requests)) as threads:
        answers = threads.map(lambda pair: pair[0](pair[1], LambdaContext()), zip(instances, requests, strict=True))
        return Counter(answer["statusCode"] for answer in answers)


@pytest.mark.parametrize("same", [True, False], ids=["the same", "others"])
def test_of_twenty_creations_at_once_with_one_key_one_is_made(
    system: System, api: ApiClient, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    """The others get its answer, or are told that it is under way, or that their bytes are others."""
    texts = [
        f'{{"name": "{0 if same else n}", "targetUrl": "https://b.example", "eventNames": ["CI_STATS"]}}'
        for n in range(20)
    ]
    requests = [api.request("POST", WEBHOOKS, text, headers=KEY) for text in texts]

    statuses = many_at_once(system, monkeypatch, requests)

    assert statuses[201] >= 1
    assert set(statuses) <= ({201, 409} if same else {201, 409, 422})
    assert same or statuses[201] == 1
    assert len(system.registry.of_account(str(ACCOUNT))) == 1
    assert changed_item(system, "#count")["webhooks"] == {"N": "1"}
    assert system.kinds() == [ActivityKind.CREATED]


def test_what_is_kept_of_answers_is_kept_for_a_day(system: System, api: ApiClient, webhook: Webhook) -> None:
    """The table removes it: each record says when."""
    assert webhook
    ask(api, ActivityKind.SENT_NOW)

    table = system.stack.physical_id("IdempotencyTable")
    [kept] = boto3.client("dynamodb").scan(TableName=table)["Items"]
    assert "expiration" in kept
