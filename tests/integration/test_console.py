"""The console function: the page under every path of the console, its files, and its configuration."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.functions import LambdaContext, load_function
from tests.support.system import System

BUNDLE = Path(__file__).parents[2] / "functions" / "console" / "static"


def ask(system: System, path: str, **headers: str) -> tuple[dict[str, Any], str]:
    """Return the function's answer for a path, and its body as the browser reads it."""
    answer = system.invoke("console", {"version": "2.0", "rawPath": path, "headers": headers})
    body = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    if answer["headers"].get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return answer, body.decode()


def test_the_stack_tells_where_to_sign_in(system: System) -> None:
    """The browser learns where its sign-in pages are, which client it is, and which scopes to ask for."""
    answer, body = ask(system, "/console/config.json")

    assert answer["statusCode"] == 200
    assert json.loads(body) == {
        "clientId": "console-client",
        "cliClientId": "cli-client",
        "issuer": "https://login.example.com",
        "authorizationUrl": "https://login.example.com/oauth2/authorize",
        "tokenUrl": "https://login.example.com/oauth2/token",
        "logoutUrl": "https://login.example.com/logout",
        "revocationUrl": "https://login.example.com/oauth2/revoke",
        "scopes": ["openid", "recado/webhooks.read", "recado/webhooks.write"],
        "groupsClaim": "cognito:groups",
        "portal": {"name": "", "logo": "", "colour": "", "refreshUrl": "", "origins": []},
    }


@pytest.mark.skipif(not BUNDLE.is_dir(), reason="the bundle is not built; `make console` builds it")
@pytest.mark.parametrize(
    "path", ["/console", "/console/", "/console/accounts/1010/webhooks", "/console/receiving", "/docs"]
)
def test_every_path_answers_the_page(system: System, path: str) -> None:
    """Whatever address of the console is opened, the browser gets the page, which names files that are there."""
    answer, page = ask(system, path)

    assert answer["statusCode"] == 200
    assert page.startswith("<!doctype html>")
    for name in (part.split('"')[0] for part in page.split('"/console/assets/')[1:]):
        assert ask(system, f"/console/assets/{name}")[0]["statusCode"] == 200


@pytest.mark.skipif(not BUNDLE.is_dir(), reason="the bundle is not built; `make console` builds it")
def test_the_page_comes_compressed(system: System) -> None:
    """A browser gets the page as gzip; whoever does not take that gets it as it is."""
    page = ask(system, "/console")[1]
    style = page.split('"/console/assets/style-')[1].split('"')[0]

    compressed, text = ask(system, f"/console/assets/style-{style}", **{"accept-encoding": "gzip, br"})
    plain, same = ask(system, f"/console/assets/style-{style}")

    assert compressed["headers"]["Content-Encoding"] == "gzip"
    assert text == same
    assert len(compressed["body"]) < len(plain["body"]) / 2


def test_a_stack_with_another_identity_serves_the_console_as_well() -> None:
    """Without a client for it, the console is served all the same, and told that nobody can sign in."""
    handler = load_function("console", {"GROUPS_CLAIM": "groups", "ISSUER": "https://login.example.com"}).lambda_handler

    answer = handler({"version": "2.0", "rawPath": "/console/config.json", "headers": {}}, LambdaContext())

    config = json.loads(base64.b64decode(answer["body"]))
    assert (config["clientId"], config["tokenUrl"], config["groupsClaim"]) == ("", "", "groups")
