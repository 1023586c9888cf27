"""No secret, old or new, gets anywhere but to the receiver and to who may see it: all else is searched."""

import base64
import json
import zlib
from io import StringIO
from typing import Any
from urllib.parse import quote

import boto3

from local.listener import Listener
from recado.adapters.dynamodb.compressed import decompressed
from recado.rules.activity.activity import ActivityKind
from tests.support.alerts import AlertInbox
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import ACCOUNT
from tests.support.redeliveries import publish
from tests.support.secret_search import Secret, SecretSearch, spellings
from tests.support.system import System

TABLES = ("WebhooksTable", "DeliveriesTable", "IdempotencyTable")
OWN = ("whsec_" + base64.b64encode(bytes(range(1, 33))).decode(), "whsec_" + base64.b64encode(b"?>~" * 10).decode())
OF_THE_WEBHOOK_ITSELF = ("target_url", "headers")
"""What a webhook's own item holds in plain text: where it is sent to, and its headers."""


def of_admins(what: str) -> tuple[str, str]:
    """Make an old and a new secret, with signs that JSON, URLs and Base64 write otherwise."""
    return f'old {what} "p\\w"+/ñ&=', f'new {what} "p\\w"+/ñ&='


PASSWORDS = of_admins("password")
HEADERS = tuple(f"{age}-header-value+/\"'=&" for age in ("old", "new"))
# Of what HTTP takes in a header.
TOKENS = tuple(f"{age}-bearer-token|+/\"'=&" for age in ("old", "new"))
VALUES = tuple(f"Token {age}-secret-value|+/\"'=&" for age in ("old", "new"))
QUERIES = tuple(f"{age}-token-of-url" for age in ("old", "new"))


def searched_for(*generated: str) -> list[Secret]:
    """Return every secret that there was, also as URLs write it."""
    plain = {
        **{f"password {number}": one for number, one in enumerate(PASSWORDS)},
        **{f"header {number}": one for number, one in enumerate(HEADERS)},
        **{f"token {number}": one for number, one in enumerate(TOKENS)},
        **{f"value {number}": one.removeprefix("Token ") for number, one in enumerate(VALUES)},
        **{f"query {number}": one for number, one in enumerate(QUERIES)},
        **{f"own secret {number}": one for number, one in enumerate(OWN)},
        **{f"generated secret {number}": one for number, one in enumerate(generated)},
    }
    keys = {name: one.removeprefix("whsec_") for name, one in plain.items()}
    in_urls = {f"{name} in a URL": quote(one, safe="") for name, one in keys.items() if quote(one, safe="") != one}
    return [Secret(name, text) for name, text in (plain | in_urls).items()]


def items(system: System) -> list[tuple[str, dict[str, Any]]]:
    """Return all that the tables hold, but for what a webhook's own item has to hold."""
    client = boto3.client("dynamodb")
    found = []
    for table in TABLES:
        for page in client.get_paginator("scan").paginate(TableName=system.stack.physical_id(table)):
            for item in page["Items"]:
                is_webhook = table == "WebhooksTable" and item["webhook_id"]["S"].startswith("wh_")
                left_out = OF_THE_WEBHOOK_ITSELF if is_webhook else ()
                found.append((table, {name: text_of(value) for name, value in item.items() if name not in left_out}))
    return found


def text_of(value: Any) -> Any:
    """Return an attribute, of one that is compressed its text.

    An attempt shows the POST as it has left, so that it has to hold its address and the webhook's own headers, too.
    """
    try:
        text = decompressed(value["B"])
    except (KeyError, UnicodeDecodeError, zlib.error):
        return value
    if "requestHeaders" not in text:
        return text
    attempt = json.loads(text)
    del attempt["url"], attempt["requestHeaders"]["X-Token"]
    return json.dumps(attempt, ensure_ascii=False)


def with_secrets(receiver: Listener) -> dict[str, Any]:
    """Return what is entered for a webhook with secrets."""
    return {
        "name": "Orders",
        "targetUrl": f"{receiver.url}/hook?token={QUERIES[0]}",
        "eventNames": ["COURSE_ENROLLMENT"],
        "headers": {"X-Token": HEADERS[0]},
        "authentication": {"type": "BASIC", "username": "u", "password": PASSWORDS[0]},
    }


