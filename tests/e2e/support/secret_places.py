"""Every place of the running stack that may not hold a secret, and the secrets of a run of tests."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from local.settings import Settings
from local.stack_file import Stack
from tests.e2e.support.client import Exchange
from tests.support.secret_search import Secret, texts_under

AwsClient = Callable[[str], Any]
Place = tuple[str, Any]
"""A name that leads there, and what is there."""

_MOST_ROUNDS = 50

ENTERED = ("password", "token", "value", "clientSecret", "privateKey")
"""The members of `authentication` that hold secrets."""


def secrets_of(exchanges: list[Exchange], settings: Settings) -> list[Secret]:
    """Whatever was sent or got as a secret: passwords, tokens, downloaded signing secrets, and people's sign-ins."""
    found = [Secret(f"password of {user}", text) for user, text in _sign_ins(settings).items()]
    for one in exchanges:
        for name in ENTERED:
            found += [Secret(f"{name} in {one.method} {one.path}", text) for text in texts_under(name, one.sent)]
        if one.opens_portal:
            found += [Secret(f"portal token of {one.path}", text) for text in _downloaded(one)]
        if one.is_download:
            found += [Secret(f"signing secret of {one.path}", text) for text in _downloaded(one)]
        kind, _, token = str(one.answer.request.headers.get("Authorization")).partition(" ")
        if kind == "Bearer" and all(token.split(".")) and token.count(".") == 2:
            found.append(Secret("token", token))
    return [one for one in found if one.text]


def places(stack: Stack, settings: Settings, exchanges: list[Exchange], aws_client: AwsClient) -> Iterator[Place]:
    """Logs, table items, messages, settings of functions, answers; not the files that hold the emulator's state."""
    yield from _files(settings)
    yield from _log_groups(aws_client("logs"))
    yield from _items(aws_client("dynamodb"))
    yield from _messages(aws_client("sqs"))
    for function in aws_client("lambda").list_functions()["Functions"]:
        yield f"function {function['FunctionName']}", function
    yield "stack.json", str(stack)
    for one in exchanges:
        yield f"answer {one.answer.status_code} to {one.method} {one.path}", _shown(one)


def _sign_ins(settings: Settings) -> dict[str, str]:
    known: dict[str, str] = json.loads(settings.credentials_file.read_text())
    return known


def _downloaded(exchange: Exchange) -> list[str]:
    body = exchange.answer.json()
    return [body[name] for name in ("secret", "token") if name in body]


def _shown(exchange: Exchange) -> list[str]:
    """An answer; a download, or the opening of a portal session, without what it is for."""
    text = exchange.answer.text
    if exchange.is_download or exchange.opens_portal:
        for secret in _downloaded(exchange):
            text = text.replace(secret, "")
    return [text, str(exchange.answer.headers)]


def _files(settings: Settings) -> Iterator[Place]:
    for path in sorted(settings.directory.glob("*.log")):
        yield path.name, path.read_bytes()


def _log_groups(logs: Any) -> Iterator[Place]:
    for group in logs.get_paginator("describe_log_groups").paginate().search("logGroups[].logGroupName"):
        events = logs.get_paginator("filter_log_events").paginate(logGroupName=group).search("events[]")
        yield f"log group {group}", list(events)


def _items(dynamodb: Any) -> Iterator[Place]:
    for table in dynamodb.get_paginator("list_tables").paginate().search("TableNames[]"):
        keys = [key["AttributeName"] for key in dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]]
        for item in dynamodb.get_paginator("scan").paginate(TableName=table).search("Items[]"):
            yield f"item {[item[key] for key in keys]} of {table}", item


def _messages(sqs: Any) -> Iterator[Place]:
    for url in sqs.list_queues().get("QueueUrls", []):
        seen: dict[str, Any] = {}
        for _ in range(_MOST_ROUNDS):
            wanted = {"MaxNumberOfMessages": 10, "VisibilityTimeout": 0, "MessageAttributeNames": ["All"]}
            found = sqs.receive_message(QueueUrl=url, **wanted).get("Messages", [])
            if all(message["MessageId"] in seen for message in found):
                break
            seen |= {message["MessageId"]: message for message in found}
        for message_id, message in seen.items():
            yield f"message {message_id} of {url}", message
