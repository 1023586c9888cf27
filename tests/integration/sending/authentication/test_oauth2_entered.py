"""OAuth2 as admins enter it: kept, changed and shown."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.api.client import ApiClient
from tests.support.receivers.token_servers import CLIENT_ID, CLIENT_SECRET, Gateway, TokenServer
from tests.support.redeliveries import publish
from tests.support.system import System

NAMES = ["COURSE_ENROLLMENT", "LEARNER_PROGRESS"]
SAMPLE = {"eventName": NAMES[0]}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Give a receiver that takes the tokens of a token server."""
    with TokenServer(scopes=("hooks",)) as server, Gateway(server) as gateway:
        yield gateway


def entered(gateway: Gateway, **changes: Any) -> dict[str, Any]:
    """What is entered for it; None takes a field out."""
    fields = {
        "type": "OAUTH2",
        "tokenUrl": f"{gateway.server.url}/token",
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def test_what_is_shown_is_all_but_the_secret(api: ApiClient, gateway: Gateway) -> None:
    """What is empty is left out."""
    asked = entered(gateway, scope="hooks", audience="", clientAuthentication="BODY")

    webhook = api.create(targetUrl=gateway.url, authentication=asked)

    shown = {name: value for name, value in asked.items() if name not in ("clientSecret", "audience")}
    assert webhook["authentication"] == api.get(api.path(webhook)).json["authentication"] == shown


def test_a_secret_stays_with_its_client_and_hosts(system: System, api: ApiClient, gateway: Gateway) -> None:
    """With another client, token server or target it must be entered again; with the same it may be left out."""
    webhook = api.create(targetUrl=gateway.url, eventNames=NAMES, authentication=entered(gateway))
    path, kept = api.path(webhook), entered(gateway, clientSecret=None)

    for change in (
        {"authentication": {**kept, "clientId": "another"}},
        {"authentication": {**kept, "tokenUrl": "https://other.example/token"}},
        {"authentication": kept, "targetUrl": "https://other.example/"},
        {"targetUrl": "https://other.example/"},
    ):
        refused = api.call("PATCH", path, change)
        assert (refused.status, refused.fields) == (422, ["authentication.clientSecret"])
    assert api.call("PATCH", path, {"authentication": {**kept, "scope": "hooks"}}).status == 200
    publish(system, "e1")

    assert [one.answered for one in gateway.received] == [204]
    assert b"scope=hooks" in gateway.server.received[0].body


@pytest.mark.parametrize("url", ["https://id.example:0/token", "ftp://id.example/", "https://user:pw@id.example/"])
def test_a_token_url_is_judged_as_a_target_is(api: ApiClient, gateway: Gateway, url: str) -> None:
    """When it is entered; what its name leads to, when it is asked."""
    refused = api.call(
        "POST",
        f"{api.webhooks}/test",
        {**SAMPLE, "targetUrl": gateway.url, "authentication": entered(gateway, tokenUrl=url)},
    )

    assert (refused.status, refused.fields) == (422, ["authentication.tokenUrl"])
