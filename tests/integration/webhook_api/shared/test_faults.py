"""What fails on our side: the caller is asked to try again, and the log tells why."""

import json
from io import StringIO
from typing import Any

import pytest

from tests.support.api.client import ApiClient, draft
from tests.support.aws.aws_calls import COUNT, AwsCalls
from tests.support.delivery_log import delivery, record

SIGNATURE = {"authentication": {"type": "SIGNATURE"}}
SWITCH_ON = {"active": True}
REQUESTS = [
    ("POST", "", draft(), "TransactWriteItems"),
    ("POST", "", draft(**SIGNATURE), "GenerateDataKey"),
    ("POST", "", draft(), COUNT),
    ("POST", "/{webhookId}/signature", None, COUNT),
    ("GET", "/{webhookId}/signature", None, COUNT),
    ("DELETE", "/{webhookId}", None, COUNT),
    ("GET", "", None, "Query"),
    ("GET", "/{webhookId}", None, "GetItem"),
    ("PATCH", "/{webhookId}", {"name": "x"}, "GetItem"),
    ("PATCH", "/{webhookId}", {"name": "x"}, "TransactWriteItems"),
    ("PATCH", "/{webhookId}", SWITCH_ON, "SendMessage"),
    ("DELETE", "/{webhookId}", None, "GetItem"),
    ("DELETE", "/{webhookId}", None, "TransactWriteItems"),
    ("POST", "/{webhookId}/signature", None, "Decrypt"),
    ("POST", "/{webhookId}/signature", None, "GenerateDataKey"),
    ("POST", "/{webhookId}/signature", None, "TransactWriteItems"),
    ("GET", "/{webhookId}/signature", None, "Decrypt"),
    ("GET", "/{webhookId}/deliveries", None, "Query"),
    ("GET", "/{webhookId}/deliveries/000000000001000-e", None, "GetItem"),
]


@pytest.mark.parametrize(
    ("method", "rest", "body", "operation", "code"),
    [
        *((*request, "ThrottlingException") for request in REQUESTS),
        *((*REQUESTS[0], code) for code in ("AccessDeniedException", "InternalServerError")),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_fault_of_ours_asks_to_try_again(  # noqa: PLR0917 - fixtures and what is varied
    api: ApiClient, aws: AwsCalls, log: StringIO, method: str, rest: str, body: Any, operation: str, code: str
) -> None:
    """503 with the time to wait and without a word of what is inside; the log has it."""
    webhook = api.create(**SIGNATURE, active=body != SWITCH_ON)
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=1))
    api.system.cold_start()  # or the secret would still be in memory
    aws.refuse(operation, code)
    options = {} if body is None else {"body": body}

    answer = api.call(method, api.webhooks + rest.format(**webhook), **options)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    assert answer.json["detail"].startswith("Something failed on our side. Try again in a moment")
    assert code not in answer.text
    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if "request failed on our side" in line)
    assert (line["level"], code in line["exception"]) == ("ERROR", True)


def test_a_wake_up_that_could_not_be_sent_is_sent_by_the_sweep(api: ApiClient, aws: AwsCalls) -> None:
    """The webhook is on already and has an owner: it is overdue after a minute, and a repetition need do nothing."""
    webhook = api.create(active=False)
    waiting = api.system.waiting_in("RedeliveryQueue")
    aws.refuse("SendMessage")
    assert api.call("PATCH", api.path(webhook), {"active": True}).status == 503
    assert api.get(api.path(webhook)).json["status"] == "ACTIVE"

    aws.allow("SendMessage")
    assert api.call("PATCH", api.path(webhook), {"active": True}).status == 200
    assert api.system.waiting_in("RedeliveryQueue") == waiting
    api.system.clock.advance(61)
    api.system.invoke("redelivery", {})
    assert api.system.waiting_in("RedeliveryQueue") > waiting


def test_a_bug_is_an_error_of_the_function(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not dressed up as an answer: Lambda counts it, and an alarm goes off."""

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("recado.use_cases.managing.administration.Administration.all_of", broken)

    with pytest.raises(ZeroDivisionError):
        api.get(api.webhooks)
