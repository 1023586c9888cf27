"""Secrets: shown in the download alone, encrypted in the table, in no log."""

import json
from io import StringIO
from typing import Any

import boto3
import pytest

from recado.rules.sending.signing import signing_secret
from tests.integration.webhook_api.shared.routes import ACCOUNT_ROUTES, try_route
from tests.support.api.client import ApiClient, draft
from tests.support.aws.aws_calls import COUNT, AwsCalls
from tests.support.delivery_log import delivery, record
from tests.support.secret_search import Secret, SecretSearch

PASSWORDS = ("hunter2-first", "hunter2-second", "hunter2-refused")

AWS_CALLS = ("GenerateDataKey", "Decrypt", "UpdateItem", "TransactWriteItems", "GetItem", "SendMessage", COUNT)
WEBHOOK = "/accounts/{accountId}/webhooks/{webhookId}"
OPENING = {
    ("GET", f"{WEBHOOK}/signature"),
    ("POST", f"{WEBHOOK}/signature"),
    ("DELETE", f"{WEBHOOK}/signature/previous"),
    ("POST", f"{WEBHOOK}/test"),
}


def wrongly_entered(password: str) -> list[Any]:
    """Enter a password of a wrong type, too long, in the wrong place, or beside something wrong."""
    basic = {"type": "BASIC", "username": "u"}
    return [
        password,
        [password],
        {"type": password},
        {"password": password},
        {"type": "SIGNATURE", "password": password},
        {"type": "BASIC", "password": password},
        {"type": "BASIC", "username": [password], "password": {password: 1}},
        {**basic, "password": [password]},
        {**basic, "password": {"value": password}},
        {**basic, "password": password * 100},
        {**basic, "password": password + "\x00"},
        {**basic, "password": password, "unknown": password},
        {"type": "SIGNATURE", "secret": password},
        {"type": "SIGNATURE", "secret": [password]},
        {**basic, "secret": password},
        {**basic, "username": 1, "password": password},
        {"type": "BEARER", "token": [password]},
        {"type": "BEARER", "token": password + " "},
        {"type": "BEARER", "token": password, "unknown": password},
        {"type": "HEADER", "name": "X-Key", "value": password + "\n"},
        {"type": "HEADER", "name": "X-Key", "value": {password: password}},
        {"type": "HEADER", "name": "Host", "value": password},
    ]


def enter_wrongly(api: ApiClient, path: str, refused: str) -> None:
    """Enter secrets that are refused, by each way that there is."""
    for wrong in wrongly_entered(refused):
        api.system.clock.advance(60)  # or so many requests would be refused for their number
        assert api.call("PATCH", path, {"authentication": wrong}).status == 422
        assert api.call("POST", api.webhooks, draft(authentication=wrong)).status == 422
        assert api.call("POST", f"{path}/test", {"eventName": "CI_STATS", "authentication": wrong}).status == 422
        api.send(api.request("PATCH", path, json.dumps([wrong])))


def walk(api: ApiClient, aws: AwsCalls) -> list[str]:
    """Do all that can be done with secrets, in success and in failure; return the signing secrets."""
    first, second, refused = PASSWORDS
    basic = {"type": "BASIC", "username": "u", "password": first}
    webhook = api.create(authentication=basic)
    path = api.path(webhook)
    api.call("PATCH", path, {"authentication": {"type": "BEARER", "token": second}})
    api.call("PATCH", path, {"authentication": {"type": "HEADER", "name": "X-Key", "value": first}})
    api.call("PATCH", path, {"authentication": {**basic, "password": second}})
    api.call("PATCH", path, {"authentication": {**basic, "password": refused, "username": "a:b"}})
    api.call("PATCH", path, {"authentication": {**basic, "password": refused + "\n"}})
    api.call("PATCH", path, {"authentication": {"type": "NONE", "password": refused}})
    enter_wrongly(api, path, refused)
    api.call("PATCH", path, {"name": "x", "authentication": basic}, headers={"If-Match": '"99"'})
    api.send(api.request("POST", api.webhooks, json.dumps(draft(authentication=basic))[:-1]))
    api.get(path)
    api.get(api.webhooks)

    secrets = []
    for _ in range(3):
        api.call("PATCH", path, {"authentication": {"type": "SIGNATURE"}})
        api.call("POST", f"{path}/signature")
        secrets.append(api.get(f"{path}/signature").json["secret"])
        api.system.clock.advance(60)
        assert api.call("POST", f"{path}/signature", {"secret": refused}).status == 422
        own = signing_secret.generate()
        secrets.append(own)
        assert api.call("POST", f"{path}/signature", {"secret": own}).status == 200
        assert api.call("DELETE", f"{path}/signature/previous").status == 204
        api.get(path)
    for operation in AWS_CALLS:
        aws.refuse(operation, "AccessDeniedException")
        api.call("POST", api.webhooks, draft(authentication=basic))
        api.call("PATCH", path, {"active": True, "authentication": {**basic, "password": refused}})
        api.call("POST", f"{path}/signature")
        api.get(f"{path}/signature")
        aws.allow(operation)
    secrets.append(api.get(f"{path}/signature").json["secret"] if api.get(f"{path}/signature").status == 200 else "")
    return [secret for secret in secrets if secret]


def search_after_walk(api: ApiClient, aws: AwsCalls) -> SecretSearch:
    """Walk, and return the search for every secret of the walk."""
    texts = (*PASSWORDS, *walk(api, aws))
    return SecretSearch([Secret(f"secret {number}", text) for number, text in enumerate(texts)])


def test_no_secret_is_in_an_answer_but_the_download(api: ApiClient, aws: AwsCalls) -> None:
    """Neither in what is shown of a webhook, nor in a problem."""
    search = search_after_walk(api, aws)

    for answer in api.answers:
        if "Content-Disposition" not in answer.headers:
            assert search.names_in([answer.text, answer.headers]) == set(), answer.text
    assert not any(password in answer.text for password in PASSWORDS for answer in api.answers)


def test_no_secret_is_in_a_log(api: ApiClient, aws: AwsCalls, log: StringIO) -> None:
    """Also where AWS fails with a secret in hand."""
    search = search_after_walk(api, aws)

    lines = log.getvalue()
    assert "request failed on our side" in lines
    assert search.names_in(lines) == set()


def test_no_secret_is_in_a_table_or_a_queue(api: ApiClient, aws: AwsCalls) -> None:
    """What is stored is a ciphertext of the stack's key, wherever an AWS call carries it."""
    search = search_after_walk(api, aws)

    stored = [call for call in aws.seen if call.service in ("dynamodb", "sqs")]
    assert any("sealed" in str(call.parameters) for call in stored)
    table = boto3.client("dynamodb").scan(TableName=api.system.stack.physical_id("WebhooksTable"))["Items"]
    assert search.names_in([table, [call.parameters for call in stored]]) == set()


@pytest.mark.parametrize("route", [route for route in ACCOUNT_ROUTES if route not in OPENING], ids=" ".join)
def test_no_other_route_opens_what_is_sealed(api: ApiClient, aws: AwsCalls, route: tuple[str, str]) -> None:
    """A secret is decrypted for its download, for its rotation and for what is sent, and for nothing else."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    record(api.system, delivery(webhook["webhookId"], "e", timestamp=1))
    api.system.cold_start()  # or it would still be in memory
    aws.clear()

    try_route(api, webhook, route, None)

    assert aws.of("Decrypt") == []
