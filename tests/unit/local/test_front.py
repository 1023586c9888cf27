"""Which paths of the one origin lead where."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from local.deploying.gaps import API_ID
from local.front import application, target_path
from local.listener import Listener


@pytest.mark.parametrize(
    "path", ["/oauth2/authorize", "/oauth2/token", "/login", "/logout", "/.well-known/openid-configuration"]
)
def test_sign_in_stays_at_the_root(path: str) -> None:
    """The emulator serves the sign-in pages there."""
    assert target_path(path) == path


@pytest.mark.parametrize("path", ["/", "/health", "/docs", "/console", "/login/x", "/accounts/1010/webhooks/a%2Fb"])
def test_everything_else_belongs_to_the_api(path: str) -> None:
    """Paths are passed on as they are written, escapes included."""
    assert target_path(path) == f"/_aws/execute-api/{API_ID}/$default{path}"


async def answer_of(emulator_url: str, method: str, path: str, **options: Any) -> httpx.Response:
    """Send one request through the front."""
    app = application(emulator_url)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://front.test") as client,
    ):
        return await client.request(method, path, **options)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/accounts/1010%0A/webhooks", "/accounts/1010/webhooks/%0D%0A", "/a%2Fb%20%C3%A9", "/"]
)
def test_every_request_reaches_the_emulator(method: str, path: str) -> None:
    """The API answers for any path, also for one with line breaks in it."""
    with Listener() as emulator:
        answer = asyncio.run(answer_of(emulator.url, method, path))

    assert answer.status_code == httpx.codes.NO_CONTENT
    assert [(one.method, one.path) for one in emulator.received] == [(method, target_path(path))]


def test_a_token_is_revoked_as_the_emulator_knows_it() -> None:
    """At the address for browsers the emulator has nothing; its API of Cognito does the same."""
    form = {"token": "refresh+token/=", "client_id": "console", "token_type_hint": "refresh_token"}
    with Listener() as emulator:
        asyncio.run(answer_of(emulator.url, "POST", "/oauth2/revoke", data=form))

    (asked,) = emulator.received
    assert (asked.method, asked.headers["x-amz-target"]) == ("POST", "AWSCognitoIdentityProviderService.RevokeToken")
    assert json.loads(asked.body) == {"Token": "refresh+token/=", "ClientId": "console"}
