"""Tokens and headers that prove who sends: entered, kept, changed and shown."""

from dataclasses import dataclass
from typing import Any

import pytest

from local.listener import Answer, Listener
from tests.support.api.client import ApiClient
from tests.support.redeliveries import publish
from tests.support.system import System

NAMES = ["COURSE_ENROLLMENT", "LEARNER_PROGRESS"]
SAMPLE = {"eventName": NAMES[0]}
TOKEN, VALUE = "hunter2|a.b-c_d~e+f/g=", "Token hunter2/secret"


@dataclass(frozen=True)
class Kind:
    """A type of authentication: what is entered, what is shown of it, and the header that a receiver gets."""

    entered: dict[str, Any]
    shown: dict[str, Any]
    header: str
    value: str
    secret: str


BEARER = Kind({"type": "BEARER", "token": TOKEN}, {"type": "BEARER"}, "authorization", f"Bearer {TOKEN}", secret=TOKEN)
HEADER = Kind(
    {"type": "HEADER", "name": "X-Api-Key", "value": VALUE},
    {"type": "HEADER", "name": "X-Api-Key"},
    "x-api-key",
    VALUE,
    secret=VALUE,
)
each_kind = pytest.mark.parametrize("kind", [BEARER, HEADER], ids=lambda kind: kind.entered["type"])


def registered(api: ApiClient, receiver: Listener, kind: Kind) -> Any:
    """Register a webhook of this kind."""
    return api.create(targetUrl=receiver.url, eventNames=NAMES, authentication=kind.entered)


def without_secret(kind: Kind) -> dict[str, Any]:
    """What is entered to keep the secret."""
    return {name: value for name, value in kind.entered.items() if value != kind.secret}


@each_kind
def test_nothing_secret_is_shown(system: System, api: ApiClient, receiver: Listener, kind: Kind) -> None:
    """Neither of the webhook, nor of a POST, whose answer repeats the secret, nor of what was done."""
    receiver.usual_answer = Answer(401, body=f"no such key: {kind.secret}".encode())
    webhook = registered(api, receiver, kind)
    publish(system, "e1")
    system.clock.advance(5)
    system.redeliver()

    shown = api.get(api.path(webhook))
    attempts = api.get(api.path(webhook, "/attempts"))
    acts = api.get(f"/accounts/{api.account}/activity")

    assert webhook["authentication"] == shown.json["authentication"] == kind.shown
    bodies = {one["response"]["body"].partition(",")[0] for one in attempts.json["attempts"]}
    assert len(bodies) == 1
    assert bodies.pop().startswith("[hidden] The answer holds the ")
    assert "[hidden]" in attempts.text
    for answer in (shown, attempts, acts):
        assert kind.secret not in answer.text


@each_kind
def test_a_change_keeps_drops_or_replaces_the_secret(
    system: System, api: ApiClient, receiver: Listener, kind: Kind
) -> None:
    """Left out it stays, where the host does; with another type it is gone for good."""
    webhook = registered(api, receiver, kind)
    path, secret = api.path(webhook), next(name for name, value in kind.entered.items() if value == kind.secret)

    assert api.call("PATCH", path, {"name": "New", "authentication": without_secret(kind)}).status == 200
    publish(system, "e1")
    elsewhere = api.call("PATCH", path, {"targetUrl": "https://other.example/"})
    assert api.call("PATCH", path, {"authentication": {**kind.entered, secret: "another"}}).status == 200
    publish(system, "e2")
    assert api.call("PATCH", path, {"authentication": {"type": "NONE"}}).status == 200
    publish(system, "e3")
    again = api.call("PATCH", path, {"authentication": without_secret(kind)})

    assert [one.headers.get(kind.header) for one in receiver.received] == [
        kind.value,
        kind.value.replace(kind.secret, "another"),
        None,
    ]
    for refused in (elsewhere, again):
        assert (refused.status, refused.fields) == (422, [f"authentication.{secret}"])


@pytest.mark.parametrize(
    ("authentication", "field"),
    [
        ({"type": "BEARER"}, "authentication.token"),
        ({"type": "BEARER", "token": None}, "authentication.token"),
        ({"type": "BEARER", "token": "hunter2\r\nX-Other: 1"}, "authentication.token"),
        ({"type": "BEARER", "token": ["hunter2"]}, "authentication.token"),
        ({"type": "BEARER", "token": "hunter2", "value": "hunter2"}, "authentication.value"),
        ({"type": "HEADER", "value": "hunter2"}, "authentication.name"),
        ({"type": "HEADER", "name": "X-Key"}, "authentication.value"),
        ({"type": "HEADER", "name": "X-Key", "value": None}, "authentication.value"),
        ({"type": "HEADER", "name": "X-Key", "value": "hunter2\n"}, "authentication.value"),
        ({"type": "HEADER", "name": "Authorization", "value": "hunter2"}, "authentication.name"),
        ({"type": "HEADER", "name": "X-Tenant", "value": "hunter2"}, "authentication.name"),
        ({"type": "OAUTH2", "clientId": "c", "clientSecret": "hunter2"}, "authentication.tokenUrl"),
        ({"type": "OAUTH2", "tokenUrl": "https://a.example", "clientId": "c"}, "authentication.clientSecret"),
        (
            {"type": "OAUTH2", "tokenUrl": "https://10.0.0.1", "clientId": "c\n", "clientSecret": "hunter2"},
            "authentication.clientId",
        ),
    ],
)
def test_what_could_not_be_sent_is_refused(api: ApiClient, authentication: dict[str, Any], field: str) -> None:
    """When it is saved and when it is tried, at its field, without repeating it."""
    headers = {"X-Tenant": "north"}
    draft = {"targetUrl": "https://receiver.example/", "authentication": authentication, "headers": headers}

    saved = api.call("POST", api.webhooks, {"name": "n", "eventNames": NAMES, **draft})
    tried = api.call("POST", f"{api.webhooks}/test", {**SAMPLE, **draft})

    for answer in (saved, tried):
        assert (answer.status, answer.fields) == (422, [field])
        assert "hunter2" not in answer.text
