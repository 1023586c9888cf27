"""Bearer tokens of the running stack, got the way a browser or a machine gets them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from local import aws, identity
from local.errors import LocalStackError
from local.settings import Settings
from local.stack_file import Stack

DEFAULT_SCOPE = "recado/webhooks.read recado/webhooks.write recado/events.publish"
ADMIN_SCOPE = "recado/admin"

_SECONDS = 30.0


def token(stack: Stack, settings: Settings, account: str, scope: str = DEFAULT_SCOPE) -> str:
    """A token for an account's own admin, or for a machine that administers every account."""
    _check(stack, settings, account, scope)
    if ADMIN_SCOPE in scope.split():
        return _machine_token(stack, settings, scope)
    with httpx.Client(trust_env=False, timeout=_SECONDS) as http:
        return _user_token(http, stack, identity.user_name(account), identity.password_of(account, settings), scope)


def challenge_of(verifier: str) -> str:
    """The PKCE challenge that proves, later, who holds the verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of the sign-in form."""
    form = _HiddenFields()
    form.feed(page)
    return form.fields


def _check(stack: Stack, settings: Settings, account: str, scope: str) -> None:
    if account not in identity.ACCOUNTS:
        known = ", ".join(identity.ACCOUNTS)
        raise LocalStackError(f"there is no account {account!r} on this stack; the accounts are {known}")
    cognito = aws.client("cognito-idp", settings.aws_endpoint_url)
    servers = cognito.list_resource_servers(UserPoolId=stack.sign_in["userPoolId"], MaxResults=50)["ResourceServers"]
    known_scopes = {f"{server['Identifier']}/{item['ScopeName']}" for server in servers for item in server["Scopes"]}
    unknown = set(scope.split()) - known_scopes - {"openid", "email", "profile"}
    if unknown or not scope.split():
        named = ", ".join(sorted(unknown)) or "(none)"
        raise LocalStackError(f"unknown scope: {named}; the scopes are {', '.join(sorted(known_scopes))}")


def _machine_token(stack: Stack, settings: Settings, scope: str) -> str:
    client_id = stack.sign_in["clientIds"]["MachineClient"]
    cognito = aws.client("cognito-idp", settings.aws_endpoint_url)
    client = cognito.describe_user_pool_client(UserPoolId=stack.sign_in["userPoolId"], ClientId=client_id)
    with httpx.Client(trust_env=False, timeout=_SECONDS) as http:
        answer = http.post(
            stack.sign_in["tokenUrl"],
            data={"grant_type": "client_credentials", "scope": scope},
            auth=(client_id, client["UserPoolClient"]["ClientSecret"]),
        )
    return _access_token(answer)


def _user_token(http: httpx.Client, stack: Stack, name: str, password: str, scope: str) -> str:
    sign_in, verifier = stack.sign_in, secrets.token_urlsafe(64)
    client = {"client_id": sign_in["clientIds"]["ConsoleClient"], "redirect_uri": sign_in["redirectUri"]}
    asked = {
        **client,
        "response_type": "code",
        "scope": scope,
        "state": secrets.token_urlsafe(16),
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    page = http.get(sign_in["authorizeUrl"], params=asked)
    filled_in = hidden_fields(page.text) | {"username": name, "password": password}
    answer = http.post(sign_in["loginUrl"], data=filled_in)
    code = _code(answer, asked["state"])
    grant = {**client, "grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    return _access_token(http.post(sign_in["tokenUrl"], data=grant))


def _code(answer: httpx.Response, state: str) -> str:
    query = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    if query.get("state") != [state] or "code" not in query:
        raise LocalStackError(f"signing in was refused ({answer.status_code}): {answer.text[:300]}")
    return str(query["code"][0])


def _access_token(answer: httpx.Response) -> str:
    if not answer.is_success:
        raise LocalStackError(f"the token was refused ({answer.status_code}): {answer.text[:300]}")
    granted: dict[str, Any] = answer.json()
    return str(granted["access_token"])


class _HiddenFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes.get("type") == "hidden":
            self.fields[str(attributes["name"])] = attributes.get("value") or ""