def changed_in_every_way(api: ApiClient, receiver: Listener) -> tuple[str, str]:
    """Register a webhook with secrets, change each of them, try it, rotate and show what it signs with.

    Return the secrets that were generated on the way.
    """
    keys = ({"Idempotency-Key": f"key-{number}"} for number in range(100))
    entered = with_secrets(receiver)
    created = api.call("POST", api.webhooks, entered, headers=next(keys))
    assert created.status == 201, created.text
    webhook = created.json
    path, signature = api.path(webhook), api.path(webhook, "/signature")

    def change(**fields: Any) -> None:
        answer = api.call("PATCH", path, fields)
        assert answer.status == 200, answer.text

    def sends() -> None:
        api.call("POST", f"{path}/test", {"eventName": "CI_STATS"})
        api.call("POST", f"{api.webhooks}/test", {**entered, "name": "A", "eventName": "CI_STATS"})

    sends()
    change(targetUrl=f"{receiver.url}/hook?token={QUERIES[1]}")
    change(headers={"X-Token": HEADERS[1]})
    change(authentication={"type": "BASIC", "username": "u", "password": PASSWORDS[1]})
    sends()
    for token in TOKENS:
        change(authentication={"type": "BEARER", "token": token})
        sends()
    for value in VALUES:
        change(authentication={"type": "HEADER", "name": "X-Key", "value": value})
        sends()
    change(authentication={"type": "SIGNATURE", "secret": OWN[0], "algorithm": "ED25519"})
    assert api.call("POST", signature, {"secret": OWN[1]}, headers=next(keys)).status == 200
    generated = []
    for _ in range(2):
        assert api.call("POST", signature, headers=next(keys)).status == 200
        generated.append(api.get(signature).json["secret"])
    sends()
    return generated[0], generated[1]


def keys_of(system: System, webhook: Any) -> list[str]:
    """Return the private keys that a webhook has signed with, as signing secrets are written."""
    current = system.registry.get(str(ACCOUNT), webhook["webhookId"])
    assert current is not None
    credentials = system.credentials(current)
    keys = [credentials.signing_key or "", *(earlier.secret for earlier in credentials.previous_keys)]
    assert len(set(keys)) == 4
    return [f"whsec_{key}" for key in keys]


def alerted_at_once(system: System, aws: AwsCalls) -> AlertInbox:
    """Let alerts be told as soon as something fails, and return those who get them."""
    for function in ("RealtimeDispatcherFunction", "RedeliveryFunction"):
        system.stack.change_environment(function, ALERT_AFTER_SECONDS="0")
    return AlertInbox(system, aws)


def test_no_secret_is_in_anything_that_is_kept_or_told(
    system: System, aws: AwsCalls, receiver: Listener, log: StringIO
) -> None:
    """Not in acts, logs, events, alerts, deliveries, attempts, queues, nor in what is kept of answers."""
    inbox = alerted_at_once(system, aws)
    api = ApiClient(system, ApiDocument(), account=str(ACCOUNT))

    generated = changed_in_every_way(api, receiver)
    receiver.break_down()
    publish(system, "e0", "e1")
    system.clock.advance(3600)
    system.redeliver()
    (webhook,) = api.get(api.webhooks).json["webhooks"]
    private = keys_of(system, webhook)
    kept = items(system)
    refused = {"name": "", "authentication": {"type": "BASIC", "username": "u", "password": PASSWORDS[0]}}
    assert api.call("PATCH", api.path(webhook), refused).status == 422
    assert api.call("DELETE", api.path(webhook)).status == 204

    told = [entry for call in aws.of("PutEvents") for entry in call.parameters["Entries"]]
    mails = inbox.mails()
    messages = [call.parameters for call in aws.of("SendMessage")]
    kinds = [act.kind for act in system.acts()]
    assert {ActivityKind.CREATED, ActivityKind.CHANGED, ActivityKind.SECRET_ROTATED, ActivityKind.TESTED} <= set(kinds)
    assert (len(mails) > 0, len(told) > len(kinds), len(messages) > 0) == (True, True, True)
    assert '"message":"activity"' in log.getvalue()
    kept += items(system)  # where the webhook is no more
    assert {table for table, _ in kept} == set(TABLES)
    assert any("requestHeaders" in str(item.get("attempt")) for _, item in kept)
    search = SecretSearch(searched_for(*generated, *private))
    places: dict[str, object] = {
        "logs": log.getvalue(),
        "events": told,
        "alerts": mails,
        "messages": messages,
        "acts": json.dumps(api.get(f"/accounts/{ACCOUNT}/activity").json, ensure_ascii=False),
        **{f"{table} {number}": item for number, (table, item) in enumerate(kept)},
    }
    assert {place: names for place, content in places.items() if (names := search.names_in(content))} == {}


def test_the_search_finds_what_it_looks_for() -> None:
    """In plain, in JSON, in a URL, and in Base64."""
    search = SecretSearch(searched_for())
    for secret in (*PASSWORDS, *HEADERS, *OWN):
        coded = base64.b64encode(f"before {secret} after".encode()).decode()
        for written in (secret, json.dumps({"a": secret}), quote(secret, safe=""), coded):
            assert search.names_in(f"<{written}>"), (secret, written)
    assert not search.names_in("nothing")
    assert spellings(OWN[0])
